"""Code as edited on a slide -> the deck's files with it in its place; those lines change, and no others. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deck_builder.model import CodeBlock, Deck

_ENDED = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")


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
    around = _around(block, lines, numbers)
    if around is None:
        return None
    rows = code.split("\n") if code else []
    above = lines[first - 2] if first > 1 else ""
    written = tuple(f"{around}{row}" if row else around.rstrip() for row in rows)
    return Draft(block.id, block.path, first - 1, (above, *(lines[no - 1] for no in numbers)), written)


def _around(block: CodeBlock, lines: Sequence[str], numbers: Sequence[int]) -> str | None:
    """What stands before each line of code in its file: blanks of a list, the mark of a quotation."""
    found = set()
    for number, row in zip(numbers, block.code.split("\n"), strict=False):
        line = lines[number - 1]
        if row and not line.endswith(row):
            return None
        if row:
            found.add(line.removesuffix(row))
    if len(found) > 1:
        return None
    return found.pop() if found else re.match(r"[\s>]*", lines[block.span.start - 1])[0]  # type: ignore[index]


def applied(text: str, one: Draft) -> str | None:
    """A file's text with the code in it; None if the lines are not there any more, or nobody can say which they are."""
    pieces: list[str] = _ENDED.findall(text)
    lines = [piece.rstrip("\r\n") for piece in pieces]
    if lines and one.start:
        lines[0] = lines[0].removeprefix("\ufeff")
    at = _place(lines, one)
    if at is None:
        return None
    end = next((piece[len(line) :] for piece, line in zip(pieces, lines, strict=True) if piece != line), "\n") or "\n"
    stop = at + len(one.was) - 1
    rows = [f"{row}{end}" for row in one.rows]
    if rows and stop > at and not pieces[stop - 1].endswith(("\n", "\r")):
        rows[-1] = one.rows[-1]  # the last line of a file may have no end
    return "".join([*pieces[:at], *rows, *pieces[stop:]])


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
