"""Orders on a socket -> frames on another. What the parent starts; see execute/zygote.py.

One program, three parts to play: it waits as a zygote, it runs a session's blocks, and it waits again as a checkpoint
of the state after one of them.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import warnings
from collections.abc import Mapping
from contextlib import suppress
from os import _exit, close, dup2
from pathlib import Path
from signal import SIG_BLOCK, SIG_SETMASK, pthread_sigmask
from typing import Any, NamedTuple, TextIO

from deck_builder.worker import seeds
from deck_builder.worker.blocks import Program
from deck_builder.worker.entering import enter
from deck_builder.worker.guard import refusal, watch_hooks
from deck_builder.worker.link import Link, Order
from deck_builder.worker.makeshift import make_do
from deck_builder.worker.reads import Reads
from deck_builder.worker.recorder import Recorder, use
from deck_builder.worker.slate import Slate
from deck_builder.worker.spawning import refuse_spawning
from deck_builder.worker.streams import SlideStream
from deck_builder.worker.waiting import be_seen, fork_apart, hide, wait
from deck_builder.worker.wall import WallError, raise_wall
from deck_builder.worker.watcher import Watcher

_SIGNALS = signal.valid_signals()


class Fds(NamedTuple):
    """The descriptors that come with the order to run."""

    link: int
    stdout: int
    stderr: int
    crash: int
    slate: int
    reports: int = -1  # of the first process of the namespaces, if there are any


def main(control: int) -> None:
    """Wait for orders on a socket, and run what they say. Does not return."""
    null = os.open(os.devnull, os.O_RDONLY)
    dup2(null, 0)
    close(null)
    hide()
    Worker(wait(Link(control))).serve()


class Worker:
    """The process in which slide code runs."""

    def __init__(self, order: Order) -> None:
        job = order.message["job"]
        self._recorder, self._crash = Recorder(), 0
        self._has_own_memory, self._is_shut = "namespaces" in job["wall"], "landlock" in job["wall"]
        enter(job)
        self._attach(order, job)
        _route(self._recorder)
        self._reads = Reads(str(Path.cwd()), job["folder"], job["ignored"], job["files"], job["data"])
        seeds.fix(job["seed"], job["threads"])
        refuse_spawning()
        if "makeshift" in job["wall"]:
            make_do(self._note)
        watch_hooks()
        watcher = Watcher(self._recorder)
        self._program = Program(job["path"], job["folder"], job["files"], job["written"], self._recorder, watcher)
        self._mask = _hold_signals()
        self._reads.install()

    def serve(self) -> None:
        """Run what is ordered until no more orders come. Does not return."""
        while (order := self._link.receive()) is not None:
            match order.message["do"]:
                case "run":
                    self._run(order.message["block"])
                case "freeze":
                    self._freeze(order)
        _exit(0)  # to take torch down costs a second, and threads and exit hooks of slide code are not waited for

    def _run(self, block: Mapping[str, Any]) -> None:
        options = block["options"]
        if options["seed"] is not None:
            seeds.seed_all(options["seed"])
        seeds.set_threads(options["threads"])
        pthread_sigmask(SIG_SETMASK, self._mask)
        seconds = self._program.run(block)
        self._mask = _hold_signals()  # an alarm that goes off between two blocks is the next one's
        paths, unknown = self._reads.take()
        self._recorder.end(seconds, paths, unknown)

    def _freeze(self, order: Order) -> None:
        """Leave a process behind that waits in this state; in it, go on when it is told to."""
        (control,) = order.fds
        unknown = self._reads.unknown
        try:
            if why := self._refusal(control):
                self._link.send({"kind": "refused", "why": why})
            elif fork_apart():
                hide()  # before the next block runs: what is frozen here is as it was
                self._link.close()
                link = Link(control, order.message["nonce"])
                link.send({"kind": "hello"})
                order = wait(link)
                return self._attach(order, order.message["job"])
            else:
                self._link.send({"kind": "frozen"})
        except Exception as error:  # slide code may have put what it liked in the place of Python's own
            self._link.send({"kind": "refused", "why": f"it does not let itself be forked ({type(error).__name__})"})
        finally:
            self._reads.unknown = unknown  # that a process was started just now is none of slide code's doing
        close(control)

    def _note(self, text: str) -> None:
        self._recorder.warn("SandboxWarning", text, self._recorder.here())

    def _refusal(self, control: int) -> str:
        if self._has_own_memory and os.listdir("/dev/shm"):  # noqa: PTH208
            return "it left something in shared memory"
        own = {self._link.fileno(), self._crash, control}
        return refusal(own, self._recorder.descriptors, self._slate.inode, self._reads.system)

    def _attach(self, order: Order, job: Mapping[str, Any]) -> None:
        """Take the place of a new process: with its own socket, captured streams and files, behind the wall."""
        fds = Fds(*order.fds)
        for target, fd in ((1, fds.stdout), (2, fds.stderr)):
            dup2(fd, target)
            close(fd)
        faulthandler.enable(fds.crash, all_threads=False)
        faulthandler.register(signal.SIGUSR1, fds.crash, all_threads=False)
        if self._crash:
            close(self._crash)  # that of the process which this one was frozen in
        if fds.reports >= 0:
            close(fds.reports)
        self._link, self._crash, self._slate = Link(fds.link, job["nonce"]), fds.crash, Slate(fds.slate)
        close(fds.slate)
        self._recorder.attach(self._link.send, self._slate)
        try:
            raise_wall(job.get("wall", {}))
        except WallError as error:
            self._link.send({"kind": "refused", "why": str(error)})
            _exit(1)
        if self._is_shut:
            be_seen()
        self._link.send({"kind": "hello", "gpu": job.get("device") == "cuda" and _has_gpu()})


def _has_gpu() -> bool:
    with suppress(Exception):
        import torch

        return bool(torch.cuda.is_available())
    return False


def _hold_signals() -> set[int]:
    """Let signals wait; gives those that waited before."""
    return pthread_sigmask(SIG_BLOCK, _SIGNALS)


def _route(recorder: Recorder) -> None:
    """Let what slide code prints, and what warns, come to a recorder."""
    use(recorder)
    sys.stdout, sys.stderr = SlideStream(recorder, 1), SlideStream(recorder, 2)
    sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr  # type: ignore[misc,assignment]

    def showwarning(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if file is not None:
            file.write(warnings.formatwarning(message, category, filename, lineno, line))
            return
        place = recorder.place
        compiled = (
            place.relative(lineno) if place and filename == place.path else []
        )  # what the compiler warns of runs nowhere
        recorder.warn(category.__name__, str(message), compiled or recorder.here())

    warnings.showwarning = showwarning
    # every time, not once per library line: two slides may well do the same wrong thing; deprecations as in a script
    warnings.filterwarnings("always", category=DeprecationWarning, module="__main__")
    warnings.simplefilter("always", append=True)
    with suppress(AttributeError):
        warnings._filters_mutated()  # type: ignore[attr-defined]  # what a library has shown while it was warmed
