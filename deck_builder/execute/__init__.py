"""Deck -> ExecutedDeck. The effect, running the code, is the runner's; a test passes a lambda."""

from __future__ import annotations

from collections.abc import Iterator

from deck_builder.execute.blame import judge
from deck_builder.execute.engine import Engine, Mode
from deck_builder.execute.requires import missing, without
from deck_builder.execute.running import runner
from deck_builder.execute.sandbox import Sandbox
from deck_builder.execute.session import Runner, Session, session_of
from deck_builder.execute.store import Store
from deck_builder.model import BlockResult, Deck, ExecutedDeck

__all__ = ["Engine", "Mode", "Runner", "Session", "Store", "execute", "runner", "session_of", "worker_runner"]


def execute(deck: Deck, run: Runner) -> ExecutedDeck:
    """Run a deck's blocks, and say of what failed whose fault it is. Raises `DeckError` on unusable settings."""
    session = session_of(deck)
    # of another Python than ours only the worker knows what it has
    lacking = {} if session.interpreter else missing(session)
    results = dict(run(without(session, lacking))) if session.blocks else {}
    return ExecutedDeck(deck, judge(deck, session.blocks, results, lacking))


def worker_runner(sandbox: Sandbox = "auto", store: Store | None = None, mode: Mode | None = None) -> Runner:
    """A runner that has an engine of its own for each session. Raises `SandboxError` when the sandbox can't be had."""
    Engine(sandbox, mode)

    def run(session: Session) -> Iterator[tuple[str, BlockResult]]:
        with Engine(sandbox, mode) as engine:
            yield from runner(engine, store)(session)

    return run
