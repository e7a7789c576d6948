"""Info string -> Diagram: what a fence of a language that draws says of its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deck_builder.model import Diagram
from deck_builder.parse.info import Info, did_you_mean

DRAWN = "mermaid"
SHOWN = frozenset("plantuml puml graphviz dot wavedrom d2 nomnoml ditaa blockdiag vega vega-lite".split())  # noqa: SIM905
"""Languages that draw, and that nothing here can draw."""

Warn = Callable[[str, str, int, str], None]
"""Tells a code, a message, an offset in the info string, and a hint."""


def read_diagram(info: Info, source: str, warn: Warn) -> Diagram | None:
    """What a fence draws; None for one that does not, or not here."""
    if info.lang.lower() != DRAWN:
        return None
    fields: dict[str, Any] = {}
    for pair in info.pairs:
        if pair.name not in _OPTIONS:
            warn("D011", f"unknown option {pair.name}", pair.offset, did_you_mean(pair.name, _OPTIONS))
            continue
        read, allowed = _OPTIONS[pair.name]
        try:
            fields[pair.name] = read(pair.value)
        except ValueError:
            warn("D011", f"{pair.name} can't be {pair.value!r}", pair.offset, f"it takes {allowed}")
    return Diagram(source, **fields)


def is_undrawn(info: Info) -> bool:
    """Whether a fence describes a picture that nothing here can draw."""
    return info.lang.lower() in SHOWN


def _text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise ValueError


def _scale(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0.1 <= value <= 10:
        return float(value)
    raise ValueError


_OPTIONS: Mapping[str, tuple[Callable[[object], object], str]] = {
    "theme": (_text, "a theme of mermaid's: default, neutral, dark, forest or base"),
    "scale": (_scale, "a number from 0.1 to 10"),
    "alt": (_text, "a text that says what the picture shows"),
}
