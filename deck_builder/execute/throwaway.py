"""Folders that are there for a run: gone at its end, or, where this process was killed, when a later one begins."""

from __future__ import annotations

import os
import shutil
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
    """Remove a folder, also where slide code took away the right to."""
    shutil.rmtree(root, ignore_errors=True)
    if root.exists():
        root.chmod(0o700)
        for folder, names, _ in os.walk(root):
            for path in (Path(folder) / name for name in names):
                with suppress(OSError):
                    if not path.is_symlink():
                        path.chmod(0o700)  # and now the walk can go into it
        shutil.rmtree(root, ignore_errors=True)
