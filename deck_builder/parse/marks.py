"""`v-mark.circle.red="2"` and `v-motion` -> Mark and movements: Slidev's directives that draw and move."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from deck_builder.model import Mark
from deck_builder.parse.at import At, AtError, read_at
from deck_builder.parse.literal import LiteralError, read_object

Warn = Callable[[str, str], None]
"""Tells a message and a hint."""

KINDS = {
    "underline": "underline",
    "circle": "circle",
    "highlight": "highlight",
    "box": "box",
    "bracket": "bracket",
    "strike-through": "strike-through",
    "strike": "strike-through",
    "line-through": "strike-through",
    "strikethrough": "strike-through",
    "crossed-off": "crossed-off",
    "cross": "crossed-off",
    "crossedoff": "crossed-off",
}
COLOURS = tuple("black blue cyan gray green indigo lime orange pink purple red teal white yellow".split())  # noqa: SIM905
MOVES = tuple("x y z scale scaleX scaleY rotate rotateX rotateY rotateZ skewX skewY opacity".split())  # noqa: SIM905
_DELAY = re.compile(r"delay-?(\d{1,6})?")
_OPACITY = re.compile(r"(?:op|opacity)-?(\d{1,3})")
_TIMING = re.compile(r",?\s*['\"]?transition['\"]?\s*:\s*\{(?:[^{}]|\{[^{}]*\})*\}")
_MILLISECONDS = re.compile(r"\b(delay|duration)\b['\"]?\s*:\s*(\d{1,6})")
_VARIANT = re.compile(r":?(initial|enter|leave|click-(\d+)(?:-(\d+))?)")


def read_mark(modifiers: Sequence[str], value: str, warn: Warn) -> tuple[Mark | None, At | None]:
    """A mark, and the click it is drawn on: none for one that is always there (`true`); no mark for `false`."""
    given: dict[str, Any] = {"at": value}
    if value.strip().startswith("{"):
        try:
            given = {pair.name: pair.value for pair in read_object(value.strip().strip("{}"))}
        except LiteralError:
            warn(f"v-mark can't read {value!r}", "write {at: 3, type: 'circle', color: 'red'}")
            given = {}
    kind, colour = str(given.get("type", "underline")), str(given.get("color", ""))
    opacity, delay = 1.0, 0
    for modifier in modifiers:
        if modifier in KINDS:
            kind = modifier
        elif modifier in COLOURS:
            colour = modifier
        elif found := _DELAY.fullmatch(modifier):
            delay = int(found[1] or 300)
        elif found := _OPACITY.fullmatch(modifier):
            opacity = int(found[1]) / 100
        else:
            warn(f"v-mark has no modifier {modifier!r}", f"kinds are {', '.join(dict.fromkeys(KINDS.values()))}")
    if kind not in KINDS:
        warn(f"v-mark has no type {kind!r}", f"there are {', '.join(dict.fromkeys(KINDS.values()))}")
        kind = "underline"
    at = given.get("at", "")
    if at is False or at == "false":
        return None, None
    mark = Mark(KINDS[kind], colour, None, opacity, delay)
    return mark, None if at is True or at == "true" else _mark_at(at, warn)


def _mark_at(at: object, warn: Warn) -> At | None:
    try:
        return read_at("" if at is None else str(at))
    except AtError:
        warn(f"{at!r} is no click", "a click is 3, or '+1' to count from what comes before")
        return At(1)


def read_motion(attrs: dict[str, str | int | float], warn: Warn) -> dict[str, dict[str, float]]:
    """The variants of `v-motion`, taken out of the attributes: `initial`, `enter`, `leave`, `click-1`, `click-2-4`."""
    motion: dict[str, dict[str, float]] = {}
    for name in [name for name in attrs if _VARIANT.fullmatch(name)]:
        value, timing = _without_timing(str(attrs.pop(name)).strip())
        try:
            pairs = list(read_object(value.removeprefix("{").removesuffix("}").strip().strip(",")))
        except LiteralError:
            warn(f"v-motion can't read {name}", "write an object of numbers: {x: -80, opacity: 0}")
            continue
        if still := [pair.name for pair in pairs if pair.name not in MOVES]:
            warn(f"v-motion moves no {', '.join(still)}", f"it moves {', '.join(MOVES)} by numbers")
        for pair in pairs:
            if pair.name in MOVES and not isinstance(pair.value, int | float):
                warn(f"v-motion can't move {pair.name} by {pair.value!r}", "write a number: it is not computed")
        moves = {pair.name: pair.value for pair in pairs if pair.name in MOVES}
        motion[name.lstrip(":")] = {key: float(by) for key, by in moves.items() if isinstance(by, int | float)} | timing
    return motion


def _without_timing(value: str) -> tuple[str, dict[str, float]]:
    """A variant without its `transition: {delay: 500, duration: 1000}`, and those milliseconds."""
    found = _TIMING.search(value)
    if found is None:
        return value, {}
    timing = {name: float(number) for name, number in _MILLISECONDS.findall(found[0])}
    return value[: found.start()] + value[found.end() :], timing
