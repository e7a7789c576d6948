"""This process -> why it can't be frozen, or "". What a fork would share or lose is refused: then it is run again."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import re
import signal
import stat
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

_ALL_RESOURCES = 2  # omp_pause_hard
_PATIENCE_S = 0.02
_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
_SILENT = (signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH)  # who has no handler for them hears nothing
_FONTS = (".ttf", ".otf", ".ttc", ".afm", ".pfb")
_libraries: dict[str, ctypes.CDLL] = {}
_hooked: set[str] = set()


def watch_hooks() -> None:
    """Note from now on whose code has it that something is done at every fork."""
    register = os.register_at_fork

    def register_at_fork(**hooks: Any) -> None:
        _hooked.add(sys._getframe(1).f_code.co_filename)
        register(**hooks)

    os.register_at_fork = register_at_fork


def refusal(own: Collection[int], streams: Collection[int], memory: int, system: tuple[str, ...]) -> str:
    """Why a child would not be as this process is.

    `own` descriptors, those of the captured `streams` and the mapped file with the inode `memory` are ours; files below
    `system` never change.
    """
    if "torch" in sys.modules and sys.modules["torch"].cuda.is_initialized():
        return "CUDA is in use"
    pause_openmp()
    if not _is_alone():
        return "a thread is running"
    if _has_children():
        return "a process that it started is running"
    if any(map(any, map(signal.getitimer, _TIMERS))) or any(map(_is_heard, signal.sigpending())):
        return "a signal is under way"
    if _is_heard(signal.SIGCHLD):
        return "it hears of every process that ends"
    if any(not file.startswith((*system, "<frozen")) for file in _hooked):
        return "it wants to hear of every fork"
    if not faulthandler.is_enabled():
        return "it has put the fault handler out"
    return _moved(streams) or _shared_memory(memory) or _open_file({*own, *streams, 1, 2}, memory, system)


def _is_heard(number: int) -> bool:
    """Whether a signal does anything here."""
    handler = signal.getsignal(number)
    return handler is not signal.SIG_IGN and not (number in _SILENT and handler is signal.SIG_DFL)


def _moved(streams: Collection[int]) -> str:
    """Whether 1 and 2 no longer are what is captured, in words: a child's would be again."""
    captured = {os.fstat(fd).st_ino for fd in streams}
    for fd in (1, 2):
        try:
            if os.fstat(fd).st_ino in captured:
                continue
        except OSError:
            pass
        return f"descriptor {fd} leads elsewhere"
    return ""


def pause_openmp() -> None:
    """Let the threads of every OpenMP pool end: a child that inherits a pool without its threads hangs."""
    for path in _openmp():
        library = _libraries.get(path) or _libraries.setdefault(path, ctypes.CDLL(path))
        library.omp_pause_resource_all(_ALL_RESOURCES)


def _openmp() -> set[str]:
    if sys.platform != "linux":
        return set()
    return set(re.findall(r"(/\S*/lib[gi]omp\S*\.so\S*)$", _maps(), re.MULTILINE))


def _is_alone() -> bool:
    """Whether there is one thread. Those of a pool that was paused take a moment to go."""
    until = time.monotonic() + _PATIENCE_S
    while len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208
        if time.monotonic() > until:
            return False
        time.sleep(0.001)
    return True


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _shared_memory(own: int) -> str:
    """What memory two processes would write to, in words."""
    for line in _maps().splitlines():
        _, access, _, _, inode, *path = line.split(maxsplit=5)
        if access.startswith("rw") and access.endswith("s") and int(inode) != own:
            return f"memory is shared ({' '.join(path) or 'with a process'})"
    return ""


def _maps() -> str:
    return Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape")


def _open_file(own: Collection[int], memory: int, system: tuple[str, ...]) -> str:
    """What is open and would be at one place in two processes, in words."""
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        fd = int(name)
        try:
            status = os.fstat(fd)
            target = os.readlink(f"/proc/self/fd/{fd}")  # noqa: PTH115
        except OSError:
            continue  # that of the listing itself
        if fd in own or status.st_ino == memory:  # a map has a descriptor of its own
            continue
        if stat.S_ISCHR(status.st_mode) or (target.startswith(system) and target.endswith(_FONTS)):
            continue  # what reads a font looks for its place each time
        return f"{Path(target).name} is open" if stat.S_ISREG(status.st_mode) else f"{target} is open"
    return ""
