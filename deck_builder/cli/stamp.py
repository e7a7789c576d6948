"""What a build found, and all that it hangs on -> a file in the cache; and back, while nothing of that has changed.

A stamp is the hash of what follows, a line of JSON, and the page, compressed. What is no whole stamp of this very
program's is as good as none.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deck_builder.cli.judged import Judged
from deck_builder.cli.program import program
from deck_builder.cli.record import Record, from_json, to_json
from deck_builder.disk import NotingDisk, still_so
from deck_builder.errors import DeckError
from deck_builder.kept import make_room, write_whole

if TYPE_CHECKING:
    from deck_builder.cli.runners import Runners
    from deck_builder.cli.settings import Settings
    from deck_builder.execute.proof import Proof
    from deck_builder.model import ExecutedDeck

MOST: Final = 256 << 20
"""Bytes of all stamps."""

_LARGEST: Final = 64 << 20
"""Bytes of one."""


def recall(folder: Path, path: Path, settings: Settings, page: Path | None) -> Judged | None:
    """What an earlier build found, if this one would find the same; with the page if another or none is there."""
    stamp = folder / _name(path, settings)
    record, packed = _load(stamp)
    if record is None or not _holds(record, path, settings):
        return None
    html = None
    if page and not _is_there(page, record.page) and (html := _unpacked(packed, record.page)) is None:
        return None
    with suppress(OSError):
        os.utime(stamp)  # those that were used last are kept
    return _judged(record, path, html)


def keep(folder: Path, judged: Judged, runners: Runners, disk: NotingDisk, executed: ExecutedDeck) -> None:
    """Write a stamp, if all that the build hangs on is known."""
    import zlib

    if judged.html is None or not disk.sure or (proofs := _proofs(executed, runners)) is None:
        return
    found = (judged.slides, judged.runs, judged.findings)
    record = Record(program(), disk.notes, proofs, sha256(judged.html).hexdigest(), tuple(judged.sources), *found)
    data = b"\n".join((to_json(record).encode(), zlib.compress(judged.html, 1)))
    if len(data) < _LARGEST:
        with suppress(OSError):  # a cache that can't be written costs time, and no more
            write_whole(folder / _name(judged.path, runners.settings), _sum(data) + data)
            make_room(folder, MOST)


def _proofs(executed: ExecutedDeck, runners: Runners) -> tuple[Proof, ...] | None:
    """Why the code's results are known; None where they are not all."""
    if not executed.results:
        return ()
    from deck_builder.execute.running import proof_of

    store = runners.store
    found = proof_of(executed.deck, runners.settings.sandbox, store) if store else None
    return (found,) if found else None


def _hold(proofs: tuple[Proof, ...], path: Path, settings: Settings) -> bool:
    if not proofs:
        return True
    from deck_builder.execute.proof import holds

    return all(holds(proof, path, settings.sandbox) for proof in proofs)


def _name(path: Path, settings: Settings) -> str:
    """What a deck's stamp is called: reports tell paths as they were given, and some are found from where we are."""
    here = ""
    with suppress(OSError):  # a folder that is gone
        here = str(Path.cwd())
    settled = (settings.theme, settings.offline, settings.no_run, settings.sandbox)
    return sha256(json.dumps([here, sys.path, str(path), settled]).encode()).hexdigest()


def _load(stamp: Path) -> tuple[Record | None, bytes]:
    """A stamp's record and its page, still packed; None if there is none, or it is broken, or another program's."""
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError), stamp.open("rb") as file:
        checksum, data = file.read(_SUM), file.read(_LARGEST)
        if _sum(data) == checksum:
            text, _, packed = data.partition(b"\n")
            return from_json(text.decode(), program()), packed
    return None, b""


def _holds(record: Record, path: Path, settings: Settings) -> bool:
    """Whether everything that was looked at is as it was."""
    return all(map(still_so, record.notes)) and _hold(record.proofs, path, settings)


def _is_there(page: Path, known: str) -> bool:
    try:
        return sha256(page.read_bytes()).hexdigest() == known
    except OSError:
        return False


def _unpacked(packed: bytes, known: str) -> bytes | None:
    import zlib

    html = zlib.decompress(packed)
    return html if sha256(html).hexdigest() == known else None


def _judged(record: Record, path: Path, html: bytes | None) -> Judged | None:
    """The findings; the files that these are of are read again, for a report to show lines of them."""
    from deck_builder.load import load_source

    told = {found.problem.span.path for found in record.findings if found.problem.span}
    try:
        sources = {one: load_source(one) for one in record.files if one in told}
    except DeckError:  # it went away this very moment
        return None
    runs = tuple(replace(run, cached=True) for run in record.runs)
    return Judged(path, sources, record.slides, runs, record.findings, 0.0, html)


def _sum(data: bytes) -> bytes:
    return sha256(data).digest()


_SUM: Final = len(_sum(b""))
