"""Token -> what its element carries: utilities as classes, clicks, marks and movements as the client reads them."""

from __future__ import annotations

import json
import re

from markdown_it.token import Token

from deck_builder.model import Click, Mark
from deck_builder.render.markup import Attributes, attributes_html, utilities_to_classes

_ACTS = re.compile(r"[@#]|v-|on[a-z]+$", re.IGNORECASE)
"""An attribute that has something done; the page's policy would not let `onclick` do it either."""


def dressed(token: Token) -> Attributes:
    """What an element of the page carries; without Vue's own attributes (`@click`, `#right`, `v-if`) and scripts."""
    given = {name: str(value) or None for name, value in token.attrs.items() if not _ACTS.match(name)}
    attributes = utilities_to_classes(given) if given else {}
    meta = token.meta
    if isinstance(mark := meta.get("mark"), Mark):
        attributes = _marked(attributes, mark)
    if isinstance(click := meta.get("appears"), Click):
        attributes = _coming(attributes, click)
    if motion := meta.get("motion"):
        attributes |= _moving(motion)
    return attributes


def wrapped(token: Token, html: str) -> str:
    """What comes by a click and has no element of its own to carry it: code, formulas."""
    click = token.meta.get("appears")
    if not isinstance(click, Click):
        return html
    return f"<div{attributes_html(_coming({}, click))}>{html}</div>\n"


def _coming(attributes: Attributes, click: Click) -> Attributes:
    classes = " ".join(["click", *(f"click-{name}" for name in click.animations)])
    until = {} if click.end is None else {"data-until": str(click.end)}
    hide: Attributes = {"data-hide": None} if click.hide else {}
    return _with_class(attributes, classes) | {"data-from": str(click.start)} | until | hide


def _marked(attributes: Attributes, mark: Mark) -> Attributes:
    named = f"var(--deck-mark-{mark.colour},{mark.colour})" if mark.colour.isalpha() else mark.colour
    style = [f"--mark:{named}"] if named else []
    style += [f"--mark-opacity:{mark.opacity:g}"] if mark.opacity < 1 else []
    style += [f"--mark-delay:{mark.delay_ms}ms"] if mark.delay_ms else []
    start: Attributes = {} if mark.start is None else {"data-mark-from": str(mark.start)}
    marked = _with_class(attributes, f"mark mark-{mark.kind}") | start
    if style:
        marked["style"] = ";".join([*filter(None, [attributes.get("style")]), *style])
    return marked


def _moving(motion: dict[str, dict[str, float]]) -> Attributes:
    moves: Attributes = {"data-motion": None}
    for name in ("initial", "enter", "leave"):
        if name in motion:
            moves[f"data-{name}"] = json.dumps(motion[name])
    if clicks := {name.removeprefix("click-"): to for name, to in motion.items() if name.startswith("click-")}:
        moves["data-motion-clicks"] = json.dumps(clicks)
    return moves


def _with_class(attributes: Attributes, classes: str) -> Attributes:
    """The attributes with more classes, which come first."""
    return {"class": f"{attributes.get('class') or ''} {classes}".strip()} | {
        name: value for name, value in attributes.items() if name != "class"
    }
