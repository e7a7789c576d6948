"""Code as edited on a slide -> the deck's files with it in its place; those lines change, and no others. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deck_builder.model import CodeBlock, Deck, Source
from deck_builder.rows import around, with_rows


@dataclass(frozen=True, slots=True)
class Draft:
    """Lines of a file, from `start` (counted from 1) on, and what is to stand in the place of all but the first.

    The first is the line above the code, a fence's opening mostly, by which its place is known; 0: there is none.
    """

    block: str
    path: Path
    start: int
    was: tuple[str, ...]
    rows: tuple[str, ...]


def draft(deck: Deck, block: CodeBlock, code: str) -> Draft | None:
    """What is edited; None if nobody can say where that would have to be written."""
    lines = deck.sources[block.path].lines
    numbers = [block.line(no) for no in range(1, block.code.count("\n") + 2)] if block.code else []
    first = numbers[0] if numbers else block.first_line
    if numbers != list(range(first, first + len(numbers))):
        return None  # a region with marks in between
    before = _around(block, lines)
    if before is None:
        return None
    rows = code.split("\n") if code else []
    above = lines[first - 2] if first > 1 else ""
    written = tuple(f"{before}{row}" if row else before.rstrip() for row in rows)
    return Draft(block.id, block.path, first - 1, (above, *(lines[no - 1] for no in numbers)), written)


def _around(block: CodeBlock, lines: Sequence[str]) -> str | None:
    """What stands before each line of code in its file; None where that is not everywhere the same."""
    written = [no for no, row in enumerate(block.code.split("\n"), 1) if row]
    found = {around(block, no, lines) for no in written or [0]}
    return found.pop() if len(found) == 1 else None


def applied(text: str, one: Draft) -> str | None:
    """A file's text with the code in it; None if the lines are not there any more, or nobody can say which they are."""
    at = _place(Source(one.path, text).lines, one)
    return None if at is None else with_rows(text, at + 1, at + len(one.was), one.rows)


def _place(lines: Sequence[str], one: Draft) -> int | None:
    """Where the lines begin that are replaced, from 0: those at the old place, or the only ones like them."""
    was = list(one.was)
    if one.start == 0:
        return 0 if lines[: len(was) - 1] == was[1:] else None
    starts = [at for at in range(len(lines) - len(was) + 1) if lines[at : at + len(was)] == was]
    if one.start - 1 in starts:
        return one.start
    return starts[0] + 1 if len(starts) == 1 else None


def all_applied(text: str, drafts: Iterable[Draft]) -> tuple[str, list[Draft]]:
    """A file's text with all drafts in it that have a place, and those that have none."""
    lost = []
    for one in sorted(drafts, key=lambda draft: draft.start, reverse=True):
        if (changed := applied(text, one)) is None:
            lost.append(one)
        else:
            text = changed
    return text, lost
