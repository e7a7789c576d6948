"""The program itself -> a hash of all in it that decides what a build makes: our own text, and what is installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import deck_builder


@cache
def program() -> str:
    """The program as it was when this process first asked: what has changed since then is not what runs here."""
    parts = (sys.version, *_own_files(Path(deck_builder.__file__).parent), *_installed())
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _own_files(folder: Path) -> Iterator[str]:
    """Our own modules, templates and scripts: in a checkout they change without a version."""
    for entry in _entries(folder):
        if not entry.is_dir():
            yield _told(entry)
        elif entry.name != "__pycache__":
            yield from _own_files(Path(entry.path))


def _installed() -> Iterator[str]:
    """Every installed package, by the folder that tells of it: nothing is opened, let alone imported."""
    for path in dict.fromkeys(sys.path):
        for entry in _entries(Path(path)):
            if entry.name.endswith((".dist-info", ".egg-info")):
                yield _told(entry)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:  # Python's path has names of folders that are not there
        return []


def _told(entry: os.DirEntry[str]) -> str:
    with suppress(OSError):
        status = entry.stat()
        return f"{entry.name}:{status.st_size}:{status.st_mtime_ns}"
    return entry.name
