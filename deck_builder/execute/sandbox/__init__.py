"""What slide code is kept from: a table of layers, one file each, and the tiers that they make.

A layer says here what is to be done, as data; the process that is to be held does it itself, before it sees any slide
code (worker/rooms.py, worker/wall.py). Whether a whole tier can be had is tried in a process that is thrown away.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias

from deck_builder.errors import SandboxError
from deck_builder.execute.sandbox import landlock, limits, namespaces, privileges, seccomp
from deck_builder.execute.sandbox.places import Places
from deck_builder.worker.protocol import Message

Sandbox: TypeAlias = Literal["auto", "strict", "landlock", "seccomp", "off"]
"""What is asked for: the strongest tier, one that holds all, a certain one, or nothing."""

TierName: TypeAlias = Literal["strict", "landlock", "seccomp", "limits", "off"]


@dataclass(frozen=True, slots=True)
class Layer:
    """A piece of policy: why this machine lacks it, at first sight, and what it has a process do about itself.

    `part` is given what the process may see, and whether it sees nothing else: within namespaces less need be refused.
    """

    lacks: Callable[[], str]
    part: Callable[[Places, bool], Message]


LAYERS: Final[dict[str, Layer]] = {
    "namespaces": Layer(namespaces.lacks, lambda places, _: namespaces.part(places)),
    "limits": Layer(limits.lacks, lambda _, __: limits.part()),
    "privileges": Layer(privileges.lacks, lambda _, __: privileges.part()),
    "landlock": Layer(landlock.lacks, lambda places, rooms: landlock.part(places, rooms=rooms)),
    "seccomp": Layer(seccomp.lacks, lambda _, rooms: seccomp.part(rooms=rooms)),
}

_ALWAYS: Final = ("privileges", "limits")
TIERS: Final[dict[TierName, tuple[str, ...]]] = {
    "strict": ("namespaces", "landlock", "seccomp", *_ALWAYS),
    "landlock": ("landlock", "seccomp", *_ALWAYS),
    "seccomp": ("seccomp", *_ALWAYS),
    "limits": ("limits",),
    "off": (),
}
"""The strongest first."""

_HOLDS_ALL: Final = ("strict", "landlock")


@dataclass(frozen=True, slots=True)
class Tier:
    """What holds slide code, and of each stronger tier why this machine can't have it."""

    name: TierName
    instead_of: dict[TierName, str] = field(default_factory=dict)

    @property
    def layers(self) -> tuple[str, ...]:
        """Its layers, by name."""
        return TIERS[self.name]

    def wall(self, places: Places) -> Message:
        """What a process is to do about itself that may see these places."""
        rooms = "namespaces" in self.layers
        parts: Message = {name: LAYERS[name].part(places, rooms) for name in self.layers}
        return parts | {"makeshift": {}} if "seccomp" in parts and not rooms else parts


def tier(sandbox: Sandbox) -> Tier:
    """What a choice gives on this machine. Raises `SandboxError` when it can't be had."""
    if sandbox == "off":
        return Tier("off")
    if sandbox in ("landlock", "seccomp"):
        if why := lacks(sandbox):
            raise SandboxError(f"the {sandbox} sandbox can't be had", hint=why)
        return Tier(sandbox)
    from deck_builder.execute.probe import strongest

    found = strongest()
    if sandbox == "strict" and found.name not in _HOLDS_ALL:
        whys = "; ".join(f"{name}: {why}" for name, why in found.instead_of.items())
        raise SandboxError(
            "a strict sandbox can't be had on this machine",
            hint=f"{whys}. Use Linux 5.13 or newer with Landlock, or --sandbox=auto for decks that you trust",
        )
    return found


def lacks(name: TierName) -> str:
    """Why a tier can't be had, as far as can be told without a try; "" where nothing speaks against it."""
    return next((why for layer in TIERS[name] if (why := LAYERS[layer].lacks())), "")


def policy(sandbox: Sandbox) -> str:
    """All that decides what the layers do, as it may show in results. Raises `SandboxError`."""
    found = tier(sandbox)
    nowhere = Places((), Path("/"))
    return json.dumps([found.name, found.wall(nowhere)])


def describe(sandbox: Sandbox = "auto") -> str:
    """One line: what holds, what does not, and why no more does. Raises `SandboxError`."""
    found = tier(sandbox)
    held, open_ = _held(found.name)
    why = f" (no more than that: {'; '.join(found.instead_of.values())})" if found.instead_of else ""
    missing = f" | not held: {', '.join(open_)}" if open_ else ""
    return f"sandbox: {found.name}{why} | held: {', '.join(held)}{missing}"


def _held(name: TierName) -> tuple[list[str], list[str]]:
    """What a tier holds, and what it does not."""
    always = ["environment", "time", "output"]
    match name:
        case "strict":
            return [*always, "memory", "files", "network", "other processes"], []
        case "landlock":
            open_ = ["whether a hidden file exists", "names of other processes"]
            return [*always, "memory", "files", "network", "signals", "DataLoader workers are 0"], open_
        case "seccomp":
            return [*always, "memory", "network", "DataLoader workers are 0"], ["files", "other processes"]
        case "limits":
            return [*always, "memory"], ["files", "network", "other processes"]
        case "off":
            return always, ["memory", "files", "network", "other processes"]
