"""A deck as it was, with its results -> what shows of a newer one until its own results are there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from deck_builder.model import (
    BlockResult,
    CodeBlock,
    Deck,
    ExecutedDeck,
    Graph,
    Mismatch,
    Trace,
    Variant,
    Watched,
)


def carried(old: ExecutedDeck, executed: ExecutedDeck, missing: frozenset[str]) -> ExecutedDeck:
    """A deck of which the `missing` blocks have to run, with what came of them before, if anything."""
    deck = executed.deck
    results = dict(executed.results)
    for block in deck.blocks:
        if block.id in missing and (before := _before(old, block)):
            results[block.id] = before
    others = executed.variants or _carried_variants(old, deck)
    return replace(executed, results=results, variants=others, stale=missing)


def guessed(old: ExecutedDeck, deck: Deck) -> ExecutedDeck:
    """A deck before anything was looked up: blocks that are as they were show what they did."""
    written = {block.id: block for block in old.deck.blocks}
    results, missing = {}, set()
    for block in (block for block in deck.blocks if block.options.run):
        known = old.results.get(block.id)
        if known and block.id not in old.stale and _is_same(written[block.id], block):
            results[block.id] = known
        else:
            missing.add(block.id)
    return carried(old, ExecutedDeck(deck, results), frozenset(missing))


def _is_same(one: CodeBlock, other: CodeBlock) -> bool:
    return (one.code, one.lang, one.options.graph) == (other.code, other.lang, other.options.graph)


def _before(old: ExecutedDeck, block: CodeBlock) -> BlockResult | None:
    """What came of a block when the deck was another: that of its name, of its code, or of its place."""
    ran = [one for one in old.deck.blocks if one.id in old.results]
    named = [one for one in ran if block.options.id and one.options.id == block.options.id]
    same = [one for one in ran if one.code == block.code]
    at = [one for one in ran if one.id == block.id]
    found = [*named, *same, *at]
    return _plain(old.results[found[0].id], found[0], block) if found else None


def _plain(result: BlockResult, was: CodeBlock, block: CodeBlock) -> BlockResult:
    """A result without what only makes sense beside its own code: where lines and steps are the same, that is little.

    So the slide keeps its layout while a block runs of which a number was changed.
    """
    lines = block.code.count("\n") + 1
    if was.id == block.id and was.code.count("\n") + 1 == lines and was.options.steps == block.options.steps:
        return replace(result, outputs=tuple(out for out in result.shown.outputs if not isinstance(out, Mismatch)))
    shown = (out for out in result.shown.outputs if not isinstance(out, Graph | Mismatch | Trace | Watched))
    outputs = (replace(out, lines=tuple(no for no in out.lines if no <= lines)) for out in shown)
    return BlockResult(tuple(outputs), result.seconds, cached=True)


def _carried_variants(old: ExecutedDeck, deck: Deck) -> dict[str, tuple[Variant, ...]]:
    """What other values led to, of sweeps that have the same values still."""
    if not old.variants:
        return {}
    before, now = ({block.id: block for block in one.blocks} for one in (old.deck, deck))
    found = {}
    for by, variants in old.variants.items():
        sweep = now[by].options.sweep if by in now else None
        if sweep and before[by].options.sweep == sweep:
            found[by] = tuple(Variant(one.said, _of_blocks(one.results, before, now)) for one in variants)
    return found


def _of_blocks(
    results: Mapping[str, BlockResult], before: Mapping[str, CodeBlock], now: Mapping[str, CodeBlock]
) -> dict[str, BlockResult]:
    return {
        block: result if _is_same(before[block], now[block]) else _plain(result, before[block], now[block])
        for block, result in results.items()
        if block in now
    }
