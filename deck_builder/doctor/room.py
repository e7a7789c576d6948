"""Folders -> whether a build can write there, what lies there, and how much more fits."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from deck_builder.doctor import Fact, Section

_LEAST: Final = 200 << 20
"""Bytes that should be free: a deck's scratch folder and figures."""


def room(cache: Path | None) -> Section:
    """The folder in which builds leave things for later ones, and the one in which slide code runs."""
    try:
        scratch: Path | None = Path(tempfile.gettempdir())
    except FileNotFoundError:
        scratch = None
    return Section("room", (cached(cache), scratched(scratch)))


def cached(folder: Path | None) -> Fact:
    """What the cache holds, and whether more can be kept."""
    if folder is None:
        return Fact("cache", "none: this user has no home folder", "poor", "set XDG_CACHE_HOME: a build runs all anew")
    size = f"{folder}, {sum(map(_size, folder.rglob('*'))) / (1 << 20):.1f} MB"
    if not _is_writable(folder):
        return Fact("cache", f"{size}; it can't be written", "poor", "make it yours, or set XDG_CACHE_HOME")
    if (few := _free(folder)) < _LEAST:
        return Fact("cache", f"{size}; {few >> 20} MB are free", "poor", "deck clean frees room")
    return Fact("cache", size)


def scratched(folder: Path | None) -> Fact:
    """Whether slide code has a folder to run in."""
    if folder is None or not _is_writable(folder):
        return Fact("scratch", "no folder for temporary files can be written", "broken", "set TMPDIR to one that can")
    free = _free(folder)
    if free < _LEAST:
        return Fact("scratch", f"{folder}, {free >> 20} MB free", "poor", "make room there, or set TMPDIR")
    return Fact("scratch", f"{folder}, {free / (1 << 30):.1f} GB free")


def _is_writable(folder: Path) -> bool:
    """Whether a folder can be written, or made."""
    there = next((one for one in (folder, *folder.parents) if one.exists()), None)
    return there is not None and there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _free(folder: Path) -> int:
    there = next((one for one in (folder, *folder.parents) if one.exists()), None)
    try:
        return shutil.disk_usage(there).free if there else _LEAST
    except OSError:
        return _LEAST


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
