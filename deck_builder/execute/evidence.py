"""A block that ran -> all that it hangs on, with what was found there; or why that can't be known.

Python's events and followed links show most of it. Where code may have looked at files by another way, all count.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from deck_builder.execute.contents import MISSING, look_up, read
from deck_builder.execute.folder import ALL, is_crowded, newest
from deck_builder.execute.job import imported_names
from deck_builder.execute.listen import Ran
from deck_builder.execute.session import Session
from deck_builder.execute.written import program
from deck_builder.model import CodeBlock

# by such paths C code, which does not tell what it opens, gets past the links that show it
_LOOKS_ASIDE: Final = re.compile(r"__file__|\bargv\b|readlink|getsourcefile|getfile")
_LOOKS_AT_STATUS: Final = re.compile(r"get[acm]time|st_[acm]time|st_mode|\bos\.access\b|\bos\.l?stat\((?!.*\.st_size)")
_FILE_NAME: Final = re.compile(r"""["']([\w-][\w./ -]*\.\w{1,8})["']""")
_MOST: Final = 1 << 20


def codes(session: Session, chain: Iterable[CodeBlock], reads: Iterable[Path]) -> list[str]:
    """All code that may have run: that of blocks, and of the deck's own modules among what was read."""
    found = [program(block) for block in chain]
    folders = (session.folder.resolve(), *session.data)
    for path in sorted(reads):
        if path.suffix == ".py" and any(map(path.is_relative_to, folders)):
            with suppress(OSError, ValueError):
                found.append(read(path, _MOST).decode("utf-8", "replace"))
    return found


def found_by(session: Session, ran: Ran, code: Collection[str], began: int) -> tuple[dict[str, str], str]:
    """What a block hangs on, by path, and "" or why that is not all.

    `code` is all that it may have run, `began` is when its run did, in nanoseconds.
    """
    folder = session.folder.resolve()
    paths = {*ran.reads, *_named(folder, program(ran.block))}
    if any(map(_LOOKS_ASIDE.search, code)) or not ran.sees_links:
        paths |= {folder, *ran.links}
    paths |= {path / ALL for path in paths & ran.links if is_crowded(path)}
    found: dict[str, str] = {}
    unknown = ran.unknown
    if any(map(_LOOKS_AT_STATUS.search, code)):
        unknown = unknown or "it may tell when a file was changed, or who may read it"
    for path in sorted(paths):
        if (what := look_up(folder, path, session.data)) is None:
            unknown = unknown or f"it reads {path}, of which nobody knows whether it is as it was"
        elif newest(path) >= began or (what == MISSING and path in ran.links):  # before or after it was read
            unknown = unknown or f"{path} changed while it ran"
        else:
            found[str(path)] = what
    return found, unknown


def _named(folder: Path, code: str) -> Iterator[Path]:
    """Where code would find modules and files, were they there: C code does not tell of what it did not find."""
    for name in imported_names(code):
        yield from (folder / f"{name}{end}" for end in ("", ".py"))
    for name in _FILE_NAME.findall(code):
        if ".." not in Path(name).parts and look_up(folder, folder / name) == MISSING:
            yield folder / name
