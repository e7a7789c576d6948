"""BlockResult -> the panel of what the block did. Pure. Nothing that slide code printed becomes markup here."""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape
from itertools import groupby
from typing import assert_never

from deck_builder.model import BlockResult, CodeBlock, Error, Figure, Mismatch, Output, Skipped, Stream, Value, Warning

HEAD = 4
TAIL = 4
FOLD_ABOVE = 12
MOST = 1000
"""Rows of one console that a page holds; of more, the middle is left out."""

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_PAPER = re.compile(r'<g id="patch_1">\s*<path (?![^>]*fill: none)[^>]*>')
_CODE = re.compile(r"`([^`]+)`")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class _Row:
    """One visible line of the console: its text, and the kind and source lines of what wrote it."""

    __slots__ = ("kind", "lines", "text")

    def __init__(self, kind: str, lines: tuple[int, ...], text: str) -> None:
        self.kind, self.lines, self.text = kind, lines, text


def results_html(block: CodeBlock, result: BlockResult, words: dict[str, str]) -> str:
    """The `<div class="results">` of a block, or nothing if it did nothing that shows."""
    out: list[str] = []
    textual = (Stream, Value)
    for is_text, group in groupby(result.outputs, key=lambda output: isinstance(output, textual)):
        if is_text:
            out.append(_console(_rows(list(group)), block, words))
        else:
            out.extend(_output(output, block, words) for output in group)
    if not (body := "".join(out)):
        return ""
    return (
        f'<div class="results" data-for="{block.id}" role="group" aria-label="{escape(words["results"])}">{body}</div>'
    )


def _output(output: Output, block: CodeBlock, words: dict[str, str]) -> str:
    match output:
        case Figure():
            return _box("figure", block, output.lines, figure_img(output, _alt(output, block, words)))
        case Warning():
            often = f" ({words['times'].format(n=output.count)})" if output.count > 1 else ""
            text = words["warned"].format(category=_clean(output.category), message=_clean(output.message)) + often
            return _box("warning", block, output.lines, f"<p>{escape(text)}</p>")
        case Error():
            return _error(output, block, words)
        case Mismatch():
            return _mismatch(output, block, words)
        case Skipped(modules, hint):
            said = words["skipped"].format(names=", ".join(modules))
            return _box("skipped", block, (), f"<p>{escape(said)} <code>{escape(hint)}</code></p>")
        case Stream() | Value():
            return _console(_rows([output]), block, words)
        case _:
            assert_never(output)


def _error(error: Error, block: CodeBlock, words: dict[str, str]) -> str:
    kind = "error expected" if error.expected else "error consequence" if error.cause else "error"
    said = escape(_clean(f"{error.ename}: {error.evalue}" if error.evalue else error.ename))
    body = f"<p><strong>{said}</strong></p>"
    if error.origin:
        body += f'<p class="origin">{escape(_clean(error.origin))}</p>'
    if error.hint:
        hint = _CODE.sub(r"<code>\1</code>", escape(_clean(error.hint)))
        body += f'<p class="hint">{hint}</p>'
    if error.cause:
        if error.ename == "NotRun":
            body = f"<p>{escape(words['not_run'].format(cause=error.cause))}</p>"
        else:
            body = f"<p>{escape(words['fell'].format(cause=error.cause))}</p><p><strong>{said}</strong></p>"
    return _box(kind, block, error.lines, body)


def _mismatch(found: Mismatch, block: CodeBlock, words: dict[str, str]) -> str:
    pairs = (("written", found.written), ("came", found.all_that_came))
    said = "".join(
        f"<dt>{escape(words[name])}</dt><dd><pre>{escape(_clean(_cut(text)))}</pre></dd>" for name, text in pairs
    )
    line = found.lines[found.row : found.row + 1] or found.lines[:1]
    return _box("error mismatch", block, line, f"<dl>{said}</dl>")


def _cut(text: str) -> str:
    rows = text.split("\n")
    return text if len(rows) <= FOLD_ABOVE else "\n".join([*rows[: FOLD_ABOVE - 1], "…"])


def figure_img(figure: Figure, alt: str) -> str:
    """A figure as an image: an SVG inside `<img>` can neither run scripts nor reach the network.

    One without pixels and without a paper of its own is told apart: a dark page may turn its lightness round.
    """
    kind = "plot" if "<image" in figure.svg or _PAPER.search(figure.svg) else "plot vector"
    data = b64encode(figure.svg.encode()).decode()
    size = f'width="{figure.width:.0f}" height="{figure.height:.0f}"'
    style = f'style="--natural:{figure.height:.0f}px;--ratio:{figure.width / figure.height:.4f}"'
    return f'<img class="{kind}" src="data:image/svg+xml;base64,{data}" alt="{escape(alt)}" {size} {style}>'


def _alt(figure: Figure, block: CodeBlock, words: dict[str, str]) -> str:
    lines = _line_list(figure.lines, block)
    return words["figure"].format(lines=lines) if lines else words["figure_anywhere"]


def _rows(outputs: list[Output]) -> list[_Row]:
    """What a terminal would show: writes joined, `\\r` taking a line back to its start, colour codes taken out."""
    rows: list[_Row] = []
    open_row = False
    for output in outputs:
        assert isinstance(output, Stream | Value)
        kind = output.name if isinstance(output, Stream) else "value"
        text = _ANSI.sub("", output.text)
        if kind == "value":
            open_row = False
        pieces = text.split("\n")
        for at, piece in enumerate(pieces):
            if at == len(pieces) - 1 and piece == "" and kind != "value":
                open_row = False
                break
            if open_row and at == 0:
                joined = rows[-1].text + piece
                rows[-1] = _Row(rows[-1].kind, tuple(sorted({*rows[-1].lines, *output.lines})), joined)
            else:
                rows.append(_Row(kind, output.lines, piece))
            open_row = at == len(pieces) - 1 and kind != "value"
    return [_Row(row.kind, row.lines, _clean(row.text.rstrip("\r").rsplit("\r", 1)[-1])) for row in rows]


def _console(rows: list[_Row], block: CodeBlock, words: dict[str, str]) -> str:
    if not rows:
        return ""
    count = len(rows)
    if count > MOST:
        gone = words["left_out"].format(n=count - MOST)
        rows = [*rows[: MOST // 2], _Row("stderr", (), gone), *rows[-MOST // 2 :]]
    if len(rows) > FOLD_ABOVE:
        hidden = rows[HEAD:-TAIL]
        said = escape(words["folded"].format(n=count - HEAD - TAIL))
        folded = f'<details class="fold"><summary>{said}</summary>{"".join(_boxes(hidden, block))}</details>'
        boxes = [*_boxes(rows[:HEAD], block), folded, *_boxes(rows[-TAIL:], block)]
    else:
        boxes = _boxes(rows, block)
    return f'<div class="console" data-rows="{count}">{"".join(boxes)}</div>'


def _boxes(rows: list[_Row], block: CodeBlock) -> list[str]:
    """Runs of rows that the same lines wrote, each run one output."""
    out = []
    for (kind, lines), run in groupby(rows, key=lambda row: (row.kind, row.lines)):
        text = "\n".join(row.text for row in run)
        out.append(_box("value" if kind == "value" else f"stream {kind}", block, lines, f"<pre>{escape(text)}</pre>"))
    return out


def _box(kind: str, block: CodeBlock, lines: tuple[int, ...], body: str) -> str:
    return f'<div class="output {kind}" data-for="{block.id}" data-lines="{_line_list(lines, block)}">{body}</div>'


def _line_list(lines: tuple[int, ...], block: CodeBlock) -> str:
    """Lines as the reader sees them numbered."""
    return ",".join(str(line + block.options.start_line - 1) for line in lines)


def _clean(text: str) -> str:
    """Text without what only a terminal understands."""
    return _CONTROL.sub("", _ANSI.sub("", text))
