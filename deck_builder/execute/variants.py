"""Session -> what comes of the other values of each sweep. While one sweep moves, others stay as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from deck_builder.execute.branches import chain, parents
from deck_builder.sweep import replaced

if TYPE_CHECKING:
    from deck_builder.execute.requires import Missing
    from deck_builder.execute.session import Runner, Session
    from deck_builder.model import BlockResult, CodeBlock, Deck, Variant


@dataclass(frozen=True, slots=True)
class Variation:
    """A session with another value of a block's sweep, the one at place `at`, and no more blocks than hang on it.

    These are those that led to the block, and those that the value reaches: `affected`.
    """

    block: str
    at: int
    session: Session
    affected: frozenset[str]


def variations(session: Session, lacking: Missing) -> Iterator[Variation]:
    """The sessions that run beside that of the deck as it is written; a block that is skipped has none."""
    above = parents(session.blocks)
    for block in session.blocks:
        sweep = block.options.sweep
        if sweep is None or block.id in lacking:
            continue
        affected = frozenset(one for one in above if block.id in chain(one, above))
        family = affected.union(chain(block.id, above))
        for at in range(len(sweep.values)):
            if at != sweep.at:
                other = replace(block, code=replaced(block.code, sweep, at))
                blocks = tuple(other if one.id == block.id else one for one in session.blocks if one.id in family)
                yield Variation(block.id, at, replace(session, blocks=blocks, variant=sweep.said(at)), affected)


def variants(
    deck: Deck, session: Session, judged: Mapping[str, BlockResult], lacking: Missing, run: Runner, jobs: int
) -> dict[str, tuple[Variant, ...]]:
    """All variants by the block that sweeps, in the order of its values; `judged` are the deck's own results."""
    if not (found := list(variations(session, lacking))):
        return {}
    from deck_builder.execute.abreast import side_by_side
    from deck_builder.model import Variant

    calls = [partial(_variant, one, deck, lacking, run) for one in found]
    others = {(one.block, one.at): came for one, came in zip(found, side_by_side(calls, jobs), strict=True)}
    affected = {one.block: one.affected for one in found}
    swept: dict[str, tuple[Variant, ...]] = {}
    for block in session.blocks:
        if (sweep := block.options.sweep) and block.id in affected:
            own = {one: result for one, result in judged.items() if one in affected[block.id]}
            came = (others.get((block.id, at), own) for at in range(len(sweep.values)))
            swept[block.id] = tuple(Variant(sweep.said(at), results) for at, results in enumerate(came))
    return swept


def _variant(one: Variation, deck: Deck, lacking: Missing, run: Runner) -> dict[str, BlockResult]:
    """The results that another value leads to."""
    from deck_builder.execute.blame import judge

    results = dict(run(one.session))
    judged = judge(deck, _with_code(one.session.blocks, deck), results, lacking)
    return {block: _as_it_came(result) for block, result in judged.items() if block in one.affected}


def _with_code(blocks: Sequence[CodeBlock], deck: Deck) -> list[CodeBlock]:
    """The blocks, those that are skipped with their code again."""
    written = {block.id: block for block in deck.blocks}
    return [block if block.code else written[block.id] for block in blocks]


def _as_it_came(result: BlockResult) -> BlockResult:
    """The result without a word of what is written down: that is of the value that the deck has."""
    from deck_builder.model import Mismatch

    return replace(result, outputs=tuple(out for out in result.outputs if not isinstance(out, Mismatch)), written=())
