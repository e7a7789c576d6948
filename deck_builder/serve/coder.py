"""Jobs -> results, in a thread of their own: what the deck no longer asks for is dropped."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from threading import Condition, Event, Thread
from typing import Final, Protocol

from deck_builder.errors import DeckError
from deck_builder.execute.engine import Stop
from deck_builder.execute.plan import Plan
from deck_builder.execute.session import Session
from deck_builder.execute.store import Store
from deck_builder.model import BlockResult, Error
from deck_builder.serve.known import Job, Known

PATIENCE_S: Final = 0.5
_GIVES_WAY_S: Final = 0.1


class Resumes(Protocol):
    """Runs what a plan lacks, and ends early when it is to stop."""

    def __call__(
        self, session: Session, plan: Plan, store: Store, stop: Stop, /
    ) -> Generator[tuple[str, BlockResult], None, None]:
        """The results as they come."""


class Coder:
    """Runs a deck's code. `began` hears which blocks are to run, the first of them now; `came`, that more is known."""

    def __init__(
        self,
        resume: Resumes,
        known: Known,
        began: Callable[[Job | None, Sequence[str]], None],
        came: Callable[[], None],
    ) -> None:
        self._resume, self._known, self._began, self._came = resume, known, began, came
        self._changed = Condition()
        self._wanted: tuple[Job, ...] | None = None
        self._stop = Stop()
        self._job: Job | None = None
        self._fresh: Job | None = None
        self._at = ""
        self._closed = False
        self._is_shown = Event()
        self._thread = Thread(target=self._work, daemon=True)

    def start(self) -> None:
        """Begin to wait for jobs."""
        self._thread.start()

    def want(self, jobs: Sequence[Job]) -> None:
        """Have these jobs done from now on. A block that runs goes on if it is among them."""
        with self._changed:
            if self._job and not self._stop.is_set and any(job.names == self._job.names for job in jobs):
                self._wanted = None
                return
            self._wanted = tuple(jobs)
            if self._at and not any(self._at in job.names.values() for job in jobs):
                self._stop.set()
            self._changed.notify_all()

    def shown(self) -> None:
        """Hear that the deck shows what came."""
        self._is_shown.set()

    def close(self) -> None:
        """End what runs, and then the thread."""
        with self._changed:
            self._closed = True
            self._stop.set()
            self._changed.notify_all()
        if self._thread.is_alive():  # it may wait for a process that begins: who started that ends it
            self._thread.join(PATIENCE_S)

    def _work(self) -> None:
        while jobs := self._next():
            for job in jobs:
                if not self._run(job):
                    break
            self._began(None, ())

    def _next(self) -> tuple[Job, ...]:
        with self._changed:
            self._at, self._job = "", None
            was_idle = not self._wanted
            self._changed.wait_for(lambda: self._wanted or self._closed)
            wanted, self._wanted = self._wanted or (), None
            self._fresh = wanted[0] if wanted and was_idle else None
            self._stop = Stop()
            return () if self._closed else wanted

    def _run(self, job: Job) -> bool:
        """Do what is still to be done of a job; whether the next one may follow."""
        if job is not self._fresh:
            job, _ = self._known.of(job.session)
        if not job.missing:
            return True
        order = [block for wave in job.plan.waves() for ids in wave for block in ids]
        if not self._goes_on(job, order):
            return False
        left = set(job.missing)
        try:
            with closing(self._resume(job.session, job.plan, self._known.store, self._stop)) as running:
                for block, result in running:
                    if block in job.plan.entries:
                        continue
                    is_first = len(left) == len(job.missing)
                    left.discard(block)
                    self._known.keep(job, block, result)
                    self._is_shown.clear()
                    self._came()
                    following = order[order.index(block) + 1 :]
                    if not self._goes_on(job, following):
                        return False
                    if is_first or not following:  # what is waited for most: who shows it is not to share the processor
                        self._is_shown.wait(_GIVES_WAY_S)
        except Exception as error:  # whatever it is, the deck is served on, and its slides say why nothing ran
            for block in left:
                self._known.keep(job, block, _not_run(error))
            left = set()
        if self._stop.is_set:
            return False
        self._known.end(job, left)
        self._came()
        return True

    def _goes_on(self, job: Job, blocks: Sequence[str]) -> bool:
        """Whether to go on to these blocks, of which is told then: nothing else may be wanted by now."""
        with self._changed:
            goes_on = self._wanted is None and not self._closed and not self._stop.is_set
            # of a job that ends here nothing is left to go on with: who wants it still has it begun anew
            self._job, self._at = (job, job.names[blocks[0]]) if blocks and goes_on else (None, "")
        if not goes_on:
            return False
        if blocks:
            self._began(job, blocks)
        return True


def _not_run(error: Exception) -> BlockResult:
    hint = error.hint if isinstance(error, DeckError) else "DECK_DEBUG=1 shows where; please report it"
    said = error.message if isinstance(error, DeckError) else f"the code could not be run: {error!r}"
    return BlockResult((Error("NotRun", said, (), (), hint),))
