"""Versions of a code -> which of their lines are the same, and what of them shows at each click. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import count


def line_keys(versions: Sequence[str]) -> list[tuple[str, ...]]:
    """A key for every line of every version: lines that two successive versions share have the same.

    Blanks around a line do not matter. What has moved past other lines is found, too.
    """
    fresh = map(str, count())
    rows: list[str] = []
    keys: list[str] = []
    found = []
    for code in versions:
        before = list(zip(rows, keys, strict=True))
        rows = [row.strip() for row in code.split("\n")]
        known = _in_place([row for row, _ in before], rows)
        taken = {before[at][1] for at in known.values()}
        left = [(row, key) for row, key in before if row and key not in taken]
        keys = []
        for at, row in enumerate(rows):
            moved = next((pair for pair in left if pair[0] == row), None) if at not in known else None
            if moved:
                left.remove(moved)
            keys.append(before[known[at]][1] if at in known else moved[1] if moved else next(fresh))
        found.append(tuple(keys))
    return found


def _in_place(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """The lines that stayed in their order: where they are, and where they were."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {block.b + at: block.a + at for block in blocks for at in range(block.size)}
