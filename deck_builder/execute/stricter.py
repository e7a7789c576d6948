"""The command line's sandbox, a deck's own wish -> the sandbox that the deck runs in: a deck can tighten it only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from deck_builder.errors import SandboxError
from deck_builder.execute.sandbox import Sandbox, policy

if TYPE_CHECKING:
    from deck_builder.execute.session import Session

Asked: TypeAlias = Literal["auto", "strict"]
"""What a deck may ask for: nothing, or the strictest."""


def stricter(sandbox: Sandbox, asked: Asked) -> Sandbox:
    """The stricter of what the command line and a deck say. Pure."""
    return "strict" if asked == "strict" else sandbox


def policy_of(session: Session, sandbox: Sandbox) -> str:
    """What holds a session's code, whatever the command line says. Raises `SandboxError` when it can't be had."""
    held = stricter(sandbox, session.sandbox)
    try:
        return policy(held)
    except SandboxError as error:
        if held == sandbox:
            raise
        hint = "build it where one can be had, or, if you trust the deck, take `sandbox: strict` away"
        place = session.place("python.sandbox")
        raise SandboxError(f"this deck runs in a strict sandbox only, and {error.message}", place, hint) from error
