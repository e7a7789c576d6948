"""`<v-click>`, `<v-clicks>`, `<v-switch>` -> what holds the things that come and go. When they do, the parser knows."""

from __future__ import annotations

from deck_builder.model import Problem
from deck_builder.render.components.foreign import ELEMENTS
from deck_builder.render.components.use import Around, Made, PropError, Use
from deck_builder.render.markup import Attributes, attributes_html

_OF_CLICKS = frozenset(["at", "hide", "every", "depth", "size", "animation", "fade", "unmount", "transition"]) | {
    "tag",
    "childTag",
}


def wrapper(use: Use, around: Around) -> Made:
    """Nothing: the things in it come by themselves. Bare text, which can't, gets an element that does."""
    if not use.token.meta.get("wrap"):
        return Made("", "")
    tag = "div" if use.token.block else "span"
    return Made(f"<{tag}{attributes_html(_kept(use))}>", f"</{tag}>")


def nothing(use: Use, around: Around) -> Made:
    """Clicks that pass without anything to be seen."""
    return Made("", "")


def switch(use: Use, around: Around) -> Made:
    """A place where one of several things shows at a time."""
    tag = use.prop("tag", use.tag)
    if tag not in ELEMENTS:
        raise PropError(f"<{use.token.tag}> has tag={tag!r}", "tag is an element of HTML: div, span, ul …")
    kept = _kept(use)
    kept["class"] = f"{kept.get('class') or ''} switch".strip()
    return Made(f"<{tag}{attributes_html(kept)}>", f"</{tag}>")


def template(use: Use, around: Around) -> Made:
    """A slot of the component around it: in a switch, one of the things that take turns."""
    tag = "div" if use.token.block else "span"
    kept = _kept(use) if use.token.meta.get("alternative") else {}
    told: tuple[Problem, ...] = ()
    named = any(name.startswith(("#", "v-slot")) for name in use.token.attrs)
    if named and ELEMENTS.issuperset(use.parents):  # what is in a component is the component's
        hint = "put <template #right> and </template> on lines of their own"
        told = (Problem("D021", "this template fills no slot: it stands within a line", use.span, hint, "warning"),)
    return Made(f"<{tag}{attributes_html(kept)}>", f"</{tag}>", told)


def _kept(use: Use) -> Attributes:
    return {name: value for name, value in use.attributes.items() if name.lstrip(":") not in _OF_CLICKS}
