"""Session -> why its results are known, in few words; and whether they still are: for that nothing is parsed or run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from deck_builder.errors import SandboxError
from deck_builder.execute.contents import look_up
from deck_builder.execute.data import led
from deck_builder.execute.sandbox import Sandbox
from deck_builder.execute.session import Session
from deck_builder.execute.stricter import Asked, policy_of
from deck_builder.execute.surroundings import beginning


@dataclass(frozen=True, slots=True)
class Proof:
    """Why the results of a session are known.

    `key` stands for all that is known before a run but the deck's own text; `reads` are what the run read, by path,
    each with what was found there. `data` are names as the deck has them: a link may lead elsewhere by now.
    `asked` is the sandbox that the deck asks for.
    """

    key: str
    reads: Mapping[str, str]
    device: str
    interpreter: str
    data: Sequence[str] = ()
    asked: Asked = "auto"


def proof(session: Session, reads: Mapping[str, str], sandbox: Sandbox, data: Sequence[str] = ()) -> Proof:
    """The proof of a session's results, all of which were kept; `data` as the headmatter names them."""
    found = Proof("", reads, session.device, session.interpreter, data, session.sandbox)
    return replace(found, key=_key(_session(found, session.path), sandbox))


def holds(proof: Proof, path: Path, sandbox: Sandbox) -> bool:
    """Whether the results of the deck at a path are still known."""
    session, folder = _session(proof, path), path.parent.resolve()
    try:
        key = _key(session, sandbox)
    except SandboxError:  # it could be had once: the build will tell
        return False
    return key == proof.key and all(
        look_up(folder, Path(one), session.data) == known for one, known in proof.reads.items()
    )


def _session(proof: Proof, path: Path) -> Session:
    """All that is known of a session without its deck."""
    return Session(
        path,
        path.parent,
        (),
        device=proof.device,
        interpreter=proof.interpreter,
        data=led(path.parent, proof.data),
        sandbox=proof.asked,
    )


def _key(session: Session, sandbox: Sandbox) -> str:
    return beginning(session, policy_of(session, sandbox))
