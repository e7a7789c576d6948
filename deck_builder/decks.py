"""A folder -> the decks in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deck_builder.errors import LoadError

DECK_NAME = "slides.md"


def find_decks(folder: Path) -> list[Path]:
    """Every deck under a folder, in order: a sub-folder with a slides.md is one deck, else each .md file is one."""
    if not folder.is_dir():
        raise LoadError(f"there is no folder {folder}", hint="name a deck, or make one: deck new DIR")
    try:
        return sorted(_decks_under(folder, set()))
    except OSError as err:
        raise LoadError(f"{err.filename} can't be read: {err.strerror}", hint="look at its permissions") from err


def _decks_under(folder: Path, seen: set[Path]) -> Iterator[Path]:
    """The decks of a folder. One that a link leads to again is not entered again; real folders go before links."""
    seen.add(folder.resolve())
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_symlink(), path.name)):
        if path.name.startswith((".", "_")):
            continue
        if not path.is_dir():
            if path.suffix == ".md" and path.name != "README.md":
                yield path
        elif path.resolve() not in seen:
            if (path / DECK_NAME).is_file():
                seen.add(path.resolve())
                yield path / DECK_NAME
            else:
                yield from _decks_under(path, seen)
