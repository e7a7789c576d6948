"""Decks for the render tests: parsed for real, with results given by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deck_builder.load import load_theme
from deck_builder.model import BlockResult, ExecutedDeck, Image, Output, RenderedDeck, Source, Theme
from deck_builder.parse import parse
from deck_builder.render import render

Outputs = dict[str, tuple[Output, ...]]
Render = Callable[..., RenderedDeck]


@pytest.fixture(scope="session")
def theme() -> Theme:
    return load_theme("seriph", Path.cwd())


@pytest.fixture
def rendered(theme: Theme) -> Render:
    """Render Markdown; `outputs` are what the blocks did, by block id."""

    def of(
        text: str, outputs: dict[str, tuple[Output, ...]] | None = None, images: dict[str, Image] | None = None
    ) -> RenderedDeck:
        deck = parse(Source(Path("deck.md"), text))
        results = {block: BlockResult(did) for block, did in (outputs or {}).items()}
        return render(ExecutedDeck(deck, results), theme, images or {})

    return of
