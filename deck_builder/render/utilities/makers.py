"""Makers of rules: what a utility's value becomes, as CSS declarations. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from deck_builder.render.utilities.colours import colour
from deck_builder.render.utilities.sizes import arbitrary, number, size

Rule: TypeAlias = Callable[[str], str]


def length(*properties: str, steps: bool = False) -> Rule:
    """A length for each of these properties."""

    def rule(value: str) -> str:
        found = size(value, steps=steps)
        return ";".join(f"{name}:{found}" for name in properties) if found else ""

    return rule


def count(template: str, unit: str = "") -> Rule:
    """A plain number in a declaration."""
    return lambda value: template.format(found) if (found := number(value, unit)) else ""


def percent(name: str) -> Rule:
    """Hundredths: `50` is .5."""
    return lambda value: f"{name}:{float(value) / 100:g}" if re.fullmatch(r"\d{1,3}", value) else bracketed(name, value)


def bracketed(name: str, value: str) -> str:
    """An arbitrary value in `[…]`."""
    return f"{name}:{found}" if (found := arbitrary(value)) else ""


def keyword(name: str, allowed_as_they_are: str, /, **others: str) -> Rule:
    """One of these words, or one that stands for another value."""
    allowed = {word: word for word in allowed_as_they_are.split()} | {
        key.replace("_", "-"): value for key, value in others.items()
    }
    return lambda value: f"{name}:{allowed[value]}" if value in allowed else ""


def first(*rules: Rule) -> Rule:
    """The first of these rules that knows the value."""
    return lambda value: next((found for rule in rules if (found := rule(value))), "")


def coloured(name: str) -> Rule:
    """A colour."""
    return lambda value: f"{name}:{found}" if (found := colour(value)) else ""


def text_size(value: str) -> str:
    """`xl`, `2xl`, `1.2em`: a size of type."""
    names = ("xs", "sm", "base", "lg", "xl", "2xl", "3xl", "4xl", "5xl", "6xl", "7xl", "8xl", "9xl")
    rems = dict(zip(names, (0.75, 0.875, 1, 1.125, 1.25, 1.5, 1.875, 2.25, 3, 3.75, 4.5, 6, 8), strict=True))
    if value in rems:
        return f"font-size:{rems[value]:g}rem"
    found = arbitrary(value) or (size(value) if re.fullmatch(r"[\d.]+(px|rem|em)", value) else "")
    return f"font-size:{found}" if found else ""


def tracks(name: str) -> Rule:
    """Columns or rows of a grid."""

    def rule(value: str) -> str:
        if re.fullmatch(r"\d{1,2}", value):
            return f"{name}:repeat({value},minmax(0,1fr))"
        return f"{name}:none" if value == "none" else bracketed(name, value)

    return rule


def span(name: str) -> Rule:
    """How many columns or rows of a grid."""
    return lambda value: f"{name}:1/-1" if value == "full" else f"{name}:span {value}" if value.isdigit() else ""


def border(*sides: str) -> Rule:
    """A border's width, style or colour."""

    def rule(value: str) -> str:
        edges = sides or ("",)
        if value in ("solid", "dashed", "dotted", "double", "none"):
            return ";".join(f"border{edge}-style:{value}" for edge in edges)
        width = "1px" if value == "" else number(value, "px")
        if width:
            return ";".join(f"border{edge}-width:{width};border{edge}-style:solid" for edge in edges)
        return ";".join(f"border{edge}-color:{found}" for edge in edges) if (found := colour(value)) else ""

    return rule


_RADII = {
    "": ".25rem",
    "none": "0",
    "sm": ".125rem",
    "md": ".375rem",
    "lg": ".5rem",
    "xl": ".75rem",
    "2xl": "1rem",
    "3xl": "1.5rem",
    "full": "9999px",
}


def radius(*corners: str) -> Rule:
    """Rounded corners."""

    def rule(value: str) -> str:
        found = _RADII.get(value) or size(value)
        return ";".join(f"border{corner}-radius:{found}" for corner in corners or ("",)) if found else ""

    return rule
