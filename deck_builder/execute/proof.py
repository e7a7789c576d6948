"""Session -> why its results are known, in few words; and whether they still are: for that nothing is parsed or run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deck_builder.execute.contents import look_up
from deck_builder.execute.sandbox import Sandbox, policy
from deck_builder.execute.session import Session
from deck_builder.execute.surroundings import beginning


@dataclass(frozen=True, slots=True)
class Proof:
    """Why the results of a session are known.

    `key` stands for all that is known before a run but the deck's own text; `reads` are what the run read, by path,
    each with what was found there.
    """

    key: str
    reads: Mapping[str, str]
    device: str
    interpreter: str


def proof(session: Session, reads: Mapping[str, str], sandbox: Sandbox) -> Proof:
    """The proof of a session's results, all of which were kept."""
    device, interpreter = session.device, session.interpreter
    return Proof(_key(session.path, device, interpreter, sandbox), reads, device, interpreter)


def holds(proof: Proof, path: Path, sandbox: Sandbox) -> bool:
    """Whether the results of the deck at a path are still known."""
    folder = path.parent.resolve()
    return proof.key == _key(path, proof.device, proof.interpreter, sandbox) and all(
        look_up(folder, Path(one)) == known for one, known in proof.reads.items()
    )


def _key(path: Path, device: str, interpreter: str, sandbox: Sandbox) -> str:
    return beginning(Session(path, path.parent, (), device=device, interpreter=interpreter), policy(sandbox))
