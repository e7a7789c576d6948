"""Where something stands in a deck, and what stops a deck from being read."""

from __future__ import annotations

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


class DeckError(Exception):
    """What the author must mend before anything can run. Several at once travel in an `ExceptionGroup`."""

    def __init__(self, message: str, span: Span | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint


class LoadError(DeckError):
    """A deck or a theme that can't be read from the disk."""


class ParseError(DeckError):
    """A deck whose text breaks the language."""


class SandboxError(DeckError):
    """A sandbox that was asked for and can't be had on this machine."""
