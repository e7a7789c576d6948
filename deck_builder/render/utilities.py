"""A utility class (UnoCSS's names) -> its CSS, by rule. Pure. Only what a deck uses is written out."""

from __future__ import annotations

import re
from collections.abc import Iterable

ATTRIBUTES = frozenset(
    ["grid", "flex", "text", "m", "p", "gap", "border", "bg", "w", "h", "font", "opacity", "items", "justify"]
)
"""Attributes that hold utilities, as in `grid="~ cols-2 gap-4"`; none is an attribute of HTML."""

_FIXED = {
    "grid": "display:grid",
    "flex": "display:flex",
    "block": "display:block",
    "inline": "display:inline",
    "inline-block": "display:inline-block",
    "inline-flex": "display:inline-flex",
    "hidden": "display:none",
    "flex-col": "flex-direction:column",
    "flex-row": "flex-direction:row",
    "flex-wrap": "flex-wrap:wrap",
    "flex-1": "flex:1 1 0%",
    "items-start": "align-items:start",
    "items-center": "align-items:center",
    "items-end": "align-items:end",
    "justify-start": "justify-content:start",
    "justify-center": "justify-content:center",
    "justify-end": "justify-content:end",
    "justify-between": "justify-content:space-between",
    "text-left": "text-align:left",
    "text-center": "text-align:center",
    "text-right": "text-align:right",
    "font-bold": "font-weight:700",
    "font-mono": "font-family:var(--deck-font-mono)",
    "font-serif": "font-family:var(--deck-font-serif)",
    "font-sans": "font-family:var(--deck-font-sans)",
    "italic": "font-style:italic",
    "underline": "text-decoration-line:underline",
    "relative": "position:relative",
    "absolute": "position:absolute",
    "rounded": "border-radius:.25rem",
    "shadow": "box-shadow:0 1px 3px #0003",
    "mx-auto": "margin-inline:auto",
    "m-auto": "margin:auto",
    "w-full": "width:100%",
    "h-full": "height:100%",
    "text-primary": "color:var(--deck-accent)",
}
_TEXT = {
    "xs": ".75rem",
    "sm": ".875rem",
    "base": "1rem",
    "lg": "1.125rem",
    "xl": "1.25rem",
    "2xl": "1.5rem",
    "3xl": "1.875rem",
    "4xl": "2.25rem",
    "5xl": "3rem",
    "6xl": "3.75rem",
}
_SIDES = {"": "", "x": "-inline", "y": "-block", "t": "-top", "r": "-right", "b": "-bottom", "l": "-left"}
_PROPERTIES = {"m": "margin", "p": "padding"}
_SPACE = re.compile(r"(-?)([mp])([xytrbl]?)-(\d+(?:\.\d+)?)")
_SIZE = re.compile(r"(w|h|gap|top|right|bottom|left)-(\d+(?:\.\d+)?)")
_FRACTION = re.compile(r"(w|h)-(\d+)/(\d+)")
_SIZES = {"w": "width", "h": "height"}


def declaration(name: str) -> str:
    """The CSS declaration of a utility class, or nothing if the name is not one."""
    if name in _FIXED:
        return _FIXED[name]
    if match := re.fullmatch(r"grid-cols-(\d+)", name):
        return f"grid-template-columns:repeat({match[1]},minmax(0,1fr))"
    if match := re.fullmatch(r"col-span-(\d+)", name):
        return f"grid-column:span {match[1]}/span {match[1]}"
    if match := re.fullmatch(r"text-(\w+)", name):
        return f"font-size:{_TEXT[match[1]]}" if match[1] in _TEXT else ""
    if match := re.fullmatch(r"op(?:acity-)?(\d+)", name):
        return f"opacity:{int(match[1]) / 100:g}"
    if match := _SPACE.fullmatch(name):
        return f"{_PROPERTIES[match[2]]}{_SIDES[match[3]]}:{match[1]}{float(match[4]) / 4:g}rem"
    if match := _SIZE.fullmatch(name):
        return f"{_SIZES.get(match[1], match[1])}:{float(match[2]) / 4:g}rem"
    if (match := _FRACTION.fullmatch(name)) and int(match[3]):
        return f"{_SIZES[match[1]]}:{100 * int(match[2]) / int(match[3]):g}%"
    return ""


def stylesheet(names: Iterable[str]) -> str:
    """The utility layer for these class names, sorted; names that are no utility are the author's own."""
    rules = ((name, declaration(name)) for name in sorted(set(names)))
    css = "".join(f".{_escape(name)}{{{rule}}}" for name, rule in rules if rule)
    return f"@layer utilities{{{css}}}" if css else ""


def _escape(name: str) -> str:
    return re.sub(r"([^\w-])", r"\\\1", name)
