"""A path that slide code named -> what lies there, as a hash. Nothing is waited for, and nothing endless is read."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from deck_builder.execute.folder import ALL, fingerprint

MISSING: Final = "missing"
_MOST: Final = 1 << 30
_PIECE: Final = 1 << 20


def contents(path: Path) -> str | None:
    """The hash of a file's contents or of the names in a folder, `MISSING`, or None for what can't be known."""
    try:
        fd = _open(path)
    except (FileNotFoundError, NotADirectoryError):
        return MISSING
    except (OSError, ValueError):
        return None  # a link, a socket, a name that is none
    try:
        status = os.fstat(fd)
        if stat.S_ISDIR(status.st_mode):
            return sha256(json.dumps(sorted(os.listdir(fd))).encode()).hexdigest()  # noqa: PTH208
        return _hash(fd) if stat.S_ISREG(status.st_mode) and status.st_size <= _MOST else None
    except OSError:
        return None
    finally:
        os.close(fd)


def evidence(path: Path) -> str | None:
    """What tells whether something is as it was: its contents; of a link where it leads, and the size and time there.

    None for what can't be known: of a link to a folder, who knows what was looked at below it.
    """
    try:
        if path.name == ALL:
            return fingerprint(path.parent)
        if not path.is_symlink():
            return contents(path)
        target = path.stat()
        if not stat.S_ISREG(target.st_mode):
            return None
        return f"link {path.readlink()} {target.st_mode} {target.st_size} {target.st_mtime_ns}"
    except (FileNotFoundError, NotADirectoryError):
        return f"link {path.readlink()} nowhere" if path.is_symlink() else MISSING
    except (OSError, ValueError):
        return None


def look_up(folder: Path, path: Path, data: Sequence[Path] = ()) -> str | None:
    """What is found at a path of a deck's folder, or of its `data`; what lies elsewhere is not looked at, by no link.

    A link into the data is told by where it leads: what was looked at there is told by its own path.
    """
    if not _is_in(path, (folder, *data)) or ".." in path.parts:
        return None
    try:
        if path not in (folder, *data) and not _is_in(path.parent.resolve(), (folder, *data)):
            return None
        if path.is_symlink() and path.is_dir() and _is_in(path.resolve(), data):
            return f"link to {path.resolve()}"
    except (OSError, ValueError, RuntimeError):  # a ring of links
        return None
    return evidence(path)


def _is_in(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def read(path: Path, most: int) -> bytes:
    """A regular file's bytes. Raises `OSError` for anything else, and for more bytes than `most`."""
    fd = _open(path)
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode) or len(data := file.read(most + 1)) > most:
            raise OSError(f"{path} is no file, or too large")
        return data


def _open(path: Path) -> int:
    """Open without following a link, and without waiting for the other end of a pipe."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY)


def _hash(fd: int) -> str | None:
    digest = sha256()
    for _ in range(_MOST // _PIECE + 1):  # it may grow meanwhile
        piece = os.read(fd, _PIECE)
        if not piece:
            return digest.hexdigest()
        digest.update(piece)
    return None
