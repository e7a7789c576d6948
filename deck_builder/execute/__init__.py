"""Deck -> ExecutedDeck. The effect, running the code, is a runner's (`running.py`); a test passes a lambda.

What is here imports nothing by itself: whoever asks only whether results still hold (`proof.py`) needs no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deck_builder.execute.session import Runner
    from deck_builder.model import Deck, ExecutedDeck


def execute(deck: Deck, run: Runner, jobs: int = 1) -> ExecutedDeck:
    """Run a deck's blocks, and say of what failed whose fault it is. Raises `DeckError` on unusable settings.

    Those that sweep, and what goes on from them, run once more for each other value: up to `jobs` of these at once.
    """
    from deck_builder.execute.blame import judge
    from deck_builder.execute.requires import running
    from deck_builder.execute.variants import variants
    from deck_builder.model import ExecutedDeck

    session, lacking = running(deck)
    results = dict(run(session)) if session.blocks else {}
    blocks = [block for block in deck.blocks if block.options.run]  # the session's have no code where they are skipped
    judged = judge(deck, blocks, results, lacking)
    return ExecutedDeck(deck, judged, variants(deck, session, judged, lacking, run, jobs))
