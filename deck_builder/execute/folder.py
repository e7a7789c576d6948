"""A deck's folder -> what is in it, the nearest first and within bounds; and what tells of all that is below one."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

ALL: Final = "**"
"""The last part of a path that stands for all below a folder, as in a glob."""

_ROOM: Final = 1000
_MOST: Final = 50_000


@dataclass(frozen=True, slots=True)
class Found:
    """A folder that is gone through, one too large or not allowed for that ("closed"), or any other entry."""

    path: Path
    kind: Literal["folder", "closed", "entry"]


def walk(folder: Path, leave: Callable[[Path], bool]) -> Iterator[Found]:
    """A folder's entries, at any depth, without what is to be left; hidden folders and links are not gone through."""
    room = _ROOM
    waiting = deque([folder])  # the nearest folders first: they are the deck's own
    while waiting:
        path = waiting.popleft()
        entries = _entries(path)
        if path != folder:
            is_closed = entries is None or len(entries) > room
            yield Found(path, "closed" if is_closed else "folder")
            if is_closed:
                continue
        for entry in entries or []:
            inner = Path(entry.path)
            if leave(inner):
                continue
            room -= 1
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                waiting.append(inner)
            else:
                yield Found(inner, "entry")


def is_crowded(folder: Path) -> bool:
    """Whether it is a folder too large to be mirrored, and not one that was left out for its name."""
    return folder.is_dir() and not folder.is_symlink() and not folder.name.startswith(".")


def fingerprint(folder: Path) -> str | None:
    """A hash of the names, sizes and times of change of all that is below a folder; None of too much to know.

    So a change is seen even of what no hook hears of: what C code reads in a folder that is too large to be mirrored.
    """
    digest, around = sha256(), len(os.fspath(folder))
    for count, (path, status) in enumerate(_below(folder)):
        if count > _MOST:
            return None
        told = (path[around:], status.st_mode, status.st_size, status.st_mtime_ns)
        digest.update(repr(told).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def newest(path: Path) -> int:
    """When something was changed last, in nanoseconds; 0 of what is not there."""
    if path.name == ALL:
        return max((status.st_mtime_ns for _, status in _below(path.parent)), default=0)
    try:
        return path.lstat().st_mtime_ns
    except (OSError, ValueError):
        return 0


def _below(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    waiting = [os.fspath(folder)]
    while waiting:
        for entry in _entries(waiting.pop()) or []:
            with suppress(OSError):  # it is gone by now
                yield entry.path, entry.stat(follow_symlinks=False)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)


def _entries(folder: Path | str) -> list[os.DirEntry[str]] | None:
    """What a folder holds, or None when that may not be known."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return None
