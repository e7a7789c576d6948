"""Interpreters -> their zygotes, each started when it is first needed; several threads may ask for one."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from deck_builder.execute.job import USUAL
from deck_builder.execute.worker_process import WorkerProcess
from deck_builder.execute.zygote import RefusedError, Start, StartError, Waiting, zygote
from deck_builder.worker.protocol import Message


class Zygotes:
    """The processes from which an engine's runs are forked. `thorough`: they will serve for long, and do more first."""

    def __init__(self, environment: Mapping[str, str], *, thorough: bool) -> None:
        self._environment, self._thorough = environment, thorough
        self._known: dict[str, Waiting] = {}
        self._bare: set[str] = set()  # the interpreters whose zygotes are not to import anything
        self._closed = False
        self._lock = threading.Lock()

    def warm(self, interpreter: str, names: Sequence[str]) -> Waiting:
        """The process that has these modules, or is about to import them. Raises `StartError` once all have ended."""
        with self._lock:
            if self._closed:
                raise StartError
            known = self._known.get(interpreter)
            if known is None:
                known = self._known[interpreter] = self._started(interpreter, names)
            elif interpreter not in self._bare:
                known.warm(names)
            return known

    def fork(
        self, interpreter: str, names: Sequence[str], job: Message, stack: ExitStack, cells: ExitStack
    ) -> WorkerProcess:
        """A worker that is forked from one that has these modules. Raises `StartError`."""
        waiting = self.warm(interpreter, names)
        try:
            return waiting.fork(job, stack, cells)
        except RefusedError:
            raise
        except StartError:  # perhaps a library that crashes where it is imported: let that be seen at the slide's line
            return self._anew(waiting, interpreter).fork(job, stack, cells)

    def alone(self, interpreter: str, names: Sequence[str], job: Message, stack: ExitStack) -> WorkerProcess:
        """A worker that is started for one run. Raises `StartError`."""
        waiting = self._started(interpreter, names)
        try:
            return waiting.become(job, stack)
        except StartError:
            waiting.end()
            raise

    def end(self) -> None:
        """End all, and start no more."""
        with self._lock:
            self._closed = True
            for waiting in self._known.values():
                waiting.end()
            self._known.clear()

    def _anew(self, dead: Waiting, interpreter: str) -> Waiting:
        """A zygote in the place of a dead one, that imports nothing; the one that another chain has started by now."""
        with self._lock:
            if self._closed:
                raise StartError
            self._bare.add(interpreter)
            if self._known.get(interpreter, dead) is dead:
                dead.end()
                self._known[interpreter] = self._started(interpreter, ())
            return self._known[interpreter]

    def _started(self, interpreter: str, names: Sequence[str]) -> Waiting:
        usual = USUAL if self._thorough and interpreter not in self._bare else ()
        return zygote(Start(interpreter, self._environment, (*usual, *names), self._thorough))
