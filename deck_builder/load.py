"""Paths -> Source, Theme. The only reader of decks and themes; nothing here is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path

import deck_builder
from deck_builder.decks import DECK_NAME
from deck_builder.disk import DISK, Disk
from deck_builder.errors import LoadError, MissingError, Span
from deck_builder.model import Reader, Source, Theme

LARGEST_DECK = 16 * 1024 * 1024
ENTRY_POINTS = "deck_builder.themes"
_SHEETS = ("base", "results", "layouts", "player")
"""The parts of the structure's stylesheet, in their order."""


def load_source(path: Path, disk: Disk = DISK) -> Source:
    """Read a deck, byte-order mark and line ends as they are; LoadError when it can't be read."""
    with _telling(path):
        # A regular file is asked for before anything is opened: opening a pipe would wait for ever.
        if not disk.is_file(path):
            raise LoadError(*_not_a_deck(path, disk))
        return _source(path, path, disk)


def deck_files(folder: Path, disk: Disk = DISK) -> Reader:
    """A reader of what lies in a deck's folder; LoadError for all else.

    It follows links, but not out of the folder, and what they lead to is called by its own name.
    """

    def read(path: Path) -> Source:
        with _telling(path):
            real, root = disk.resolve(path), disk.resolve(folder)
            if not real.is_relative_to(root):
                raise LoadError(f"{path} lies outside of the deck's folder", hint="copy it into that folder")
            if not disk.is_file(real):
                raise MissingError(*_not_a_file(path, real, disk))
            return _source(folder / real.relative_to(root), real, disk)

    return read


def theme_names(disk: Disk = DISK) -> list[str]:
    """The themes that can be named: the house's own and those of installed packages."""
    from importlib import metadata  # the house's own themes are found without it

    folder = _themes_folder(disk)
    built_in = (name for name in disk.names(folder) if disk.is_file(folder / name / "theme.css"))
    installed = (point.name for point in metadata.entry_points(group=ENTRY_POINTS))
    return sorted({*built_in, *installed})


def load_theme(name: str, deck_folder: Path, disk: Disk = DISK) -> Theme:
    """The look called `name`: `none`, a built-in or installed theme, or a folder relative to the deck (`./my-theme`).

    `@slidev/theme-x` and `slidev-theme-x` mean `x`. LoadError when there is no such theme.
    """
    base = _themes_folder(disk) / "base"
    folder = None if name == "none" else _theme_folder(name, deck_folder, disk)
    css = _lean(_text(folder / "theme.css", disk)) if folder else ""
    whole = "".join(_lean(_text(base / f"{name}.css", disk)) for name in _SHEETS)
    places = _layout_files(folder, disk) if folder else {}
    return Theme(
        name=name,
        css=f"@layer base, theme;\n@layer base{{\n{whole}}}\n@layer theme{{\n{css}}}\n",
        layouts={kind: _text(path, disk) for kind, path in (_layout_files(base, disk) | places).items()},
        math_font=_math_font(disk),
        places=places,
    )


def _lean(css: str) -> str:
    """A stylesheet without what only its readers need: it is part of every page."""
    return re.sub(r"/\*.*?\*/|^\s+", "", css, flags=re.DOTALL | re.MULTILINE)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Say of what the system refuses which file it is about."""
    try:
        yield
    except (OSError, ValueError, RuntimeError) as err:  # a RuntimeError is how Python 3.12 tells of links in a ring
        reason = err.strerror if isinstance(err, OSError) else str(err)
        raise LoadError(f"{path} can't be read: {reason}", hint="look at the file's name and permissions") from err


def _source(path: Path, real: Path, disk: Disk) -> Source:
    """The text of the regular file `real`, which is called `path`."""
    data = disk.read(real, LARGEST_DECK)
    if len(data) > LARGEST_DECK:
        raise LoadError(
            f"{path} is larger than {LARGEST_DECK >> 20} MB",
            hint="is this a deck? keep data in files of their own and read them in a code block",
        )
    try:
        return Source(path, data.decode("utf-8"))
    except UnicodeDecodeError as err:
        before = Source(path, data[: err.start].decode("utf-8")).lines
        raise LoadError(
            f"byte 0x{data[err.start]:02x} is not UTF-8",
            Span(path, len(before), len(before), len(before[-1]) + 1),
            hint="save the file as UTF-8",
        ) from err


def _not_a_file(path: Path, real: Path, disk: Disk) -> tuple[str, None, str]:
    """What to say of a path in a deck that leads to no regular file."""
    if disk.is_dir(real):
        return f"{path} is a folder", None, "name a file in it"
    if disk.exists(real):
        return f"{path} is not a regular file", None, "name a text file"
    near = _near(path, real.parent, disk)
    hint = "a path begins in the folder of the file that names it, or, with a /, in the deck's"
    return f"there is no file {path}", None, f"did you mean {near}?" if near else hint


def _not_a_deck(path: Path, disk: Disk) -> tuple[str, None, str]:
    """What to say of a path that is no regular file."""
    if disk.is_dir(path):
        return f"{path} is a folder without a {DECK_NAME}", None, f"name the deck's file, or add {DECK_NAME}"
    if disk.exists(path):
        return f"{path} is not a regular file", None, "name a Markdown file"
    near = _near(path, path.parent, disk)
    hint = f"did you mean {near}?" if near else "deck new DIR makes a small deck to start from"
    return f"there is no file {path}", None, hint


def _near(path: Path, folder: Path, disk: Disk) -> Path | None:
    """The path as it might have been meant: a name in the folder that is nearly its own, of a program another one."""
    from difflib import get_close_matches  # a deck without mistakes does not need it

    names = disk.names(folder) if disk.is_dir(folder) else []
    near = get_close_matches(path.name, [name for name in names if path.suffix != ".py" or name.endswith(".py")], 1)
    return path.with_name(near[0]) if near else None


def _themes_folder(disk: Disk) -> Path:
    """Where the house's themes lie: inside the package in a wheel, beside it in a checkout."""
    for place in deck_builder.__path__:
        if disk.is_dir(folder := Path(place) / "themes"):
            return folder
    raise LoadError("the themes folder is missing", hint="reinstall deck-builder")


def _theme_folder(name: str, deck_folder: Path, disk: Disk) -> Path:
    short = name.removeprefix("@slidev/theme-").removeprefix("slidev-theme-")
    is_path = short.startswith(".") or "/" in short or "\\" in short
    folder = (deck_folder if is_path else _themes_folder(disk)) / short
    with _telling(folder):
        if disk.is_file(folder / "theme.css"):
            return folder
    if is_path:
        raise LoadError(f"there is no theme in {folder}", hint="a theme is a folder with a theme.css")
    if short in (names := theme_names(disk)):
        return _installed_theme(short, disk)
    from difflib import get_close_matches

    near = get_close_matches(short, names, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}"
    raise LoadError(f"there is no theme {short!r}", hint=hint)


def _installed_theme(name: str, disk: Disk) -> Path:
    """The folder of the package that an entry point names, found without importing it."""
    from importlib import metadata

    (point, *_) = metadata.entry_points(group=ENTRY_POINTS, name=name)
    spec = util.find_spec(point.module)
    places = (spec.submodule_search_locations if spec else None) or []
    for place in places:
        if disk.is_file(Path(place) / "theme.css"):
            return Path(place)
    raise LoadError(
        f"the installed theme {name!r} has no theme.css", hint=f"reinstall the package that brings {point.module}"
    )


def _layout_files(folder: Path, disk: Disk) -> dict[str, Path]:
    return {path.stem: path for path in disk.glob(folder, "layouts/*.html")}


def _math_font(disk: Disk) -> bytes:
    """STIX Two Math as ziamath ships it; ziamath itself (and what it imports) stays unloaded."""
    spec = util.find_spec("ziamath")
    for place in (spec.submodule_search_locations if spec else None) or []:
        if disk.is_file(font := Path(place) / "fonts" / "STIXTwoMath-Regular.ttf"):
            return disk.read(font, LARGEST_DECK)
    raise LoadError("the font for formulas is missing", hint="reinstall ziamath: pip install --force-reinstall ziamath")


def _text(path: Path, disk: Disk) -> str:
    """A theme's file; unlike a deck it has no place for odd line ends."""
    try:
        text = disk.read(path, LARGEST_DECK).decode("utf-8")
    except (OSError, UnicodeDecodeError) as err:
        raise LoadError(f"{path} can't be read: {err}", hint="a theme's files are UTF-8 text") from err
    return text.replace("\r\n", "\n").replace("\r", "\n")
