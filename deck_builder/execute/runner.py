"""Session -> results, block by block, through a worker process. What goes wrong with the worker is a result, too.

A block that ends its worker ends neither the session nor what the blocks before it made: a new worker runs those again,
unheard, and goes on behind it.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from deck_builder.errors import SandboxError
from deck_builder.execute.deaths import death
from deck_builder.execute.frames import Assembly, number
from deck_builder.execute.origin import origin
from deck_builder.execute.sandbox import Layer, Sandbox, layers
from deck_builder.execute.session import Reads, Session, line_count
from deck_builder.execute.start import started
from deck_builder.execute.worker_process import WorkerProcess
from deck_builder.model import BlockResult, CodeBlock, Error
from deck_builder.worker.protocol import ProtocolError

_START_S: Final = 60.0
_MAX_READS: Final = 5000
_MAX_RESTARTS: Final = 3


@dataclass(frozen=True, slots=True)
class WorkerRunner:
    """A runner that starts worker processes within sandbox layers."""

    layers: tuple[Layer, ...]

    @property
    def policy(self) -> str:
        """What the layers hold, as it may show in results."""
        return "; ".join(layer.settings() for layer in self.layers)

    def __call__(self, session: Session) -> Generator[tuple[str, BlockResult], None, Reads]:
        """Run a session."""
        past: list[CodeBlock] = []  # what a new worker must run again
        todo = deque(session.blocks)
        for restarts in range(_MAX_RESTARTS + 1):
            with started(replace(session, blocks=(*past, *todo)), self.layers) as worker:
                killer = next((block for block in past if not _run_block(worker, session, block)[1]), None)
                while todo and not killer:
                    block = todo.popleft()
                    result, alive = _run_block(worker, session, block)
                    yield block.id, result
                    if alive:
                        past.append(block)
                    else:
                        killer = block
                if not killer:
                    return _reads(worker) if not restarts else None
                past = [block for block in past if block is not killer]
                if not todo or not worker.was_heard:
                    return None
        return None


def worker_runner(sandbox: Sandbox = "auto") -> WorkerRunner:
    """A runner that starts a worker process for each session. Raises `SandboxError` when the sandbox can't be had."""
    if os.name != "posix":
        raise SandboxError("slide code can't run on this system yet", hint="use Linux, macOS or WSL")
    return WorkerRunner(tuple(layers(sandbox)))


def _run_block(worker: WorkerProcess, session: Session, block: CodeBlock) -> tuple[BlockResult, bool]:
    """A block's result, and whether the worker lives on."""
    assembly = Assembly(line_count(block), partial(origin, session))
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
        evalue, hint = death(worker.died())
        if not worker.was_heard:
            evalue, hint = f"the worker did not start: {evalue.removesuffix(' in this block')}", ""
        error = Error("WorkerDied", evalue, (), worker.place(session, block), hint)
    except ProtocolError as exc:
        worker.stop()
        error = Error("WorkerDied", f"the worker sent {exc}, and was stopped", (), ())
    for stream in worker.left_text(block):
        assembly.add(stream)
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
