"""An error about a path that code can't get at -> the way out, or "" where none is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from os.path import normpath
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from deck_builder.model import CodeBlock, Error

_OWN: Final = "slide code can't change the deck's own files: write under another name"
_DATA: Final = "or name its folder in `python: {data: […]}`"
_SHARED: Final = (
    "the sandbox here has no memory that processes share: use threads, or one process (`num_workers=0` of a DataLoader)"
)
_SHARES: Final = re.compile(
    r"multiprocessing|\bmp\.|\b(?:Simple)?Queue\(|\b(?:R?Lock|Semaphore|Event|Pool)\(|num_workers"
)
_READ_ONLY: Final = "[Errno 30]"
_REFUSED: Final = ("[Errno 1]", "[Errno 13]", _READ_ONLY)


def path_hint(error: Error, block: CodeBlock, folder: Path, data: Sequence[Path]) -> str:
    """A hint for an error about a file, in a deck of this folder that may read these `data`, too."""
    found = re.search(r"'([^']+)'", error.evalue)
    name = found[1] if found else ""
    if error.ename == "FileNotFoundError":
        return _missing(name, folder, data)
    if error.evalue.startswith("unable to open shared memory"):  # torch's own words
        return _SHARED
    if not error.evalue.startswith(_REFUSED):
        return ""
    if not name:
        return _SHARED if _SHARES.search(block.code) else ""
    if _leads_out(name, folder, data):
        if error.evalue.startswith(_READ_ONLY) or not _is_there(folder / name):  # what is not there was to be made
            return f"slide code writes to its own folder, which is thrown away: open {_last(name)} by this name alone"
        return f"slide code sees the deck's folder and no other: put {_last(name)} into it, {_DATA}"
    with suppress(OSError, ValueError, RuntimeError):
        path = folder.resolve() / name
        if any(map(path.resolve().is_relative_to, data)):
            return "slide code may read what `data` names, not change it: write in its own folder, by a name alone"
        return _OWN if path.exists() else ""
    return ""


def _missing(name: str, folder: Path, data: Sequence[Path]) -> str:
    if name.startswith("~"):
        return f"`~` is not looked up here: put {_last(name)} beside the deck, {_DATA} and give its full path"
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive:
        if any(map(PurePosixPath(name).is_relative_to, data)):
            return "its folder is one that `data` names: is it there under another name?"
        return f"a deck is built elsewhere, too: put {_last(name)} beside it, and name it so, {_DATA}"
    if normpath(name).startswith(".."):
        way = "and give its full path: `Path(__file__).parent / '../…'`"
        return f"`..` leads nowhere, code runs in a folder of its own: put {_last(name)} beside the deck, {_DATA} {way}"
    if _leads_out(name, folder, data):
        return f"a link leads out of the deck's folder: put {_last(name)} into it, {_DATA}"
    return "paths are relative to the deck's folder"


def _leads_out(name: str, folder: Path, data: Sequence[Path]) -> bool:
    """Whether a name is that of something that neither the deck's folder has nor its data, be it by a link."""
    with suppress(OSError, ValueError, RuntimeError):
        path = (folder.resolve() / name).resolve()
        return not any(map(path.is_relative_to, (folder.resolve(), *data)))
    return False


def _is_there(path: Path) -> bool:
    with suppress(OSError, ValueError):
        return path.exists()
    return True


def _last(name: str) -> str:
    return PureWindowsPath(name).name
