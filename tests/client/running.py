"""Deck -> what its code did: one engine runs the decks of a file of tests, so that torch is imported once for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deck_builder.execute import execute
from deck_builder.execute.engine import Engine
from deck_builder.execute.running import runner
from deck_builder.execute.store import Store
from deck_builder.model import Deck, ExecutedDeck

_open: list[Engine] = []


@contextmanager
def running() -> Iterator[None]:
    """Decks are run as long as the context lasts."""
    with Engine() as engine:
        _open.append(engine)
        try:
            yield
        finally:
            _open.remove(engine)


def ran(deck: Deck, results: Path | None = None) -> ExecutedDeck:
    """A deck whose code has run, with every value of its sweeps; what is in `results` already is not run again."""
    return execute(deck, runner(_open[-1], Store(results) if results else None))
