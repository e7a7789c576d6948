"""Findings of one parse -> Problems and ParseErrors: the author hears of all of them at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from deck_builder.errors import ParseError, Span
from deck_builder.model import Problem


@dataclass(slots=True)
class Report:
    """What is found while a deck is read; lines and columns given to it count from 1."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    errors: list[ParseError] = field(default_factory=list)

    def span(self, start: int, end: int = 0, column: int = 1) -> Span:
        """Lines `start` to `end` of this deck, or the one line `start`."""
        return Span(self.path, start, max(start, end), column)

    def warn(self, code: str, message: str, span: Span, hint: str = "", block: str = "") -> None:
        """Note what the author should know; the deck can still be built."""
        self.problems.append(Problem(code, message, span, hint, "warning", block))

    def fail(self, message: str, span: Span, hint: str = "") -> None:
        """Note what the author must mend; reading goes on, to find the rest."""
        self.errors.append(ParseError(message, span, hint))

    def in_order(self) -> tuple[Problem, ...]:
        """The problems in the order of the file."""
        return tuple(sorted(self.problems, key=lambda problem: problem.span or self.span(1)))

    def raise_errors(self) -> None:
        """Raise everything that must be mended, in the order of the file."""
        if self.errors:
            found = sorted(self.errors, key=lambda error: error.span or self.span(1))
            raise ExceptionGroup("the deck can't be read", found)
