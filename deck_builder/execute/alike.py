"""Written text, what came -> whether it is what is written: of numbers only the digits that are written count. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from deck_builder.execute.steady import ADDRESS
from deck_builder.steering import CODE, CONTROL

_NUMBER: Final = re.compile(
    r"(?P<blanks>[ \t]*)(?<![\w.])(?P<sign>[+-]?)"
    r"(?:(?P<word>nan|inf)\b|"
    r"(?P<whole>\d*)(?:\.(?P<fraction>\d*))?(?:[eE](?P<exponent>[+-]?\d{1,5}))?(?!\.?\d))"
)
_ELLIPSIS: Final = "..."
_FULL: Final = 8
"""So many digits are more than a float32 has: what comes after the sixth differs from machine to machine."""
_UNSEEN: Final = re.compile(rf"{CONTROL.pattern}|[\r\ufeff\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class _Number:
    """A number with a point or an exponent, or one that is none."""

    value: float
    tolerance: float


_Piece: TypeAlias = str | _Number


def alike(written: str, came: str) -> bool:
    """Whether a text came as it is written. `...` stands for anything, as in a doctest."""
    written, came = (plain(text.replace("<BLANKLINE>", "")) for text in (written, came))
    if written == came:
        return True
    *before, end_part = written.split(_ELLIPSIS)
    parts = [_pieces(part) for part in (*(part.rstrip(" ") for part in before), end_part)]
    whole = _pieces(came)
    if len(parts) == 1:
        return len(parts[0]) == len(whole) and _stands_at(parts[0], whole, 0)
    first, *between, last = parts
    at, end = len(first), len(whole) - len(last)
    if at > end or not _stands_at(first, whole, 0) or not _stands_at(last, whole, end):
        return False
    for part in between:
        found = next((no for no in range(at, end - len(part) + 1) if _stands_at(part, whole, no)), None)
        if found is None:
            return False
        at = found + len(part)
    return True


def plain(text: str) -> str:
    """What a terminal would show of a text, without blanks at the ends of lines and blank lines at its end."""
    text = _UNSEEN.sub("", "\n".join(map(_shown, CODE.sub("", text).split("\n"))))
    text = ADDRESS.sub("…", text).encode("utf-8", "replace").decode()
    return "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n")


def _shown(line: str) -> str:
    """A line of which `\\r` goes back to the start."""
    return line.rstrip("\r").rsplit("\r", 1)[-1]


def _pieces(text: str) -> list[_Piece]:
    """A text in characters, its floating-point numbers in one piece each. Whole numbers are text like any other."""
    pieces: list[_Piece] = []
    at = 0
    for found in _NUMBER.finditer(text):
        if number := _number(found):
            pad = " " * bool(found["blanks"] or found["sign"])  # blanks keep columns: how many there are says nothing
            pieces += [*text[at : found.start()], *pad, number]
            at = found.end()
    return [*pieces, *text[at:]]


def _number(found: re.Match[str]) -> _Number | None:
    if found["word"]:
        return _Number(float(found["sign"] + found["word"]), 0.0)
    whole, fraction, exponent = found["whole"] or "", found["fraction"], found["exponent"]
    if (not whole and not fraction) or (fraction is None and exponent is None):
        return None
    value = float(f"{found['sign']}{whole or 0}.{fraction or 0}e{exponent or 0}")
    decimals = 0 if fraction is None else max(1, len(fraction))  # `1.` is what torch makes of 1.0
    tolerance = 0.5 * float(f"1e{int(exponent or 0) - decimals}")
    if len(f"{whole}{fraction or ''}".lstrip("0")) >= _FULL:
        tolerance = max(tolerance, min(1e-6 * abs(value), 0.05))  # the digits before the point always count
    return _Number(value, tolerance)


def _stands_at(part: list[_Piece], whole: list[_Piece], at: int) -> bool:
    return all(_same(one, other) for one, other in zip(part, whole[at : at + len(part)], strict=True))


def _same(written: _Piece, came: _Piece) -> bool:
    if isinstance(written, str) or isinstance(came, str):
        return written == came
    if written.value == came.value or (math.isnan(written.value) and math.isnan(came.value)):
        return True
    if not (math.isfinite(written.value) and math.isfinite(came.value)):
        return False
    rounding = 2 * math.ulp(written.value) + 1e-6 * written.tolerance
    return abs(written.value - came.value) <= written.tolerance + rounding
