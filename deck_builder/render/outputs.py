"""BlockResult -> the panel of what the block did. Pure. Nothing that slide code printed becomes markup here."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import assert_never

from deck_builder.model import (
    Animation,
    BlockResult,
    CodeBlock,
    Error,
    Figure,
    Graph,
    Mismatch,
    Output,
    Skipped,
    Stream,
    Trace,
    Value,
    Warning,
    Watched,
)
from deck_builder.render.boxes import box, line_list
from deck_builder.render.console import FOLD_ABOVE, console_html, facts_html
from deck_builder.steering import unsteered

_PAPER = re.compile(r'<g id="patch_1">\s*<path (?![^>]*fill: none)[^>]*>')
_CODE = re.compile(r"`([^`]+)`")


FAILURES = (Error, Mismatch, Skipped)
"""What must be seen, whatever else of a block is not."""


def results_html(block: CodeBlock, result: BlockResult, words: dict[str, str], more: str = "") -> str:
    """The `<div class="results">` of a block, with `more` at its end, or nothing if it did nothing that shows."""
    when, said = block.options.output, escape(words["results"])
    body = _outputs(result.outputs, block, words) + more
    if when == "fold":
        errors = [output for output in result.outputs if isinstance(output, FAILURES)]
        folded = _outputs([output for output in result.outputs if output not in errors], block, words) + more
        body = f'<details class="fold whole"><summary>{said}</summary>{folded}</details>' if folded else ""
        body += _outputs(errors, block, words)
    if not body:
        return ""
    waits = when in ("step", "end") and block.options.show != "next"  # that comes when all steps are over
    about = f'data-for="{block.id}"' + (f' data-output="{when}"' if waits else "")
    return f'<div class="results" {about} role="group" aria-label="{said}">{body}</div>'


def _outputs(outputs: Sequence[Output], block: CodeBlock, words: dict[str, str]) -> str:
    out: list[str] = []
    for is_text, group in groupby(outputs, key=_is_text):
        if is_text:
            out.append(console_html((one for one in group if isinstance(one, Stream | Value)), block, words))
        else:
            out.extend(output_html(output, block, words) for output in group)
    return "".join(out)


def is_seen(output: Output) -> bool:
    """Whether an output is one among the results of its block."""
    return not isinstance(output, Watched | Trace | Graph)


def _is_text(output: Output) -> bool:
    return isinstance(output, Stream) or (isinstance(output, Value) and not output.html)


def output_html(output: Output, block: CodeBlock, words: dict[str, str]) -> str:
    """One output in its box."""
    match output:
        case Figure():
            return box("figure", block, output.lines, figure_img(output, _alt(output, block, words)))
        case Animation():
            return box("figure animation", block, output.lines, _film(output, _alt(output.last, block, words), words))
        case Warning():
            often = f" ({words['times'].format(n=output.count)})" if output.count > 1 else ""
            category, message = unsteered(output.category), unsteered(output.message)
            text = words["warned"].format(category=category, message=message) + often
            return box("warning", block, output.lines, f"<p>{escape(text)}</p>")
        case Error():
            return _error(output, block, words)
        case Mismatch():
            return _mismatch(output, block, words)
        case Skipped(modules, hint):
            said = words["skipped"].format(names=", ".join(modules))
            return box("skipped", block, (), f'<p>{escape(said)}</p><p class="hint"><code>{escape(hint)}</code></p>')
        case Value(html=html) if html:
            body = (
                f'<div class="data-table" tabindex="0" role="group" aria-label="{escape(words["output"])}">{html}</div>'
            )
            return box("value", block, output.lines, body + facts_html(output.facts))
        case Stream() | Value():
            return console_html([output], block, words)
        case Watched() | Trace() | Graph():
            return ""
        case _:
            assert_never(output)


def _error(error: Error, block: CodeBlock, words: dict[str, str]) -> str:
    kind = "error expected" if error.expected else "error consequence" if error.cause else "error"
    said = escape(unsteered(f"{error.ename}: {error.evalue}" if error.evalue else error.ename))
    body = f"<p><strong>{said}</strong></p>"
    unseen = block.path.name if block.origin and block.options.hide else ""  # of lines that no slide shows
    if where := error.origin or unseen:
        body += f'<p class="origin">{escape(unsteered(where))}</p>'
    if error.hint:
        hint = _CODE.sub(r"<code>\1</code>", escape(unsteered(error.hint)))
        body += f'<p class="hint">{hint}</p>'
    if error.cause:
        if error.ename == "NotRun":
            body = f"<p>{escape(words['not_run'].format(cause=error.cause))}</p>"
        else:
            body = f"<p>{escape(words['fell'].format(cause=error.cause))}</p><p><strong>{said}</strong></p>"
    return box(kind, block, error.lines, body)


def _mismatch(found: Mismatch, block: CodeBlock, words: dict[str, str]) -> str:
    pairs = (("written", found.written), ("came", found.all_that_came))
    said = "".join(
        f"<dt>{escape(words[name])}</dt><dd><pre>{escape(unsteered(_cut(text)))}</pre></dd>" for name, text in pairs
    )
    line = found.lines[found.row : found.row + 1] or found.lines[:1]
    return box("error mismatch", block, line, f"<dl>{said}</dl>")


def _cut(text: str) -> str:
    rows = text.split("\n")
    return text if len(rows) <= FOLD_ABOVE else "\n".join([*rows[: FOLD_ABOVE - 1], "…"])


def figure_img(figure: Figure, alt: str) -> str:
    """A figure as an image: an SVG inside `<img>` can neither run scripts nor reach the network.

    One without pixels and without a paper of its own is told apart: a dark page may turn its lightness round.
    """
    return _img(figure, alt, _is_vector(figure.svg))


def _is_vector(svg: str) -> bool:
    return "<image" not in svg and not _PAPER.search(svg)


def figure_place(figure: Figure | Animation, block: CodeBlock, words: dict[str, str]) -> str:
    """An image of a figure's size that waits for the figure, which a page holds but once."""
    last, frames = (figure.last, figure.frames) if isinstance(figure, Animation) else (figure, (figure.svg,))
    return _tag(last, _alt(last, block, words), all(map(_is_vector, frames)), " hidden")


def _img(figure: Figure, alt: str, vector: bool, more: str = "") -> str:
    data = b64encode(figure.svg.encode()).decode()
    return _tag(figure, alt, vector, f' src="data:image/svg+xml;base64,{data}"', more)


def _tag(figure: Figure, alt: str, vector: bool, source: str, more: str = "") -> str:
    kind = "plot vector" if vector else "plot"
    size = f'width="{figure.width:.0f}" height="{figure.height:.0f}"'
    style = f'style="--natural:{figure.height:.0f}px;--ratio:{figure.width / figure.height:.4f}"'
    return f'<img class="{kind}"{source} alt="{escape(alt)}" {size} {style}{more}>'


def _film(film: Animation, alt: str, words: dict[str, str]) -> str:
    """An animation as its last frame, with what it takes to show the others in its place."""
    others = " ".join(b64encode(frame.encode()).decode() for frame in film.frames[:-1])
    image = _img(film.last, alt, all(map(_is_vector, film.frames)), f' data-frames="{others}"')
    numbers, count = ",".join(map(str, film.numbers)), len(film.frames)
    said = {name: escape(words[name]) for name in ("play", "pause", "frames", "frame")}
    return (
        f'{image}<div class="scrub" hidden data-numbers="{numbers}" data-said="{said["frame"]}" '
        f'data-play="{said["play"]}" data-pause="{said["pause"]}"><button type="button" aria-label="{said["play"]}">'
        f'</button><input type="range" min="1" max="{count}" value="{count}" aria-label="{said["frames"]}">'
        f'<span aria-hidden="true">{film.numbers[-1]} / {film.numbers[-1]}</span></div>'
    )


def _alt(figure: Figure, block: CodeBlock, words: dict[str, str]) -> str:
    if block.options.fig.alt:
        return block.options.fig.alt
    lines = line_list(figure.lines, block)
    return words["figure"].format(lines=lines) if lines else words["figure_anywhere"]
