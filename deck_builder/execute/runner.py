"""Session -> results, block by block, through a worker process. What goes wrong with the worker is a result, too."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

from deck_builder.errors import SandboxError
from deck_builder.execute.frames import Assembly, number
from deck_builder.execute.sandbox import Sandbox, layers
from deck_builder.execute.session import Reads, Session, TracedRunner
from deck_builder.execute.worker_process import WorkerProcess, line_count, started
from deck_builder.model import BlockResult, CodeBlock, Error, Stream
from deck_builder.worker.protocol import ProtocolError

_START_S: Final = 60.0
_MAX_READS: Final = 5000


def worker_runner(sandbox: Sandbox = "auto") -> TracedRunner:
    """A runner that starts a worker process for each session. Raises `SandboxError` when the sandbox can't be had."""
    if os.name != "posix":
        raise SandboxError("slide code can't run on this system yet", hint="use Linux, macOS or WSL")
    held = layers(sandbox)

    def run(session: Session) -> Generator[tuple[str, BlockResult], None, Reads]:
        with started(session, held) as worker:
            for block in session.blocks:
                result, alive = _run_block(worker, session, block)
                yield block.id, result
                if not alive:
                    return None
            return _reads(worker)

    return run


def _run_block(worker: WorkerProcess, session: Session, block: CodeBlock) -> tuple[BlockResult, bool]:
    """A block's result, and whether the worker lives on."""
    assembly = Assembly(line_count(block))
    timeout_s = block.options.timeout_s or session.timeout_s
    began = time.monotonic()
    try:
        seconds = _listen(worker, block, assembly, timeout_s)
        return assembly.result(seconds), True
    except TimeoutError:
        worker.ask_place()
        worker.stop()
        evalue = f"this block ran for more than {timeout_s:g} s and was stopped"
        hint = "is there an endless loop? if not, give the block more time: `{timeout: …}`, in seconds"
        error = Error("Timeout", evalue, (), worker.place(session, block), hint)
    except EOFError:
        evalue, hint = _death(worker.died())
        error = Error("WorkerDied", evalue, (), worker.place(session, block), hint)
    except ProtocolError as exc:
        worker.stop()
        error = Error("WorkerDied", f"the worker sent {exc}, and was stopped", (), ())
    for name, text in worker.left_text():
        assembly.add(Stream("stdout" if name == "stdout" else "stderr", text, ()))
    assembly.add(error)
    return assembly.result(time.monotonic() - began), False


def _listen(worker: WorkerProcess, block: CodeBlock, assembly: Assembly, timeout_s: float) -> float:
    """Take a block's messages until it ends; its seconds. Raises what `receive` raises."""
    until = time.monotonic() + _START_S
    running = False
    while True:
        message = worker.receive(until)
        kind = message.get("kind")
        if message.get("block") != block.id or running == (kind == "start"):
            raise ProtocolError("a message out of order")
        if kind == "start":
            running = True
            until = time.monotonic() + timeout_s
        elif kind == "output":
            assembly.take(message.get("output"))
        elif kind == "end":
            return number(message, "seconds", 2**31)
        else:
            raise ProtocolError("a message of no known kind")


def _death(status: int | None) -> tuple[str, str]:
    """What ended a worker, and a hint."""
    if status is None:
        return "the process closed the pipe for its results in this block", "leave descriptors alone that are not yours"
    if status >= 0:
        return f"the process ended with exit status {status} in this block", "os._exit() ends every later block, too"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    hint = "perhaps the machine ran out of memory" if name == "SIGKILL" else "code written in C has crashed"
    return f"the process was ended by {name} in this block", hint


def _reads(worker: WorkerProcess) -> Reads:
    """What the run read, as its last message has it; None when that is not known."""
    try:
        message = worker.receive(time.monotonic() + _START_S)
    except (TimeoutError, EOFError, ProtocolError):
        return None
    paths = message.get("reads")
    if message.get("kind") != "done" or not isinstance(paths, list) or len(paths) > _MAX_READS:
        return None
    return frozenset(map(Path, paths)) if all(isinstance(path, str) for path in paths) else None
