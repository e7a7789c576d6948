"""A deck's files -> its page: soon, by what is at hand, and then as a build from nothing would have it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from deck_builder.check import check, in_order
from deck_builder.disk import Disk, NotingDisk
from deck_builder.fetch import Fetch
from deck_builder.model import ExecutedDeck, Image, Problem, Reader, Source, Theme
from deck_builder.parse import parse
from deck_builder.parse.again import Again
from deck_builder.pipeline import Themes, themed
from deck_builder.remember import Remember
from deck_builder.render import pictures
from deck_builder.render.live import Live, LivePage
from deck_builder.serve.carried import carried, guessed
from deck_builder.serve.drafts import Draft
from deck_builder.serve.files import Files, Written
from deck_builder.serve.fresh import Fresh, folders_of
from deck_builder.serve.known import Found, Job, Known


@dataclass(frozen=True, slots=True)
class Means:
    """What decks are built with: who reads their files, themes and pictures, by the disk that is asked."""

    load: Callable[[Path, Disk], Source]
    reader: Callable[[Path, Disk], Reader]
    themes: Callable[[Path, Disk], Themes]
    fetch: Callable[[Disk], Fetch]
    remember: Remember


@dataclass(frozen=True, slots=True)
class Built:
    """A state of a deck. `lost` are drafts that have no place any more; something in `folders` may change it."""

    page: LivePage
    executed: ExecutedDeck
    found: Found
    problems: tuple[Problem, ...]
    sources: Mapping[Path, Source]
    lost: tuple[Draft, ...]
    folders: frozenset[Path]


@dataclass(frozen=True, slots=True)
class _Dressed:
    """What else its files have, but for what its code does."""

    theme: Theme
    images: Mapping[str, Image]
    problems: tuple[Problem, ...]
    folders: frozenset[Path]


Want: TypeAlias = Callable[[Sequence[Job]], None]
"""Hears what has to run."""

_Images: TypeAlias = tuple[Mapping[str, Image], list[Problem]]


class Builder:
    """Builds one deck over and over. Without what is `known` no code runs."""

    def __init__(self, path: Path, means: Means, known: Known | None) -> None:
        self._path, self._means, self._known = path, means, known
        self._again, self._live = Again(), Live()
        self._theme: Fresh[tuple[Theme, list[Problem]]] = Fresh()
        self._images: Fresh[_Images] = Fresh()
        self._soon: Written | None = None
        self._written: Written | None = None
        self._dressed: _Dressed | None = None
        self._last: Built | None = None
        self._shown: ExecutedDeck | None = None
        self._disk = NotingDisk()
        self.read: dict[Path, Source] = {}
        """The files that were read last, with drafts in them."""

    def soon(self, drafts: Sequence[Draft]) -> LivePage | None:
        """The page with what is written now, and all else as it was; None where that must be looked into."""
        self._soon = None
        theme, images = self._theme.last(), self._images.last()
        if self._last is None or self._shown is None or theme is None or images is None:
            return None
        files = self._files(drafts)
        if self._last.sources.get(files.source.path) == files.source:
            return None
        written = files.written(self._means.remember, self._again, loose=True)
        self._soon = None if self._again.is_off else written
        deck = written.deck
        if deck.headmatter != self._last.executed.deck.headmatter:
            return None
        guess = guessed(self._shown, deck) if self._known else ExecutedDeck(deck, {})
        page = self._live.page(guess, theme[0], images[0], self._means.remember, loose=True)
        self._shown = guess
        return page

    def now(self, drafts: Sequence[Draft], want: Want | None = None, *, looks: bool = True) -> Built:
        """The state of the deck; `want` hears what has to run while the page is still made.

        Unless it `looks`, its files are taken to be as they were. Raises `DeckError`, or a group of them, if it can't
        be read.
        """
        looks = looks or self._written is None or self._written.drafts != drafts
        if looks or self._written is None:
            self._written, self._dressed = self._exact(drafts), None
        written = self._written
        found = self._known.find(written.deck) if self._known else Found(ExecutedDeck(written.deck, {}))
        if want:
            want(found.jobs)
        dressed = self._dressed = self._dressed or self._dress(written)
        if self._known and found.jobs:  # a result may have come by now: no page without it need be made
            found = self._known.find(written.deck, again=True)
        shown = found.executed
        if found.jobs:
            shown = carried(self._shown or shown, shown, found.missing)
        page = self._live.page(shown, dressed.theme, dressed.images, self._means.remember, loose=False)
        problems = in_order([*dressed.problems, *page.problems, *check(found.executed)], written.deck)
        folders = dressed.folders | {place for read in map(Path, found.reads) for place in (read, read.parent)}
        self._shown = shown
        self._last = Built(
            page, found.executed, found, tuple(problems), written.sources, written.lost, frozenset(folders)
        )
        return self._last

    def _exact(self, drafts: Sequence[Draft]) -> Written:
        """What the deck's texts have now: what was read a moment ago, if that is exact."""
        soon, self._soon = self._soon, None
        if soon and soon.drafts == drafts:
            return soon
        files = self._files(drafts)
        self._disk = files.disk
        return files.written(self._means.remember, self._again, loose=False)

    def _dress(self, written: Written) -> _Dressed:
        """The theme and the pictures of a deck."""
        deck, folder = written.deck, self._path.parent
        self._disk = written.disk
        name = (str(deck.headmatter.get("theme")), deck.place("theme"))
        theme, unknown = self._theme.get(name, lambda disk: themed(deck, self._means.themes(folder, disk)))
        wanted = pictures(deck)
        images, amiss = self._images.get(wanted, lambda disk: self._means.fetch(disk)(wanted, folder))
        folders = {folder, *(place for one in self._disks() for place in folders_of(one))}
        return _Dressed(theme, images, (*unknown, *amiss), frozenset(folders))

    def text(self) -> Source:
        """The deck's own file as it is. Raises `DeckError`."""
        return self._means.load(self._path, NotingDisk())

    def placeholder(self, name: str) -> LivePage:
        """The page of a deck that could never be read."""
        deck = parse(Source(self._path, f"# {name}\n"))
        theme, _ = themed(deck, self._means.themes(self._path.parent, NotingDisk()))
        return Live().page(ExecutedDeck(deck, {}), theme, {}, self._means.remember, loose=True)

    def strangers(self, changed: Iterable[Path]) -> list[Path]:
        """Of files that changed those that are none of a deck's texts, looks and pictures: its code may read them."""
        if not changed:
            return []
        asked = {os.path.realpath(note.path) for disk in self._disks() for note in disk.notes}
        return [path for path in changed if os.path.realpath(path) not in asked and not path.is_dir()]

    def _disks(self) -> Iterable[NotingDisk]:
        return self._disk, self._theme.disk, self._images.disk

    def _files(self, drafts: Sequence[Draft]) -> Files:
        self.read = {}
        files = Files(self._path, self._means.load, self._means.reader, drafts)
        self.read = files.sources
        return files
