"""ExecutedDeck -> [Problem]: what went wrong in a deck and its code, in the deck's order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from deck_builder.errors import DeckError, Span, reading_order
from deck_builder.model import (
    BlockResult,
    CodeBlock,
    Deck,
    Error,
    ExecutedDeck,
    Graph,
    Mismatch,
    Problem,
    Severity,
    Skipped,
    Warning,
)

_MOST_ROWS = 5
_WIDEST = 200


def check(executed: ExecutedDeck) -> list[Problem]:
    """The parser's warnings, and what the code blocks brought to light."""
    deck = executed.deck
    found = list(_of_blocks(deck, executed.results))
    return in_order([*deck.problems, *found, *_of_variants(executed, found)], deck)


def unreadable(error: Exception) -> tuple[Problem, ...]:
    """What keeps a deck from being read, in the deck's order; nothing of what is no fault of the deck's."""
    if isinstance(error, DeckError):
        return (Problem("", error.message, error.span, error.hint),)
    of_deck, others = error.split(DeckError) if isinstance(error, ExceptionGroup) else (None, error)
    if of_deck is None or others is not None:
        return ()
    return tuple(problem for one in of_deck.exceptions for problem in unreadable(one))


def in_order(problems: Iterable[Problem], deck: Deck) -> list[Problem]:
    """Problems in the order in which a reader of the deck comes to their places; those without a place come last.

    What is found twice, as on a slide that is taken in twice, is told once; what is wrong in code that was taken in is
    told where the deck takes it in.
    """
    position = reading_order(deck.written)
    taken_in = {block.id: block.span for block in deck.blocks if block.origin}
    once = dict.fromkeys(problems)
    return sorted(once, key=lambda found: (position(taken_in.get(found.block, found.span)), position(found.span)))


def _of_variants(executed: ExecutedDeck, found: list[Problem]) -> Iterator[Problem]:
    """What another value of a sweep brings to light, and the deck's own does not."""
    known = set(found)
    for variant in (one for swept in executed.variants.values() for one in swept):
        for problem in _of_blocks(executed.deck, variant.results):
            if problem not in known:
                yield replace(problem, message=f"with {variant.said}: {problem.message}")


def _of_blocks(deck: Deck, results: Mapping[str, BlockResult]) -> Iterator[Problem]:
    sources = deck.sources
    lines: dict[Path, list[str]] = {}
    for block in deck.blocks:
        result = results.get(block.id)
        if result and block.path not in lines:
            lines[block.path] = sources[block.path].lines
        text = lines.get(block.path, [])
        for output in result.outputs if result else ():
            match output:
                case Error(expected=False):
                    span = _span(block, output.lines, text, _named(output.evalue), output.column)
                    cause = results.get(output.cause)
                    yield _failure(block, output, span, "warning" if cause and cause.skipped else "error")
                case Warning():
                    times = f" ({output.count} times)" if output.count > 1 else ""
                    message = f"{output.category}: {output.message}{times}"
                    severity: Severity = "error" if block.options.warnings == "fail" else "warning"
                    yield Problem("D003", message, _span(block, output.lines, text), "", severity, block.id)
                case Mismatch():
                    yield _mismatch(block, output, deck, text)
                case Skipped(modules, hint):
                    message = f"skipped: it needs {' and '.join(modules)}, not installed here"
                    yield Problem("D027", message, block.span, hint, "warning", block.id)
        yield from _without_graph(block, result) if result else ()


def _without_graph(block: CodeBlock, result: BlockResult) -> Iterator[Problem]:
    """The names of which a block has no graph to replay, though it did not fail."""
    if result.error or result.skipped:
        return
    recorded = {output.of for output in result.outputs if isinstance(output, Graph)}
    assigned = dict.fromkeys(re.findall(r"^[ \t]*(\w+)[ \t]*=[^=]", block.code, re.MULTILINE))
    for name in block.options.graph:
        if name not in recorded:
            near = get_close_matches(name, assigned, 1, 0.5) if name not in assigned else []
            hint = f"did you mean {near[0]}?" if near else "name a tensor that is computed from one with requires_grad"
            yield Problem("D031", f"there is no graph of {name}", block.span, hint, "error", block.id)


def _failure(block: CodeBlock, error: Error, span: Span, severity: Severity) -> Problem:
    """A block's failure; what failed for want of a block that was skipped is no error of the deck's."""
    message = f"{error.ename}: {error.evalue}" if error.evalue else error.ename
    if error.cause:
        return Problem("D002", message, span, f"a consequence of {error.cause}", severity, block.id, error.origin)
    return Problem("D001", message, span, error.hint, "error", block.id, error.origin)


def _mismatch(block: CodeBlock, found: Mismatch, deck: Deck, text: list[str]) -> Problem:
    """An output that is written down otherwise, at the lines that hold it."""
    span = _span(block, found.lines[min(found.row, len(found.lines) - 1) :], text) if found.lines else block.span
    if found.fence:
        fence = next(one for one in deck.blocks if one.id == found.fence)
        last = fence.code.count("\n") + 1
        span = Span(fence.path, fence.line(min(found.row + 1, last)), fence.line(last))
    pairs = (("written: ", found.written), ("came:    ", found.all_that_came))
    rows = [f"{name}{row}".rstrip() for what, said in pairs for name, row in _labelled(what, said, found.row)]
    message = "\n".join(["the output is not what is written here", *rows])
    return Problem("D028", message, span, "`deck check --update` writes down what came", "error", block.id)


def _labelled(name: str, text: str, first: int) -> Iterator[tuple[str, str]]:
    """Some lines of a text, from the first one that differs; a name stands before them."""
    rows = text.split("\n")[first:] or [""]
    more = [f"… {len(rows) - _MOST_ROWS} more lines"] if len(rows) > _MOST_ROWS else []
    shown = [*(row[:_WIDEST] for row in rows[:_MOST_ROWS]), *more]
    return zip([name, *[" " * len(name)] * len(shown)], shown, strict=False)


def _named(evalue: str) -> str:
    """The name that a message of Python's is about, `plt` in "name 'plt' is not defined"."""
    found = re.search(r"(?:name|attribute|keyword argument) '(\w+)'", evalue)
    return found[1] if found else ""


def _span(block: CodeBlock, lines: tuple[int, ...], text: list[str], word: str = "", column: int = 0) -> Span:
    """Lines of a block as lines of its file, at `column` of the code, else at `word`; without lines, the block."""
    code = block.code.split("\n")
    if not lines or not 1 <= lines[0] <= len(code):
        return block.span
    start, end = (block.line(min(line, len(code))) for line in (lines[0], max(lines)))
    written = text[start - 1] if start <= len(text) else ""
    return Span(block.path, start, end, _column(written, code[lines[0] - 1], word, column))


def _column(written: str, code: str, word: str, column: int) -> int:
    """A place in a line of code as a column of the file's own line, which is longer in a list or a quotation."""
    first = max(0, written.find(code.strip()))
    if column > 0:
        return max(1, first - (len(code) - len(code.lstrip())) + column)
    at = re.search(rf"\b{re.escape(word)}\b", written) if word else None
    return (at.start() if at else first) + 1
