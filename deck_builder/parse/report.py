"""Findings of one parse -> Problems and ParseErrors: the author hears of all of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from deck_builder.errors import ParseError, Span, reading_order
from deck_builder.model import Problem


@dataclass(slots=True)
class Report:
    """What is found while a deck is read; lines and columns given to it count from 1, in the file at `path`.

    `written` are the slides that were come to, in that order.
    """

    path: Path
    problems: list[Problem] = field(default_factory=list)
    errors: list[ParseError] = field(default_factory=list)
    written: list[Span] = field(default_factory=list)
    _told: set[tuple[str, str, Span]] = field(default_factory=set)

    def of(self, path: Path) -> Report:
        """The same report, for another file of the deck."""
        return replace(self, path=path)

    def span(self, start: int, end: int = 0, column: int = 1) -> Span:
        """Lines `start` to `end` of the file, or the one line `start`."""
        return Span(self.path, start, max(start, end), column)

    def warn(self, code: str, message: str, span: Span, hint: str = "", block: str = "") -> None:
        """Note what the author should know; the deck can still be built."""
        if self._is_new(code, message, span):
            self.problems.append(Problem(code, message, span, hint, "warning", block))

    def error(self, code: str, message: str, span: Span, hint: str = "", block: str = "") -> None:
        """Note what is wrong, though the deck can still be built: it makes the build fail."""
        if self._is_new(code, message, span):
            self.problems.append(Problem(code, message, span, hint, block=block))

    def fail(self, message: str, span: Span, hint: str = "") -> None:
        """Note what the author must mend; reading goes on, to find the rest."""
        if self._is_new("", message, span):
            self.errors.append(ParseError(message, span, hint))

    def take(self, problems: Iterable[Problem], errors: Iterable[ParseError]) -> None:
        """Note what was found before."""
        self.problems += [one for one in problems if one.span is None or self._is_new(one.code, one.message, one.span)]
        self.errors += [one for one in errors if one.span is None or self._is_new("", one.message, one.span)]

    def in_order(self) -> tuple[Problem, ...]:
        """The problems in the order of the deck."""
        if len(self.problems) < 2:
            return tuple(self.problems)
        position = reading_order(self.written)
        return tuple(sorted(self.problems, key=lambda problem: position(problem.span)))

    def raise_errors(self) -> None:
        """Raise everything that must be mended, in the order of the deck."""
        if self.errors:
            position = reading_order(self.written)
            others = (problem for problem in self.problems if problem.severity == "error")
            errors = [*self.errors, *(ParseError(each.message, each.span, each.hint) for each in others)]
            raise ExceptionGroup("the deck can't be read", sorted(errors, key=lambda error: position(error.span)))

    def _is_new(self, code: str, message: str, span: Span) -> bool:
        """Whether this was not told yet: slides that are taken in twice are read twice."""
        before = len(self._told)
        self._told.add((code, message, span))
        return len(self._told) > before
