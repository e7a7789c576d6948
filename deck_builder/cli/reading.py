"""A deck's path -> the deck, for commands that only look at it; or what keeps it from being read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deck_builder.cli.building import reader, unreadable
from deck_builder.cli.judged import Finding, Judged
from deck_builder.cli.sources import decks_named
from deck_builder.errors import DeckError

if TYPE_CHECKING:
    from deck_builder.model import Deck, Source


def read_deck(source: Path) -> Deck | Judged:
    """The one deck that is named. Raises `UsageError` where there are several."""
    from deck_builder.load import load_source
    from deck_builder.parse import parse

    decks = decks_named((source,))
    if len(decks) > 1:
        raise click.UsageError(f"there are {len(decks)} decks under {source}: name one")
    sources: dict[Path, Source] = {}
    try:
        written = sources[decks[0]] = load_source(decks[0])
        return parse(written, reader(decks[0], sources))
    except (DeckError, ExceptionGroup) as err:
        return Judged(decks[0], sources, 0, (), tuple(map(Finding, unreadable(err))), 0.0)
