"""Families that themes and figures ask for, and those that are there -> what slides will look like here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from deck_builder.doctor import Fact
from deck_builder.doctor.asking import SHORT_S, Ask
from deck_builder.errors import LoadError
from deck_builder.load import load_theme, theme_names

GET_CJK: Final = "apt-get install fonts-noto-cjk, or install any Chinese font"
_CJK: Final = re.compile(r"CJK|Source Han|PingFang|Hiragino|Song|YaHei|SimHei|WenQuanYi|Heiti|Kaiti", re.I)
_TOKEN: Final = re.compile(r"--deck-font-(sans|serif|mono):([^;}]*)")
_GENERIC: Final = ("sans-serif", "serif", "monospace")


def figures(found: Sequence[str] | None) -> Fact:
    """The families for figures that matplotlib has found, in the order in which it asks them for a sign."""
    if found is None:
        return Fact("figures", "not known: no slide code ran", "poor")
    if not any(map(_CJK.search, found)):
        what = f"{', '.join(found) or 'none'}; Chinese in a figure shows as boxes"
        return Fact("figures", what, "poor", f"{GET_CJK}; then: deck clean --all")
    return Fact("figures", ", then ".join([found[0], *filter(_CJK.search, found[1:])][:2]))


def formulas_and_slides(ask: Ask) -> Iterator[Fact]:
    """The font of formulas, which travels within the page, and what slides would be shown in on this machine."""
    try:
        themes = [load_theme(name, Path()) for name in theme_names() if name != "base"]
    except LoadError as err:
        yield Fact("formulas", err.message, "broken", err.hint)
        return
    yield Fact("formulas", "STIX Two Math; it travels within the page")
    there = families(ask(("fc-list", ":", "family"), SHORT_S))
    for use, name in (("slides", "sans"), ("code", "mono")):
        asked = [family for theme in themes for kind, family in asked_for(theme.css) if kind == name]
        yield shown(use, list(dict.fromkeys(asked)), there)


def shown(use: str, asked: Sequence[str], there: Collection[str]) -> Fact:
    """What a browser on this machine takes of the families that themes ask for; other machines may have others."""
    if not there:
        return Fact(use, f"not known here (there is no fc-list); themes ask for {asked[0]} first", "absent")
    found = [family for family in asked if family in there]
    chinese = next(filter(_CJK.search, found), "")
    if not chinese:
        latin = next(iter(found), "the browser's own")
        hint = f"{GET_CJK}, where the slides are shown; what is embedded is only the font of formulas"
        return Fact(use, f"{latin}; none for Chinese", "poor", hint)
    return Fact(use, ", then ".join(dict.fromkeys([found[0], chinese])))


def families(listed: str) -> frozenset[str]:
    """The families in what `fc-list : family` says: one font a line, its names with commas between."""
    names = (name.replace("\\", "").strip() for line in listed.splitlines() for name in line.split(","))
    return frozenset(filter(None, names))


def asked_for(css: str) -> Iterator[tuple[str, str]]:
    """The families that a theme's tokens name, each with its token's: `("sans", "Source Sans 3")`."""
    for kind, value in _TOKEN.findall(css):
        for family in value.split(","):
            name = family.strip().strip("\"'")
            if name and name not in _GENERIC and not name.startswith("var("):
                yield kind, name
