"""`requires: 'seaborn'` -> the blocks that can't run here. What is installed is looked up, not imported."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from deck_builder.execute.packages import module, pip_install
from deck_builder.execute.session import Session, session_of
from deck_builder.model import BlockResult, CodeBlock, Deck, Skipped

Missing: TypeAlias = Mapping[str, tuple[str, ...]]
"""Ids of blocks, each with the names it requires in vain."""


def installed(name: str, folder: Path) -> bool:
    """Whether deck's own Python, or the deck's folder, has a module."""
    try:
        if find_spec(name) is not None:
            return True
    except (ImportError, ValueError):
        return True  # it is imported already, and odd
    return (folder / f"{name}.py").is_file() or (folder / name).is_dir()


def missing(session: Session, has: Callable[[str, Path], bool] = installed) -> Missing:
    """What is missing for which blocks."""
    lacking = (
        (block.id, tuple(name for name in block.options.requires if not has(module(name), session.folder)))
        for block in session.blocks
    )
    return {block_id: names for block_id, names in lacking if names}


def without(session: Session, lacking: Missing) -> Session:
    """The session with nothing to do in those blocks: what goes on from one of them goes on from the one before."""
    blocks = (replace(block, code="") if block.id in lacking else block for block in session.blocks)
    return replace(session, blocks=tuple(blocks)) if lacking else session


def running(deck: Deck) -> tuple[Session, Missing]:
    """A deck's session, and what is missing for which of its blocks. Raises `DeckError` on unusable settings."""
    session = session_of(deck)
    # of another Python than ours only the worker knows what it has
    lacking = {} if session.interpreter else missing(session)
    return without(session, lacking), lacking


def as_skipped(block: CodeBlock, result: BlockResult, lacking: Missing) -> BlockResult:
    """The result of a block, told as skipped if it was, or if it failed for want of what it requires."""
    names = lacking.get(block.id) or _missed(block, result)
    return replace(result, outputs=(Skipped(names, pip_install(names)),)) if names else result


def _missed(block: CodeBlock, result: BlockResult) -> tuple[str, ...]:
    """What another Python than ours turned out not to have."""
    error = result.error
    if error is None or error.ename != "ModuleNotFoundError":
        return ()
    found = re.match(r"No module named '([^'.]+)", error.evalue)
    return tuple(name for name in block.options.requires if found and module(name) == found[1])
