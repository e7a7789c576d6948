"""A deck's files, drafts of its code -> the deck as it is written, with the drafts in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deck_builder.disk import Disk, NotingDisk
from deck_builder.model import Deck, Reader, Source
from deck_builder.parse import parse
from deck_builder.parse.again import Again
from deck_builder.remember import Remember
from deck_builder.serve.drafts import Draft, all_applied


@dataclass(frozen=True, slots=True)
class Written:
    """What the texts of a deck have. `lost` are drafts that have no place any more; `disk` is who was asked."""

    drafts: Sequence[Draft]
    deck: Deck
    sources: Mapping[Path, Source]
    lost: tuple[Draft, ...]
    disk: NotingDisk


class Files:
    """A deck's texts, with drafts in them: its own is read, the others as it asks for them."""

    def __init__(
        self,
        path: Path,
        load: Callable[[Path, Disk], Source],
        reader: Callable[[Path, Disk], Reader],
        drafts: Sequence[Draft],
    ) -> None:
        """Raises `DeckError` if the deck's own file can't be read."""
        self._drafts = drafts
        self._lost: list[Draft] = []
        self.sources: dict[Path, Source] = {}
        """The files that were read so far."""
        self.disk = NotingDisk()
        self._reader = reader(path, self.disk)
        self.source = self._drafted(load(path, self.disk))

    def written(self, remember: Remember, again: Again, *, loose: bool) -> Written:
        """What they have. Raises `DeckError`, or a group of them, if it can't be read."""
        again.loose = loose
        deck = parse(self.source, lambda path: self._drafted(self._reader(path)), remember, again)
        return Written(self._drafts, deck, dict(self.sources), tuple(self._lost), self.disk)

    def _drafted(self, source: Source) -> Source:
        if mine := [draft for draft in self._drafts if draft.path == source.path]:
            text, without_place = all_applied(source.text, mine)
            self._lost.extend(without_place)
            source = Source(source.path, text)
        self.sources[source.path] = source
        return source
