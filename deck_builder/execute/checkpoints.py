"""States -> the processes that are frozen in them: so many as memory allows, those kept that cost most to come to."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Collection
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deck_builder.execute.descendants import is_dead, rest, work
from deck_builder.execute.scratch import Scratch
from deck_builder.execute.worker_process import WorkerProcess
from deck_builder.execute.zygote import StartError, Waiting

MOST: Final = 24
MOST_BYTES: Final = 2 << 30
"""Of memory that the frozen processes have for themselves; what several share counts in parts."""

WEIGHED_S: Final = 60.0
"""Seconds after which all are weighed again: that takes as long as a block may."""

_SCARCE: Final = 0.15  # of all memory: with less than that at hand only the newest is kept
_AT_HAND: Final = re.compile(r"^Mem(Total|Available): +(\d+) kB", re.MULTILINE)
_PSS: Final = re.compile(r"^Pss: +(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A frozen process, with its scratch folder and the hash of what slide code had made there by then.

    `seconds` is how long the block took after which it was frozen; `deck` is whose block that is.
    """

    deck: Path
    waiting: Waiting
    scratch: Scratch
    made: str
    seconds: float

    def end(self) -> None:
        """End the process, and let go of the folder."""
        self.waiting.end()
        self.scratch.let_go()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A process in a state that is kept, forked before it is needed; `stack` ends it."""

    state: str
    worker: WorkerProcess
    stack: ExitStack


class Checkpoints:
    """Checkpoints by the names of their states."""

    def __init__(self) -> None:
        self._kept: dict[str, Checkpoint] = {}
        self._ready: _Ready | None = None
        self._edge = ""
        self._weighed = -WEIGHED_S
        self._lock = threading.RLock()

    def __contains__(self, state: str) -> bool:
        return state in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, state: str) -> Checkpoint | None:
        """The one of a state."""
        return self._kept.get(state)

    def add(self, state: str, checkpoint: Checkpoint) -> None:
        """Keep one; the cheapest of the others goes where there are too many, or memory is scarce.

        What runs next goes on from the edge: where there are too many, that stays.
        """
        with self._lock:
            self._kept[state] = checkpoint
            while len(self._kept) > MOST:
                self._drop_cheapest(state, self._edge)
            while len(self._kept) > 1 and _is_scarce():
                self._drop_cheapest(state)

    def thaw(self, state: str, stack: ExitStack) -> WorkerProcess:
        """A process in a state: the one that is ready, or a new one. Raises `StartError`, also where none is kept."""
        checkpoint, ready = self._kept.get(state), self._take(state)
        if ready:
            work(ready.worker.pid)
            stack.enter_context(ready.stack)
            if not is_dead(ready.worker.pid):
                return ready.worker
        if checkpoint is None:  # another deck's took its place just now
            raise StartError
        return checkpoint.waiting.thaw(stack)

    def begin_at(self, state: str) -> None:
        """Hear from which state on blocks are to run: who has changed one mostly changes it again."""
        self._edge = state

    def prepare(self) -> None:
        """Have a process ready in the state from which blocks ran last, and in no other."""
        state = self._edge
        checkpoint = self._kept.get(state)
        if checkpoint is None:
            return
        with suppress(StartError), ExitStack() as stack:
            worker = checkpoint.waiting.thaw(stack)
            rest(worker.pid)
            with self._lock:
                if state in self._kept:
                    before, self._ready = self._ready, _Ready(state, worker, stack.pop_all())
                    if before:
                        before.stack.close()

    def _take(self, state: str) -> _Ready | None:
        """The process that is ready in a state, if there is one: from now on it is the caller's."""
        with self._lock:
            ready = self._ready
            if ready is None or ready.state != state:
                return None
            self._ready = None
            return ready

    def drop(self, state: str) -> None:
        """End one."""
        with self._lock:
            if ready := self._take(state):
                ready.stack.close()
            if checkpoint := self._kept.pop(state, None):
                checkpoint.end()

    def trim(self, deck: Path, wanted: Collection[str]) -> None:
        """End a deck's of no wanted state, and, now and then, the cheapest ones of all that take too much memory."""
        with self._lock:
            for state in [state for state, one in self._kept.items() if one.deck == deck and state not in wanted]:
                self.drop(state)
            if time.monotonic() - self._weighed < WEIGHED_S:
                return
            weights = {state: _bytes(one) for state, one in self._kept.items()}
            while len(self._kept) > 1 and sum(weights[state] for state in self._kept) > MOST_BYTES:
                self._drop_cheapest()
            self._weighed = time.monotonic()

    def clear(self) -> None:
        """End all."""
        with self._lock:
            for state in tuple(self._kept):
                self.drop(state)

    def _drop_cheapest(self, *but: str) -> None:
        self.drop(min((state for state in self._kept if state not in but), key=lambda state: self._kept[state].seconds))


def _is_scarce() -> bool:
    """Whether the machine has little memory at hand; no where the system does not tell."""
    with suppress(OSError):
        found = dict(_AT_HAND.findall(Path("/proc/meminfo").read_text(encoding="ascii")))
        return len(found) == 2 and int(found["Available"]) < _SCARCE * int(found["Total"])
    return False


def _bytes(checkpoint: Checkpoint) -> int:
    """Its share of memory; 0 where it is gone or the system does not tell."""
    with suppress(OSError):
        text = Path(f"/proc/{checkpoint.waiting.link.pid}/smaps_rollup").read_text(encoding="ascii")
        if found := _PSS.search(text):
            return int(found[1]) * 1024
    return 0
