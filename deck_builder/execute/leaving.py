"""Chains that run, each in a thread -> none: who is asked to leave lets them put away what is theirs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from deck_builder.execute.session import Session
from deck_builder.execute.worker_process import WorkerProcess
from deck_builder.execute.zygote import StartError


@dataclass(eq=False, slots=True)
class Running:
    """A chain that has begun, and its worker once it has one."""

    session: Session
    worker: WorkerProcess | None = None


class Leaving:
    """The chains that run. Those of a session, or all, can be told to stop; no other one of theirs begins then."""

    def __init__(self) -> None:
        self._running: list[Running] = []
        self._stopped: list[Session | None] = []
        self._changed = threading.Condition()

    @contextmanager
    def chain(self, session: Session) -> Iterator[Running]:
        """A chain, until it has put away what is its. Raises `StartError` when none may begin."""
        running = Running(session)
        with self._changed:
            self.look(session)
            self._running.append(running)
        try:
            yield running
        finally:
            with self._changed:
                self._running.remove(running)
                self._changed.notify_all()

    def look(self, session: Session | None = None) -> None:
        """Raise `StartError` when the session, or all, is to stop."""
        if any(one is None or one is session for one in self._stopped):
            raise StartError(": it was stopped")

    def stop(self, session: Session | None = None) -> None:
        """Let the chains of a session, or all, come to nothing."""
        with self._changed:
            self._stopped.append(session)
            for running in self._running:
                if running.worker and (session is None or running.session is session):
                    running.worker.interrupt()

    def wait(self, seconds: float) -> None:
        """Wait until no chain runs any more."""
        with self._changed:
            self._changed.wait_for(lambda: not self._running, seconds)
