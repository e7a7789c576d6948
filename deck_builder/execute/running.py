"""Session -> results: what is known of its blocks comes from the store, and the rest runs, chain by chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from deck_builder.execute.branches import chain
from deck_builder.execute.contents import look_up
from deck_builder.execute.data import latest
from deck_builder.execute.engine import Engine, Mode, Step, Stop
from deck_builder.execute.evidence import codes, found_by
from deck_builder.execute.folder import newest
from deck_builder.execute.key import result_key, state_after
from deck_builder.execute.ledger import Ledger, Line, save
from deck_builder.execute.listen import Ran
from deck_builder.execute.packages import module
from deck_builder.execute.plan import Plan, line_of, plan, surrounded
from deck_builder.execute.proof import Proof, proof
from deck_builder.execute.requires import running
from deck_builder.execute.sandbox import Sandbox
from deck_builder.execute.session import Runner, Session
from deck_builder.execute.store import Entry, Store
from deck_builder.execute.stricter import policy_of
from deck_builder.execute.variants import variations
from deck_builder.keys.python import worker_setting
from deck_builder.model import BlockResult, Deck


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
        yield from results(session, plan(session, engine.policy, store), engine, store)

    return run


def results(
    session: Session, found: Plan, engine: Engine, store: Store | None, stop: Stop | None = None
) -> Iterator[tuple[str, BlockResult]]:
    """The results of a session's blocks as they come, those that are known first; no more of them after a `stop`."""
    return _Run(session, found, engine, store, stop).results()


def proof_of(deck: Deck, sandbox: Sandbox, store: Store) -> Proof | None:
    """Why a deck's results are known; None where they are not all. Raises `DeckError` on unusable settings."""
    session, lacking = running(deck)
    reads: dict[str, str] = {}
    for one in (session, *(variation.session for variation in variations(session, lacking))):
        entries = plan(one, policy_of(one, sandbox), store).entries
        if len(entries) < len(one.blocks):
            return None
        reads |= {path: what for entry in entries.values() for path, what in entry.reads.items()}
    folder = session.folder.resolve()
    # the folder may have, one day, what a block requires
    for name in {module(name) for block in deck.blocks for name in block.options.requires}:
        for path in (folder / name, folder / f"{name}.py"):
            if (what := look_up(folder, path)) is None:
                return None
            reads[str(path)] = what
    data = worker_setting(deck.headmatter, "data") or ()
    return proof(session, reads, sandbox, data)


class _Run:
    """One run of a session."""

    def __init__(
        self, session: Session, found: Plan, engine: Engine, store: Store | None, stop: Stop | None = None
    ) -> None:
        self._session, self._engine, self._store, self._stop = session, engine, store, stop or Stop()
        self._blocks = {block.id: block for block in session.blocks}
        self._plan = found
        self._lines: dict[str, Line] = {}

    def results(self) -> Iterator[tuple[str, BlockResult]]:
        """The results as they come, those that are known first."""
        for block_id, entry in self._plan.entries.items():
            yield block_id, entry.result
        for wave in self._plan.waves():
            if self._engine.jobs > 1 and len(wave) > 1 and self._engine.mode != "snapshot":
                yield from self._side_by_side(wave)
            else:
                for one in wave:
                    if not self._stop.is_set:
                        yield from self._one_chain(one)
        resumes = self._engine.mode == "snapshot" and not self._session.variant and not self._stop.is_set
        if resumes and len(self._plan.entries) < len(self._blocks):
            self._engine.checkpoints.trim(self._session.path, set(self._plan.states.values()))
        if self._store and self._lines:
            if not self._session.variant:  # the ledger is of the deck as it is written
                self._note(self._store)
            self._store.make_room()

    def _note(self, store: Store) -> None:
        save(store, self._session, Ledger(surrounded(self._session, self._engine.policy), self._all_lines()))

    def _side_by_side(self, wave: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, BlockResult]]:
        told: SimpleQueue[tuple[str, BlockResult] | BaseException | None] = SimpleQueue()

        def tell(one: tuple[str, ...]) -> None:
            try:
                for item in self._one_chain(one):
                    told.put(item)
                told.put(None)
            except BaseException as err:  # carried over to who waits for it
                told.put(err)

        for one in wave:  # who is interrupted does not wait for them: the engine's end is theirs
            Thread(target=tell, args=(one,), daemon=True).start()
        for _ in wave:
            while (item := told.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item

    def _one_chain(self, ids: tuple[str, ...]) -> Iterator[tuple[str, BlockResult]]:
        before = chain(ids[0], self._plan.parents)[:-1]
        steps = [Step(self._blocks[one], self._plan.states.get(one, ""), heard=False) for one in before]
        steps += [Step(self._blocks[one]) for one in ids]
        running = self._engine.run(self._session, steps, self._stop)
        with self._engine.slots, closing(running), suppress(StopIteration):
            ran = next(running)
            while True:
                try:
                    yield ran.block.id, ran.result  # who waits for it has it before it is kept, which takes a moment
                finally:
                    state = self._take(ran)
                ran = running.send(state)

    def _all_lines(self) -> list[Line]:
        """The ledger's lines of all blocks: those that ran, and those that were known."""
        known = {one: replace(self._line(one), reads=entry.reads) for one, entry in self._plan.entries.items()}
        return [line for one in self._blocks if (line := self._lines.get(one) or known.get(one))]

    def _line(self, block_id: str) -> Line:
        return replace(line_of(self._blocks[block_id]), chain=chain(block_id, self._plan.parents))

    def _reads_of(self, block_id: str) -> Iterable[str]:
        """What a block read that ran, or was known."""
        if line := self._lines.get(block_id):
            return line.reads
        return entry.reads if (entry := self._plan.entries.get(block_id)) else ()

    def _doubt(self) -> str:
        """Why nobody knows whether the data were all the time as they were found; "" if they were."""
        if not self._plan.states[None]:
            return "its `data` hold more than can be compared: name the folder among them that it reads"
        changed = (path for path in self._session.data if latest(path) >= self._plan.began)
        return next((f"{path} changed while it ran" for path in changed), "")

    def _take(self, ran: Ran) -> str:
        """Keep what a block did; the name of the state after it, "" where that hangs on who knows what."""
        block, parents = ran.block, self._plan.parents
        state = self._plan.states.get(parents[block.id], "")
        steps = [self._blocks[one] for one in chain(block.id, parents)]
        before = {Path(path) for step in steps[:-1] for path in self._reads_of(step.id)}
        code = codes(self._session, steps, before | ran.reads)
        reads, unknown = found_by(self._session, ran, code, self._plan.began)
        if any(newest(path) >= self._plan.began for path in before):
            unknown = unknown or "what a block before it read changed meanwhile"
        unknown = unknown or self._doubt()
        self._lines[block.id] = replace(self._line(block.id), reads=reads, unknown=unknown)
        if not state or unknown or not block.options.cache:
            return ""
        key = result_key(state, block)
        if self._store:
            self._store.save(key, self._session, steps, Entry(ran.result, reads), code)
        self._plan.states[block.id] = state_after(key, reads)
        return self._plan.states[block.id]
