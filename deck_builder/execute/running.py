"""Session -> results: what is known of its blocks comes from the store, and the rest runs, chain by chain."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from deck_builder.execute.branches import chain, parents
from deck_builder.execute.contents import look_up
from deck_builder.execute.engine import Engine, Mode, Step
from deck_builder.execute.job import imported_names
from deck_builder.execute.key import result_key, state_after
from deck_builder.execute.listen import Ran
from deck_builder.execute.proof import Proof, proof
from deck_builder.execute.requires import running
from deck_builder.execute.sandbox import Sandbox, policy
from deck_builder.execute.session import Runner, Session
from deck_builder.execute.store import Entry, Store
from deck_builder.execute.surroundings import beginning
from deck_builder.model import BlockResult, Deck

# code that may look at files as neither Python's events nor followed links show
_LOOKS_ASIDE: Final = re.compile(r"__file__|mtime|ctime|atime|readlink")


def worker_runner(sandbox: Sandbox = "auto", store: Store | None = None, mode: Mode | None = None) -> Runner:
    """A runner that has an engine of its own for each session. Raises `SandboxError` when the sandbox can't be had."""
    Engine(sandbox, mode)

    def run(session: Session) -> Iterator[tuple[str, BlockResult]]:
        with Engine(sandbox, mode) as engine:
            yield from runner(engine, store)(session)

    return run


def runner(engine: Engine, store: Store | None = None) -> Runner:
    """A runner that takes from the store what holds, and runs the rest: independent chains at once, as many as may."""

    def run(session: Session) -> Iterator[tuple[str, BlockResult]]:
        yield from _Run(session, engine, store).results()

    return run


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a session's blocks: the entries that hold, by id, and the names of the states after them.

    `keys` are those of the blocks whose state before is known; `parents` is who goes on from whom.
    """

    parents: Mapping[str, str | None]
    entries: dict[str, Entry] = field(default_factory=dict)
    states: dict[str | None, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def waves(self) -> Iterator[list[tuple[str, ...]]]:
        """The chains of blocks that have to run, each block once. Those of a wave go on from states that are known,
        or that the waves before it come to; each chain goes on as far as the first who goes on from it does.
        """
        children: dict[str | None, list[str]] = {}
        for block_id, parent in self.parents.items():
            if block_id not in self.entries:
                children.setdefault(parent if parent not in self.entries else None, []).append(block_id)
        starts = children.get(None, [])
        while starts:
            wave, others = [], []
            for start in starts:
                found = [start]
                while further := children.get(found[-1]):
                    found.append(further[0])
                    others += further[1:]
                wave.append(tuple(found))
            yield wave
            starts = others


def proof_of(deck: Deck, sandbox: Sandbox, store: Store) -> Proof | None:
    """Why a deck's results are known; None where they are not all. Raises `DeckError` on unusable settings."""
    session, _ = running(deck)
    entries = plan(session, policy(sandbox), store).entries
    reads = {path: what for entry in entries.values() for path, what in entry.reads.items()}
    folder = session.folder.resolve()
    for name in {name for block in deck.blocks for name in block.options.requires}:  # the folder may have it, one day
        for path in (folder / name, folder / f"{name}.py"):
            if (what := look_up(folder, path)) is None:
                return None
            reads[str(path)] = what
    return proof(session, reads, sandbox) if len(entries) == len(session.blocks) else None


def plan(session: Session, policy: str, store: Store | None) -> Plan:
    """Look up what is known. Nothing runs."""
    found = Plan(parents(session.blocks))
    blocks = {block.id: block for block in session.blocks}
    found.states[None] = beginning(session, policy)
    for block_id, parent in found.parents.items():
        if not (state := found.states.get(parent)):
            continue
        block = blocks[block_id]
        key = found.keys[block_id] = result_key(state, block)
        steps = [blocks[one] for one in chain(block_id, found.parents)]
        if store and block.options.cache and (entry := store.load(key, session, steps)):
            found.entries[block_id] = entry
            found.states[block_id] = state_after(key, entry.reads)
    return found


class _Run:
    """One run of a session."""

    def __init__(self, session: Session, engine: Engine, store: Store | None) -> None:
        self._session, self._engine, self._store = session, engine, store
        self._blocks = {block.id: block for block in session.blocks}
        self._plan = plan(session, engine.policy, store)
        self._began = time.time_ns()

    def results(self) -> Iterator[tuple[str, BlockResult]]:
        """The results as they come, those that are known first."""
        for block_id, entry in self._plan.entries.items():
            yield block_id, entry.result
        for wave in self._plan.waves():
            if self._engine.jobs > 1 and len(wave) > 1 and self._engine.mode != "snapshot":
                yield from self._side_by_side(wave)
            else:
                for one in wave:
                    yield from self._one_chain(one)
        if self._engine.mode == "snapshot" and len(self._plan.entries) < len(self._blocks):
            self._engine.checkpoints.trim(set(self._plan.states.values()))
        if self._store:
            self._store.make_room()

    def _side_by_side(self, wave: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, BlockResult]]:
        told: SimpleQueue[tuple[str, BlockResult] | None] = SimpleQueue()

        def tell(one: tuple[str, ...]) -> None:
            try:
                for item in self._one_chain(one):
                    told.put(item)
            finally:
                told.put(None)

        with ThreadPoolExecutor(self._engine.jobs) as pool:
            running = [pool.submit(tell, one) for one in wave]
            for _ in wave:
                while (item := told.get()) is not None:
                    yield item
            for one in running:
                one.result()

    def _one_chain(self, ids: tuple[str, ...]) -> Iterator[tuple[str, BlockResult]]:
        before = chain(ids[0], self._plan.parents)[:-1]
        steps = [Step(self._blocks[one], self._plan.states.get(one, ""), heard=False) for one in before]
        steps += [Step(self._blocks[one]) for one in ids]
        running = self._engine.run(self._session, steps)
        with self._engine.slots, closing(running), suppress(StopIteration):
            ran = next(running)
            while True:
                state = self._take(ran)
                yield ran.block.id, ran.result
                ran = running.send(state)

    def _take(self, ran: Ran) -> str:
        """Keep what a block did; the name of the state after it, "" where that hangs on who knows what."""
        block, parents = ran.block, self._plan.parents
        state = self._plan.states.get(parents[block.id], "")
        if not state or not block.options.cache or ran.unknown:
            return ""
        reads = self._evidence(ran)
        if reads is None:
            return ""
        key = result_key(state, block)
        if self._store:
            steps = [self._blocks[one] for one in chain(block.id, parents)]
            self._store.save(key, self._session, steps, Entry(ran.result, reads))
        self._plan.states[block.id] = state_after(key, reads)
        return self._plan.states[block.id]

    def _evidence(self, ran: Ran) -> dict[str, str] | None:
        """What a block read, with what was found there; None where that may have changed meanwhile or is unknowable."""
        folder = self._session.folder.resolve()
        paths = set(ran.reads)
        if _LOOKS_ASIDE.search(ran.block.code) or not ran.sees_links:
            paths |= {folder, *ran.links}
        paths |= {folder / f"{name}{end}" for name in imported_names(ran.block.code) for end in ("", ".py")}
        found = {}
        for path in sorted(paths):
            what = look_up(folder, path)
            if what is None or _changed_since(path, self._began):
                return None
            found[str(path)] = what
        return found


def _changed_since(path: Path, began: int) -> bool:
    try:
        return path.lstat().st_mtime_ns >= began
    except (OSError, ValueError):
        return False
