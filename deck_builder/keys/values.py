"""A front matter's value -> what it means, or ValueError: the readers of keys.py's table.

A ValueError's own words are a hint that fits this value better than what the key takes in general.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

ANIMATIONS = ("fade", "fade-in", "up", "down", "left", "right", "scale", "none")
TRANSITIONS = ("fade", "fade-out", "slide-left", "slide-right", "slide-up", "slide-down", "view-transition", "none")

_ASPECT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:[/:x|]\s*(\d+(?:\.\d+)?)\s*)?")
_ATTRIBUTE = re.compile(
    r"lang|dir|class|style|data-(?!(?:no|click|scheme|transition|animation|duration|timer)$)[a-z][\w.-]*", re.ASCII
)
_NAME = re.compile(r"[A-Za-z][\w-]*")
_NUMBER = re.compile(r"[0-9]*\.?[0-9]+")
_DURATION = re.compile(
    r"(?=\d)(?:(\d{1,5})\s*(?:h|hours?)\s*)?(?:(\d{1,5})\s*(?:m|mins?|minutes?)\s*)?(?:(\d{1,5})\s*(?:s|secs?|seconds?))?"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def anything(value: object) -> object:
    """What another module reads, or what nothing here depends on."""
    return value


def text(value: object) -> str:
    """Text; a number or a date stands for itself."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise ValueError


def flag(value: object) -> bool:
    """True or false. In YAML 1.2 `yes` and `no` are words."""
    if isinstance(value, bool):
        return value
    raise ValueError


def mapping(value: object) -> Mapping[str, Any]:
    """Keys with values below this key."""
    if isinstance(value, Mapping):
        return value
    raise ValueError


def texts(value: object) -> tuple[str, ...]:
    """Text, or a list of texts."""
    return tuple(map(text, value)) if isinstance(value, list) else (text(value),)


def whole(least: int, most: int) -> Callable[[object], int]:
    """A whole number from `least` to `most`."""

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise ValueError

    return read


def choice(*names: str) -> Callable[[object], str]:
    """One of these words."""

    def read(value: object) -> str:
        if value in names:
            return str(value)
        raise ValueError(*_meant(value, names))

    return read


def copying(value: object) -> bool | str:
    """Whether moving code can be copied: true or false, or when."""
    return value if isinstance(value, bool) else choice("always", "final")(value)


def about(value: object) -> str:
    """Text about the deck; `info: true` and `false` say nothing."""
    return "" if isinstance(value, bool) else text(value)


def html_attributes(value: object) -> dict[str, str]:
    """The attributes that `<html>` can have from an author: what the page itself says there stays its own."""
    kept: dict[str, str] = {}
    for name, written in mapping(value).items():
        if _ATTRIBUTE.fullmatch(name) and isinstance(written, str | int | float):
            kept[name] = str(written)
    return kept


def factor(value: object) -> float:
    """By how much a slide's contents are enlarged."""
    if _NUMBER.fullmatch(text(value)) and 0.1 <= float(text(value)) <= 10:
        return float(text(value))
    raise ValueError


def ratio(value: object) -> float:
    """Width by height: 16/9, 4:3, 3x4, 16|9 or a number."""
    found = _ASPECT.fullmatch(text(value))
    number = float(found[1]) / float(found[2] or 1) if found and float(found[2] or 1) else math.inf
    if 0.2 <= number <= 5:
        return number
    raise ValueError


def duration(value: object) -> int:
    """Seconds of a time: `45min`, `1h 30m`; in `10:30` the minutes come first, in `1:10:30` the hours."""
    written = text(value).strip()
    parts: list[str | None] = []
    if re.fullmatch(r"\d{1,5}(:[0-5]?\d){1,2}", written, re.ASCII):
        parts = list(written.split(":"))
    elif found := _DURATION.fullmatch(written):
        parts = list(found.groups())
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part or 0)
    if 0 < seconds < 360_000:
        return seconds
    raise ValueError(f"write `{written}min`") if written.isdecimal() else ValueError


def classes(value: object) -> str:
    """The classes of an element as Vue has them: text, a list, or a mapping of names to whether they hold."""
    if isinstance(value, Mapping):
        return " ".join(str(name) for name, on in value.items() if on)
    return " ".join(filter(None, map(classes, value))) if isinstance(value, list) else text(value)


def language(value: object) -> str:
    """A language tag."""
    if _LANGUAGE.fullmatch(text(value)):
        return str(value)
    raise ValueError


def alias(value: object) -> str:
    """A slide's own address, without the slash before it."""
    name = text(value).removeprefix("/")
    if name.isdecimal():
        raise ValueError("a number is the address of the slide of that number; add a letter")
    if not name or re.search(r"[\s/?#]", name):
        raise ValueError
    return name


def transition(value: object) -> str:
    """How one slide gives way to the next: a name, `forward | backward`, or Vue's properties, whose name counts."""
    if isinstance(value, Mapping):
        return transition(value.get("name"))
    names = [name.strip() for name in text(value).split("|")]
    for name in names:
        if name not in TRANSITIONS and (near := _meant(name, TRANSITIONS)):
            raise ValueError(*near)
        if not _NAME.fullmatch(name):
            raise ValueError
    if len(names) > 2:
        raise ValueError
    return "|".join(names)


def animation(value: object) -> tuple[str, ...]:
    """The presets of what comes by a click: `fade up`, or a list of them."""
    names = tuple(word for entry in texts(value) for word in entry.split())
    for name in names:
        if name not in ANIMATIONS:
            raise ValueError(*_meant(name, ANIMATIONS))
    return names


def _meant(value: object, names: tuple[str, ...]) -> tuple[str, ...]:
    near = get_close_matches(str(value).lower(), names, 1, 0.7)
    return (f"did you mean {near[0]}?",) if near else ()
