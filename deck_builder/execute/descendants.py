"""Workers and what descends from them -> nothing, wherever it went.

While workers live, this process adopts orphans (`PR_SET_CHILD_SUBREAPER`), and so can find and reap them. Linux only:
elsewhere a worker's process group is all that can be ended.
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
from typing import Final

_SET: Final = 36
_GET: Final = 37
_lock = threading.RLock()
_workers: set[int] = set()
_waiting: set[int] = set()
_ended: dict[int, int] = {}
_before: set[int] = set()
_adopters: list[bool] = []  # for each that is open, whether orphans came to this process already


@contextmanager
def adopting() -> Iterator[None]:
    """Take orphans in; at the end, those of no worker that still runs are killed."""
    with _lock:
        if not _adopters:
            _before.update(_children())
        _adopters.append(_adopt(True))
    try:
        yield
    finally:
        with _lock:
            first, *_ = _adopters
            _adopters.pop()
            if not _adopters:
                _adopt(first)
                _before.clear()


def begin(start: Callable[[], int]) -> int:
    """Start a worker, which leads a session of its own; its process' number, as `start` gives it.

    Raises `EOFError` when that is not a child of this process, or one that is known.
    """
    with _lock:  # else another worker's end might take this one for an orphan
        pid = start()
        if pid in _workers or not _is_child(pid):
            raise EOFError
        _ended.pop(pid, None)
        _workers.add(pid)
        return pid


def _is_child(pid: int) -> bool:
    """Whether a process is a child of this one, or was: what is told from behind the wall may be a lie."""
    if not hasattr(os, "waitid"):
        return True
    try:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except (ChildProcessError, OverflowError, ValueError):
        return False
    return pid > 0


def rest(pid: int) -> None:
    """Note that a worker runs no slide code any more: it waits."""
    with _lock:
        _waiting.add(pid)


def work(pid: int) -> int:
    """Note that a worker that waited runs slide code now."""
    with _lock:
        _waiting.discard(pid)
    return pid


def is_dead(pid: int) -> bool:
    """Whether a worker has ended; it is not reaped by this, so that no other process can get its number."""
    if pid in _ended:
        return True
    try:
        if hasattr(os, "waitid"):
            return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        gone, status = os.waitpid(pid, os.WNOHANG)  # macOS, before Python 3.13
    except ChildProcessError:
        return True
    if gone:
        _ended[pid] = os.waitstatus_to_exitcode(status)
    return bool(gone)


def end(pid: int) -> int:
    """Kill a worker and what it left behind, and wait until all is gone; the worker's exit status."""
    kill(pid)
    status = _reap(pid)
    with _lock:
        _workers.discard(pid)
        _waiting.discard(pid)
        _ended.pop(pid, None)
    until = time.monotonic() + 2
    while _kill_orphans(pid) and time.monotonic() < until:
        time.sleep(0.005)
    until = time.monotonic() + 1
    while _signal_group(pid, 0) and time.monotonic() < until:  # its children take a moment, and may write till then
        time.sleep(0.005)
    return status


def kill(pid: int) -> None:
    """Kill a worker and its process group; whoever listens to the worker ends it."""
    _signal_group(pid, signal.SIGKILL)
    if not is_dead(pid):  # slide code may have kept it from leading a group
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _reap(pid: int) -> int:
    if pid in _ended:
        return _ended[pid]
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return -signal.SIGKILL


def _signal_group(pid: int, number: int) -> bool:
    """Signal a worker's process group; whether there is one."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _kill_orphans(pid: int) -> bool:
    """Kill and reap what a worker that has ended left to this process; whether there was something.

    An orphan that left its worker's session could be anyone's: it is let live while another worker runs.
    """
    with _lock:
        table = dict(_processes())
        session = os.getsid(0)
        others = bool(_workers - _waiting)
        left = {
            child
            for child, (parent, own) in table.items()
            # what other parts of this program start stays in its session; a worker's descendants never are in it
            if parent == os.getpid() and own != session and child not in _before | _workers
            if own == pid or not others
        }
        for child in _below(left, table):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        for child in left:
            with suppress(ChildProcessError):
                os.waitpid(child, os.WNOHANG)
        return bool(left)


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
