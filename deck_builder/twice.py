"""Two ExecutedDecks of one deck -> [Problem]: what its code does not do the same way twice. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from deck_builder.errors import Span
from deck_builder.model import BlockResult, CodeBlock, Error, ExecutedDeck, Output, Problem, Stream, Value, Warning

_WIDEST = 60
_WAYS = (
    "seed what is random (`seed: 1`), and show no times, addresses or sets; or take it out of the check: `run: false`"
)


def differences(first: ExecutedDeck, second: ExecutedDeck) -> Iterator[Problem]:
    """A problem for each block whose results are others in the second run, at the first output that is."""
    for block in first.deck.blocks:
        one, other = first.results.get(block.id), second.results.get(block.id)
        if one and other and (found := _differing(one, other)):
            mine, theirs = found
            message = f"this block does not do the same twice: {_told(mine)}, then {_told(theirs)}"
            yield Problem("D029", message, _span(block, mine or theirs), _WAYS, "error", block.id)


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
