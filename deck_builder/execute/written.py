"""A block -> the outputs that are written down in it or below it, and what of it is there to run. Pure.

There are three ways: a transcript, `>>> x` and what came; comments `#> …` below statements; and a fence of its own
below the block, `{expect: true}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from tokenize import COMMENT, TokenError, generate_tokens
from typing import Any, Final, Literal, TypeAlias

from deck_builder.model import CodeBlock, Deck

TRANSCRIPT: Final = "pycon"
"""The language of a block that is a session with Python's prompts in it."""

TRACEBACK: Final = "Traceback (most recent call last):"

_PROMPT: Final = re.compile(r">>>(?: |$)")
_MORE: Final = re.compile(r"\.\.\.(?: |$)")
_SYNTAX: Final = re.compile(r'  File "[^"]*", line \d+')
_MARK: Final = re.compile(r"[ \t]*#>")

Fences: TypeAlias = Mapping[str, Sequence[CodeBlock]]
"""Ids of blocks that run, each with the fences below it that hold its output."""


@dataclass(frozen=True, slots=True)
class Written:
    """An output as it is written: in these `lines` of a block (before the first of them, if there is none).

    It is that of lines `first` to `last` of the code. `raises` is the last part of the traceback at its end, if any.
    """

    way: Literal["transcript", "comment", "fence"]
    block: CodeBlock
    lines: range
    first: int
    last: int
    text: str
    raises: str = ""


def is_transcript(block: CodeBlock) -> bool:
    """Whether a block's code is a session: prompts, and what came."""
    return block.lang == TRANSCRIPT


def program(block: CodeBlock) -> str:
    """The code that a block runs: of a transcript what stands behind the prompts, in the same lines."""
    if not is_transcript(block):
        return block.code
    rows = block.code.split("\n")
    code = [""] * len(rows)
    for entry in _statements(block):
        code[entry.first - 1 : entry.last] = [row[4:] for row in rows[entry.first - 1 : entry.last]]
    return "\n".join(code)


def marks(block: CodeBlock) -> dict[str, Any]:
    """What the worker must know of a block: where its parts begin and end, in lines of its file."""
    if is_transcript(block):
        entries = _statements(block)
        prompts = [[block.line(entry.first), block.line(entry.last), bool(entry.raises)] for entry in entries]
        return {"prompts": prompts}
    starts = [entry.lines.start for entry in _comments(block)]
    rows = block.code.split("\n")  # what is indented is within a statement: lines tell whose output that is
    return {"checks": [block.line(no) for no in starts if rows[no - 1].startswith("#")]}


def fences(deck: Deck) -> Fences:
    """The fences that hold outputs, by the block that runs above them on their slide."""
    found: dict[str, list[CodeBlock]] = {}
    for slide in deck.slides:
        above = ""
        for block in slide.blocks:
            if block.options.run:
                above = block.id
            elif block.options.expect and above:
                found.setdefault(above, []).append(block)
    return found


def written(block: CodeBlock, below: Sequence[CodeBlock] = ()) -> list[Written]:
    """What is written down of a block that runs; `below` are the fences that are its."""
    entries = list(_statements(block) if is_transcript(block) else _comments(block))
    rows = block.code.count("\n") + 1
    for fence in below:
        held = fence.code.count("\n") + 1 if fence.code or fence.span.end - fence.span.start > 1 else 0
        entries.append(Written("fence", fence, range(1, held + 1), 1, rows, fence.code))
    return entries


def _statements(block: CodeBlock) -> Iterator[Written]:
    rows = block.code.split("\n")
    starts = [at for at, row in enumerate(rows) if _PROMPT.match(row)]
    for start, following in pairwise([*starts, len(rows)]):
        end = next((at for at in range(start + 1, following) if not _MORE.match(rows[at])), following)
        while following > end and not rows[following - 1].strip():
            following -= 1  # blank lines part one statement from the next
        text, raises = _parted(rows[end:following])
        yield Written("transcript", block, range(end + 1, following + 1), start + 1, end, text, raises)


def _parted(rows: Sequence[str]) -> tuple[str, str]:
    """What was printed, and the last part of the traceback that follows it."""
    at, told = traceback_in(rows)
    return "\n".join(rows[:at]), ("\n".join(rows[told:]) or "...") if at < len(rows) else ""


def traceback_in(rows: Sequence[str]) -> tuple[int, int]:
    """Where in written rows a traceback begins, and where its last part does; behind them if there is none."""
    for at, row in enumerate(rows):
        if row.rstrip() == TRACEBACK or _SYNTAX.match(row):
            return at, next((no for no in range(at + 1, len(rows)) if rows[no][:1].strip()), len(rows))
    return len(rows), len(rows)


def _comments(block: CodeBlock) -> Iterator[Written]:
    """Lines of nothing but `#> …`, each group of them the output of the code since the group before."""
    rows = block.code.split("\n")
    numbers = _comment_lines(block.code) if any(map(_MARK.match, rows)) else []
    first = 1
    for number in numbers:
        if number - 1 in numbers:
            continue
        after = next(no for no in range(number, len(rows) + 2) if no not in numbers)
        texts = (_MARK.sub("", rows[no - 1], count=1) for no in range(number, after))
        if any(row.strip() for row in rows[first - 1 : number - 1]):
            text = "\n".join(text.removeprefix(" ") for text in texts)
            yield Written("comment", block, range(number, after), first, number - 1, text)
        first = after


def _comment_lines(code: str) -> list[int]:
    """The lines that are such comments and not, say, part of a text."""
    found: list[int] = []
    try:
        for token in generate_tokens(StringIO(code).readline):
            if token.type == COMMENT and _MARK.match(token.line) and token.string.startswith("#>"):
                found.append(token.start[0])
    except (TokenError, SyntaxError):
        pass  # the code fails, and what is written of it is not looked at
    return found
