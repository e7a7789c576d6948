"""All that is looked at, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deck_builder.doctor import Fact, Section, Tell
from deck_builder.doctor.asking import ask
from deck_builder.doctor.fonts import figures, formulas_and_slides
from deck_builder.doctor.machine import machine
from deck_builder.doctor.room import room
from deck_builder.doctor.running import Run, run_one
from deck_builder.doctor.versions import versions_here
from deck_builder.errors import SandboxError
from deck_builder.execute.sandbox import Sandbox, describe


def examine(sandbox: Sandbox, cache: Path | None, tell: Tell) -> Iterator[Section]:
    """Section after section; slide code runs as it would in a build with this sandbox. Raises `SandboxError`."""
    yield from versions_here()
    tell("the machine")
    yield machine()
    yield room(cache)
    held = tuple(_held(describe(sandbox)))
    tell("slide code: imports torch, draws a figure")
    ran = _run(sandbox)
    tell("fonts")
    yield Section("fonts", (figures(ran.fonts), *formulas_and_slides(ask)))
    yield Section("sandbox", (ran.fact, *held))


def _held(line: str) -> Iterator[Fact]:
    """What the sandbox says of itself, in the pieces between its bars."""
    holds, *more = line.removeprefix("sandbox: ").split(" | ")
    yield Fact("holds", holds)
    for piece in more:
        name, _, what = piece.partition(": ")
        yield Fact(name, what, "absent" if name.startswith("not") else "good") if what else Fact("also", piece)


def _run(sandbox: Sandbox) -> Run:
    from deck_builder.execute.running import worker_runner

    try:
        return run_one(worker_runner(sandbox))
    except (SandboxError, KeyboardInterrupt):
        raise
    except Exception as err:  # whatever keeps it from starting is what is asked for
        return Run(Fact("slide code", f"does not run: {type(err).__name__}: {err}", "broken", "please report it"))
