"""This process -> why it can't be frozen, or "". What a fork would share or lose is refused: then it is run again."""

from __future__ import annotations

import ctypes
import os
import re
import stat
import sys
import time
from collections.abc import Collection
from pathlib import Path

_ALL_RESOURCES = 2  # omp_pause_hard
_PATIENCE_S = 0.02
_libraries: dict[str, ctypes.CDLL] = {}


def refusal(own: Collection[int], memory: int, system: tuple[str, ...]) -> str:
    """Why a child would not be as this process is.

    `own` descriptors and the mapped file with the inode `memory` are ours; files below `system` never change.
    """
    if "torch" in sys.modules and sys.modules["torch"].cuda.is_initialized():
        return "CUDA is in use"
    pause_openmp()
    if not _is_alone():
        return "a thread is running"
    if _has_children():
        return "a process that it started is running"
    return _shared_memory(memory) or _open_file(own, memory, system)


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
        if stat.S_ISCHR(status.st_mode) or target.startswith(system):
            continue
        return f"{Path(target).name} is open" if stat.S_ISREG(status.st_mode) else f"{target} is open"
    return ""
