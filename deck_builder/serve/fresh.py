"""What was made of files -> the same again, for as long as all that was asked of the disk has the same answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Generic, TypeVar

from deck_builder.disk import NotingDisk, still_so

_DOUBTS_S: Final = 10.0
"""What came from elsewhere may be another thing then."""

_T = TypeVar("_T")


class Fresh(Generic[_T]):
    """Keeps the one thing that was made last."""

    def __init__(self) -> None:
        self.disk = NotingDisk()
        self._key: object = None
        self._made: list[_T] = []
        self._at = 0.0

    def get(self, key: object, make: Callable[[NotingDisk], _T]) -> _T:
        """What `make` makes of a disk: the very same thing as last time where nothing can have changed."""
        if self._made and self._key == key and self._holds():
            return self._made[0]
        disk = NotingDisk()
        made = make(disk)
        self.disk, self._key, self._made, self._at = disk, key, [made], time.monotonic()
        return made

    def last(self) -> _T | None:
        """What was made last, whatever has changed since."""
        return self._made[0] if self._made else None

    def _holds(self) -> bool:
        if not self.disk.sure and time.monotonic() - self._at > _DOUBTS_S:
            return False
        return all(map(still_so, self.disk.notes))


def folders_of(disk: NotingDisk) -> Iterator[Path]:
    """The folders that hold what a disk was asked for."""
    for note in disk.notes:
        path = Path(note.path)
        yield path.parent
        if note.question.startswith(("names", "glob")):
            yield path
