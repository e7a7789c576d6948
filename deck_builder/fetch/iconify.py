"""A set of icons as Iconify ships it, and a name -> SVG. Pure.

The format: https://iconify.design/docs/types/iconify-json.html. Aliases may turn and mirror the icon they stand for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DEEPEST = 8
"""Aliases of aliases that are followed; a circle of them ends here."""


def svg_of(icons: Mapping[str, Any], name: str) -> str:
    """The SVG of an icon or an alias; "" if the set has none of that name."""
    chain: list[Mapping[str, Any]] = []
    for _ in range(_DEEPEST):
        if isinstance(icon := icons["icons"].get(name), dict):
            return _svg(icons, icon, chain)
        aliases = icons.get("aliases")
        alias = aliases.get(name) if isinstance(aliases, dict) else None
        if not isinstance(alias, dict) or not isinstance(alias.get("parent"), str):
            return ""
        chain.append(alias)
        name = alias["parent"]
    return ""


def _svg(icons: Mapping[str, Any], icon: Mapping[str, Any], aliases: list[Mapping[str, Any]]) -> str:
    layers = [icons, icon, *reversed(aliases)]
    left, top = _number(layers, "left", 0), _number(layers, "top", 0)
    width, height = _number(layers, "width", 16), _number(layers, "height", 16)
    body = str(icon.get("body", ""))
    x, y = left + width / 2, top + height / 2
    moved = layers[1:]
    turns = int(sum(_number([layer], "rotate", 0) for layer in moved)) % 4
    across = sum(bool(layer.get("hFlip")) for layer in moved) % 2
    down = sum(bool(layer.get("vFlip")) for layer in moved) % 2
    steps = []
    if turns:
        steps.append(f"rotate({90 * turns} {x:g} {y:g})")
    if across or down:
        steps.append(f"translate({2 * x * across:g} {2 * y * down:g}) scale({1 - 2 * across} {1 - 2 * down})")
    if steps:
        body = f'<g transform="{" ".join(steps)}">{body}</g>'
    if turns % 2:
        left, top, width, height = x - height / 2, y - width / 2, height, width
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="{left:g} {top:g} {width:g} {height:g}">{body}</svg>'
    )


def _number(layers: list[Mapping[str, Any]], key: str, default: float) -> float:
    """A size, as the last layer that gives one says it."""
    given = [layer[key] for layer in layers if isinstance(layer.get(key), int | float)]
    return float(given[-1]) if given else default
