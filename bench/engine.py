"""Builds of the lecture whose code need not run, against the start of Python and against the code in plain Python."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from shutil import copytree

from bench.lecture import ROOT, in_turns, plain_script, seconds_of
from bench.thousand import COMPILED, peak_mb

START = "import click"
"""What every command of ours begins with."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A copy of a deck with a cache of its own, and an edit of its prose that is another one each time."""

    name: str
    work: Path
    deck: Path
    text: str
    edits: count[int] = field(default_factory=count)

    def env(self) -> dict[str, str]:
        """The environment of every process that is measured."""
        return {"XDG_CACHE_HOME": str(self.work / "cache"), "MPLBACKEND": "svg", **COMPILED}

    def build(self) -> list[str | Path]:
        """The command that is measured."""
        return [sys.executable, "-m", "deck_builder", "build", self.deck, "-o", self.work / "page.html", "--offline"]

    def seconds(self, *command: str | Path) -> float:
        """How long a process takes."""
        return seconds_of(command, self.work, self.env())

    def nothing_changed(self) -> float:
        """Build what was built before."""
        return self.seconds(*self.build())

    def prose_changed(self) -> float:
        """Build the deck with a sentence more on its last slide."""
        self.deck.write_text(f"{self.text}\n\nA sentence more, the {next(self.edits)}th.\n", encoding="utf-8")
        return self.seconds(*self.build())


def desk(source: Path, work: Path) -> Desk:
    """Copy a deck and build it, so that all its results are known."""
    copytree(source.parent, work / "deck")
    deck = work / "deck" / source.name
    made = Desk(source.parent.name, work, deck, deck.read_text(encoding="utf-8"))
    made.nothing_changed()
    return made


def measure(desk: Desk, turns: int) -> None:
    """Print the rows. The deck stays as the last edit left it, so each build of the unchanged one follows another."""
    script = desk.work / "plain.py"
    script.write_text(plain_script(desk.deck), encoding="utf-8")
    start: Callable[[], float] = lambda: desk.seconds(sys.executable, "-c", START)  # noqa: E731
    plain: Callable[[], float] = lambda: desk.seconds(sys.executable, script)  # noqa: E731
    prose, nothing, started, ran = in_turns(turns, desk.prose_changed, desk.nothing_changed, start, plain)
    print(f"{desk.name}, medians of {turns} turns (smallest-largest)")
    for name, times, goal in (("nothing changed", nothing, "0.25 s"), ("prose changed", prose, "0.30 s")):
        ratios = f"{times.median / started.median:.1f} x start   {times.median / ran.median:.3f} x plain"
        print(f"  {name:<18}{times}   {ratios}   (goal {goal})")
    print(f"  {'Python and click':<18}{started}")
    print(f"  {'plain Python':<18}{ran}")
    peak = peak_mb(desk.build(), desk.work, desk.env())
    print(f"  the most memory of a build of which nothing has changed: {peak:.0f} MB   (goal 45 MB)")


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--deck", type=Path, default=ROOT / "slides" / "linear-regression" / "slides.md")
    options.add_argument("--turns", type=int, default=9)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(desk(chosen.deck.resolve(), Path(folder)), chosen.turns)


if __name__ == "__main__":
    main()
