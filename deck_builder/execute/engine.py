"""Chain -> what its blocks did: forked from a process that is warm, or from one that was frozen in the state before.

snapshot   after each block a checkpoint stays behind, from which a later run goes on (serve)
fork       each run starts from the zygote and runs all blocks before it again (build, check)
spawn      the same, in a process started for it, where none can be forked (macOS)
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, Self, TypeAlias

from deck_builder.errors import DeckError, SandboxError
from deck_builder.execute.checkpoints import Checkpoint, Checkpoints
from deck_builder.execute.descendants import adopting, kill
from deck_builder.execute.environment import environment, matplotlib_cache
from deck_builder.execute.job import job, modules
from deck_builder.execute.listen import Ran, listen
from deck_builder.execute.sandbox import Sandbox, Tier, policy, tier
from deck_builder.execute.scratch import Scratch, entries_of
from deck_builder.execute.session import Session
from deck_builder.execute.throwaway import Throwaway, sweep
from deck_builder.execute.worker_process import WorkerProcess
from deck_builder.execute.written import program
from deck_builder.execute.zygote import StartError, Waiting, freeze
from deck_builder.execute.zygotes import Zygotes
from deck_builder.model import BlockResult, CodeBlock, Error

Mode: TypeAlias = Literal["snapshot", "fork", "spawn"]
_MAX_RESTARTS: Final = 3
_PATIENCE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Step:
    """A block of a chain. `state` names the state after it, where that is known; `heard`: its result is wanted."""

    block: CodeBlock
    state: str = ""
    heard: bool = True


@dataclass(frozen=True, slots=True)
class Started:
    """A worker that has run the first `done` steps of a chain, in its scratch folder."""

    session: Session
    worker: WorkerProcess
    done: int
    scratch: Scratch


class Stop:
    """Ends what runs under it, from another thread: nobody wants its results any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: set[WorkerProcess] = set()
        self.is_set = False

    def set(self) -> None:
        """Let nothing more run."""
        with self._lock:
            self.is_set = True
            for worker in self._workers:
                kill(worker.pid)

    @contextmanager
    def of(self, worker: WorkerProcess) -> Iterator[None]:
        """While a worker lives, it can be ended. Raises `StartError` if it is to stop already."""
        with self._lock:
            if self.is_set:
                raise StartError
            self._workers.add(worker)
        try:
            yield
        finally:
            with self._lock:
                self._workers.discard(worker)


Steps: TypeAlias = Generator[Ran, str, None]
"""Runs a chain: gives each block that is heard, and is sent the name of the state after it ("" for none)."""


class Engine:
    """Runs chains of blocks; several at once, from several threads. A context: at its end no process is left."""

    def __init__(self, sandbox: Sandbox = "auto", mode: Mode | None = None, jobs: int = 1) -> None:
        """Up to `jobs` chains run at once. Raises `SandboxError` when the sandbox can't be had."""
        if os.name != "posix":
            raise SandboxError("slide code can't run on this system yet", hint="use Linux, macOS or WSL")
        self.policy = policy(sandbox)
        self.mode: Mode = mode or ("fork" if sys.platform == "linux" else "spawn")
        self._tier = _without_rooms(tier(sandbox)) if self.mode == "spawn" else tier(sandbox)
        self.jobs, self.slots = jobs, threading.BoundedSemaphore(jobs)
        self.checkpoints = Checkpoints()
        self.refused: dict[str, str] = {}  # by block, why the state after it could not be frozen
        self._running: set[WorkerProcess] = set()
        self._changed = threading.Condition()
        self._closed, self._active = False, 0
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(adopting())
        sweep()
        made = Throwaway()
        self._stack.callback(made.remove)
        home = made.path
        self._cache = matplotlib_cache() or home
        self._zygotes = Zygotes(environment(home, self._cache), thorough=self.mode == "snapshot")
        self._stack.callback(self.checkpoints.clear)
        return self

    def __exit__(self, *error: object) -> None:
        """End all processes; threads that still listen to one find that it has died, and put away what is its."""
        with self._changed:
            self._closed = True
            for worker in tuple(self._running):
                kill(worker.pid)
        self._zygotes.end()  # first: some may wait for what a zygote imports
        with self._changed:
            self._changed.wait_for(lambda: not self._active, _PATIENCE_S)
        self._stack.close()

    def warm(self, folder: Path, code: str, interpreter: str = "") -> None:
        """Start the process from which a deck of this folder will be run: it imports what the code does meanwhile."""
        if self.mode != "spawn":
            self._zygotes.warm(interpreter, modules(folder, [code]))

    def run(self, session: Session, chain: Sequence[Step], stop: Stop | None = None) -> Steps:
        """Run a chain of blocks from the start on; those that are not heard come first. A block that ends its worker
        ends neither the chain nor what the blocks before it made: another worker runs those again, and goes on behind.

        It ends early once it is to `stop`. Raises `DeckError` when the deck asks for a GPU and there is none.
        """
        stop = stop or Stop()
        past = [step for step in chain if not step.heard]  # what a new worker must have run
        todo = deque(step for step in chain if step.heard)
        may_resume = self.mode == "snapshot"
        self.checkpoints.begin_at(past[-1].state if past else "")
        for _ in range(_MAX_RESTARTS + 1):
            try:
                with self._started(session, past if may_resume else ()) as started, stop.of(started.worker):
                    killer = self._run_again(started, past)
                    while todo and not killer and not stop.is_set:
                        ran, alive = listen(started.worker, session, todo[0].block)
                        if stop.is_set:
                            return
                        if started.done and _crashed(ran):
                            break
                        step = todo.popleft()
                        state = yield started.scratch.noted(ran)
                        if alive:
                            past.append(Step(step.block, state or "", heard=False))
                            self._freeze(started, past[-1], ran)
                        else:
                            killer = step
                    if started.done and not todo:
                        self.checkpoints.prepare()
            except StartError as error:
                if stop.is_set:
                    return
                result = BlockResult((Error("WorkerDied", f"the worker did not start{error}", (), ()),))
                yield Ran(todo[0].block, result, unknown="it did not start")
                return
            if not todo or stop.is_set:
                return
            if started.done:  # what was forked from a frozen process may lack something: a fresh one is to say
                may_resume = False
            elif killer:
                past = list(_without(past, killer))

    def _run_again(self, started: Started, past: Sequence[Step]) -> Step | None:
        """Run what a worker has not run yet, unheard; the step that ended it, if one did."""
        for step in past[started.done :]:
            ran, alive = listen(started.worker, started.session, step.block)
            if not alive:
                return step
            started.scratch.followed()
            self._freeze(started, step, ran)
        return None

    def _freeze(self, started: Started, step: Step, ran: Ran) -> None:
        """Leave a checkpoint behind, where one may be: of a state without a name nobody knows what it hangs on."""
        if self.mode != "snapshot" or step.state in self.checkpoints:
            return
        made = started.scratch.made()
        found: Waiting | str = ran.unknown or "a block before it can't be kept"
        if step.state:
            found = (
                "it made too many files, or some that can't be looked at" if made is None else freeze(started.worker)
            )
        if isinstance(found, Waiting):
            folder, seconds = started.scratch.hold(), ran.result.seconds
            self.checkpoints.add(step.state, Checkpoint(started.session.path, found, folder, made or "", seconds))
        else:
            self.refused[step.block.id] = found

    @contextmanager
    def _started(self, session: Session, past: Sequence[Step]) -> Iterator[Started]:
        """A worker that has run the first of those steps; at the end it is gone. Raises `StartError`."""
        with ExitStack() as stack:
            with self._changed:
                if self._closed:
                    raise StartError
                self._active += 1
            stack.callback(self._ended)
            found = self._resumed(session, past, stack) if self.mode == "snapshot" else None
            started = found or self._fresh(session, stack)
            stack.callback(self._running.discard, started.worker)
            if "limits" in self._tier.layers:
                started.worker.watch(started.scratch.root)
            with self._changed:
                if self._closed:
                    raise StartError
                self._running.add(started.worker)
            if session.device == "cuda" and not (found or started.worker.has_gpu):
                hint = "take `device: cuda` away, or build where torch finds a GPU"
                raise DeckError(
                    "`python: device` is cuda, and torch finds no GPU here", session.place("python.device"), hint
                )
            yield started

    def _ended(self) -> None:
        with self._changed:
            self._active -= 1
            self._changed.notify_all()

    def _resumed(self, session: Session, past: Sequence[Step], stack: ExitStack) -> Started | None:
        """One that was forked from the last checkpoint that still is as it was."""
        entries = None
        for done in reversed(range(1, len(past) + 1)):
            if not (checkpoint := self.checkpoints.get(past[done - 1].state)):
                continue
            entries = entries or entries_of(session.folder.resolve())
            scratch = checkpoint.scratch
            if scratch.entries == entries and scratch.made() == checkpoint.made:
                with suppress(StartError):
                    worker = self.checkpoints.thaw(past[done - 1].state, stack)
                    stack.callback(scratch.hold().let_go)
                    return Started(session, worker, done, scratch)
            self.checkpoints.drop(past[done - 1].state)
        return None

    def _fresh(self, session: Session, stack: ExitStack) -> Started:
        """One that has run nothing, in a scratch folder of its own."""
        scratch = Scratch(session.folder.resolve())
        stack.callback(scratch.let_go)
        told = job(session, scratch.root, self._cache, self._tier)
        if self.mode == "spawn":
            worker = self._zygotes.alone(session.interpreter, _modules(session), told, stack)
        else:
            worker = self._zygotes.fork(session.interpreter, _modules(session), told, stack, scratch.cells)
        return Started(session, worker, 0, scratch)


def _without_rooms(found: Tier) -> Tier:
    """The tier for a process that is not forked, and so can't be put into namespaces."""
    return Tier("landlock") if found.name == "strict" else found


def _modules(session: Session) -> Sequence[str]:
    return modules(session.folder, [program(block) for block in session.blocks])


def _crashed(ran: Ran) -> bool:
    return ran.result.error is not None and ran.result.error.ename == "WorkerDied" and not ran.result.error.traceback


def _without(past: Sequence[Step], killer: Step) -> Iterator[Step]:
    """The steps but for one; the states after it are others without it."""
    at = past.index(killer) if killer in past else len(past)
    yield from past[:at]
    yield from (replace(step, state="") for step in past[at + 1 :])
