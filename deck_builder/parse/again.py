"""The slides that were read last -> those that can be taken as they are, for they are written as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from deck_builder.errors import ParseError
from deck_builder.model import Problem, Slide
from deck_builder.parse.frontmatter import FrontMatter
from deck_builder.parse.imports import SourceSlide
from deck_builder.parse.report import Report


@dataclass(frozen=True, slots=True)
class _Kept:
    """A slide, how it was written, on which line that begins, and what was found wrong."""

    rows: list[str]
    front: Mapping[str, Any]
    line: int
    slide: Slide
    problems: list[Problem]
    errors: list[ParseError]


class Again:
    """Remembers a deck's slides from one reading to the next.

    While `loose`, those that only moved are taken as they are, too: their spans are a few lines off then, and
    `is_off` says that there were some.
    """

    def __init__(self) -> None:
        self.loose = self.is_off = False
        self._head: tuple[object, ...] = ()
        self._kept: dict[int, _Kept] = {}
        self._seen: set[tuple[object, int]] = set()

    def begin(self, head: FrontMatter) -> None:
        """A deck with this headmatter, of which each slide hangs, is read now."""
        now = (head.values, head.spans)
        if self._head != now:
            self._head, self._kept = now, {}
        self._seen, self.is_off = set(), False

    def read(self, no: int, written: SourceSlide, report: Report, read: Callable[[int, SourceSlide], Slide]) -> Slide:
        """A slide, read now or before; the report hears of what is wrong with it in either case."""
        raw, place = written.raw, (written.file.path, written.raw.start)
        rows, front = written.file.lines[raw.start : raw.end], written.front.values
        known, is_seen = self._kept.pop(no, None), place in self._seen
        self._seen.add(place)
        if known and not is_seen and self._holds(known, written, rows, front):
            self._kept[no] = known
            self.is_off = self.is_off or known.line != raw.start
            report.take(known.problems, known.errors)
            return known.slide
        before = len(report.problems), len(report.errors)
        slide = read(no, written)
        if not is_seen and not any("<<<" in row for row in rows):  # no code of another file
            found = report.problems[before[0] :], report.errors[before[1] :]
            self._kept[no] = _Kept(rows, front, raw.start, slide, *found)
        return slide

    def _holds(self, known: _Kept, written: SourceSlide, rows: list[str], front: Mapping[str, Any]) -> bool:
        same = known.rows == rows and known.front == front and known.slide.span.path == written.file.path
        return same and (self.loose or known.line == written.raw.start)
