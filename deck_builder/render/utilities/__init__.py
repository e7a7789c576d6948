"""Class names -> the stylesheet of the utilities among them. Pure. Only what a deck uses is written out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from deck_builder.render.utilities import rules

ATTRIBUTES = frozenset(
    {"grid", "flex", "text", "m", "p", "gap", "border", "bg", "w", "h", "font", "op", "opacity", "items", "justify"}
    | {"rounded", "absolute", "relative", "position", "leading", "shadow", "z"}
)
"""Attributes that hold utilities, as in `grid="~ cols-2 gap-4"`; none is an attribute of HTML."""

_STATES = {
    "hover": ":hover",
    "focus": ":focus",
    "active": ":active",
    "first": ":first-child",
    "last": ":last-child",
    "odd": ":nth-child(odd)",
    "even": ":nth-child(even)",
    "disabled": ":disabled",
}
_SCHEMES = {
    "dark": (":root[data-scheme=dark] ", "@media (prefers-color-scheme:dark)", ":root[data-scheme=auto] "),
    "light": (":root[data-scheme=light] ", "@media (prefers-color-scheme:light)", ":root[data-scheme=auto] "),
}
_WIDTHS = {"sm": 640, "md": 768, "lg": 1024, "xl": 1280}
_GROUP = re.compile(r"([\w:!-]+:)\(([^()]*)\)")


def expanded(classes: str) -> str:
    """Variant groups written out: `hover:(a b)` is `hover:a hover:b`."""
    return _GROUP.sub(lambda group: " ".join(group[1] + word for word in group[2].split()), classes)


def declaration(name: str) -> str:
    """The CSS declarations of a utility class without its variants and its `!`, or nothing if the name is none."""
    parts, bare, _ = _parts(name)
    return rules.declaration(bare) if all(part in {**_STATES, **_SCHEMES, **_WIDTHS} for part in parts) else ""


def stylesheet(names: Iterable[str]) -> str:
    """The utility layer for these class names, sorted; names that are no utility are the author's own."""
    found = [css for name in sorted(set(names)) if (css := _rule(name))]
    plain, wide = [css for css in found if not css.startswith("@")], [css for css in found if css.startswith("@")]
    return f"@layer utilities{{{''.join(plain + wide)}}}" if found else ""


def _parts(name: str) -> tuple[list[str], str, bool]:
    """A class name as its variants, the utility itself, and whether it is important."""
    important = "!" in name or name.startswith("important")
    name = re.sub(r"^important[:-]", "", name.replace("!", ""))
    *variants, bare = re.split(r":(?![^\[]*\])", name)
    return variants, bare, important


def _rule(name: str) -> str:
    if not (css := declaration(name)):
        return ""
    variants, _, important = _parts(name)
    if important:
        css = ";".join(f"{one}!important" for one in css.split(";") if one)
    selector = f".{_escape(name)}" + "".join(_STATES[variant] for variant in variants if variant in _STATES)
    rule = f"{selector}{{{css}}}"
    for variant in variants:
        if variant in _SCHEMES:
            always, media, auto = _SCHEMES[variant]
            rule = f"{always}{rule}{media}{{{auto}{rule}}}"
        elif variant in _WIDTHS:
            rule = f"@media (min-width:{_WIDTHS[variant]}px){{{rule}}}"
    return rule


def _escape(name: str) -> str:
    escaped = re.sub(r"([^\w-])", r"\\\1", name)
    return re.sub(r"^(-?)(\d)", lambda start: f"{start[1]}\\3{start[2]} ", escaped)
