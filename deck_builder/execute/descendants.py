"""A worker's descendants -> none, wherever they went: a daemon that lost its parent comes to this process. Linux only.

While a worker lives, this process adopts orphans (`PR_SET_CHILD_SUBREAPER`), and so can find and reap them.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import Popen
from typing import Final

_SET: Final = 36
_GET: Final = 37
_lock = threading.RLock()
_workers: set[int] = set()
_adopters: list[bool] = []  # for each that is open, whether orphans came to this process already


class Family:
    """A worker, and the processes that were there before it."""

    def __init__(self) -> None:
        self._before = frozenset(_children())

    def start(self, spawn: Callable[[], Popen[bytes]]) -> Popen[bytes]:
        """Start the worker."""
        with _lock:  # else another worker's end might take this one for an orphan
            process = spawn()
            _workers.add(process.pid)
            return process

    def end(self, pid: int) -> None:
        """Kill what the worker, which has been killed and reaped, left behind; wait until it is gone."""
        with _lock:
            _workers.discard(pid)
        until = time.monotonic() + 2
        while self._kill() and time.monotonic() < until:
            time.sleep(0.005)

    def _kill(self) -> bool:
        """Kill and reap what there is; whether there was something."""
        with _lock:
            table = dict(_processes())
            session = os.getsid(0)
            left = {
                pid
                for pid, (parent, own) in table.items()
                # what other parts of this program start stays in its session; a worker's descendants never are in it
                if parent == os.getpid() and own != session and pid not in self._before | _workers
            }
            for pid in _below(left, table):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            for pid in left:
                with suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            return bool(left)


@contextmanager
def adopting() -> Iterator[Family]:
    """Take orphans in; gives what to start a worker with and to end it by."""
    with _lock:
        _adopters.append(_adopt(True))
    try:
        yield Family()
    finally:
        with _lock:
            first, *_ = _adopters
            _adopters.pop()
            if not _adopters:
                _adopt(first)


def _adopt(wanted: bool) -> bool:
    """Let this process take orphans in, or not; whether it did."""
    if sys.platform != "linux":
        return False
    import ctypes  # not needed where all results are known

    libc = ctypes.CDLL(None)
    was = ctypes.c_int()
    libc.prctl(_GET, ctypes.byref(was))
    libc.prctl(_SET, int(wanted))
    return bool(was.value)


def _children() -> Iterator[int]:
    return (pid for pid, (parent, _) in _processes() if parent == os.getpid())


def _processes() -> Iterator[tuple[int, tuple[int, int]]]:
    """Each process with its parent and its session."""
    if sys.platform != "linux":
        return
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError):  # it is gone by now
                _, parent, _, session = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()[:4]
                yield int(entry.name), (int(parent), int(session))


def _below(roots: set[int], table: dict[int, tuple[int, int]]) -> set[int]:
    """The processes, and all that descend from them."""
    found = set(roots)
    while more := {pid for pid, (parent, _) in table.items() if parent in found} - found:
        found |= more
    return found
