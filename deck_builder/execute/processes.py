"""/proc -> the processes there are, and who descends from whom. Linux only: elsewhere there are none to be seen."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    """One of them: its parent, its session, and whether it has ended and waits to be reaped."""

    parent: int
    session: int
    is_over: bool


def table() -> dict[int, Process]:
    """All processes by their numbers."""
    return dict(_processes()) if sys.platform == "linux" else {}


def below(roots: Collection[int], processes: Mapping[int, Process]) -> set[int]:
    """The processes, and all that descend from them."""
    found = set(roots)
    while more := {pid for pid, one in processes.items() if one.parent in found} - found:
        found |= more
    return found


def numbers_of(pid: int) -> tuple[int, ...]:
    """A process' number in each namespace that it is in, ours first; () of one that is gone."""
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("NSpid:"):
                return tuple(map(int, line.split()[1:]))
    return ()


def _processes() -> Iterator[tuple[int, Process]]:
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError):  # it is gone by now
                told = _read(f"{entry.path}/stat").rpartition(b")")[2].split(None, 4)
                yield int(entry.name), Process(int(told[1]), int(told[3]), told[0] in (b"Z", b"X"))


def _read(path: str) -> bytes:
    """A short file's bytes. All processes are looked at ten times a second: a `Path` takes twice as long."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(file, 4096)
    finally:
        os.close(file)
