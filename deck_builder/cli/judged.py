"""What a build came to, as plain data: reports are made of it, and it can be kept from one build to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from deck_builder.cli.sources import deck_name

if TYPE_CHECKING:
    from deck_builder.model import Problem, Source


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, and its place in words: `slide 15, block 15.1, line 19`; empty if nobody can tell."""

    problem: Problem
    place: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What became of a block that was to run; `path` and `line` are where its code begins.

    Without the `skipped` packages it could not.
    """

    block: str
    slide: int
    path: Path
    line: int
    seconds: float
    cached: bool
    ran: bool
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A deck, the files that were read for it, and what was found; without slides, it can't be read.

    If it was `refused`, it can, but not run: the sandbox that it asks for can't be had. `html` is the page to be
    written; None where there is none, or it is there already.
    """

    path: Path
    sources: Mapping[Path, Source]
    slides: int
    runs: tuple[Run, ...]
    findings: tuple[Finding, ...]
    seconds: float
    html: bytes | None = None
    refused: bool = False

    @property
    def name(self) -> str:
        """What the deck is called."""
        return deck_name(self.path)

    def lines(self, path: Path) -> Sequence[str]:
        """The lines of one of its files; none of a file that could not be read."""
        return lines_of(self.sources[path]) if path in self.sources else ()

    @property
    def problems(self) -> list[Problem]:
        """Every problem, in the deck's order."""
        return [finding.problem for finding in self.findings]

    @property
    def is_readable(self) -> bool:
        """Whether it became slides."""
        return self.slides > 0

    @property
    def exit_code(self) -> int:
        """What this deck alone makes of the command's exit code."""
        if not self.is_readable:
            return 4 if self.refused else 3
        return int(any(problem.severity == "error" for problem in self.problems))


@lru_cache(maxsize=64)
def lines_of(source: Source) -> Sequence[str]:
    """The lines of a file, cut once however many slides or problems are told of."""
    return source.lines


def summary(judged: Judged, size: str = "") -> str:
    """One line: slides, blocks, seconds, cached, size, and what is wrong."""
    if not judged.is_readable:
        return "can't be read"
    ran = [run for run in judged.runs if run.ran]
    cached = sum(run.cached for run in ran)
    errors = sum(problem.severity == "error" for problem in judged.problems)
    parts = [
        _count(judged.slides, "slide"),
        f"{_count(len(ran), 'block')} ran" + (f" ({cached} from the cache)" if cached else ""),
        f"{judged.seconds:.1f} s",
        size,
        _count(errors, "error") if errors else "",
        _count(warnings, "warning") if (warnings := len(judged.findings) - errors) else "",
    ]
    return ", ".join(part for part in parts if part)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
