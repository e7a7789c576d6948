"""`python: {data: […]}` -> the folders and files beside the deck's that its code may read, and what tells of a change.

What Python opens there is compared by its contents. C code is not heard there: so all that lies there counts as well.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deck_builder.errors import DeckError, Span
from deck_builder.execute.contents import contents
from deck_builder.execute.folder import ALL, fingerprint, newest

if TYPE_CHECKING:
    from deck_builder.model import Deck


_OF_THE_SYSTEM: Final = ("/proc", "/sys", "/dev", "/etc", "/run", "/boot")
"""What lies there is never the same, or tells of other processes, or is a secret."""

_DATA_IN_HIDING: Final = re.compile(
    r"/(?:\.keras|\.cache/(?:torch|kagglehub|huggingface/(?!(?:token|stored_tokens)(?:/|$))[^/.]+))(?=/|$)"
)
"""Hidden folders in which libraries keep data sets; beside some of them lies a key."""


def data_of(deck: Deck, names: Sequence[str]) -> tuple[Path, ...]:
    """Where a deck's data lie. Raises `DeckError` for a name that leads nowhere, or to too much."""
    folder = deck.source.path.parent
    for name in names:
        path = _path(folder, name)
        if path is None or not (mode := _mode(path)):
            raise DeckError(f"`python: data` names {name}, which is not there", _place(deck, name), _near(path, name))
        if any(map(path.is_relative_to, _OF_THE_SYSTEM)):
            hint = "copy what is needed there into a file of its own"
            raise DeckError(f"`python: data` names {name}, in which no data lie", _place(deck, name), hint)
        if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            hint = "name a folder, or a regular file"
            raise DeckError(f"`python: data` names {name}, which is no folder and no file", _place(deck, name), hint)
        if path != folder.resolve() and folder.resolve().is_relative_to(path):
            hint = "name the folder in which the data lie"
            raise DeckError(f"`python: data` names {name}, which holds the deck itself", _place(deck, name), hint)
        if _is_private(path, folder.resolve()):
            hint = "a deck can't ask for keys and settings: put the data into a folder that is not hidden"
            raise DeckError(f"`python: data` names {name}, which is private", _place(deck, name), hint)
    return led(folder, names)


def _is_private(path: Path, folder: Path) -> bool:
    """Whether a path is hidden, or holds somebody's home: who writes a deck does not decide what of it shows.

    A hidden folder that the deck itself lies in hides nothing from it.
    """
    if path.is_relative_to(folder):
        return False
    home = _path(folder, "~")
    if home and home.is_relative_to(path):
        return True
    above = Path(os.path.commonpath([path, folder]))
    return "/." in _DATA_IN_HIDING.sub("/data", f"/{path.relative_to(above)}")


def led(folder: Path, names: Sequence[str]) -> tuple[Path, ...]:
    """Where names lead from a deck's folder, without what lies in that, or in another of them."""
    own = folder.resolve()
    found = dict.fromkeys(path for name in names if (path := _path(folder, name)) and not path.is_relative_to(own))
    return tuple(path for path in found if not any(one in path.parents for one in found))


def state_of(data: Sequence[Path]) -> list[tuple[str, str]] | None:
    """What tells whether data are as they were: files by their contents, folders by the names, sizes and times in them.

    None where that can't be known: of too many files, or of too large a one.
    """
    states = [(str(path), state) for path in data if (state := _state(path)) is not None]
    return states if len(states) == len(data) else None


def latest(path: Path) -> int:
    """When something in a folder, or a file, was changed last, in nanoseconds."""
    return max(newest(path), newest(path / ALL))


def _state(path: Path) -> str | None:
    with suppress(OSError, RuntimeError):
        if path.resolve() == path:  # else a link has come in its place
            return fingerprint(path) if path.is_dir() else contents(path)
    return None


def _path(folder: Path, name: str) -> Path | None:
    """Where a name leads; None where it leads round in a ring, or to nobody's home."""
    with suppress(OSError, RuntimeError):
        return (folder.absolute() / Path(name).expanduser()).resolve()
    return None


def _mode(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_mode
    return 0


def _place(deck: Deck, name: str) -> Span:
    """Where the headmatter has a name of its `data`."""
    span = deck.place("python.data")
    for no, line in enumerate(deck.source.lines[span.start - 1 :], span.start):
        if (at := line.find(name, span.column - 1 if no == span.start else 0)) >= 0:
            return replace(span, start=no, end=no, column=at + 1)
        if no > span.start and line.startswith("---"):
            break
    return span


def _near(path: Path | None, name: str) -> str:
    """The way out of a name that leads nowhere."""
    from difflib import get_close_matches  # a deck without mistakes does not need it

    names: list[str] = []
    with suppress(OSError):
        names = [entry.name for entry in path.parent.iterdir()] if path else []
    if path and (near := get_close_matches(path.name, names, 1)):
        return f"did you mean {Path(name).with_name(near[0])}?"
    return "a path begins in the deck's folder: ../data"
