"""What slide code's results hang on -> whether a run would give the same today. Nothing is parsed, nothing is run."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from deck_builder.cli.caches import cache_folder

if TYPE_CHECKING:
    from deck_builder.cli.settings import Sandbox
    from deck_builder.model import ExecutedDeck


@dataclass(frozen=True, slots=True)
class Proof:
    """Why the results of a session are known.

    `key` is the hash of all that is known before a run but the deck's own text; `reads` are the hashes of what the run
    read, by path.
    """

    key: str
    reads: Mapping[str, str]


def proofs_of(executed: ExecutedDeck, sandbox: Sandbox) -> tuple[Proof, ...] | None:
    """Proofs of all results of a deck; None if the cache does not know them."""
    if not executed.results:
        return ()
    from deck_builder.execute.cache import _MAX_ENTRY, _seen
    from deck_builder.execute.contents import read
    from deck_builder.execute.key import key
    from deck_builder.execute.runner import worker_runner
    from deck_builder.execute.session import session_of

    if (folder := cache_folder("results")) is None:
        return None
    session = session_of(executed.deck)
    own = _key(executed.deck.source.path, executed.deck.sources, sandbox, folder)
    try:
        entry = json.loads(read(folder / f"{key(session, worker_runner(sandbox).policy)}.json", _MAX_ENTRY))
        # the deck's folder is as it was when the results were found to hold
        return (Proof(own, dict(entry["reads"])),) if entry["seen"] == _seen(session, folder) else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def proofs_hold(proofs: Iterable[Proof], path: Path, files: Collection[Path], sandbox: Sandbox) -> bool:
    """Whether the results of a deck are still known; `files` are the deck's own, that at `path` among them."""
    if not proofs:
        return True
    from deck_builder.execute.contents import contents

    folder = cache_folder("results")
    key = _key(path, files, sandbox, folder) if folder else ""
    return all(
        proof.key == key and all(contents(Path(one)) == known for one, known in proof.reads.items()) for proof in proofs
    )


def _key(path: Path, files: Iterable[Path], sandbox: Sandbox, cache: Path) -> str:
    """What is known before a run: the machine, the worker, the sandbox's policy, and what lies in the deck's folder."""
    from deck_builder.execute.folder import fingerprint
    from deck_builder.execute.key import key
    from deck_builder.execute.runner import worker_runner
    from deck_builder.execute.session import Session, file_of

    session = Session(path, path.parent, ())
    seen = fingerprint(path.parent.resolve(), {file_of(session, one) for one in files}, leave=cache.resolve())
    return sha256(f"{key(session, worker_runner(sandbox).policy)} {seen}".encode()).hexdigest()
