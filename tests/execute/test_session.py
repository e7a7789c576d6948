"""What of a deck runs, and how."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deck_builder.errors import DeckError, Span
from deck_builder.execute.session import Session, session_of
from deck_builder.model import BlockOptions, Source
from deck_builder.parse import parse
from tests.execute.decks import deck_of


def test_a_session_has_the_blocks_that_run() -> None:
    deck = deck_of("a = 1", ("b = 2", BlockOptions()), "c = 3", path=Path("talks/a.md"))
    assert session_of(deck) == Session(Path("talks/a.md"), Path("talks"), (deck.blocks[0], deck.blocks[2]))


def test_the_headmatter_has_the_decks_settings() -> None:
    settings = {"python": {"seed": 7, "threads": 2, "timeout": 1.5, "run": True}}
    session = session_of(deck_of("a = 1", headmatter=settings))
    assert (session.seed, session.threads, session.timeout_s) == (7, 2, 1.5)


@pytest.mark.parametrize("python", [None, True, "3.12", []])
def test_a_headmatter_that_is_about_something_else_is_let_be(python: Any) -> None:
    assert session_of(deck_of("a = 1", headmatter={"python": python})).seed == 0


@pytest.mark.parametrize(
    "python",
    [{"timeout": 0}, {"timeout": "60s"}, {"timeout": float("nan")}, {"threads": 0}, {"seed": 1.5}, {"seed": True}],
)
def test_a_setting_that_makes_no_sense_is_an_error_with_a_way_out(python: dict[str, Any]) -> None:
    with pytest.raises(DeckError, match=next(iter(python))) as caught:
        session_of(deck_of("a = 1", headmatter={"python": python}))
    assert caught.value.span and caught.value.hint


def test_it_is_told_at_its_own_place() -> None:
    deck = parse(Source(Path("deck.md"), "---\ntitle: a\npython: {run: true, seed: abc}\n---\n"))
    with pytest.raises(DeckError) as caught:
        session_of(deck)
    assert caught.value.span == deck.place("python.seed")
    assert deck.place("python.seed") == Span(Path("deck.md"), 3, 3, 21)
