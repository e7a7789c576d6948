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
from deck_builder.model import Deck, ExecutedDeck, Image, Problem, Reader, Source, Theme
from deck_builder.parse import parse
from deck_builder.parse.again import Again
from deck_builder.pipeline import Themes, themed
from deck_builder.remember import Remember
from deck_builder.render import pictures
from deck_builder.render.live import Live, LivePage
from deck_builder.serve.carried import carried, guessed
from deck_builder.serve.drafts import Draft, all_applied
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
class _Written:
    """What the files of a deck have, with drafts in them: all of it but what its code does."""

    drafts: Sequence[Draft]
    deck: Deck
    theme: Theme
    images: Mapping[str, Image]
    problems: tuple[Problem, ...]
    sources: Mapping[Path, Source]
    lost: tuple[Draft, ...]
    folders: frozenset[Path]


_Images: TypeAlias = tuple[Mapping[str, Image], list[Problem]]


class Builder:
    """Builds one deck over and over. Without what is `known` no code runs."""

    def __init__(self, path: Path, means: Means, known: Known | None) -> None:
        self._path, self._means, self._known = path, means, known
        self._again, self._live = Again(), Live()
        self._theme: Fresh[tuple[Theme, list[Problem]]] = Fresh()
        self._images: Fresh[_Images] = Fresh()
        self._written: _Written | None = None
        self._last: Built | None = None
        self._shown: ExecutedDeck | None = None
        self._disk = NotingDisk()
        self.read: dict[Path, Source] = {}
        """The files that were read last, with drafts in them."""

    def soon(self, drafts: Iterable[Draft]) -> LivePage | None:
        """The page with what is written now, and all else as it was; None where that must be looked into."""
        theme, images = self._theme.last(), self._images.last()
        if self._last is None or self._shown is None or theme is None or images is None:
            return None
        source, read = self._files(drafts, NotingDisk(), [])
        if all(self._last.sources.get(path) == one for path, one in self.read.items()):
            return None
        self._again.loose = True
        deck = parse(source, read, self._means.remember, self._again)
        if deck.headmatter != self._last.executed.deck.headmatter:
            return None
        guess = guessed(self._shown, deck) if self._known else ExecutedDeck(deck, {})
        page = self._live.page(guess, theme[0], images[0], self._means.remember, loose=True)
        self._shown = guess
        return page

    def now(
        self, drafts: Sequence[Draft], want: Callable[[Sequence[Job]], None] | None = None, *, looks: bool = True
    ) -> Built:
        """The state of the deck; `want` hears what has to run while the page is still made.

        Unless it `looks`, its files are taken to be as they were. Raises `DeckError`, or a group of them, if it can't
        be read.
        """
        if looks or self._written is None or self._written.drafts != drafts:
            self._written = self._look(drafts)
        written = self._written
        found = self._known.find(written.deck) if self._known else Found(ExecutedDeck(written.deck, {}))
        if want:
            want(found.jobs)
        shown = found.executed
        if found.jobs:
            shown = carried(self._shown or shown, shown, found.missing)
        page = self._live.page(shown, written.theme, written.images, self._means.remember, loose=False)
        problems = in_order([*written.problems, *page.problems, *check(found.executed)], written.deck)
        folders = written.folders | {place for read in map(Path, found.reads) for place in (read, read.parent)}
        self._shown = shown
        self._last = Built(
            page, found.executed, found, tuple(problems), written.sources, written.lost, frozenset(folders)
        )
        return self._last

    def _look(self, drafts: Sequence[Draft]) -> _Written:
        """What the deck's files have now. Raises what `now` does."""
        disk, lost, folder = NotingDisk(), list[Draft](), self._path.parent
        self._disk = disk
        source, read = self._files(drafts, disk, lost)
        self._again.loose = False
        deck = parse(source, read, self._means.remember, self._again)
        name = (str(deck.headmatter.get("theme")), deck.place("theme"))
        theme, unknown = self._theme.get(name, lambda disk: themed(deck, self._means.themes(folder, disk)))
        wanted = pictures(deck)
        images, amiss = self._images.get(wanted, lambda disk: self._means.fetch(disk)(wanted, folder))
        folders = {folder, *(place for one in self._disks() for place in folders_of(one))}
        return _Written(
            drafts, deck, theme, images, (*unknown, *amiss), dict(self.read), tuple(lost), frozenset(folders)
        )

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

    def _files(self, drafts: Iterable[Draft], disk: Disk, lost: list[Draft]) -> tuple[Source, Reader]:
        """The deck's own file, and who reads its others: each with the drafts of its code in it."""
        by_path: dict[Path, list[Draft]] = {}
        for draft in drafts:
            by_path.setdefault(draft.path, []).append(draft)
        reading = self._means.reader(self._path, disk)
        self.read = {}

        def drafted(source: Source) -> Source:
            if mine := by_path.get(source.path):
                text, without_place = all_applied(source.text, mine)
                lost.extend(without_place)
                source = Source(source.path, text)
            self.read[source.path] = source
            return source

        return drafted(self._means.load(self._path, disk)), lambda path: drafted(reading(path))
