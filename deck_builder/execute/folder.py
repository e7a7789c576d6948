"""A deck's folder -> what is in it, the nearest first and within bounds; and one hash of what a run could see there."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

_ROOM: Final = 1000
_OURS: Final = (".html", "~", ".pyc")  # pages are made by each build, the others by editors and by Python


@dataclass(frozen=True, slots=True)
class Found:
    """A folder that is gone through, one too large or not allowed for that ("closed"), or any other entry."""

    path: Path
    kind: Literal["folder", "closed", "entry"]


def walk(folder: Path, leave: Path | None = None) -> Iterator[Found]:
    """A folder's entries, at any depth, without the folder `leave`; hidden folders and links are not gone through."""
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
            room -= 1
            inner = Path(entry.path)
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                if inner != leave:
                    waiting.append(inner)
            else:
                yield Found(inner, "entry")


def fingerprint(folder: Path, decks: Collection[Path], leave: Path | None = None) -> str:
    """A hash of the names, sizes, times of change and link targets in a deck's folder.

    So a change is seen even of what no hook hears of: that a file is there, where a link leads, what C code reads. The
    deck's own files do not count, nor do pages, hidden files and the like, which come and go with every build.
    """
    digest = sha256()
    for found in walk(folder, leave):
        name = found.path.name
        is_left_out = name.startswith(".") or name.endswith(_OURS) or found.path in decks
        if found.kind != "folder" and not is_left_out:
            told = (os.fspath(found.path.relative_to(folder)), *_told(found.path))
            digest.update(repr(told).encode())
    return digest.hexdigest()


def _told(path: Path) -> list[object]:
    try:
        own = path.lstat()
        if not stat.S_ISLNK(own.st_mode):
            return [own.st_mode, own.st_size, own.st_mtime_ns]
        return [os.fspath(path.readlink()), *_target(path)]
    except OSError:
        return []


def _target(link: Path) -> list[object]:
    try:
        target = link.stat()
        return [target.st_mode, target.st_size, target.st_mtime_ns]
    except OSError:
        return []


def _entries(folder: Path) -> list[os.DirEntry[str]] | None:
    """What a folder holds, or None when that may not be known."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return None
