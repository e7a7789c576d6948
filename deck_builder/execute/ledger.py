"""What a deck's last run knew of its blocks <-> a file in the store: so that what has changed can be told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from deck_builder.execute.contents import read
from deck_builder.execute.session import Session
from deck_builder.execute.store import Store
from deck_builder.execute.surroundings import name
from deck_builder.kept import write_whole

_MOST: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """A block as it was: its code and options by their hashes, what it read, and why it is not kept ("" if it is).

    `chain` are the blocks that led to it, itself the last.
    """

    block: str
    code: str
    options: str
    chain: tuple[str, ...] = ()
    reads: Mapping[str, str] = field(default_factory=dict)
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A run: its surroundings by their hashes, and its blocks in the deck's order."""

    surroundings: Mapping[str, str]
    lines: Sequence[Line]


def load(store: Store, session: Session) -> Ledger | None:
    """The ledger of the deck's last run; None if there is none, or no whole one."""
    try:
        data = json.loads(read(_path(store, session), _MOST))
        lines = [Line(**{**one, "chain": tuple(one["chain"])}) for one in data["lines"]]
        return Ledger(dict(data["surroundings"]), lines)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def save(store: Store, session: Session, ledger: Ledger) -> None:
    """Keep a ledger."""
    with suppress(OSError):
        write_whole(_path(store, session), json.dumps(asdict(ledger)).encode("utf-8", "replace"))


def _path(store: Store, session: Session) -> Path:
    return store.ledgers / f"{name(str(session.folder.resolve() / session.path.name))}.json"
