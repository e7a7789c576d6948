"""`<Arrow>`, `<Transform>`, `<AutoFitText>`, `<VDrag>` -> things that have a place or a size of their own."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any
from unicodedata import east_asian_width

from deck_builder.model import Problem
from deck_builder.render.components.use import Around, Made, PropError, Use, instead
from deck_builder.render.markup import attributes_html

_POSITION = re.compile(r"-?\d+(\.\d+)?")
_STILL = "what can be dragged in Slidev keeps its place here", "move it by the numbers of its place"
_FAR = 1e6
"""More than any slide measures."""

_HEAD = 10.0
"""Length of an arrow's head, in widths of its line; it is seven tenths as wide."""


def arrow(use: Use, around: Around) -> Made:
    """A line with a head, drawn over the slide in the slide's own units."""
    x1, y1, x2, y2 = (use.number(name) for name in ("x1", "y1", "x2", "y2"))
    return Made(_arrow(use, x1, y1, x2, y2, "x1", "y1", "x2", "y2"))


def drag_arrow(use: Use, around: Around) -> Made:
    """An arrow from one corner of its place to the other."""
    left, top, width, height, _ = _place(use.prop("pos", "100,100,300,300"))
    if left is None or height is None:
        raise PropError(f"<{use.token.tag}> has pos={use.prop('pos')!r}", "pos is left,top,width,height")
    return Made(_arrow(use, left, top, left + width, top + height, "pos"), "", instead(use, *_STILL))


def transform(use: Use, around: Around) -> Made:
    """Content in another size; unlike Slidev's it takes the room that it is seen to take, and no more than there is."""
    scale = use.number("scale", 1)
    if scale <= 0:
        raise PropError(f"<{use.token.tag}> has scale={use.prop('scale')!r}", "scale is a number above 0")
    style = ";".join(filter(None, [f"zoom:{scale:g}", f"width:{100 * scale:g}%" if scale < 1 else "", _side(use)]))
    return Made(f"<div{attributes_html(use.kept('scale', 'origin', style=style))}>", "</div>")


def auto_fit_text(use: Use, around: Around) -> Made:
    """Text as large as its box allows. The client measures it; without one its size is a guess at its width."""
    most, least = use.number("max", 100), use.number("min", 30)
    text = use.prop("modelValue")
    ems = _ems(text or "".join(token.content for token in use.inside() if not token.children))
    guess = f";--size:{min(90 / ems, 100):.3g}" if ems else ""
    kept = use.kept("max", "min", "modelValue", "multiLine", classes="autofit", style=f"--max:{most:g};--min:{least:g}")
    return Made(f'<{use.tag}{attributes_html(kept)}><{use.tag} style="{guess[1:]}">{escape(text)}', f"</{use.tag}>" * 2)


def drag(use: Use, around: Around) -> Made:
    """Content at a place of the slide, `left,top,width,height,rotation`."""
    style = placed(use.prop("pos"), use.slide.frontmatter) if use.said("pos") else ""
    kept = use.kept("pos", "id", "markdownSource", classes="placed", style=style)
    return Made(f"<{use.tag}{attributes_html(kept)}>", f"</{use.tag}>", instead(use, *_STILL))


def dragged(use: Use) -> tuple[Use, tuple[Problem, ...]]:
    """An element with `v-drag` at its place, and what its author should know of it."""
    value = next((str(value) for name, value in use.token.attrs.items() if name.split(".")[0] == "v-drag"), None)
    if value is None:
        return use, ()
    style = placed(value, use.slide.frontmatter)
    return replace(use, attributes=use.kept(classes="placed", style=style)), instead(use, *_STILL)


def placed(value: str, frontmatter: Mapping[str, Any]) -> str:
    """The style of what stands at a place: `[L,T,W,H,R]`, `L,T,W,_`, or a name in `dragPos`; "" for none."""
    name = value.strip("'\" ")
    places = frontmatter.get("dragPos")
    if isinstance(places, Mapping) and name in places:
        value = str(places[name])
    left, top, width, height, rotation = _place(value)
    if left is None:
        return ""
    tall = "" if height is None else f";height:{height:g}px"
    turned = f";rotate:{rotation:g}deg" if rotation else ""
    return f"position:absolute;z-index:100;left:{left:g}px;top:{top:g}px;width:{width:g}px{tall}{turned}"


def _side(use: Use) -> str:
    """The side that scaled content keeps to: the one that its `transform-origin` lies on."""
    words = use.prop("origin", "top left").split()
    if "right" in words:
        return "margin-left:auto"
    return "" if not words or "left" in words or words[0][0].isdigit() else "margin-inline:auto"


def _place(value: str) -> tuple[float | None, float, float, float | None, float]:
    """Left, top, width, height (None: as tall as it is) and rotation; without a left it is no place."""
    parts = [part.strip() for part in value.strip("[]'\" ").split(",")]
    numbers = [float(part) if _POSITION.fullmatch(part) else None for part in [*parts, *[""] * 5][:5]]
    left, top, width, height, rotation = numbers
    if left is None or top is None or width is None:
        return None, 0, 0, None, 0
    return left, top, width, height, rotation or 0


def _arrow(use: Use, x1: float, y1: float, x2: float, y2: float, *props: str) -> str:
    width, both = use.number("width", 2), use.said("twoWay")
    length = math.hypot(x2 - x1, y2 - y1)
    if not 0 < length < _FAR or not 0 < width < _FAR:
        raise PropError(f"<{use.token.tag}> has no length", "its ends are two points, and its width is above 0")
    head = min(_HEAD * width, length / (2 if both else 1))
    along, across = ((x2 - x1) / length, (y2 - y1) / length), ((y1 - y2) / length, (x2 - x1) / length)
    start, end = (x1, y1), (x2, y2)
    heads = _triangle(end, along, across, head)
    line_end = _towards(end, along, -head * 0.9)
    line_start = start
    if both:
        heads += _triangle(start, (-along[0], -along[1]), across, head)
        line_start = _towards(start, along, head * 0.9)
    colour = f"color:{use.prop('color')}" if use.prop("color") else ""
    kept = use.kept(*props, "width", "color", "twoWay", "arrowSize", classes="arrow", style=colour)
    size = f'width="{math.ceil(max(x1, x2) + head)}" height="{math.ceil(max(y1, y2) + head)}"'
    return (
        f'<svg{attributes_html(kept)} {size} aria-hidden="true"><path d="M{_at(line_start)}L{_at(line_end)}"'
        f' stroke="currentColor" stroke-width="{width:g}"/><path d="{heads}" fill="currentColor"/></svg>'
    )


_Point = tuple[float, float]


def _triangle(tip: _Point, along: _Point, across: _Point, size: float) -> str:
    back, half = _towards(tip, along, -size), size * 0.35
    return f"M{_at(tip)}L{_at(_towards(back, across, half))}L{_at(_towards(back, across, -half))}z"


def _towards(point: _Point, direction: _Point, distance: float) -> _Point:
    return point[0] + direction[0] * distance, point[1] + direction[1] * distance


def _at(point: _Point) -> str:
    return f"{round(point[0], 2):g} {round(point[1], 2):g}"


def _ems(text: str) -> float:
    """About how wide a line of text is, in its own size."""
    return sum(1.0 if east_asian_width(char) in "WF" else 0.55 for char in " ".join(text.split()))
