"""Session -> its results of last time, while nothing they depend on has changed.

An entry is one JSON file for a whole session: all of its blocks are taken from it, or all run again. Its name is the
hash of everything known before a run; within it stand the files that the run read, with the hashes of their contents,
and one hash for the sizes and times of all that lies in the deck's folder.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from deck_builder.execute.contents import contents, read
from deck_builder.execute.folder import fingerprint
from deck_builder.execute.frames import decode, encode, number
from deck_builder.execute.key import key
from deck_builder.execute.runner import WorkerRunner
from deck_builder.execute.session import Reads, Runner, Session, TracedRunner, file_of, line_count
from deck_builder.model import BlockResult, CodeBlock, Error, Stream, Value, Warning
from deck_builder.worker.protocol import MAX_RUN, ProtocolError

_MOST: Final = 512 << 20  # bytes of all entries
_MAX_ENTRY: Final = 8 * MAX_RUN  # of one: JSON may write a character as six
_MAX_SECONDS: Final = 2**31
_LOOKS_AT_LINES: Final = re.compile(r"lineno|_getframe|\b(?:inspect|traceback|logging)\b")


def cached(run: TracedRunner, cache_dir: Path) -> Runner:
    """A runner that runs a session only if its results are not known. Entries lie in `cache_dir`, as JSON."""

    def run_cached(session: Session) -> Iterator[tuple[str, BlockResult]]:
        path = cache_dir / f"{key(session, run.policy if isinstance(run, WorkerRunner) else '')}.json"
        seen = _seen(session, cache_dir)
        known = _load(path, session, seen)
        if known is not None:
            yield from zip((block.id for block in session.blocks), known, strict=True)
            return
        began = time.time_ns()
        results: list[BlockResult] = []
        reads = yield from _noting(run(session), results)
        if reads is None or len(results) < len(session.blocks):
            return
        # what has changed since then may have been read before or after
        if _seen(session, cache_dir) == seen and not any(_changed_since(one, began) for one in reads):
            _store(path, session, results, reads, seen)

    return run_cached


def _noting(
    items: Generator[tuple[str, BlockResult], None, Reads], results: list[BlockResult]
) -> Generator[tuple[str, BlockResult], None, Reads]:
    """The same items, with their results noted down."""
    while True:
        try:
            item = next(items)
        except StopIteration as stop:
            reads: Reads = stop.value
            return reads
        results.append(item[1])
        yield item


def _seen(session: Session, cache_dir: Path) -> str:
    decks = {file_of(session, path) for path in (session.path, *session.imported)}
    return fingerprint(session.folder.resolve(), decks, leave=cache_dir.resolve())


def _load(path: Path, session: Session, seen: str) -> list[BlockResult] | None:
    """An entry's results, or None if there is none that still holds."""
    try:
        entry = json.loads(read(path, _MAX_ENTRY))
        if entry["seen"] != seen or entry["places"] not in (None, _places(session)):
            return None
        if any(known is None or _contents(session, Path(one)) != known for one, known in entry["reads"].items()):
            return None
        pairs = zip(entry["results"], session.blocks, strict=True)
        results = [_result(result, line_count(block)) for result, block in pairs]
        with suppress(OSError):
            os.utime(path)  # the entries used last are kept
        return results
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError, ProtocolError):
        return None  # there is none, or it is broken: the run will write another


def _contents(session: Session, path: Path) -> str | None:
    """What lies at a path of the deck's folder; what lies elsewhere is not looked at."""
    inside = path.is_relative_to(session.folder.resolve()) and ".." not in path.parts
    return contents(path) if inside else None


def _result(data: Mapping[str, Any], lines: int) -> BlockResult:
    outputs = tuple(decode(output, lines) for output in data["outputs"])
    return BlockResult(outputs, number(data, "seconds", _MAX_SECONDS), cached=True)


def _places(session: Session) -> list[list[object]]:
    return [[block.id, str(block.path), *_lines(block)] for block in session.blocks]


def _lines(block: CodeBlock) -> list[int]:
    """The lines of its file that a block's code fills, or the first of them if no other is left out."""
    return list(block.origin.lines) if block.origin else [block.first_line]


def _store(path: Path, session: Session, results: Iterable[BlockResult], reads: frozenset[Path], seen: str) -> None:
    """Write an entry, unless something was read whose contents can't be known."""
    found = {str(one): _contents(session, one) for one in sorted(reads)}
    if None in found.values():
        return
    entry = {
        "seen": seen,
        # a traceback names lines of files: such results hold only while every block stays where it is
        "places": _places(session) if _names_lines(session, results) else None,
        "reads": found,
        "results": [{"outputs": [encode(out) for out in one.outputs], "seconds": one.seconds} for one in results],
    }
    with suppress(OSError):  # a cache that can't be written costs time, and no more
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, json.dumps(entry).encode("utf-8", "replace"))
        _prune(path.parent)


def _changed_since(path: Path, began: int) -> bool:
    try:
        return path.lstat().st_mtime_ns >= began
    except (OSError, ValueError):
        return False


def _names_lines(session: Session, results: Iterable[BlockResult]) -> bool:
    """Whether results may tell lines of the deck's files: by their text, or because the code asks for such."""
    names = {session.path.name, *(block.path.name for block in session.blocks)}
    if any(_LOOKS_AT_LINES.search(block.code) for block in session.blocks):
        return True
    for output in (output for result in results for output in result.outputs):
        match output:
            case Error():
                return True
            case Stream(text=text) | Value(text=text) | Warning(message=text) if any(name in text for name in names):
                return True
    return False


def _write(path: Path, data: bytes) -> None:
    """Write beside, then rename: a reader sees a whole entry or none, however many write."""
    fd, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    aside = Path(name)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


def _prune(folder: Path) -> None:
    """Keep the entries that were used last."""
    entries = sorted(((path.stat(), path) for path in folder.glob("*.json")), key=lambda one: -one[0].st_mtime_ns)
    total = 0
    for status, path in entries:
        total += status.st_size
        if total > _MOST:
            path.unlink(missing_ok=True)
