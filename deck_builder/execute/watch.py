"""A worker that runs -> what it uses beyond measure, in words.

The kernel's limits count one process, and not what it shares or writes to files; here all that a worker started counts.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from deck_builder.execute.descendants import family
from deck_builder.execute.sandbox.limits import MEMORY

PROCESSES: Final = 256
"""Processes of a worker, itself included."""
SCRATCH: Final = 2 << 30
"""Bytes in the folder that slide code may write to."""
FILES: Final = 100_000
"""Files and folders in there."""
OUTPUT: Final = 64 << 20
"""Bytes that programs and code in C may print in a run."""

_EVERY_S: Final = 0.1
_SHARE: Final = 0.05  # of the time may go into what takes long to count
_GIB: Final = 1 << 30
_LARGE: Final = 1 << 20
_TABLES: Final = (b"VmPTE:",)
"""Of reading where nothing is nothing stays, but that the kernel has looked there."""


@dataclass(slots=True)
class Watch:
    """Counts at most ten times a second, and a large folder less often."""

    pid: int
    printed: Iterable[IO[bytes]]
    scratch: Path
    _next: float = 0.0
    _next_memory: float = 0.0
    _enough: float = 0.0
    _next_folder: float = 0.0
    _free: int = 0

    def __post_init__(self) -> None:
        self._free = _free(self.scratch)

    def over(self) -> str:
        """What is too much, as "it used more than …"; "" while all is, or was a moment ago, within bounds."""
        if (now := time.monotonic()) < self._next:
            return ""
        self._next = now + _EVERY_S
        found = family(self.pid)
        if len(found) > PROCESSES:
            return f"it started more than {PROCESSES} processes"
        return self._memory(found, now) or self._output() or self._folder(now)

    def _memory(self, processes: set[int], now: float) -> str:
        mapped = sum(map(_mapped, processes))
        if mapped <= MEMORY or (now < self._next_memory and mapped <= self._enough):
            return ""  # what a fork shares counts here for each, and so this may be too much, and never too little
        used = sum(map(_share, processes))
        self._enough = mapped + MEMORY - used  # as long as it is no more than that, there is no hurry to look again
        self._next_memory = now + (time.monotonic() - now) / _SHARE
        return f"it used more than {MEMORY / _GIB:g} GiB of memory" if used > MEMORY else ""

    def _output(self) -> str:
        size = sum(os.fstat(file.fileno()).st_size for file in self.printed)
        return f"it printed more than {OUTPUT >> 20} MiB" if size > OUTPUT else ""

    def _folder(self, now: float) -> str:
        if now < self._next_folder:
            return ""
        size, count, is_all = _contents(self.scratch)
        free = _free(self.scratch, self._free)
        self._free = max(self._free, free)
        if size <= SCRATCH < self._free - free and (not is_all or any(map(_hides, family(self.pid)))):
            # only as a last resort: what else is written on this machine meanwhile counts, too
            size = self._free - free
        self._next_folder = now + max(_EVERY_S, (time.monotonic() - now) / _SHARE)
        if count > FILES:
            return f"it made more than {FILES} files"
        return f"it wrote more than {SCRATCH / _GIB:g} GiB" if size > SCRATCH else ""


def _mapped(pid: int) -> int:
    """Bytes that a process has of its own, or shares with others by intent; 0 of one that is gone."""
    return _sum(f"/proc/{pid}/status", (b"RssAnon:", b"RssShmem:", *_TABLES)) or 0


def _share(pid: int) -> int:
    """The same, but of what several have each only its part, if that may be known: it takes a hundred times as long."""
    found = _sum(f"/proc/{pid}/smaps_rollup", (b"Pss_Anon:", b"Pss_Shmem:"))
    return _mapped(pid) if found is None else found + (_sum(f"/proc/{pid}/status", _TABLES) or 0)


def _sum(path: str, names: tuple[bytes, ...]) -> int | None:
    with suppress(OSError, ValueError):
        lines = Path(path).read_bytes().splitlines()
        return sum(int(line.split()[1]) << 10 for line in lines if line.startswith(names))
    return None


def _contents(root: Path) -> tuple[int, int, bool]:
    """Bytes on the disk below a folder, how many entries they are in, and whether these are all: a folder may be shut,
    or its path too long. No further than there is need to know.
    """
    size = count = 0
    is_all = True
    waiting = [os.fspath(root)]
    while waiting and count <= FILES:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    count += 1
                    with suppress(FileNotFoundError):
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
                        elif entry.is_file(follow_symlinks=False):
                            size += entry.stat(follow_symlinks=False).st_blocks * 512
        except FileNotFoundError:
            pass
        except OSError:
            is_all = False
    return size, count, is_all


def _free(folder: Path, known: int = 0) -> int:
    """Bytes that a folder's file system has left; what was known of it where the folder is gone."""
    with suppress(OSError):
        found = os.statvfs(folder)
        return found.f_bfree * found.f_frsize
    return known


def _hides(pid: int) -> bool:
    """Whether a process may hold a file open that no folder has any more, and which so nobody counts."""
    try:
        with os.scandir(f"/proc/{pid}/fd") as entries:
            return any(_is_nowhere(entry.path) for entry in entries)
    except FileNotFoundError:
        return False
    except OSError:  # it lets nobody look
        return True


def _is_nowhere(path: str) -> bool:
    with suppress(OSError):
        status = os.stat(path)  # noqa: PTH116 (a link of /proc leads to what no path does)
        return stat.S_ISREG(status.st_mode) and not status.st_nlink and status.st_blocks * 512 > _LARGE
    return False
