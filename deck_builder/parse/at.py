"""`'+2'`, `3`, `[2, '+4']` -> when something comes and goes, by the click calculus of Slidev's.

A sign counts from the items before it; a bare number is a click of the slide (`normalizeSingleAtValue`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"\[([^,\]]*),([^,\]]*)\]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class At:
    """A click: of the slide, or, if `relative`, so many after the items before."""

    value: int
    relative: bool = True


class AtError(ValueError):
    """A text that names no click."""


def read_at(text: str) -> At | None:
    """A click as written in an attribute; None for `false`, which takes no part in the clicks. AtError else."""
    word = text.strip().strip("'\"").strip()
    if word == "false":
        return None
    if word in ("", "true", "null", "undefined"):
        return At(1)
    if not _NUMBER.fullmatch(word):
        raise AtError(word)
    return At(int(word), word[0] in "+-")


def read_range(text: str) -> tuple[At, At] | None:
    """`[2,4]` -> the click it comes on, and the one it goes on (counted from the first if it has a sign)."""
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        return None
    first, last = (read_at(part) for part in found.groups())
    if first is None or last is None:
        raise AtError(text)
    return first, last
