"""A deck's folder + its theme -> the theme with the deck's own styles, layers and layouts over it. Nothing is run.

What of Slidev's lies there and is not read, Vue's components and programs, is told once.
"""

from __future__ import annotations

import posixpath
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from deck_builder.disk import DISK, Disk
from deck_builder.errors import LoadError, Span
from deck_builder.fetch.local import read_file
from deck_builder.fetch.picture import BESIDE, UnreachableError, sniff
from deck_builder.load import deck_files
from deck_builder.model import Problem, Theme

LAYERS = ("global-top", "global-bottom", "slide-top", "slide-bottom")
STYLES = ("style.css", "styles.css", "styles/index.css")
MOST_IMPORTS = 100
"""Imports of styles that are followed: files that import each other twice would grow without end."""

_FONTS = {
    b"wOF2": "font/woff2",
    b"wOFF": "font/woff",
    b"OTTO": "font/otf",
    b"true": "font/ttf",
    b"\0\1\0\0": "font/ttf",
}
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_IN_CSS = re.compile(
    r"/\*.*?(?:\*/|\Z)"
    r"|@import\s+(?:url\(\s*)?[\"']?(?P<sheet>[^\"')\s;]+)[\"']?\s*\)?(?P<condition>[^;]*);"
    r"|url\(\s*[\"']?(?P<file>[^\"')]*?)[\"']?\s*\)",
    re.DOTALL | re.IGNORECASE,
)
_IN_HTML = re.compile(
    r"(?P<script><script\b.*?(?:</script\s*>|\Z))"
    r"|(?P<tag><img\b[^>]*?\ssrc\s*=\s*)(?:\"(?P<double>[^\"{]*)\"|'(?P<single>[^'{]*)')",
    re.DOTALL | re.IGNORECASE,
)


def with_layers(theme: Theme, folder: Path, disk: Disk = DISK) -> Theme:
    """The theme and what the deck's folder adds: `style.css`, `slide-top.html` and its like, `layouts/*.html`."""
    files = _Files(folder, disk)
    styles = [files.css(name) for name in STYLES if disk.is_file(folder / name)]
    layers = {name: path for name in LAYERS if disk.is_file(path := folder / f"{name}.html")}
    layouts = {path.stem: path for path in disk.glob(folder, "layouts/*.html")}
    return replace(
        theme,
        styles="\n".join(filter(None, styles)),
        layers={name: files.html(path) for name, path in layers.items()},
        layouts={**theme.layouts, **{name: files.html(path) for name, path in layouts.items()}},
        places={**theme.places, **layers, **layouts},
        problems=(*theme.problems, *files.problems, *_foreign(folder, disk)),
    )


class _Files:
    """The files of a deck's folder, with the pictures and fonts that they name embedded."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder, self.disk, self.read = folder, disk, deck_files(folder, disk)
        self.problems: list[Problem] = []
        self.open: list[str] = []
        self.imported = 0

    def css(self, name: str) -> str:
        """A stylesheet, by its path within the folder, with those it imports in their places."""
        text = self._text(self.folder / name)
        self.open.append(name)

        def one(found: re.Match[str]) -> str:
            place = _place(self.folder / name, text, found.start())
            if sheet := found["sheet"]:
                return self._imported(_beside(name, sheet), found["condition"].strip(), place)
            if file := found["file"]:
                return f'url("{self._embedded(_beside(name, file), place)}")'
            return found[0]

        text = _IN_CSS.sub(one, text)
        self.open.pop()
        return text

    def html(self, path: Path) -> str:
        """A template without its scripts."""
        text = self._text(path)

        def one(found: re.Match[str]) -> str:
            place = _place(path, text, found.start())
            if found["script"]:
                hint = "decks run Python when they are built, nothing in the browser"
                self.problems.append(Problem("D020", f"a <script> of {path.name} is left out", place, hint, "warning"))
                return ""
            src = found["double"] or found["single"] or ""
            return f'{found["tag"]}"{self._embedded(src, place)}"'

        return _IN_HTML.sub(one, text)

    def _text(self, path: Path) -> str:
        try:
            return self.read(path).text.removeprefix("\ufeff")
        except LoadError as error:
            self.problems.append(Problem("D022", error.message, error.span or Span(path, 1, 1), error.hint))
            return ""

    def _is_file(self, name: str) -> bool:
        try:
            return self.disk.is_file(self.folder / name)
        except OSError:  # a name that is too long
            return False

    def _imported(self, name: str, condition: str, place: Span) -> str:
        if _REMOTE.match(name):
            said, hint = f"the styles {name} are not fetched", "save them beside the deck"
        elif condition:
            said, hint = f"the styles {name} are not read: they hold on a condition", "write the condition in the file"
        elif name in self.open:
            said, hint = f"{name} imports itself", "take the @import out"
        elif self.imported == MOST_IMPORTS:
            said, hint = f"{name} is left out: {MOST_IMPORTS} styles are imported already", "put them into fewer files"
        elif not self._is_file(name):
            said, hint = f"there are no styles {name}", "name a file beside this one"
        else:
            self.imported += 1
            return self.css(name)
        self.problems.append(Problem("D010", said, place, hint, "warning"))
        return ""

    def _embedded(self, address: str, place: Span) -> str:
        """An address of a picture or a font as its bytes; as it stands, and a problem, where they can't be had."""
        if not address or address.startswith(("data:", "#")):
            return address
        try:
            if _REMOTE.match(address):
                raise UnreachableError("the page fetches nothing while it is shown", BESIDE.replace("picture", "file"))
            data = read_file(address, self.folder, self.disk)
            mime = sniff(data) or _FONTS.get(data[:4])
            if mime is None:
                raise UnreachableError("it is no picture and no font", "woff2, woff, ttf and otf are known")
            return f"data:{mime};base64,{b64encode(data).decode()}"
        except UnreachableError as why:
            said = f"{address} can't be had: {why.reason}"
            self.problems.append(Problem("D010", said, place, why.hint or BESIDE, "warning"))
            return address


def _beside(name: str, address: str) -> str:
    """An address that a stylesheet has written, as one of the folder's: it counts from where the stylesheet lies."""
    if address.startswith(("/", "#", "data:")) or _REMOTE.match(address):
        return address
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), address))


def _place(path: Path, text: str, offset: int) -> Span:
    line = text.count("\n", 0, offset) + 1
    return Span(path, line, line, offset - text.rfind("\n", 0, offset))


def _foreign(folder: Path, disk: Disk) -> Iterator[Problem]:
    """What Slidev would read there, and we don't."""
    for name in LAYERS:
        if not disk.is_file(folder / f"{name}.html"):
            yield from _unread([folder / f"{name}.vue"], f"write it as HTML: {name}.html", disk)
    yield from _unread([folder / "custom-nav-controls.vue"], "the page's own controls stay as they are", disk)
    layouts = [path for path in disk.glob(folder, "layouts/*.vue") if not disk.is_file(path.with_suffix(".html"))]
    yield from _unread(layouts, f"write it as HTML: layouts/{layouts[0].stem}.html" if layouts else "", disk)
    yield from _unread(disk.glob(folder, "components/**/*.vue"), "where a slide uses one, that is named there", disk)
    programs = [*disk.glob(folder, "setup/*.[tj]s"), *disk.glob(folder, "setup/*.mts")]
    yield from _unread(programs, "decks run Python when they are built; what this sets up is missing", disk)
    styles = [folder / name for name in ("style.ts", "style.js", "styles/index.ts", "styles/index.js")]
    yield from _unread(styles, "write the styles in style.css", disk)
    yield from _unread([folder / "uno.config.ts"], "write its shortcuts as classes in style.css", disk)


def _unread(paths: list[Path], hint: str, disk: Disk) -> Iterator[Problem]:
    """One problem for all these files that are there, at the first of them."""
    there = [path for path in paths if disk.is_file(path)]
    if there:
        others = f", nor {len(there) - 1} more like it" if len(there) > 1 else ""
        kind = "Vue component" if there[0].suffix == ".vue" else "program"
        said = f"{there[0].name} is not read{others}: it is a {kind} for Slidev"
        yield Problem("D020", said, Span(there[0], 1, 1), hint, "warning")
