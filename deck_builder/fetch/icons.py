"""Names of icons -> SVG: from the deck's `icons/`, from Iconify's packages of npm, from the extra `[icons]`.

In this order: `icons/SET/NAME.svg` or `icons/SET.json` beside the deck, `node_modules/@iconify-json/SET` there or in
a folder above, Font Awesome and Lucide as Python packages; and of those two what goes by the same name, or nearly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sized
from contextlib import suppress
from functools import cache
from importlib import util
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from deck_builder.disk import DISK, Disk
from deck_builder.errors import Span
from deck_builder.fetch.iconify import svg_of
from deck_builder.fetch.picture import UnreachableError, sniff, within
from deck_builder.fetch.stand_ins import similar
from deck_builder.model import Image, Problem

INSTALL = 'pip install "deck-builder[icons]"'
LARGEST_SET = 64 * 1024 * 1024
_AWESOME = {"brands": ("fa-brands", "fab"), "solid": ("fa-solid", "fas", "fa"), "regular": ("fa-regular", "far")}


def fetch_icons(icons: Mapping[str, Span], folder: Path, disk: Disk = DISK) -> tuple[dict[str, Image], list[Problem]]:
    """The icons, by their addresses `icon:SET:NAME`; at most one problem tells of all that are not there."""
    shelf = _Shelf(folder, disk)
    found: dict[str, Image] = {}
    instead: dict[str, str] = {}
    for address in icons:
        prefix, _, name = address.removeprefix("icon:").partition(":")
        if svg := shelf.icon(prefix, name):
            found[address] = Image("image/svg+xml", svg)
        elif other := shelf.similar(name):
            instead[address], svg = other
            found[address] = Image("image/svg+xml", svg)
    missing = [address for address in icons if address not in found]
    return found, _problems(icons, missing, instead, shelf.broken)


def _problems(
    icons: Mapping[str, Span], missing: list[str], instead: Mapping[str, str], broken: Mapping[Path, str]
) -> list[Problem]:
    """One warning with all icons in it, where the first of them stands, and one for each file that can't be read."""
    problems = []
    first = next(iter(icons.values()), None)
    for path, why in broken.items():
        problems.append(Problem("D010", f"the icons of {path} can't be read: {why}", first, "", "warning"))
    said = []
    if missing:
        names = ", ".join(address.removeprefix("icon:") for address in missing)
        said.append(f"{len(missing)} {_icons(missing)} not here, and an empty square stands there: {names}")
    if instead:
        names = ", ".join(f"{address.removeprefix('icon:')} by {other}" for address, other in instead.items())
        like = "one that is like it" if len(instead) == 1 else "ones that are like them"
        said.append(f"{len(instead)} {_icons(instead)} replaced by {like}: {names}")
    if said:
        places = [span for address, span in icons.items() if address in (*missing, *instead)]
        sets = sorted({address.split(":")[1] for address in (*missing, *instead)})
        way_out = f"put Iconify's {sets[0]}.json in icons/ beside the deck, or npm install @iconify-json/{sets[0]}"
        hint = way_out if _installed("lucide") else f"{INSTALL} has many; or {way_out}"
        problems.append(Problem("D010", "; ".join(said), places[0], hint, "warning"))
    return problems


def _icons(some: Sized) -> str:
    return "icon is" if len(some) == 1 else "icons are"


class _Shelf:
    """All places where icons may lie, each looked at once. `broken` are files of icons that can't be read, and why."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder, self._disk = disk.resolve(folder), disk
        self._sets: dict[str, list[Mapping[str, Any]]] = {}
        self.broken: dict[Path, str] = {}

    def icon(self, prefix: str, name: str) -> bytes | None:
        """The very icon."""
        own = self._drawn(prefix, name) or self._of_set(prefix, name)
        return own or _awesome(prefix, name) or _lucide(prefix, name)

    def similar(self, name: str) -> tuple[str, bytes] | None:
        """An icon of the extra that goes by this name or a like one, and what it is called."""
        for prefix, other in similar(name):
            if svg := _awesome(prefix, other) or _lucide(prefix, other):
                return f"{prefix}:{other}", svg
        return None

    def _drawn(self, prefix: str, name: str) -> bytes | None:
        """A drawing of the author's own."""
        path = self._folder / "icons" / prefix / f"{name}.svg"
        data = self._bytes(path, own=True)
        if data is None or sniff(data) == "image/svg+xml":
            return data
        self.broken[path] = "it is no SVG"
        return None

    def _of_set(self, prefix: str, name: str) -> bytes | None:
        if prefix not in self._sets:
            self._sets[prefix] = list(self._read_sets(prefix))
        for icons in self._sets[prefix]:
            if (svg := svg_of(icons, name)) and _is_xml(svg):
                return svg.encode()
        return None

    def _read_sets(self, prefix: str) -> Iterator[Mapping[str, Any]]:
        """The files that hold a set, the nearest first."""
        places = [(self._folder / "icons" / f"{prefix}.json", True)]
        for folder in (self._folder, *self._folder.parents):
            modules = folder / "node_modules"
            places.append((modules / "@iconify-json" / prefix / "icons.json", False))
            places.append((modules / "@iconify" / "json" / "json" / f"{prefix}.json", False))
        for path, own in places:
            if (data := self._bytes(path, own=own)) is None:
                continue
            try:
                icons = json.loads(data)
            except (ValueError, RecursionError):
                icons = None
            if isinstance(icons, dict) and isinstance(icons.get("icons"), dict):
                yield icons
            else:
                self.broken[path] = "it is no set of Iconify's"

    def _bytes(self, path: Path, *, own: bool) -> bytes | None:
        """A file's bytes, if it is there; one of the deck's own lies in the deck's folder, wherever links lead."""
        try:
            if not self._disk.is_file(path):
                return None
            if own and not self._disk.resolve(path).is_relative_to(self._folder):
                raise UnreachableError("it lies outside of the deck's folder")
            return within(LARGEST_SET, self._disk.read(path, LARGEST_SET))
        except UnreachableError as why:
            self.broken[path] = why.reason
        except OSError as why:
            self.broken[path] = str(why.strerror).lower()
        return None


def _is_xml(svg: str) -> bool:
    """Whether a browser would show it."""
    try:
        ElementTree.fromstring(svg)
    except (ElementTree.ParseError, ValueError):
        return False
    return True


def _awesome(prefix: str, name: str) -> bytes | None:
    """An icon of Font Awesome Free, in whose sets' names its version may stand: `fa6-brands`."""
    plain = prefix.replace("fa6", "fa").replace("fa7", "fa")
    style = next((style for style, names in _AWESOME.items() if plain in names), None)
    places = _installed("fontawesomefree")
    if style is None or not places:
        return None
    svgs = Path(places) / "static/fontawesomefree/js-packages/@fortawesome/fontawesome-free/svgs"
    with suppress(OSError):
        return (svgs / style / f"{name}.svg").read_bytes()
    return None


def _lucide(prefix: str, name: str) -> bytes | None:
    if prefix != "lucide" or not _installed("lucide") or name not in _lucide_names():
        return None
    from lucide import lucide_icon

    svg: str = lucide_icon(name)
    return svg.encode()


@cache
def _lucide_names() -> frozenset[str]:
    from lucide import get_icon_list

    return frozenset(get_icon_list())


@cache
def _installed(package: str) -> str:
    """The folder of an installed package, found without importing it; "" if there is none."""
    spec = util.find_spec(package)
    return next(iter((spec.submodule_search_locations if spec else None) or []), "")
