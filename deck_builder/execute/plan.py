"""Session -> what is known of its blocks, and the chains of those that have to run. Nothing runs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from deck_builder.execute.branches import chain, parents
from deck_builder.execute.job import drawing, recording
from deck_builder.execute.key import result_key, state_after
from deck_builder.execute.ledger import Line
from deck_builder.execute.session import Session
from deck_builder.execute.store import Entry, Store
from deck_builder.execute.surroundings import beginning, name, surroundings_of
from deck_builder.model import CodeBlock


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a session's blocks: the entries that hold, by id, and the names of the states after them.

    `parents` is who goes on from whom; `began` is when the looking began, in nanoseconds: what has changed since may be
    one thing for what is known and another for what runs.
    """

    parents: Mapping[str, str | None]
    entries: dict[str, Entry] = field(default_factory=dict)
    states: dict[str | None, str] = field(default_factory=dict)
    began: int = field(default_factory=time.time_ns)

    def waves(self) -> Iterator[list[tuple[str, ...]]]:
        """The chains of blocks that have to run, each block once. Those of a wave go on from states that are known,
        or that the waves before it come to; each chain goes on as far as the first who goes on from it does.
        """
        children: dict[str | None, list[str]] = {}
        for block_id, parent in self.parents.items():
            if block_id not in self.entries:
                children.setdefault(parent if parent not in self.entries else None, []).append(block_id)
        starts = children.get(None, [])
        while starts:
            wave, others = [], []
            for start in starts:
                found = [start]
                while further := children.get(found[-1]):
                    found.append(further[0])
                    others += further[1:]
                wave.append(tuple(found))
            yield wave
            starts = others


def plan(session: Session, policy: str, store: Store | None) -> Plan:
    """Look up what is known. Nothing runs."""
    found = Plan(parents(session.blocks))
    blocks = {block.id: block for block in session.blocks}
    found.states[None] = beginning(session, policy)
    for block_id, parent in found.parents.items():
        if not (state := found.states.get(parent)):
            continue
        block = blocks[block_id]
        key = result_key(state, block)
        steps = [blocks[one] for one in chain(block_id, found.parents)]
        if store and block.options.cache and (entry := store.load(key, session, steps)):
            found.entries[block_id] = entry
            found.states[block_id] = state_after(key, entry.reads)
    return found


def line_of(block: CodeBlock) -> Line:
    """A block as a ledger has it, before it runs."""
    options = block.options
    told = json.dumps([block.lang, options.seed, options.threads, drawing(block), recording(block)])
    return Line(block.id, name(block.code), name(told))


def surrounded(session: Session, policy: str) -> dict[str, str]:
    """All that a run depends on but code and files, by hashes."""
    return {what: name(json.dumps(told)) for what, told in surroundings_of(session, policy).items()}
