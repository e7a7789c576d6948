"""Session -> its results of last time, while nothing they depend on has changed.

An entry is one JSON file for a whole session: all of its blocks are taken from it, or all run again. Its name is the
hash of everything known before a run; within it stand the files that the run read, with the hashes of their contents.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from deck_builder.execute.environment import PACKAGE
from deck_builder.execute.frames import decode, encode, number
from deck_builder.execute.session import Reads, Runner, Session, TracedRunner
from deck_builder.execute.worker_process import line_count
from deck_builder.model import BlockResult, Error, Stream, Value
from deck_builder.worker.protocol import ProtocolError

_KEPT: Final = 100
_MISSING: Final = "missing"
_MAX_SECONDS: Final = 2**31


def cached(run: TracedRunner, cache_dir: Path) -> Runner:
    """A runner that runs a session only if its results are not known. Entries lie in `cache_dir`, as JSON."""

    def run_cached(session: Session) -> Iterator[tuple[str, BlockResult]]:
        path = cache_dir / f"{_key(session)}.json"
        known = _load(path, session)
        if known is not None:
            yield from zip((block.id for block in session.blocks), known, strict=True)
            return
        began = time.time_ns()
        results: list[BlockResult] = []
        reads = yield from _noting(run(session), results)
        if reads is not None and len(results) == len(session.blocks):
            _store(path, session, results, reads, began)

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


def _key(session: Session) -> str:
    """The hash of what decides a run before it begins. Prose, slide numbers and time limits are no part of it."""
    folder = session.folder.resolve()
    parts: list[object] = [sys.version, platform.machine(), _installed(), _worker_code(), _modules(folder)]
    parts += [str(folder / session.path.name), session.seed, session.threads]
    key = _hash(json.dumps(parts))
    for block in session.blocks:
        key = _hash(key + block.code)
    return key


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _installed() -> list[str]:
    """Every installed package with its version, as its folder is named: nothing is opened, let alone imported."""
    names: set[str] = set()
    for path in filter(os.path.isdir, sys.path):
        names.update(entry.name for entry in Path(path).iterdir() if entry.suffix in (".dist-info", ".egg-info"))
    return sorted(names)


def _worker_code() -> list[str]:
    """The worker's own text: a new version of it may say other things of the same code."""
    files = sorted(path for path in (PACKAGE / "worker").iterdir() if path.is_file())
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]


def _modules(folder: Path) -> list[str]:
    """What slide code could import from the deck's folder; what it does import is among the files it read."""
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".py" or _is_package(path))


def _is_package(path: Path) -> bool:
    return path.name.isidentifier() and path.is_dir()


def _fingerprint(path: Path) -> str:
    """A file's contents, or the names in a folder, as a hash."""
    try:
        if path.is_dir():
            return _hash(json.dumps(sorted(entry.name for entry in path.iterdir())))
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return _MISSING


def _load(path: Path, session: Session) -> list[BlockResult] | None:
    """An entry's results, or None if there is none that still holds."""
    try:
        entry = json.loads(path.read_bytes())
        if entry["lines"] not in (None, _lines(session)):
            return None
        if any(_fingerprint(Path(read)) != known for read, known in entry["reads"].items()):
            return None
        pairs = zip(entry["results"], session.blocks, strict=True)
        return [_result(result, line_count(block)) for result, block in pairs]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, ProtocolError):
        return None  # there is none, or it is broken: the run will write another


def _result(data: Mapping[str, Any], lines: int) -> BlockResult:
    outputs = tuple(decode(output, lines) for output in data["outputs"])
    return BlockResult(outputs, number(data, "seconds", _MAX_SECONDS), cached=True)


def _lines(session: Session) -> list[int]:
    return [block.first_line for block in session.blocks]


def _store(path: Path, session: Session, results: Iterable[BlockResult], reads: frozenset[Path], began: int) -> None:
    """Write an entry, unless a file was changed while slide code may have been reading it."""
    if any(_changed_since(read, began) for read in reads):
        return
    entry = {
        # a traceback names lines of the file: such results hold only while every block stays where it is
        "lines": _lines(session) if _names_lines(session, results) else None,
        "reads": {str(read): _fingerprint(read) for read in sorted(reads)},
        "results": [{"outputs": [encode(out) for out in one.outputs], "seconds": one.seconds} for one in results],
    }
    with suppress(OSError):  # a cache that can't be written costs time, and no more
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, json.dumps(entry).encode("utf-8", "replace"))
        _prune(path.parent)


def _changed_since(path: Path, began: int) -> bool:
    try:
        return path.stat().st_mtime_ns >= began
    except OSError:
        return False


def _names_lines(session: Session, results: Iterable[BlockResult]) -> bool:
    outputs = [output for result in results for output in result.outputs]
    name = session.path.name
    return any(isinstance(out, Error) or (isinstance(out, Stream | Value) and name in out.text) for out in outputs)


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
    """Keep the newest entries."""
    entries = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in entries[_KEPT:]:
        path.unlink(missing_ok=True)
