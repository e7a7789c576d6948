"""A link of the scratch folder that is about to be written to -> a file of its own: the author's stays as it is.

Python tells before it opens a file, so this holds on every system. Code in C is kept from it by the wall alone.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def leads(link: Path, target: Path) -> bool:
    """Whether it is the link to a target that the mirror has."""
    return link.is_symlink() and link.readlink() == target


def copy_up(link: Path, target: Path, *, keep: bool) -> bool:
    """Put a file in the place of such a link: a copy, or an empty one; whether that was done."""
    if not leads(link, target) or not target.is_file():
        return False
    aside = link.with_name(f".{link.name}.{os.getpid()}")
    try:
        if keep:
            shutil.copyfile(target, aside)
        else:
            aside.touch()
        aside.replace(link)
    except OSError:  # then the write fails, and says why
        aside.unlink(missing_ok=True)
        return False
    return True
