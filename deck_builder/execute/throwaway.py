"""Folders that are there for a run: gone at its end, or, where this process was killed, when a later one begins."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

PREFIX: Final = "deck-"
"""What their names begin with."""

_YOUNG_S: Final = 60.0  # one may be made, and not locked yet


class Throwaway:
    """A new folder. While it is used it is locked: a lock goes with its process, however that ends."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        self._lock = os.open(self.path, os.O_RDONLY)
        with suppress(OSError):  # not every file system has locks
            _lock(self._lock)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        remove(self.path)
        os.close(self._lock)


def sweep() -> None:
    """Remove those that processes of this user left behind when they were killed."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    _sweep(entry)


def _sweep(entry: os.DirEntry[str]) -> None:
    status = entry.stat(follow_symlinks=False)
    if status.st_uid != os.geteuid() or time.time() - status.st_mtime < _YOUNG_S:
        return
    lock = os.open(entry.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        _lock(lock)
        remove(Path(entry.path))
    finally:
        os.close(lock)


def _lock(folder: int) -> None:
    """Take the lock of an open folder. Raises `OSError` if another process has it."""
    import fcntl  # not on Windows, where decks are still parsed

    fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)


def remove(root: Path) -> None:
    """Remove a folder with all that is in it, however deep that is, also where slide code took away the right to.

    A folder in a folder is moved to the top first: so all paths stay short, and few folders are open at a time.
    """
    with suppress(OSError):
        top = _open(root)
        try:
            waiting = _emptied(top, top)
            while waiting:
                with suppress(OSError):
                    waiting += _removed(waiting.pop(), top)
        finally:
            os.close(top)
        root.rmdir()


def _removed(name: str, top: int) -> list[str]:
    """Remove a folder at the top; the names there of those that were in it."""
    folder = _open(name, top)
    try:
        inner = _emptied(folder, top)
    finally:
        os.close(folder)
    with suppress(OSError):  # something in it can't be removed
        os.rmdir(name, dir_fd=top)
    return inner


def _emptied(folder: int, top: int) -> list[str]:
    """Remove the files of an open folder, and move its folders to the top; the names that these have there."""
    with os.scandir(folder) as found:
        entries = list(found)
    folders = []
    for entry in entries:
        with suppress(OSError):
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.name, dir_fd=folder)
                continue
            name = entry.name
            if folder != top:
                os.close(_open(name, folder))
                name = secrets.token_hex(16)
                os.rename(entry.name, name, src_dir_fd=folder, dst_dir_fd=top)
            folders.append(name)
    return folders


def _open(name: str | Path, parent: int | None = None) -> int:
    """Open a folder, never a link to one, and take the rights to all that is in it. Raises `OSError`."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        folder = os.open(name, flags, dir_fd=parent)
    except PermissionError:
        with suppress(NotImplementedError, ValueError):  # an old C library
            os.chmod(name, 0o700, dir_fd=parent, follow_symlinks=False)
        folder = os.open(name, flags, dir_fd=parent)
    with suppress(OSError):
        os.fchmod(folder, 0o700)
    return folder
