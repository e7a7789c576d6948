"""Two ExecutedDecks of one deck -> [Problem]: what its code does not do the same way twice. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import TypeAlias

from deck_builder.errors import Span
from deck_builder.model import BlockResult, CodeBlock, Error, ExecutedDeck, Output, Problem, Stream, Value, Warning

_Results: TypeAlias = Mapping[str, BlockResult]

_WIDEST = 60
_WAYS = (
    "seed what is random (`seed: 1`), and show no times, addresses or sets; or take it out of the check: `run: false`"
)


def differences(first: ExecutedDeck, second: ExecutedDeck) -> Iterator[Problem]:
    """A problem for each block whose results are others in the second run, at the first output that is.

    Of another value of a sweep that is told where the block does the same twice with the deck's own.
    """
    seen: set[str] = set()
    for said, results, others in _runs(first, second):
        for block in first.deck.blocks:
            one, other = results.get(block.id), others.get(block.id)
            if one and other and block.id not in seen and (found := _differing(one, other)):
                seen.add(block.id)
                mine, theirs = found
                message = f"{said}this block does not do the same twice: {_told(mine)}, then {_told(theirs)}"
                yield Problem("D029", message, _span(block, mine or theirs), _WAYS, "error", block.id)


def _runs(first: ExecutedDeck, second: ExecutedDeck) -> Iterator[tuple[str, _Results, _Results]]:
    """The results of the deck as it is written, in both runs, and then those of each value of each sweep."""
    yield "", first.results, second.results
    for block_id, variants in first.variants.items():
        for one, other in zip(variants, second.variants.get(block_id, ()), strict=False):
            yield f"with {one.said}: ", one.results, other.results


def _differing(one: BlockResult, other: BlockResult) -> tuple[Output | None, Output | None] | None:
    pairs = zip_longest(one.outputs, other.outputs)
    return next((pair for pair in pairs if pair[0] != pair[1]), None)


def _told(output: Output | None) -> str:
    """An output in a few words, on one line."""
    match output:
        case None:
            return "nothing"
        case Stream(text=text) | Value(text=text):
            words = " ".join(text.split())
            return f"`{words[:_WIDEST]}{'…' * (len(words) > _WIDEST)}`"
        case Error(ename=ename):
            return ename
        case Warning(category=category):
            return category
        case _:
            return f"a {type(output).__name__.lower()}"


def _span(block: CodeBlock, output: Output | None) -> Span:
    if output is None or not output.lines:
        return block.span
    last = block.code.count("\n") + 1
    return Span(block.path, block.line(min(output.lines[0], last)), block.line(min(output.lines[-1], last)))
