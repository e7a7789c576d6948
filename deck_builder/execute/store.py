"""A block's key -> its result of last time, while all that it read is as it was.

An entry is one JSON file. Its name is the hash of everything known before the block runs; in it stand the files that
the block read, each with what tells whether it is as it was. What can't be read or written costs time, and no more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeAlias

from deck_builder.execute.contents import look_up, read
from deck_builder.execute.frames import decode, encode, number
from deck_builder.execute.places import placed, places, unplaced
from deck_builder.execute.session import Session, line_count
from deck_builder.kept import make_room, write_whole
from deck_builder.model import BlockResult, CodeBlock
from deck_builder.worker.protocol import MAX_RUN, ProtocolError

MOST: Final = 512 << 20
"""Bytes of all entries."""

_MAX_ENTRY: Final = 8 * MAX_RUN  # of one: JSON may write a character as six
_MAX_SECONDS: Final = 2**31


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a block: its result, and all that it read, with what was found there."""

    result: BlockResult
    reads: Mapping[str, str] = field(default_factory=dict)


Written: TypeAlias = tuple[object, dict[str, str], BlockResult]
"""The places of its blocks, if those matter, what it read, and its result without places."""


class Store:
    """A folder of entries. Several processes may use it at once: each sees whole entries or none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledgers = folder.with_name(f"{folder.name}-ledgers")
        self._wrote = False

    def load(self, key: str, session: Session, chain: Sequence[CodeBlock]) -> Entry | None:
        """The entry of a chain's last block, or None if there is none that still holds."""
        path = self._path(key)
        try:
            written, reads, unplaced_result = self._written(path, line_count(chain[-1]))
            if written is not None and written != places(chain):
                return None
            folder = session.folder.resolve() if reads else session.folder
            if any(known is None or look_up(folder, Path(one), session.data) != known for one, known in reads.items()):
                return None
            result = placed(session, chain, unplaced_result)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
            return None  # there is none, or it is broken: the run will write another
        except (RecursionError, ProtocolError):
            return None
        self._was_used(path)
        return Entry(result, reads)

    def save(self, key: str, session: Session, chain: Sequence[CodeBlock], entry: Entry, code: Collection[str]) -> None:
        """Write the entry of a chain's last block; `code` is all that it may have run."""
        result, everywhere = unplaced(session, chain, entry.result, code)
        # a result that names lines of files holds only while every block stays where it is
        where, reads = None if everywhere else places(chain), dict(entry.reads)
        outputs = [encode(out) for out in result.outputs]
        data = {"places": where, "reads": reads, "result": {"outputs": outputs, "seconds": result.seconds}}
        path = self._path(key)
        with suppress(OSError):
            write_whole(path, json.dumps(data).encode("utf-8", "replace"))
            self._wrote = True
            self._was_written(
                path, line_count(chain[-1]), (where, reads, BlockResult(result.outputs, result.seconds, cached=True))
            )

    def make_room(self) -> None:
        """Keep the entries that were used last, if some were written."""
        if self._wrote:
            self._wrote = False
            make_room(self.folder, MOST)

    def _was_used(self, path: Path) -> None:
        with suppress(OSError):
            os.utime(path)  # the entries used last are kept

    def _was_written(self, path: Path, lines: int, written: Written) -> None:
        """Hear what an entry's file has now."""

    def _written(self, path: Path, lines: int) -> Written:
        """What stands in an entry's file, of a block of so many lines. Raises what a broken file brings about."""
        entry = json.loads(read(path, _MAX_ENTRY))
        reads: dict[str, str] = entry["reads"]
        return entry["places"], reads, _result(entry["result"], lines)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"


class QuickStore(Store):
    """A store that has at hand what it wrote or was asked for lately, while its files stay as they are."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._at_hand: dict[Path, tuple[tuple[int, ...], Written]] = {}
        self._before = self._at_hand
        self._lock = Lock()

    def turn(self) -> None:
        """Let go of what nobody has asked for since this was called last."""
        with self._lock:
            self._before, self._at_hand = self._at_hand, {}

    def _was_used(self, path: Path) -> None:
        """Leave the file as it is: by its time it is known again."""

    def _was_written(self, path: Path, lines: int, written: Written) -> None:
        """Who wrote it need not read it."""
        status = _status(path, lines)
        with self._lock:
            self._at_hand[path] = status, written

    def _written(self, path: Path, lines: int) -> Written:
        status = _status(path, lines)
        with self._lock:
            known = self._at_hand.get(path) or self._before.get(path)
        if known is None or known[0] != status:
            known = status, super()._written(path, lines)
        with self._lock:
            self._at_hand[path] = known
        return known[1]


def _status(path: Path, lines: int) -> tuple[int, ...]:
    found = path.lstat()
    return lines, found.st_ino, found.st_size, found.st_mtime_ns


def _result(data: Mapping[str, Any], lines: int) -> BlockResult:
    outputs = tuple(decode(output, lines) for output in data["outputs"])
    return BlockResult(outputs, number(data, "seconds", _MAX_SECONDS), cached=True)
