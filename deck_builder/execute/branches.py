"""Blocks -> what each one's state goes on from: a deck's namespace may branch. Pure.

A block goes on from the one that runs right above it in the deck, on whichever branch that is; `from: 'id'` goes on
from another one above, `from: 'start'` from nothing: a new session.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deck_builder.keys.python import START
from deck_builder.model import CodeBlock


def parents(blocks: Iterable[CodeBlock]) -> dict[str, str | None]:
    """The blocks that run, by id in the deck's order, each with the one whose state it goes on from (None: of none).

    A name that no block above has is no name: the parser has told of it.
    """
    found: dict[str, str | None] = {}
    named: dict[str, str] = {}
    above: str | None = None
    for block in blocks:
        if not block.options.run:
            continue
        name = block.options.from_
        found[block.id] = None if name == START else named.get(name, above)
        above = block.id
        if block.options.id:
            named[block.options.id] = above  # of a slide that is taken in twice, the nearest one
    return found


def chain(block_id: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The blocks whose code makes up a block's state, from the start on; the block itself is the last."""
    found: list[str] = []
    at: str | None = block_id
    while at is not None:
        found.append(at)
        at = parents[at]
    return tuple(reversed(found))


def sessions(parents: Mapping[str, str | None]) -> tuple[tuple[str, ...], ...]:
    """The blocks that hang together, in the deck's order: what one session makes, no other one sees."""
    roots: dict[str, str] = {}
    for block_id, parent in parents.items():
        roots[block_id] = block_id if parent is None else roots[parent]
    groups: dict[str, list[str]] = {}
    for block_id, root in roots.items():
        groups.setdefault(root, []).append(block_id)
    return tuple(map(tuple, groups.values()))
