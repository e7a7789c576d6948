"""Where something stands in a deck, and what stops a deck from being read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Source lines `start` to `end` of a file, inclusive; `column` is that of the first character; all from 1."""

    path: Path
    start: int
    end: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.start}:{self.column}"


def reading_order(written: Sequence[Span]) -> Callable[[Span | None], tuple[int, int, int]]:
    """A key that sorts places as a reader of the deck comes to them; `written` are its slides in that order.

    A place between two slides of a file goes with the one above it; one in no file of theirs, or None, comes last.
    """
    slides: dict[Path, dict[int, int]] = {}
    for at, span in enumerate(written):
        slides.setdefault(span.path, {}).setdefault(span.start, at)
    starts = {path: sorted(found) for path, found in slides.items()}

    def position(span: Span | None) -> tuple[int, int, int]:
        if span is None:
            return len(written) + 1, 0, 0
        above = starts.get(span.path)
        if above is None:
            return len(written), span.start, span.column
        start = above[max(0, bisect_right(above, span.start) - 1)]
        return slides[span.path][start], span.start, span.column

    return position


class DeckError(Exception):
    """What the author must mend before anything can run. Several at once travel in an `ExceptionGroup`."""

    def __init__(self, message: str, span: Span | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint


class LoadError(DeckError):
    """A deck or a theme that can't be read from the disk."""


class MissingError(LoadError):
    """A file that a deck names and that is not there."""


class ParseError(DeckError):
    """A deck whose text breaks the language."""


class SandboxError(DeckError):
    """A sandbox that was asked for and can't be had on this machine."""
