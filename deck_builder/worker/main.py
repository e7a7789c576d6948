"""A job on standard input -> frames on a pipe. What the parent starts; see execute/start.py."""

from __future__ import annotations

import ctypes
import faulthandler
import json
import os
import signal
import sys
import warnings
from os import _exit, write
from pathlib import Path
from typing import Any, TextIO

from deck_builder.worker import seeds
from deck_builder.worker.blocks import Program
from deck_builder.worker.protocol import Message, encode
from deck_builder.worker.reads import Reads
from deck_builder.worker.recorder import Recorder, use
from deck_builder.worker.slate import Slate
from deck_builder.worker.spawning import refuse_spawning
from deck_builder.worker.streams import SlideStream

_PR_SET_PDEATHSIG = 1


def main(frames: int, crash: int, slate: int) -> None:
    """Run the job; send frames to one descriptor, the place of a crash to another, what is held to the last one.

    Does not return.
    """
    job = json.loads(sys.stdin.buffer.read())
    _prepare(crash)

    def send(message: Message) -> None:
        data = memoryview(encode(message, job["nonce"]))
        try:
            while data:
                data = data[write(frames, data) :]
        except OSError:
            _exit(1)  # nobody listens, or slide code closed the pipe

    recorder = _record(send, Slate(slate))
    os.close(slate)
    reads = Reads(str(Path.cwd()), job["folder"], job["ignored"])
    sys.argv = [job["path"]]
    sys.path.insert(0, job["folder"])
    seeds.fix(job["seed"], job["threads"])
    refuse_spawning()
    program = Program(job["path"], job["folder"], job["blocks"], recorder)
    reads.install()
    program.run()
    send({"kind": "done", "reads": sorted(reads.paths) if reads.known else None})
    _exit(0)  # to take torch down costs a second, and threads and exit hooks of slide code are not waited for


def _prepare(crash: int) -> None:
    """Set up the process: no standard input, gone when its parent is, telling where it crashes or hangs."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    faulthandler.enable(crash, all_threads=False)
    faulthandler.register(signal.SIGUSR1, crash, all_threads=False)


def _record(send: Any, slate: Slate) -> Recorder:
    """Route what slide code prints, and what warns, to a recorder."""
    recorder = Recorder(send, slate)
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
    return recorder
