"""Paths -> Source, Theme. The only reader of decks and themes; nothing here is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import metadata, util
from pathlib import Path

import deck_builder
from deck_builder.errors import LoadError, MissingError, Span
from deck_builder.model import Reader, Source, Theme

DECK_NAME = "slides.md"
LARGEST_DECK = 16 * 1024 * 1024
ENTRY_POINTS = "deck_builder.themes"


def load_source(path: Path) -> Source:
    """Read a deck, byte-order mark and line ends as they are; LoadError when it can't be read."""
    with _telling(path):
        # A regular file is asked for before anything is opened: opening a pipe would wait for ever.
        if not path.is_file():
            raise LoadError(*_not_a_deck(path))
        return _source(path, path)


def deck_files(folder: Path) -> Reader:
    """A reader of what lies in a deck's folder; LoadError for all else.

    It follows links, but not out of the folder, and what they lead to is called by its own name.
    """

    def read(path: Path) -> Source:
        with _telling(path):
            real, root = path.resolve(), folder.resolve()
            if not real.is_relative_to(root):
                raise LoadError(f"{path} lies outside of the deck's folder", hint="copy it into that folder")
            if not real.is_file():
                raise MissingError(*_not_a_file(path, real))
            return _source(folder / real.relative_to(root), real)

    return read


def find_decks(folder: Path) -> list[Path]:
    """Every deck under a folder, in order: a sub-folder with a slides.md is one deck, else each .md file is one."""
    if not folder.is_dir():
        raise LoadError(f"there is no folder {folder}", hint="name a deck, or make one: deck new DIR")
    try:
        return sorted(_decks_under(folder, set()))
    except OSError as err:
        raise LoadError(f"{err.filename} can't be read: {err.strerror}", hint="look at its permissions") from err


def theme_names() -> list[str]:
    """The themes that can be named: the house's own and those of installed packages."""
    built_in = (folder.name for folder in _themes_folder().iterdir() if (folder / "theme.css").is_file())
    installed = (point.name for point in metadata.entry_points(group=ENTRY_POINTS))
    return sorted({*built_in, *installed})


def load_theme(name: str, deck_folder: Path) -> Theme:
    """The look called `name`: `none`, a built-in or installed theme, or a folder relative to the deck (`./my-theme`).

    `@slidev/theme-x` and `slidev-theme-x` mean `x`. LoadError when there is no such theme.
    """
    base = _themes_folder() / "base"
    folder = None if name == "none" else _theme_folder(name, deck_folder)
    css = _lean(_text(folder / "theme.css")) if folder else ""
    return Theme(
        name=name,
        css=f"@layer base, theme;\n@layer base{{\n{_lean(_text(base / 'base.css'))}}}\n@layer theme{{\n{css}}}\n",
        layouts=_layouts(base) | (_layouts(folder) if folder else {}),
        math_font=_math_font(),
        places=_layout_files(folder) if folder else {},
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


def _source(path: Path, real: Path) -> Source:
    """The text of the regular file `real`, which is called `path`."""
    with real.open("rb") as file:
        data = file.read(LARGEST_DECK + 1)
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


def _not_a_file(path: Path, real: Path) -> tuple[str, None, str]:
    """What to say of a path in a deck that leads to no regular file."""
    if real.is_dir():
        return f"{path} is a folder", None, "name a file in it"
    if real.exists():
        return f"{path} is not a regular file", None, "name a text file"
    names = [other.name for other in real.parent.iterdir()] if real.parent.is_dir() else []
    near = get_close_matches(path.name, names, 1)
    hint = "a path begins in the folder of the file that names it, or, with a /, in the deck's"
    return f"there is no file {path}", None, f"did you mean {path.with_name(near[0])}?" if near else hint


def _not_a_deck(path: Path) -> tuple[str, None, str]:
    """What to say of a path that is no regular file."""
    if path.is_dir():
        return f"{path} is a folder without a {DECK_NAME}", None, f"name the deck's file, or add {DECK_NAME}"
    if path.exists():
        return f"{path} is not a regular file", None, "name a Markdown file"
    names = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
    near = get_close_matches(path.name, names, 1)
    hint = f"did you mean {path.with_name(near[0])}?" if near else "deck new DIR makes a small deck to start from"
    return f"there is no file {path}", None, hint


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


def _themes_folder() -> Path:
    """Where the house's themes lie: inside the package in a wheel, beside it in a checkout."""
    for place in deck_builder.__path__:
        if (folder := Path(place) / "themes").is_dir():
            return folder
    raise LoadError("the themes folder is missing", hint="reinstall deck-builder")


def _theme_folder(name: str, deck_folder: Path) -> Path:
    short = name.removeprefix("@slidev/theme-").removeprefix("slidev-theme-")
    if short.startswith(".") or "/" in short or "\\" in short:
        folder = deck_folder / short
        with _telling(folder):
            found = (folder / "theme.css").is_file()
        if not found:
            raise LoadError(f"there is no theme in {folder}", hint="a theme is a folder with a theme.css")
        return folder
    if short in theme_names():
        folder = _themes_folder() / short
        return folder if folder.is_dir() else _installed_theme(short)
    near = get_close_matches(short, names := theme_names(), 1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}"
    raise LoadError(f"there is no theme {short!r}", hint=hint)


def _installed_theme(name: str) -> Path:
    """The folder of the package that an entry point names, found without importing it."""
    (point, *_) = metadata.entry_points(group=ENTRY_POINTS, name=name)
    spec = util.find_spec(point.module)
    places = (spec.submodule_search_locations if spec else None) or []
    for place in places:
        if (Path(place) / "theme.css").is_file():
            return Path(place)
    raise LoadError(
        f"the installed theme {name!r} has no theme.css", hint=f"reinstall the package that brings {point.module}"
    )


def _layouts(folder: Path) -> dict[str, str]:
    return {name: _text(path) for name, path in _layout_files(folder).items()}


def _layout_files(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted((folder / "layouts").glob("*.html"))}


def _math_font() -> bytes:
    """STIX Two Math as ziamath ships it; ziamath itself (and what it imports) stays unloaded."""
    spec = util.find_spec("ziamath")
    for place in (spec.submodule_search_locations if spec else None) or []:
        if (font := Path(place) / "fonts" / "STIXTwoMath-Regular.ttf").is_file():
            return font.read_bytes()
    raise LoadError("the font for formulas is missing", hint="reinstall ziamath: pip install --force-reinstall ziamath")


def _text(path: Path) -> str:
    """A theme's file; unlike a deck it has no place for odd line ends."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as err:
        raise LoadError(f"{path} can't be read: {err}", hint="a theme's files are UTF-8 text") from err
