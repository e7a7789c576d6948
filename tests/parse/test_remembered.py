"""A deck that is read with the help of what was remembered is the same deck, and is told the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deck_builder.model import Deck, Source
from deck_builder.parse import parse
from deck_builder.parse.files import read_nothing
from deck_builder.remember import Remember, make_anew
from tests.parse.reading import NAME, cases

FILES = ("frontmatter.md", "keys.md", "clicks.md", "formulas.md", "footnotes.md", "balance.md", "magic.md")
DECKS = [
    pytest.param(text, id=f"{name.removesuffix('.md')}: {title}") for name in FILES for title, text, _ in cases(name)
]


def read(text: str, remember: Remember) -> Deck | list[str]:
    try:
        return parse(Source(NAME, text), read_nothing, remember)
    except ExceptionGroup as group:
        return [repr(vars(error)) for error in group.exceptions]


@pytest.mark.parametrize("text", DECKS)
def test_a_memory_changes_nothing(text: str) -> None:
    kept: dict[str, str] = {}

    def remember(key: str, make: Callable[[], str]) -> str:
        if key not in kept:
            kept[key] = make()
        return kept[key]

    anew = read(text, make_anew)
    assert read(text, remember) == anew
    assert read(text, remember) == anew, "the second time"


@pytest.mark.parametrize("spoilt", ["", "x", "1", "[]", "{}", "[[], []]", '[1, [["a", "b", "c"]]]', "null"])
def test_a_memory_that_holds_anything_does_no_harm(spoilt: str) -> None:
    text = "---\ntitle: A talk\n---\n\n# One\n"
    assert read(text, lambda key, make: spoilt) == read(text, make_anew)
