"""The deck's folder -> a throw-away folder with the same entries: its files can be read, new ones stay out of it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deck_builder.execute.folder import walk


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
        remove(root)


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


def _mirror(folder: Path, target: Path, leave: Path) -> None:
    """Make `folder`'s subfolders in `target`, and links to all else: a subfolder too large for that is a link, too."""
    for found in walk(folder, leave):
        copy = target / found.path.relative_to(folder)
        if found.kind == "folder":
            copy.mkdir()
        else:
            copy.symlink_to(found.path)
