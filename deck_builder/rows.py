"""A file's lines and the rows of code in them: code changes, and what stands around it in the file stays. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deck_builder.model import CodeBlock

_ENDED = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")
_FENCE = re.compile(r"(.*?)(?:`{3,}|~{3,})")
_NO_QUOTE = re.compile(r"[^>\s]")


def around(block: CodeBlock, no: int, lines: Sequence[str]) -> str | None:
    """What stands before line `no` of a block's code in its file: blanks of a list, the mark of a quotation.

    Of a fence that holds nothing to go by, line 0 tells. None where nobody knows.
    """
    if no == 0:
        opening = _FENCE.match(lines[block.span.start - 1])
        return None if block.origin or opening is None else _NO_QUOTE.sub(" ", opening[1])
    line, code = lines[block.line(no) - 1], block.code.split("\n")[no - 1]
    return line.removesuffix(code) if line.endswith(code) else None


def with_rows(text: str, start: int, stop: int, rows: Sequence[str]) -> str:
    """A text with rows in the place of its lines `start` to `stop`, from 1 and without `stop`; they end as those do.

    The last line of a text may have no end: what takes its place has none, either.
    """
    pieces: list[str] = _ENDED.findall(text)
    before = pieces[start - 2 : start - 1] if start > 1 else pieces[:1]
    end = _end("".join(before)) or "\n"
    ended = [f"{row}{end}" for row in rows]
    if rows and stop > start:
        ended[-1] = rows[-1] + _end(pieces[stop - 2])
    pieces[start - 1 : stop - 1] = ended
    return "".join(pieces)


def _end(piece: str) -> str:
    return piece[len(piece.rstrip("\r\n")) :]
