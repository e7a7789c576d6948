"""`os.stat` and its like, and the search for a module -> the paths that were asked for, found or not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.machinery import EXTENSION_SUFFIXES
from os import stat  # as it is before it is watched
from stat import S_ISDIR
from typing import Any


def watch(saw: Callable[[Any], None]) -> None:
    """Hear from now on of every path that `os.stat`, `os.lstat` and `os.access` are asked about."""
    for name in ("stat", "lstat", "access"):
        _watch(name, saw)


def _watch(name: str, saw: Callable[[Any], None]) -> None:
    ask = getattr(os, name)

    @wraps(ask)
    def asking(path: Any, *args: Any, **options: Any) -> Any:
        try:
            return ask(path, *args, **options)
        finally:
            saw(path)

    setattr(os, name, asking)
    for capable in (os.supports_fd, os.supports_dir_fd, os.supports_effective_ids, os.supports_follow_symlinks):
        if ask in capable:
            capable.add(asking)


class ModuleSearch:
    """A finder that finds nothing, and tells where a module would lie: one that is there, or that may come.

    No event of Python's tells of `importlib.import_module`, nor of a library that is loaded from a file of C code.
    """

    def __init__(self, saw: Callable[[Any], None]) -> None:
        self._saw = saw

    def install(self) -> None:
        """Be asked first from now on."""
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> None:
        """Tell of the places within a package's `path`, or on Python's own."""
        last = name.rpartition(".")[2]
        for folder in dict.fromkeys(sys.path if path is None else path):
            if isinstance(folder, str):
                self._look(f"{folder or '.'}/{last}")

    def _look(self, place: str) -> None:
        self._saw(f"{place}.py")
        # a folder counts by what makes it a package: what else is in it may come and go
        self._saw(f"{place}/__init__.py" if _is_folder(place) else place)
        for end in EXTENSION_SUFFIXES:
            self._saw(place + end)


def _is_folder(path: str) -> bool:
    try:
        return S_ISDIR(stat(path).st_mode)  # noqa: PTH116
    except (OSError, ValueError):
        return False
