"""What was printed -> the rows that a terminal would show, in its colours, folded where they are many. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from itertools import groupby

from deck_builder.model import CodeBlock, Stream, Value
from deck_builder.render.ansi import PLAIN, Look, painted
from deck_builder.render.boxes import box
from deck_builder.steering import unsteered

FOLD_ABOVE = 12
MOST = 1000
"""Rows of one console that a page holds; of more, the middle is left out."""

_ERASE = re.compile(r"\x1b\[[02]?K")


class _Row:
    """One visible line: its text, in the end as HTML; the kind and source lines of what wrote it; facts below it."""

    __slots__ = ("facts", "kind", "lines", "text")

    def __init__(self, kind: str, lines: tuple[int, ...], text: str, facts: tuple[str, ...] = ()) -> None:
        self.kind, self.lines, self.text, self.facts = kind, lines, text, facts


def console_html(outputs: Iterable[Stream | Value], block: CodeBlock, words: dict[str, str]) -> str:
    """A console of some outputs of text; nothing where they come to no row."""
    rows = _painted(_rows(outputs))
    if not rows:
        return ""
    count = len(rows)
    if count > MOST:
        gone = escape(words["left_out"].format(n=count - MOST))
        rows = [*rows[: MOST // 2], _Row("stderr", (), gone), *rows[-MOST // 2 :]]
    fold_above = block.options.max_lines or FOLD_ABOVE
    if len(rows) > fold_above:
        head, tail = (fold_above + 1) // 3, max(1, fold_above // 3)
        said = escape(words["folded"].format(n=count - head - tail))
        hidden = "".join(_boxes(rows[head:-tail], block))
        folded = f'<details class="fold"><summary>{said}</summary>{hidden}</details>'
        boxes = [*_boxes(rows[:head], block), folded, *_boxes(rows[-tail:], block)]
    else:
        boxes = _boxes(rows, block)
    return f'<div class="console" data-rows="{count}">{"".join(boxes)}</div>'


def facts_html(facts: tuple[str, ...]) -> str:
    """What a value is, below it."""
    return f'<p class="facts">{escape(" · ".join(map(unsteered, facts)))}</p>' if facts else ""


def _rows(outputs: Iterable[Stream | Value]) -> list[_Row]:
    """The rows as they were written, writes joined: codes and all."""
    rows: list[_Row] = []
    open_row = False
    for output in outputs:
        kind = output.name if isinstance(output, Stream) else "value"
        if kind == "value":
            open_row = False
        pieces = output.text.split("\n")
        for at, piece in enumerate(pieces):
            if at == len(pieces) - 1 and piece == "" and kind != "value":
                open_row = False
                break
            if open_row and at == 0:
                rows[-1].text += piece
                rows[-1].lines = tuple(sorted({*rows[-1].lines, *output.lines}))
            else:
                rows.append(_Row(kind, output.lines, piece))
            open_row = at == len(pieces) - 1 and kind != "value"
        if isinstance(output, Value):
            rows[-1].facts = output.facts
    return rows


def _painted(rows: list[_Row]) -> list[_Row]:
    """The rows with their texts as HTML: a colour holds until another comes, and a value begins without one."""
    look = PLAIN
    for row in rows:
        if row.kind == "value":
            row.text = painted(row.text, PLAIN)[0]
        else:
            row.text, look = _last_written(row.text, look)
    return rows


def _last_written(text: str, look: Look) -> tuple[str, Look]:
    """What is left in a row in which each `\\r` takes the writer back to its start, and the look after it."""
    left = ""
    for piece in text.split("\r"):
        html, look = painted(piece, look)
        if html or _ERASE.search(piece):
            left = html
    return left, look


def _boxes(rows: list[_Row], block: CodeBlock) -> list[str]:
    """Runs of rows that the same lines wrote, each run one output."""
    out = []
    for (kind, lines), group in groupby(rows, key=lambda row: (row.kind, row.lines)):
        run = list(group)
        body = "<pre>{}</pre>{}".format("\n".join(row.text for row in run), facts_html(run[-1].facts))
        out.append(box("value" if kind == "value" else f"stream {kind}", block, lines, body))
    return out
