"""Streams and values -> what a block wrote, row by row, with the pass in which it did. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from deck_builder.model import BlockResult, Stream, Value
from deck_builder.render.passes import Happened
from deck_builder.steering import unsteered

LONGEST = 160
SLOTS = 4
"""Rows of a strip."""

_KEPT = 8
"""Rows that a line outside all loops wrote, of which the strip shows the last."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A row that `line` wrote, in the pass `at` of a track; track -1: outside all loops."""

    track: int
    at: int
    line: int
    text: str


def printed(result: BlockResult, happened: Happened) -> tuple[list[Printed], int]:
    """The rows of the passes that are kept, in order, and how many there are of all."""
    rows: list[Printed] = []
    count = 0
    for output in result.shown.outputs:
        if isinstance(output, Stream) or (isinstance(output, Value) and not output.html):
            texts = output.text.removesuffix("\n").split("\n")
            count += len(texts)
            if output.lines:
                rows += _rows(output, texts, happened)
    return rows, count


def _rows(output: Stream | Value, texts: Sequence[str], happened: Happened) -> list[Printed]:
    line = output.lines[0]
    passes = output.passes if isinstance(output, Stream) else ()
    track = happened.track_of(line) if len(passes) == len(texts) else -1
    if track < 0:
        return [Printed(-1, 0, line, _last_written(text)) for text in texts[-_KEPT:]]
    kept = frozenset(happened.tracks[track].loop.passes)
    pairs = zip(passes, texts, strict=True)
    return [Printed(track, at, line, _last_written(text)) for at, text in pairs if at in kept]


def _last_written(text: str) -> str:
    """What is left of a row in which each `\\r` takes the writer back to its start."""
    left = unsteered(next((piece for piece in reversed(text.split("\r")) if piece), ""))
    return left if len(left) <= LONGEST else f"{left[: LONGEST - 1]}…"


def wrote(rows: Iterable[Printed], lines: frozenset[int], above: Sequence[int]) -> list[Printed]:
    """What the lit lines wrote; or, where they did not, the loop that they stand in."""
    rows = list(rows)
    return [row for row in rows if row.line in lines] or [row for row in rows if row.track in above]


def strip_html(
    rows: Sequence[Printed], count: int, standing: Mapping[int, int], shift: int, words: dict[str, str]
) -> str:
    """The strip: as many rows as a pass wrote at most, and a button to what else there is."""
    if not rows:
        return ""
    slots = min(SLOTS, _most(rows))
    ends = {row.track: row.at for row in rows}
    now = [row for row in rows if row.track < 0 or standing.get(row.track, ends[row.track]) == row.at][-slots:]
    lines = ",".join(str(line + shift) for line in sorted({row.line for row in rows}))
    shown = [f'<span class="no">{row.line + shift}</span><code>{escape(row.text)}</code>' for row in now]
    shown += ['<span class="no"></span><code></code>'] * (slots - len(shown))
    rest = count - slots
    said = escape(words["folded"].format(n=rest))
    button = f'<button type="button" class="rest" hidden>{said}</button>' if rest > 0 else ""
    return f'<div class="wrote" data-lines="{lines}"><p>{"</p><p>".join(shown)}</p>{button}</div>'


def _most(rows: Sequence[Printed]) -> int:
    """How many rows show at once at most."""
    by_pass = Counter((row.track, row.at) for row in rows)
    most: dict[int, int] = {}
    for (track, _), many in by_pass.items():
        most[track] = max(most.get(track, 0), many)
    return sum(most.values())
