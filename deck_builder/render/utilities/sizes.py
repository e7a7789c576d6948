"""A size in a utility class -> CSS. Pure. Plain numbers are quarters of a rem, as in UnoCSS: `4` is 1rem."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?|\.\d+)(px|rem|em|%|vh|vw|ch|fr|deg|ms|s)?")
_FRACTION = re.compile(r"(\d+)/(\d+)")
_ARBITRARY = re.compile(r"\[([\w.%#(),*+/ -]+)\]")
_WORDS = {
    "auto": "auto",
    "full": "100%",
    "screen": "100%",
    "min": "min-content",
    "max": "max-content",
    "fit": "fit-content",
    "none": "none",
    "px": "1px",
}
_STEPS = {
    "xs": "20rem",
    "sm": "24rem",
    "md": "28rem",
    "lg": "32rem",
    "xl": "36rem",
    "2xl": "42rem",
    "3xl": "48rem",
    "4xl": "56rem",
    "5xl": "64rem",
    "6xl": "72rem",
    "7xl": "80rem",
    "prose": "65ch",
}


def size(text: str, *, steps: bool = False) -> str:
    """`4`, `1.5`, `1/2`, `200px`, `[17%]` as a length; nothing if it is none. `steps` allows `md` and its like."""
    if text in _WORDS:
        return _WORDS[text]
    if steps and text in _STEPS:
        return _STEPS[text]
    if (parts := _FRACTION.fullmatch(text)) and int(parts[2]):
        return f"{100 * int(parts[1]) / int(parts[2]):.6g}%"
    if parts := _NUMBER.fullmatch(text):
        return f"{float(parts[1]):g}{parts[2]}" if parts[2] else f"{float(parts[1]) / 4:g}rem"
    return arbitrary(text)


def number(text: str, unit: str = "") -> str:
    """A plain number with a unit of ours, or an arbitrary value."""
    if parts := _NUMBER.fullmatch(text):
        return f"{float(parts[1]):g}{parts[2] or unit}"
    return arbitrary(text)


def arbitrary(text: str) -> str:
    """What stands in `[…]`, with `_` for blanks; nothing that could end a declaration gets through."""
    found = _ARBITRARY.fullmatch(text)
    return found[1].replace("_", " ") if found else ""


def negative(length: str) -> str:
    """A length turned round."""
    if length in ("auto", "none") or not length:
        return ""
    return f"-{length}" if re.match(r"[\d.]", length) else f"calc({length} * -1)"
