"""The deck's folder -> a throw-away folder with the same entries: its files can be read, new ones stay out of it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_ROOM: Final = 1000


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder with `work` (the mirror of `folder`), `home` and `tmp`; gone at the end, with all that is in it."""
    root = Path(tempfile.mkdtemp(prefix="deck-")).resolve()
    try:
        for name in ("work", "home", "tmp"):
            (root / name).mkdir()
        _mirror(folder, root / "work", leave=root)
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _mirror(folder: Path, target: Path, leave: Path) -> None:
    """Make `folder`'s subfolders in `target`, and links to its files; a subfolder too large for that is a link."""
    room = _ROOM
    waiting = deque([(folder, target)])  # the nearest folders first: they are the deck's own
    while waiting:
        source, copy = waiting.popleft()
        entries = _entries(source)
        if copy != target and (entries is None or len(entries) > room):
            copy.symlink_to(source)
            continue
        copy.mkdir(exist_ok=True)
        for entry in entries or []:
            room -= 1
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                if path != leave:
                    waiting.append((path, copy / entry.name))
            else:
                (copy / entry.name).symlink_to(path)


def _entries(folder: Path) -> list[os.DirEntry[str]] | None:
    """What a folder holds, or None when that may not be known."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return None
