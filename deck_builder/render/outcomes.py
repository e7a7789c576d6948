"""Block + results -> what shows beside its code: its results, and a pane for each of its steps. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from deck_builder.model import BlockResult, CodeBlock, Deck, Watched
from deck_builder.render.happened import happened
from deck_builder.render.outputs import FAILURES, results_html
from deck_builder.render.pane import seen
from deck_builder.render.passes import outline
from deck_builder.render.sweeps import EMPTY

_MOST_KEPT: Final = 2
"""Of one block: what it did before an edit, and after."""


@dataclass(frozen=True, slots=True)
class _Did:
    """A block's result, and what was watched of it when `later` ones (slide, block) called its functions."""

    block: CodeBlock
    own: BlockResult | None
    later: tuple[tuple[int, str, Watched], ...]

    def is_like(self, other: _Did) -> bool:
        """Whether both show the same."""
        return self.block == other.block and self.later == other.later and alike(self.own, other.own)


class Outcomes:
    """What blocks of a deck did, as markup in one language. What was made last of each is at hand.

    It hangs on the outline of the code and on what that did: a page that shows an edit soon has it at no cost.
    """

    def __init__(self, words: dict[str, str]) -> None:
        self._words = words
        self._kept: dict[str, list[tuple[_Did, str]]] = {}

    def html(self, deck: Deck, block: CodeBlock, results: Mapping[str, BlockResult]) -> str:
        """What shows of a block beside its code, by the results of all blocks."""
        did = _did(deck, block, results)
        kept = self._kept.setdefault(block.id, [])
        made = next((html for before, html in kept if before.is_like(did)), None)
        if made is None:
            made = _html(did, self._words)
        kept[:] = [(did, made), *(one for one in kept if one[1] is not made)][:_MOST_KEPT]
        return made


def _did(deck: Deck, block: CodeBlock, results: Mapping[str, BlockResult]) -> _Did:
    later = (
        (deck.slide_of(block_id).no, block_id, output)
        for block_id, result in results.items()
        for output in result.outputs
        if block.options.steps and isinstance(output, Watched) and output.block == block.id
    )
    return _Did(replace(block, code=outline(block.code)), results.get(block.id), tuple(later))


def _html(did: _Did, words: dict[str, str]) -> str:
    block, result = did.block, did.own
    own = result or BlockResult(())
    moves = seen(happened(block, own, did.later, words["nth"]), own, words)
    if result and block.options.output != "hide":
        shown = results_html(block, result.shown, words, moves.training)
    else:
        shown = ""
    if result and not shown:
        shown = failure_html(block, result, words)
    if moves.data:  # it stands with the results, though there be none
        shown = f"<div{moves.data}{(shown or EMPTY).removeprefix('<div')}"
    return shown + moves.panes


def failure_html(block: CodeBlock, result: BlockResult, words: dict[str, str]) -> str:
    """What must be seen even of a block that shows nothing: how it failed, or why it was skipped."""
    failures = tuple(output for output in result.shown.outputs if isinstance(output, FAILURES))
    return results_html(block, BlockResult(failures), words) if failures else ""


def alike(one: BlockResult | None, other: BlockResult | None) -> bool:
    """Whether two results show the same. Mostly their outputs are the very same, and that is quick to see."""
    if one is None or other is None or len(one.outputs) != len(other.outputs):
        return one is other
    pairs = zip(one.outputs, other.outputs, strict=True)
    return one.written == other.written and all(a is b or a == b for a, b in pairs)
