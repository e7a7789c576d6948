"""What a worker is kept from: a table of layers, one file each, put around it before it sees any slide code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from deck_builder.errors import SandboxError
from deck_builder.execute.sandbox import limits

Sandbox: TypeAlias = Literal["auto", "off", "strict"]


@dataclass(frozen=True, slots=True)
class Layer:
    """A piece of policy: what it holds, in words; whether this machine has it; how it is put around a process.

    `settings` tells all that decides what it does: results from under other settings may differ.
    """

    holds: str
    available: Callable[[], bool]
    apply: Callable[[int], None]
    settings: Callable[[], str]


LAYERS: Final[dict[str, Layer]] = {"limits": Layer(limits.HOLDS, limits.available, limits.apply, limits.settings)}


def layers(sandbox: Sandbox) -> list[Layer]:
    """The layers that a choice gives on this machine. Raises `SandboxError` when it can't be had."""
    if sandbox == "strict":
        raise SandboxError(
            "a strict sandbox can't be had",
            hint="this version has process separation and limits only; use --sandbox=auto for decks that you trust, "
            "and a throw-away machine for others",
        )
    return [] if sandbox == "off" else [layer for layer in LAYERS.values() if layer.available()]


def policy(sandbox: Sandbox) -> str:
    """What the layers hold, as it may show in results. Raises `SandboxError`."""
    return "; ".join(layer.settings() for layer in layers(sandbox))


def describe(sandbox: Sandbox = "auto") -> str:
    """One line: what holds, and what does not."""
    held = ["own process", "clean environment", "time limit", *(layer.holds for layer in layers(sandbox))]
    return f"sandbox: {', '.join(held)} | not held: files, network"
