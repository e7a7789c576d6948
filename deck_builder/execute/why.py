"""Deck -> of each of its blocks, whether it would run now, and why. Nothing runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deck_builder.execute.branches import chain
from deck_builder.execute.contents import MISSING, look_up
from deck_builder.execute.ledger import Ledger, Line, load
from deck_builder.execute.plan import Plan, line_of, plan, surrounded
from deck_builder.execute.requires import running
from deck_builder.execute.sandbox import Sandbox
from deck_builder.execute.session import Session
from deck_builder.execute.store import Entry, Store
from deck_builder.execute.stricter import policy_of
from deck_builder.execute.surroundings import DATA
from deck_builder.execute.variants import Variation, variations
from deck_builder.model import BlockResult, CodeBlock, Deck


@dataclass(frozen=True, slots=True)
class Reason:
    """A block with its result, if that is known, and why that is so or not, in words; `variant` as in `Session`."""

    block: CodeBlock
    result: BlockResult | None
    why: str
    variant: str = ""


def why(deck: Deck, sandbox: Sandbox, store: Store) -> Iterator[Reason]:
    """A reason for each block that runs, in the deck's order, and then for each with another value of a sweep.

    Raises `DeckError` on unusable settings.
    """
    session, lacking = running(deck)
    held = policy_of(session, sandbox)
    found = plan(session, held, store)
    ledger = load(store, session)
    for block in session.blocks:
        if entry := found.entries.get(block.id):
            yield Reason(block, entry.result, _known(session, entry))
        else:
            yield Reason(block, None, _cause(session, block, found, ledger, held))
    for variation in variations(session, lacking):
        yield from _of_variation(variation, plan(variation.session, held, store))


def _of_variation(variation: Variation, found: Plan) -> Iterator[Reason]:
    session = variation.session
    for block in session.blocks:
        entry = found.entries.get(block.id)
        if entry and block.id in variation.affected:
            yield Reason(block, entry.result, _known(session, entry), session.variant)
        elif block.id in variation.affected:
            before = next((one for one in chain(block.id, found.parents)[:-1] if one not in found.entries), None)
            why = (
                f"it goes on from block {before}, which will run"
                if before
                else "its result with this value is not known"
            )
            yield Reason(block, None, why, session.variant)


def _known(session: Session, entry: Entry) -> str:
    """Why a block's result is known."""
    files = ", ".join(sorted(_short(session, path) for path, what in entry.reads.items() if what != MISSING))
    return f"as when it ran{f', and so is what it read: {files}' if files else ''}"


def _cause(session: Session, block: CodeBlock, found: Plan, ledger: Ledger | None, held: str) -> str:
    """Why a block's result is not known."""
    before = next((one for one in chain(block.id, found.parents)[:-1] if one not in found.entries), None)
    if before:
        return f"it goes on from block {before}, which will run"
    if ledger is None:
        return "this deck has not run yet"
    changed = [what for what, told in surrounded(session, held).items() if ledger.surroundings.get(what) != told]
    if changed == [DATA]:
        reads = {path: known for line in ledger.lines for path, known in line.reads.items() if _is_data(session, path)}
        what = " and ".join(_changes(session, reads)) or "something there is not as it was"
        return f"`data` counts for every block: {what}"
    if changed:
        many = len(changed) > 1 or changed[0].endswith("s")
        return f"{' and '.join(changed)} {'are not as they were' if many else 'is not as it was'}"
    if not block.options.cache:
        return "`cache: false`: it runs every time"
    return _of_line(session, block, found, ledger)


def _of_line(session: Session, block: CodeBlock, found: Plan, ledger: Ledger) -> str:
    mine = line_of(block)
    same = [line for line in ledger.lines if line.code == mine.code]
    line = next((line for line in same if line.block == block.id), same[0] if same else None)
    if line is None:
        there = any(line.block == block.id for line in ledger.lines)
        return "its code has changed" if there else "it is new"
    if line.unknown:
        return f"it can't be kept: {line.unknown}"
    if line.options != mine.options:
        return "its options have changed"
    if files := list(_changes(session, line.reads)):
        return "; ".join(files)
    if _led_to(session, block, found) != _led_then(ledger, line):
        return "the blocks that it goes on from are others than before"
    return "its result is no longer kept, or names lines that have moved"


def _led_to(session: Session, block: CodeBlock, found: Plan) -> list[str]:
    codes = {one.id: line_of(one).code for one in session.blocks}
    return [codes[one] for one in chain(block.id, found.parents)]


def _led_then(ledger: Ledger, line: Line) -> list[str]:
    codes = {one.block: one.code for one in ledger.lines}
    return [codes.get(one, "") for one in line.chain]


def _changes(session: Session, reads: Mapping[str, str]) -> Iterator[str]:
    folder = session.folder.resolve()
    for path, known in reads.items():
        now = look_up(folder, Path(path), session.data)
        if now != known:
            word = "is there now" if known == MISSING else "is gone" if now == MISSING else "has changed"
            yield f"{_short(session, path)} {word}"


def _is_data(session: Session, path: str) -> bool:
    return any(map(Path(path).is_relative_to, session.data))


def _short(session: Session, path: str) -> str:
    """A path as seen from the deck's folder, if that says it in fewer letters."""
    return min(os.path.relpath(path, session.folder.resolve()), path, key=len)
