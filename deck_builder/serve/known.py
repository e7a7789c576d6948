"""Deck -> what is known of its results, and what has to run. Nothing runs here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Final

from deck_builder.execute.blame import judge
from deck_builder.execute.branches import chain
from deck_builder.execute.places import placed, unplaced
from deck_builder.execute.plan import Plan, line_of, plan
from deck_builder.execute.requires import Missing, running
from deck_builder.execute.sandbox import Sandbox
from deck_builder.execute.session import Session
from deck_builder.execute.store import QuickStore
from deck_builder.execute.stricter import policy_of
from deck_builder.execute.surroundings import name
from deck_builder.execute.variants import variants
from deck_builder.model import BlockResult, Deck, ExecutedDeck

_MOST_KEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Job:
    """A session of which blocks have to run. `names` are those of all its blocks, by what their results hang on.

    Files are not in them, but that some have changed is: all names are others then.
    """

    session: Session
    plan: Plan
    missing: tuple[str, ...]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A deck with the results that are known, and the jobs that bring the others, the deck's own first."""

    executed: ExecutedDeck
    missing: frozenset[str] = frozenset()
    jobs: tuple[Job, ...] = ()
    reads: frozenset[str] = frozenset()
    """The files that the known blocks read."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was looked up for a deck: its session, what it lacks, and what is to be done of it."""

    deck: Deck
    age: int
    session: Session
    lacking: Missing
    job: Job


@dataclass(slots=True)
class Known:
    """What is known of one deck's code: what the store has, and what can't be kept there, by all its code so far."""

    store: QuickStore
    sandbox: Sandbox
    _age: int = 0
    _looked: _Looked | None = None
    _is_running: bool = False
    _kept: dict[str, BlockResult] = field(default_factory=dict)
    _given_up: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def find(self, deck: Deck, *, again: bool = False) -> Found:
        """All that is known of a deck. Raises `DeckError` on unusable settings.

        While a deck runs, or when it was found a moment ago and is found `again`, what was looked up for it holds, and
        only what has come since is more.
        """
        looked, holds = self._looked, again or self._is_running
        if not (looked and holds and looked.deck is deck and looked.age == self._age):
            looked = self._looked = self._look(deck)
        if looked is None:
            return Found(ExecutedDeck(deck, {}))
        session, lacking = looked.session, looked.lacking
        jobs: list[Job] = []
        reads: set[str] = set()

        def known(of: tuple[Job, dict[str, BlockResult]]) -> Iterator[tuple[str, BlockResult]]:
            job, results = of
            reads.update(path for entry in job.plan.entries.values() for path in entry.reads)
            if job.missing:
                jobs.append(job)
            yield from results.items()

        results = dict(known(self._done(looked.job)))
        missing = frozenset(jobs[0].missing) if jobs else frozenset[str]()
        blocks = [block for block in deck.blocks if block.options.run and block.id not in missing]
        judged = judge(deck, blocks, results, lacking)
        others = {}
        if not missing:
            others = variants(deck, session, judged, lacking, lambda session: known(self.of(session)), 1)
        executed = ExecutedDeck(deck, judged, {} if jobs else others)
        return Found(executed, missing, tuple(jobs), frozenset(reads))

    def _look(self, deck: Deck) -> _Looked | None:
        session, lacking = running(deck)
        self.store.turn()
        if not session.blocks:
            return None
        job = self._job(session)
        with self._lock:
            for block_id in job.plan.entries:
                self._kept.pop(job.names[block_id], None)
        return _Looked(deck, self._age, session, lacking, job)

    def keep(self, job: Job, block_id: str, result: BlockResult) -> None:
        """Keep a result for as long as the deck is served: the store may have no name for it."""
        blocks = {block.id: block for block in job.session.blocks}
        steps = [blocks[one] for one in chain(block_id, job.plan.parents)]
        kept, _ = unplaced(job.session, steps, result, ())
        with self._lock:
            self._is_running = True
            self._kept[job.names[block_id]] = kept
            while len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]

    def end(self, job: Job, blocks: Iterable[str]) -> None:
        """Hear that a job is over, and of blocks that no run brings to an end: too many of those before them end it."""
        with self._lock:
            self._is_running = False
            self._given_up.update(job.names[block] for block in blocks)

    def forget(self) -> None:
        """Let go of what only this process keeps: it may hang on files that have changed. So may what runs now."""
        with self._lock:
            self._age += 1
            self._kept.clear()
            self._given_up.clear()

    def of(self, session: Session) -> tuple[Job, dict[str, BlockResult]]:
        """What is to be done of a session, and the results of the rest of it."""
        return self._done(self._job(session))

    def _job(self, session: Session) -> Job:
        """All that is not in the store."""
        age = self._age
        found = plan(session, policy_of(session, self.sandbox), self.store)
        missing = tuple(block_id for block_id in found.parents if block_id not in found.entries)
        return Job(session, found, missing, dict(_names(session, found, age)))

    def _done(self, job: Job) -> tuple[Job, dict[str, BlockResult]]:
        """A job without what is done of it, and the results that are known."""
        blocks = {block.id: block for block in job.session.blocks}
        results = {}
        for block_id in job.plan.parents:
            if entry := job.plan.entries.get(block_id):
                results[block_id] = entry.result
            elif kept := self._kept.get(job.names[block_id]):
                steps = [blocks[one] for one in chain(block_id, job.plan.parents)]
                with suppress(LookupError):
                    results[block_id] = placed(job.session, steps, kept)
        missing = (one for one in job.missing if one not in results and job.names[one] not in self._given_up)
        return replace(job, missing=tuple(missing)), results


def _names(session: Session, found: Plan, age: int) -> Iterator[tuple[str, str]]:
    """Each block with a name for all that its result hangs on but for files: its code, that before it, the settings."""
    settings = [session.seed, session.threads, session.device, session.interpreter, session.sandbox, session.timeout_s]
    known: dict[str | None, str] = {None: name(json.dumps([age, str(session.path), *settings]))}
    for block in session.blocks:
        if block.id in found.parents:
            line = line_of(block)
            asked = [known[found.parents[block.id]], line.code, line.options, block.options.timeout_s]
            known[block.id] = name(json.dumps(asked))
            yield block.id, known[block.id]
