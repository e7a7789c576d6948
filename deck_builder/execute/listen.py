"""A worker and a block -> what the block did. What goes wrong with the worker is a result, too."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from deck_builder.execute.deaths import death
from deck_builder.execute.frames import Assembly, number
from deck_builder.execute.job import block_message
from deck_builder.execute.origin import origin
from deck_builder.execute.session import Session, line_count
from deck_builder.execute.worker_process import ExcessError, WorkerProcess
from deck_builder.execute.zygote import PATIENCE_S
from deck_builder.model import BlockResult, CodeBlock, Error
from deck_builder.worker.protocol import MAX_MESSAGE, MAX_READS, ProtocolError

_MOMENT_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Ran:
    """A block that ran: its result, the deck's files and folders that it read, and why those may not be all.

    `links` are all that its scratch folder has; `sees_links` is whether it is known which of them were followed.
    """

    block: CodeBlock
    result: BlockResult
    reads: frozenset[Path] = frozenset()
    unknown: str = ""
    links: frozenset[Path] = frozenset()
    sees_links: bool = True


def listen(worker: WorkerProcess, session: Session, block: CodeBlock) -> tuple[Ran, bool]:
    """Let a worker run a block; what came of it, and whether the worker lives on."""
    assembly = Assembly(line_count(block), partial(origin, session))
    timeout_s = block.options.timeout_s or session.timeout_s
    began = time.monotonic()
    worker.order({"do": "run", "block": block_message(session, block)})
    try:
        end = _take(worker, block, assembly, timeout_s)
        reads, unknown = _reads(end)
        return Ran(block, assembly.result(number(end, "seconds", 2**31)), reads, unknown), True
    except TimeoutError:
        worker.ask_place()
        worker.stop()
        evalue = f"this block ran for more than {timeout_s:g} s and was stopped"
        hint = "is there an endless loop? if not, give the block more time: `{timeout: …}`, in seconds"
        error = Error("Timeout", evalue, (), worker.place(session, block), hint)
    except ExcessError as exc:
        worker.ask_place(_MOMENT_S)
        worker.stop()
        hint = "make it do less, or let it run without limits: `--sandbox=off`, for code that you trust"
        error = Error("Limit", f"{exc}, and was stopped", (), worker.place(session, block), hint)
    except EOFError:
        evalue, hint = death(worker.died())
        error = Error("WorkerDied", evalue, (), worker.place(session, block), hint)
    except ProtocolError as exc:
        worker.stop()
        error = Error("WorkerDied", f"the worker sent {exc}, and was stopped", (), ())
    for stream in worker.left_text(block):
        assembly.add(stream)
    assembly.add(error)
    return Ran(block, assembly.result(time.monotonic() - began), unknown="it ended its process"), False


def _take(worker: WorkerProcess, block: CodeBlock, assembly: Assembly, timeout_s: float) -> Mapping[str, Any]:
    """Take a block's messages; gives the last one. Raises what `receive` raises."""
    until = time.monotonic() + PATIENCE_S
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
            return message
        else:
            raise ProtocolError("a message of no known kind")


def _reads(end: Mapping[str, Any]) -> tuple[frozenset[Path], str]:
    """What a block's last message says that it read, and why that may not be all."""
    paths, unknown = end.get("reads"), end.get("unknown")
    if not isinstance(paths, list) or not isinstance(unknown, str) or not all(isinstance(path, str) for path in paths):
        raise ProtocolError("an end that does not say what was read")
    if len(paths) > MAX_READS:
        return frozenset(), f"it reads more than {MAX_READS} files"
    return frozenset(map(Path, paths)), unknown[:MAX_MESSAGE]
