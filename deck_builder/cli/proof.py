"""What the results of a deck's code hang on -> whether a run would give the same today. Nothing is parsed or run."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
    """Why all results of a deck are known.

    `key` is the hash of all that is known before a run but the deck's own text. `reads` is what was found in the files
    that the blocks read, by path; `modules` are those that blocks require, and whether they are there.
    """

    key: str
    reads: Mapping[str, str]
    modules: Mapping[str, bool]


def proof_of(executed: ExecutedDeck, sandbox: Sandbox) -> Proof | None:
    """The proof of a deck's results; None if the cache does not know them all."""
    from deck_builder.execute.engine import Engine
    from deck_builder.execute.packages import module
    from deck_builder.execute.requires import installed, missing, without
    from deck_builder.execute.running import plan
    from deck_builder.execute.session import session_of
    from deck_builder.execute.store import Store

    session = session_of(executed.deck)
    folder = cache_folder("results")
    if folder is None or session.interpreter:  # another Python only itself knows, and it would have to be asked
        return None
    key = _key(session.path, sandbox)
    known = plan(without(session, missing(session)), Engine(sandbox).policy, Store(folder)).entries
    if len(known) < len(session.blocks):
        return None
    reads = {path: what for entry in known.values() for path, what in entry.reads.items()}
    names = {module(name) for block in session.blocks for name in block.options.requires}
    return Proof(key, reads, {name: installed(name, session.folder) for name in sorted(names)})


def proof_holds(proof: Proof, path: Path, sandbox: Sandbox) -> bool:
    """Whether the results of a deck are still known."""
    from deck_builder.execute.contents import evidence
    from deck_builder.execute.requires import installed

    return (
        proof.key == _key(path, sandbox)
        and all(installed(name, path.parent) == there for name, there in proof.modules.items())
        and all(evidence(Path(one)) == found for one, found in proof.reads.items())
    )


def _key(path: Path, sandbox: Sandbox) -> str:
    """What is known before a run, for any device."""
    from deck_builder.execute.engine import Engine
    from deck_builder.execute.key import surroundings_of
    from deck_builder.execute.session import Session

    known = surroundings_of(Session(path, path.parent, (), device="cuda"), Engine(sandbox).policy)
    return sha256(json.dumps([known, str(path.parent.resolve())]).encode("utf-8", "surrogatepass")).hexdigest()
