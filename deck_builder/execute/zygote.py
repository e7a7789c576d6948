"""A Python -> a process of it that has imported what slides import, and from which each run is forked."""

from __future__ import annotations

import os
import secrets
import site
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Final

from deck_builder.execute.cell import Cell
from deck_builder.execute.descendants import at_once, begin, begin_cell, end, end_cell, rest, work
from deck_builder.execute.environment import PACKAGE
from deck_builder.execute.link import Link
from deck_builder.execute.worker_process import Files, WorkerProcess
from deck_builder.worker.protocol import Decoder, Message, ProtocolError, clip

START_S: Final = 120.0
"""Seconds that a process may take to come: a zygote imports torch before it hears of it."""

PATIENCE_S: Final = 20.0
"""Seconds for what a process that is there does at once, unless slide code keeps it from that."""

_MOST_SAID: Final = 1 << 16

# a stub of our package, so that the worker can import itself, and slide code nothing else that is ours
_BOOT: Final = """
import sys, types
package = types.ModuleType("deck_builder")
package.__path__ = [sys.argv[1]]
sys.modules["deck_builder"] = package
from deck_builder.worker.main import main
package.__path__ = []
main(int(sys.argv[2]))
"""


class StartError(Exception):
    """A process that did not come. Its text is what it said last, as the end of a sentence: ": …", or "" if nothing."""


class RefusedError(StartError):
    """A part of the wall could not be raised; so it goes with whatever is forked here."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A process that waits for orders and forks for each: a zygote, or a checkpoint. `end` ends it.

    A zygote's standard error, before it runs anything, goes to `said`.
    """

    link: Link
    said: IO[bytes] | None = None

    def fork(self, job: Message, stack: ExitStack, cells: ExitStack) -> WorkerProcess:
        """A new process in the same state. `stack` ends it, `cells` its namespaces. Raises `StartError`."""
        return self._hand_over("fork", job, stack, cells=cells)

    def thaw(self, stack: ExitStack) -> WorkerProcess:
        """The same of one that was frozen: it has nothing to import first, and is where it was. Raises `StartError`."""
        return self._hand_over("fork", {}, stack, PATIENCE_S)

    def become(self, job: Message, stack: ExitStack) -> WorkerProcess:
        """This very process, where none can be forked. Raises `StartError`."""
        return self._hand_over("become", job, stack)

    def warm(self, names: Sequence[str]) -> None:
        """Let it import more, before it forks again."""
        self.link.order({"do": "warm", "modules": list(names), "thorough": False})

    def end(self) -> None:
        """End the process."""
        end(self.link.pid)
        self._close()

    def _close(self) -> None:
        self.link.close()
        if self.said:
            self.said.close()

    def _hand_over(
        self, do: str, job: Message, stack: ExitStack, patience_s: float = START_S, cells: ExitStack | None = None
    ) -> WorkerProcess:
        """Let it fork a process that runs, or run itself; gives that once it has said that it is there."""
        mine = Link()
        stack.callback(mine.close)
        files = Files.made(stack)
        nonce = secrets.token_hex(16)
        cell = Cell() if cells and "namespaces" in job["wall"] else None
        until = time.monotonic() + patience_s

        def start() -> int:
            self.link.order({"do": do, "job": {**job, "nonce": nonce}}, mine.theirs, *files.fds(), *_reports(cell))
            mine.handed_over()
            if cell:
                cell.handed_over()
            return meet()

        def meet() -> int:
            pid = mine.meet(until, self.link.pid)
            _refuse(mine.early, nonce)
            return pid

        try:
            if cell and cells:
                cells.callback(cell.close)
                with at_once():
                    begin_cell(cell, start)
                    cells.callback(end_cell, cell)
                    begin(meet, cell)
            else:
                begin(start) if do == "fork" else work(start())
            worker = WorkerProcess(mine, files, nonce)
            stack.callback(worker.stop)
            worker.greet(until)
        except (EOFError, TimeoutError, ProtocolError) as why:
            raise StartError(self._last_words()) from why
        if do == "become":
            stack.callback(self._close)
        return worker

    def _last_words(self) -> str:
        """What it said last, as the end of a sentence; "" if nothing."""
        text = os.pread(self.said.fileno(), _MOST_SAID, 0) if self.said and not self.said.closed else b""
        rows = text.decode("utf-8", "replace").strip().splitlines()
        return f": {clip(rows[-1], 300)}" if rows else ""


def _reports(cell: Cell | None) -> list[int]:
    return [cell.reports] if cell else []


def _refuse(early: bytes, nonce: str) -> None:
    """Raise `RefusedError` if the first that is said is that a part of the wall could not be raised."""
    for message in Decoder(nonce).feed(early):
        if message.get("kind") == "refused":
            raise RefusedError(f": {clip(str(message.get('why', '')), 300)}")


@dataclass(frozen=True, slots=True)
class Start:
    """How a Python is started: which one, in what environment, and what it is to import."""

    interpreter: str
    environment: Mapping[str, str]
    modules: tuple[str, ...] = ()
    thorough: bool = False


def zygote(start: Start) -> Waiting:
    """Start a process that imports, and waits. It may still be at it when this returns."""
    link, said = Link(), TemporaryFile()  # noqa: SIM115 (`end` closes it)
    link.pid = begin(lambda: _spawn(start, link, said.fileno()))
    rest(link.pid)
    return Waiting(link, said)


def _spawn(start: Start, link: Link, stderr: int) -> int:
    flags = ["-B", "-P", *([] if site.ENABLE_USER_SITE else ["-s"])]
    process = subprocess.Popen(
        [start.interpreter or sys.executable, *flags, "-c", _BOOT, str(PACKAGE), str(link.theirs)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        pass_fds=[link.theirs],
        cwd="/",
        env=dict(start.environment),
        start_new_session=True,
        umask=0o022,  # whoever builds
    )
    process.returncode = 0  # it is waited for by its number
    link.handed_over()
    link.order({"do": "warm", "modules": list(start.modules), "thorough": start.thorough})
    return process.pid


def freeze(worker: WorkerProcess) -> Waiting | str:
    """Leave a checkpoint of a worker's state behind; or why that can't be, in words."""
    link, nonce = Link(), secrets.token_hex(16)
    try:
        worker.order({"do": "freeze", "nonce": nonce}, link.theirs)
        link.handed_over()
        message = worker.receive(time.monotonic() + PATIENCE_S)
        if message.get("kind") != "frozen":
            link.close()
            return clip(str(message.get("why", "")))
        begin(lambda: link.meet(time.monotonic() + PATIENCE_S))
        rest(link.pid)
    except (EOFError, TimeoutError, ProtocolError):
        link.close()
        return "the process has ended, or does not do as it is told"
    return Waiting(link)
