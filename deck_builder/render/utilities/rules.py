"""A utility class without its variants -> its CSS declarations, by rule (UnoCSS's names). Pure."""

from __future__ import annotations

import re

from deck_builder.render.utilities.colours import colour
from deck_builder.render.utilities.makers import (
    Rule,
    border,
    bracketed,
    coloured,
    count,
    first,
    keyword,
    length,
    percent,
    radius,
    span,
    text_size,
    tracks,
)
from deck_builder.render.utilities.names import NAMES
from deck_builder.render.utilities.sizes import negative, size


def declaration(name: str) -> str:
    """The CSS declarations of a utility, or nothing if the name is none."""
    if name in NAMES:
        return NAMES[name]
    turned = name.startswith("-")
    plain = name.removeprefix("-")
    for group, rest in _splits(plain):
        if found := RULES[group](rest):
            return _turn(found) if turned else found
    return ""


def _splits(name: str) -> list[tuple[str, str]]:
    """The ways to read a name as group and value, the longest group first: `mt-4`, `mt4`, `max-w-md`, `gap-x-2`."""
    found = []
    for at in range(len(name), 0, -1):
        group, rest = name[:at], name[at:]
        if (
            group in RULES
            and rest
            and (rest[0] == "-" or rest[0].isdigit() or rest[0] == "[" or rest == "auto" or rest == "a")
        ):
            found.append((group, "auto" if rest == "a" else rest.removeprefix("-")))
        elif group in RULES and not rest:
            found.append((group, ""))
    return found


def _turn(declarations: str) -> str:
    turned = []
    for one in declarations.split(";"):
        name, _, value = one.partition(":")
        if not value.startswith("var("):  # what only uses a value that is turned already
            value = negative(value)
        if not value:
            return ""
        turned.append(f"{name}:{value}")
    return ";".join(turned)


_SHADOWS = {
    "": "0 1px 3px #0002",
    "sm": "0 1px 2px #0001",
    "md": "0 4px 6px #0002",
    "lg": "0 10px 15px #0002",
    "xl": "0 20px 25px #0002",
    "2xl": "0 25px 50px #0004",
    "none": "none",
}
_TOWARDS = {
    "t": "top",
    "tr": "top right",
    "r": "right",
    "br": "bottom right",
    "b": "bottom",
    "bl": "bottom left",
    "l": "left",
    "tl": "top left",
}


_SIDES = {"": [""], "x": ["-inline"], "y": ["-block"], "t": ["-top"], "r": ["-right"], "b": ["-bottom"], "l": ["-left"]}
_INSETS = {
    "inset": "inset",
    "inset-x": "inset-inline",
    "inset-y": "inset-block",
    "top": "top",
    "right": "right",
    "bottom": "bottom",
    "left": "left",
}
_SIZES = {
    "w": "width",
    "h": "height",
    "min-w": "min-width",
    "max-w": "max-width",
    "min-h": "min-height",
    "max-h": "max-height",
}
_EDGES = {
    "border-t": ["-top"],
    "border-r": ["-right"],
    "border-b": ["-bottom"],
    "border-l": ["-left"],
    "border-x": ["-left", "-right"],
    "border-y": ["-top", "-bottom"],
    "border": [],
}
_ALIGN = {
    **{word: word for word in ("center", "stretch", "baseline")},
    **{word: f"flex-{word}" for word in ("start", "end")},
    **{word: f"space-{word}" for word in ("between", "around", "evenly")},
}

_GRADIENT = (
    "background-image:linear-gradient(to {},var(--deck-from,transparent),var(--deck-via,) var(--deck-to,transparent))"
)

RULES: dict[str, Rule] = {
    **{
        f"{short}{side}": length(*(f"{name}{edge}" for edge in edges))
        for short, name in (("m", "margin"), ("p", "padding"))
        for side, edges in _SIDES.items()
    },
    **{short: length(name) for short, name in _INSETS.items()},
    **{short: length(name, steps=True) for short, name in _SIZES.items()},
    **{short: border(*edges) for short, edges in _EDGES.items()},
    "size": length("width", "height"),
    "gap": length("gap"),
    "gap-x": length("column-gap"),
    "gap-y": length("row-gap"),
    "basis": length("flex-basis"),
    "text": first(keyword("text-align", "left center right justify start end"), text_size, coloured("color")),
    "c": coloured("color"),
    "color": coloured("color"),
    "bg": first(keyword("background-size", "cover contain"), coloured("background-color")),
    "from": lambda value: f"--deck-from:{found}" if (found := colour(value)) else "",
    "via": lambda value: f"--deck-via:{found},;" if (found := colour(value)) else "",
    "to": lambda value: f"--deck-to:{found}" if (found := colour(value)) else "",
    "bg-gradient-to": lambda value: _GRADIENT.format(_TOWARDS[value]) if value in _TOWARDS else "",
    "font": first(
        lambda value: f"font-weight:{value}" if re.fullmatch(r"[1-9]00", value) else "",
        keyword(
            "font-weight",
            "",
            thin="100",
            extralight="200",
            light="300",
            normal="400",
            medium="500",
            semibold="600",
            bold="700",
            extrabold="800",
            black="900",
        ),
        keyword(
            "font-family",
            "",
            mono="var(--deck-font-mono)",
            sans="var(--deck-font-sans)",
            serif="var(--deck-font-serif)",
        ),
    ),
    "fw": lambda value: f"font-weight:{value}" if re.fullmatch(r"[1-9]00", value) else "",
    "leading": first(
        keyword("line-height", "", none="1", tight="1.25", snug="1.375", normal="1.5", relaxed="1.625", loose="2"),
        length("line-height"),
    ),
    "line-height": first(
        keyword("line-height", "", none="1", tight="1.25"),
        lambda value: f"line-height:{value}" if value == "0" else "",
        length("line-height"),
    ),
    "lh": length("line-height"),
    "tracking": first(
        keyword(
            "letter-spacing",
            "",
            tighter="-.05em",
            tight="-.025em",
            normal="0",
            wide=".025em",
            wider=".05em",
            widest=".1em",
        ),
        length("letter-spacing"),
    ),
    "op": percent("opacity"),
    "opacity": percent("opacity"),
    "z": count("z-index:{}"),
    "order": count("order:{}"),
    "grow": lambda value: "flex-grow:1" if not value else f"flex-grow:{value}" if value.isdigit() else "",
    "shrink": lambda value: "flex-shrink:1" if not value else f"flex-shrink:{value}" if value.isdigit() else "",
    "flex": first(
        keyword("flex", "none auto", initial="0 1 auto"),
        lambda value: f"flex:{value} 1 0%" if value.isdigit() else "",
        keyword("flex-direction", "", col="column", row="row", col_reverse="column-reverse", row_reverse="row-reverse"),
        keyword("flex-wrap", "wrap nowrap"),
    ),
    "grid-cols": tracks("grid-template-columns"),
    "grid-rows": tracks("grid-template-rows"),
    "cols": tracks("grid-template-columns"),
    "rows": tracks("grid-template-rows"),
    "col-span": span("grid-column"),
    "row-span": span("grid-row"),
    "col-start": count("grid-column-start:{}"),
    "col-end": count("grid-column-end:{}"),
    "row-start": count("grid-row-start:{}"),
    "columns": first(count("columns:{}"), length("columns", steps=True)),
    "items": lambda value: f"align-items:{_ALIGN[value]}" if value in _ALIGN else "",
    "self": lambda value: f"align-self:{_ALIGN[value]}" if value in _ALIGN else "",
    "content": lambda value: f"align-content:{_ALIGN[value]}" if value in _ALIGN else "",
    "justify": lambda value: f"justify-content:{_ALIGN[value]}" if value in _ALIGN else "",
    "justify-items": keyword("justify-items", "start end center stretch"),
    "justify-self": keyword("justify-self", "start end center stretch auto"),
    "place-items": keyword("place-items", "start end center stretch"),
    "place-content": keyword("place-content", "start end center stretch", between="space-between"),
    "place-self": keyword("place-self", "start end center stretch auto"),
    "overflow": keyword("overflow", "auto hidden visible scroll clip"),
    "overflow-x": keyword("overflow-x", "auto hidden visible scroll clip"),
    "overflow-y": keyword("overflow-y", "auto hidden visible scroll clip"),
    "object": first(
        keyword("object-fit", "contain cover fill none scale-down"),
        keyword("object-position", "top bottom left right center"),
    ),
    "aspect": first(
        keyword("aspect-ratio", "auto", video="16/9", square="1/1"),
        lambda value: f"aspect-ratio:{value}" if re.fullmatch(r"\d+/\d+", value) else bracketed("aspect-ratio", value),
    ),
    "rounded": radius(),
    "rounded-t": radius("-top-left", "-top-right"),
    "rounded-b": radius("-bottom-left", "-bottom-right"),
    "rounded-l": radius("-top-left", "-bottom-left"),
    "rounded-r": radius("-top-right", "-bottom-right"),
    "rd": radius(),
    "shadow": lambda value: f"box-shadow:{_SHADOWS[value]}" if value in _SHADOWS else "",
    "ring": lambda value: f"box-shadow:0 0 0 {value or 3}px var(--deck-accent)" if not value or value.isdigit() else "",
    "translate-x": lambda value: (
        f"--deck-x:{found};translate:var(--deck-x,0) var(--deck-y,0)" if (found := size(value)) else ""
    ),
    "translate-y": lambda value: (
        f"--deck-y:{found};translate:var(--deck-x,0) var(--deck-y,0)" if (found := size(value)) else ""
    ),
    "rotate": count("rotate:{}", "deg"),
    "scale": percent("scale"),
    "origin": keyword(
        "transform-origin",
        "center top bottom left right",
        top_left="top left",
        top_right="top right",
        bottom_left="bottom left",
        bottom_right="bottom right",
    ),
    "cursor": keyword("cursor", "pointer default text move help wait not-allowed grab zoom-in"),
    "select": keyword("user-select", "none text all auto"),
    "pointer-events": keyword("pointer-events", "none auto"),
    "float": keyword("float", "left right none"),
    "clear": keyword("clear", "left right both none"),
    "whitespace": keyword("white-space", "normal nowrap pre pre-line pre-wrap"),
    "ws": keyword("white-space", "normal nowrap pre pre-line pre-wrap"),
    "break": first(
        keyword("word-break", "", all="break-all", keep="keep-all", normal="normal"),
        keyword("overflow-wrap", "", words="break-word"),
    ),
    "align": keyword("vertical-align", "baseline top middle bottom text-top text-bottom sub super"),
    "v": keyword("vertical-align", "baseline top middle bottom sub super", mid="middle"),
    "list": keyword("list-style-type", "none disc decimal circle square"),
    "underline-offset": count("text-underline-offset:{}", "px"),
    "decoration": first(
        keyword("text-decoration-style", "solid dashed dotted wavy double"), coloured("text-decoration-color")
    ),
    "blur": lambda value: (
        f"filter:blur({ {'': 8, 'sm': 4, 'md': 12, 'lg': 16}[value] }px)" if value in ("", "sm", "md", "lg") else ""
    ),
    "delay": count("transition-delay:{}", "ms"),
    "duration": count("transition-duration:{}", "ms"),
    "transition": lambda value: (
        "transition:all .15s"
        if value in ("", "all")
        else f"transition:{value} .15s"
        if value in ("opacity", "transform")
        else ""
    ),
    "fill": coloured("fill"),
    "stroke": coloured("stroke"),
    "accent": coloured("accent-color"),
}
