"""`all|2,5|7-9` -> Steps: which of a block's lines each position of a range lights."""

from __future__ import annotations

import re
from dataclasses import dataclass

from deck_builder.model import Step

_PART = re.compile(r"\s*([0-9]{1,9})\s*(?:(-)\s*([0-9]{1,9})?)?\s*")
_ALL = ("", "all", "*")


@dataclass(frozen=True, slots=True)
class Stray:
    """A part of a range that means nothing, or lines that the block does not have; `offset` is its place."""

    text: str
    offset: int
    reason: str


def read_steps(ranges: str, count: int, first: int = 1) -> tuple[tuple[Step, ...], tuple[Stray, ...]]:
    """The steps of a range for a block of `count` lines that is numbered from `first`, and the parts that stray.

    `all`, `*` and nothing light every line, `none` lights none; parts are parted by `,` or `;` (Slidev's rules).
    What strays lights the lines that the block does have, if any.
    """
    steps: list[Step] = []
    strays: list[Stray] = []
    offset = 0
    for text in ranges.split("|"):
        if text.strip() in _ALL:
            steps.append(None)
        elif text.strip() == "none":
            steps.append(())
        else:
            steps.append(_read_step(text, offset, first, first + count - 1, strays))
        offset += len(text) + 1
    return tuple(steps), tuple(strays)


def _read_step(text: str, offset: int, first: int, last: int, strays: list[Stray]) -> Step:
    lit: set[int] = set()
    for found in re.finditer(r"[^,;]+", text):
        part = found[0].strip()
        at = offset + found.start() + len(found[0]) - len(found[0].lstrip())
        lines = _PART.fullmatch(found[0])
        if not part:
            continue  # a comma too many
        if lines is None:
            strays.append(Stray(part, at, "is no line or range of lines"))
            continue
        begin = int(lines[1])
        end = begin if lines[2] is None else int(lines[3] or last)
        if end < begin and lines[3]:
            strays.append(Stray(part, at, "runs backwards"))
            continue
        if begin < first or max(begin, end) > last:
            strays.append(Stray(part, at, "reaches outside the block"))
        lit.update(range(max(begin, first), min(end, last) + 1))
    return tuple(sorted(lit))
