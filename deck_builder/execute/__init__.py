"""Deck -> ExecutedDeck. The effect, running the code, is the runner's; a test passes a lambda."""

from __future__ import annotations

from deck_builder.execute.blame import judge
from deck_builder.execute.cache import cached
from deck_builder.execute.requires import missing, without
from deck_builder.execute.runner import worker_runner
from deck_builder.execute.session import Runner, Session, session_of
from deck_builder.keys.python import worker_setting
from deck_builder.model import Deck, ExecutedDeck

__all__ = ["Runner", "Session", "cached", "execute", "session_of", "worker_runner"]


def execute(deck: Deck, run: Runner) -> ExecutedDeck:
    """Run a deck's blocks, and say of what failed whose fault it is. Raises `DeckError` on unusable settings."""
    session = session_of(deck)
    # of another Python than ours only the worker knows what it has
    lacking = {} if worker_setting(deck.headmatter, "interpreter") else missing(session)
    results = dict(run(without(session, lacking))) if session.blocks else {}
    return ExecutedDeck(deck, judge(deck, session.blocks, results, lacking))
