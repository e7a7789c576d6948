"""Workers and what descends from them -> nothing, wherever it went.

While workers live, this process adopts orphans (`PR_SET_CHILD_SUBREAPER`), and so can find and reap them; those of
namespaces go to the first process in there. Linux only: elsewhere a worker's process group is all that can be ended.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from deck_builder.execute.cell import Cell
from deck_builder.execute.processes import Process, below, numbers_of, table

_PAUSE_S: Final = 0.002
_PATIENCE_S: Final = 5.0
_lock = threading.RLock()
_workers: set[int] = set()
_waiting: set[int] = set()
_ended: dict[int, int] = {}
_before: set[int] = set()
_adopters: list[bool] = []  # for each that is open, whether orphans came to this process already
_cells: dict[int, Cell] = {}
_homes: dict[int, Cell] = {}  # the cells that workers are in


@dataclass(frozen=True, slots=True)
class _Inmate:
    """A worker that is a child of a cell's first process: that one reaps it, so its number may be another's any time.

    `handle` is a pidfd, `number` its own in there.
    """

    cell: Cell
    handle: int
    number: int


_inmates: dict[int, _Inmate] = {}


@contextmanager
def adopting() -> Iterator[None]:
    """Take orphans in; at the end, those of no worker that still runs are killed. Nobody looks into this process."""
    with _lock:
        if not _adopters:
            _before.update(pid for pid, one in table().items() if one.parent == os.getpid())
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


def begin(start: Callable[[], int], home: Cell | None = None) -> int:
    """Start a worker, which leads a session of its own; its process' number, as `start` gives it.

    Raises `EOFError` when that is no child of this process or of a cell's, or one that is known.
    """
    with _lock:  # else another worker's end might take this one for an orphan
        pid = start()
        if pid in _workers or not (_is_child(pid) or _is_inmate(pid)):
            raise EOFError
        _ended.pop(pid, None)
        _workers.add(pid)
        if home or pid in _inmates:
            _homes[pid] = home or _inmates[pid].cell
        return pid


@contextmanager
def at_once() -> Iterator[None]:
    """Let no worker end while several processes that belong together begin: what is not known yet is no orphan."""
    with _lock:
        yield


def begin_cell(cell: Cell, start: Callable[[], int]) -> None:
    """Start the first process of a cell; `end_cell` ends it. Raises what `begin` raises."""
    with _lock:
        cell.pid = begin(start)
        rest(cell.pid)
        _cells[cell.pid] = cell


def _is_child(pid: int) -> bool:
    """Whether a process is a child of this one, or was: what is told from behind the wall may be a lie."""
    if not hasattr(os, "waitid"):
        return True
    try:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except (ChildProcessError, OverflowError, ValueError):
        return False
    return pid > 0


def _is_inmate(pid: int) -> bool:
    """Whether a process is a child of a cell's first one; then it is known from now on by more than its number."""
    if not _cells or pid <= 0 or pid in _inmates:
        return False
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return False
    numbers, now = numbers_of(pid), table().get(pid)
    if len(numbers) < 2 or now is None or now.parent not in _cells:
        os.close(handle)
        return False
    _inmates[pid] = _Inmate(_cells[now.parent], handle, numbers[-1])
    return True


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
    if inmate := _inmates.get(pid):
        return bool(select.select([inmate.handle], [], [], 0)[0])
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
        _homes.pop(pid, None)
    until = time.monotonic() + 2
    while _kill_orphans(pid) and time.monotonic() < until:
        time.sleep(_PAUSE_S)
    until = time.monotonic() + 1
    while _signal_group(pid, 0) and time.monotonic() < until:  # its children take a moment, and may write till then
        time.sleep(_PAUSE_S)
    return status


def end_cell(cell: Cell) -> None:
    """End all that is in a cell."""
    kill(cell.pid)
    with _lock:
        inside = [pid for pid, home in _homes.items() if home is cell]
    for pid in inside:  # a first process is gone when all in there are reaped, also those that are children of ours
        end(pid)
    until = time.monotonic() + _PATIENCE_S
    while not is_dead(cell.pid) and time.monotonic() < until:
        _reap_strangers()
        time.sleep(_PAUSE_S)
    if is_dead(cell.pid):
        end(cell.pid)
    with _lock:
        _cells.pop(cell.pid, None)
    cell.close()


def kill(pid: int) -> None:
    """Kill a worker and its process group; whoever listens to the worker ends it."""
    inmate = _inmates.get(pid)
    if inmate and is_dead(pid):
        return  # its number may be another's by now
    _signal_group(pid, signal.SIGKILL)
    if not is_dead(pid):  # slide code may have kept it from leading a group
        with suppress(ProcessLookupError, PermissionError):
            if inmate:
                signal.pidfd_send_signal(inmate.handle, signal.SIGKILL)
            else:
                os.kill(pid, signal.SIGKILL)


def family(pid: int) -> set[int]:
    """A worker and all that it started, as far as that is known; within a cell, all that is in there.

    Outside of cells an orphan that left its worker's session could be anyone's, and counts for each.
    """
    with _lock:
        processes, others = table(), _workers - {pid}
        cell = _homes.get(pid)
        found = {child for child, one in processes.items() if one.session == pid or (cell and one.parent == cell.pid)}
        if not cell:
            found |= {child for child in _strays(processes) if processes[child].session not in others}
        return below({pid, *found} - others, processes) - others


def _reap(pid: int) -> int:
    if pid in _ended:
        return _ended[pid]
    if inmate := _inmates.pop(pid, None):
        select.select([inmate.handle], [], [])
        os.close(inmate.handle)
        status = inmate.cell.status_of(inmate.number)
        return -signal.SIGKILL if status is None else os.waitstatus_to_exitcode(status)
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
    """Kill and reap what a worker that has ended left to this process, or to a cell's; whether there was something.

    An orphan that left its worker's session could be anyone's: it is let live while another worker runs.
    """
    with _lock:
        processes = table()
        others = bool(_workers - _waiting)
        left = {child for child in _strays(processes) if processes[child].session == pid or not others}
        for child in below(left, processes):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        for child in left:
            with suppress(ChildProcessError):
                os.waitpid(child, os.WNOHANG)
        return bool(left)


def _strays(processes: Mapping[int, Process]) -> set[int]:
    """Those that workers left to this process, or to a cell's."""
    session, adopters = os.getsid(0), {os.getpid(), *_cells}
    # what other parts of this program start stays in its session; a worker's descendants never are in it
    return {
        child
        for child, one in processes.items()
        if one.parent in adopters and one.session != session and child not in _before | _workers
    }


def _reap_strangers() -> None:
    """Reap children of ours that have ended, that nobody began, and that no other part of this program started."""
    with _lock:
        session = os.getsid(0)
        for pid, one in table().items():
            if one.is_over and one.parent == os.getpid() and one.session != session and pid not in _before | _workers:
                with suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)


def _adopt(wanted: bool) -> bool:
    """Let this process take orphans in, or not; whether it did. One that does can't be looked into by its like."""
    if sys.platform != "linux":
        return False
    from deck_builder.worker import kernel  # not needed where all results are known

    was = kernel.is_subreaper()
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, int(wanted))
    kernel.prctl(kernel.PR_SET_DUMPABLE, int(not wanted))
    return was
