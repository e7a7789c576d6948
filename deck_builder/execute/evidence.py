"""A block that ran -> all that it read, with what was found there; or why that can't be known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from deck_builder.execute.contents import look_up
from deck_builder.execute.job import imported_names
from deck_builder.execute.listen import Ran
from deck_builder.execute.session import Session
from deck_builder.execute.written import program

# code that may look at files as neither Python's events nor followed links show
_LOOKS_ASIDE: Final = re.compile(r"__file__|mtime|ctime|atime|readlink")


def found_by(session: Session, ran: Ran, began: int) -> tuple[dict[str, str], str]:
    """What a block read, by path, and "" or why that is not all; `began` is when its run did, in nanoseconds."""
    folder = session.folder.resolve()
    paths = set(ran.reads)
    if _LOOKS_ASIDE.search(ran.block.code) or not ran.sees_links:
        paths |= {folder, *ran.links}
    paths |= {folder / f"{name}{end}" for name in imported_names(program(ran.block)) for end in ("", ".py")}
    found: dict[str, str] = {}
    unknown = ran.unknown
    for path in sorted(paths):
        if (what := look_up(folder, path)) is None:
            unknown = unknown or f"it reads {path}, of which nobody knows whether it is as it was"
        elif _changed_since(path, began):  # before or after it was read
            unknown = unknown or f"{path} changed while it ran"
        else:
            found[str(path)] = what
    return found, unknown


def _changed_since(path: Path, began: int) -> bool:
    try:
        return path.lstat().st_mtime_ns >= began
    except (OSError, ValueError):
        return False
