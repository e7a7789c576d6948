"""Problems -> what a page says of them: plain text, with the lines around each place. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from deck_builder.errors import Span
from deck_builder.model import Deck, Problem, Source
from deck_builder.serve.served import Message
from deck_builder.steering import unsteered

MOST = 50
"""Problems that are told; a deck with more has one that makes the others."""

_AROUND = 2
_WIDEST = 160


def problems_message(
    problems: Sequence[Problem], deck: Deck | None, sources: Mapping[Path, Source], folder: Path, *, broken: bool
) -> Message:
    """What is wrong with a deck; `broken` if it can't be read, and what shows is its last good state."""
    told = [problem for problem in problems if problem.code != "D002"]  # what follows from another is mended with it
    errors = sum(problem.severity == "error" for problem in told)
    items = [_item(problem, deck, sources, folder) for problem in told[:MOST]]
    return {"type": "problems", "broken": broken, "errors": errors, "warnings": len(told) - errors, "items": items}


def _item(problem: Problem, deck: Deck | None, sources: Mapping[Path, Source], folder: Path) -> Message:
    span = problem.span
    slide = _slide(problem, deck)
    where = f"slide {slide}" if slide else ""
    return {
        "severity": problem.severity,
        "code": problem.code,
        "message": unsteered(problem.message),
        "place": _named(span, folder) if span else "",
        "where": f"{where}, block {problem.block}" if where and problem.block else where,
        "slide": slide,
        "frame": excerpt(sources[span.path].lines, span) if span and span.path in sources else "",
        "hint": unsteered(problem.hint),
        "origin": unsteered(problem.origin),
    }


def _named(span: Span, folder: Path) -> str:
    path = span.path.relative_to(folder) if span.path.is_relative_to(folder) else span.path
    return unsteered(f"{path}:{span.start}:{span.column}")


def _slide(problem: Problem, deck: Deck | None) -> int:
    """The number of the slide that a problem is about, 0 if nobody can tell."""
    if deck is None or problem.span is None:
        return 0
    if problem.block:
        return next((slide.no for slide in deck.slides if any(one.id == problem.block for one in slide.blocks)), 0)
    span = problem.span
    inside = (s.no for s in deck.slides if s.span.path == span.path and s.span.start <= span.start <= s.span.end)
    return next(inside, 0)


def excerpt(lines: Sequence[str], span: Span) -> str:
    """The lines around a place, numbered, with a sign at it."""
    if not 1 <= span.start <= len(lines):
        return ""
    first, last = max(1, span.start - _AROUND), min(len(lines), span.start + _AROUND)
    wide = len(str(last))
    rows = []
    for no in range(first, last + 1):
        sign = ">" if no == span.start else " "
        rows.append(f"{sign} {no:>{wide}} | {unsteered(lines[no - 1])[:_WIDEST]}".rstrip())
    return "\n".join(rows)
