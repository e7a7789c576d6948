"""Bytes -> a file that others find whole or not at all; and a folder of such files, kept within bounds."""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import suppress
from errno import EEXIST
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write beside, then rename: a reader sees a whole file or none, however many write. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        aside.write_bytes(data)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def write_over(path: Path, old: bytes, new: bytes) -> None:
    """Write an author's file whole, where a link leads too; its mode stays.

    Raises `FileExistsError` if it does not hold `old` any more, and `OSError`.
    """
    path = path.resolve()
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.read_bytes() != old:
            raise FileExistsError(EEXIST, "it has changed since it was read", str(path))
        aside.write_bytes(new)
        shutil.copymode(path, aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def make_room(folder: Path, most: int) -> None:
    """Delete what was used longest ago, and first what was left half written, until `most` bytes are left."""
    found = []
    for path in folder.glob("*"):
        with suppress(OSError):
            status = path.lstat()
            found.append((path.name.startswith("."), -status.st_mtime_ns, path, status.st_size))
    total = 0
    for *_, path, size in sorted(found):
        total += size
        if total > most:
            with suppress(OSError):
                path.unlink(missing_ok=True)
