"""Deck -> the slides' own addresses: `routeAlias: intro` is `#/intro`. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from deck_builder.keys import setting
from deck_builder.model import Deck, Problem


def aliases(deck: Deck) -> Mapping[str, int]:
    """Each alias and the number of the first slide that has it."""
    found: dict[str, int] = {}
    for slide in deck.slides:
        if "routeAlias" in slide.frontmatter and (alias := setting(slide.frontmatter, "routeAlias")):
            found.setdefault(alias, slide.no)
    return found


def repeated_aliases(deck: Deck) -> list[Problem]:
    """Aliases that an earlier slide has already."""
    first = aliases(deck)
    problems = []
    for slide in deck.slides:
        alias = setting(slide.frontmatter, "routeAlias")
        if alias and first[alias] != slide.no:
            said = f"the routeAlias {alias} is that of slide {first[alias]} already"
            hint = "give every slide an alias of its own; links go to the first"
            problems.append(Problem("D011", said, slide.place("routeAlias"), hint, "warning"))
    return problems
