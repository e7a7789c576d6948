"""What happened to a block's lines -> a pane for each of its steps, and what moves them through the passes. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from deck_builder.model import Animation, BlockResult, Figure, Output, Value, Warning
from deck_builder.render.boxes import box
from deck_builder.render.curve import Curves, curve_html, curves_of
from deck_builder.render.moving import moving_data
from deck_builder.render.outputs import FAILURES, figure_place, is_seen, output_html
from deck_builder.render.passes import NONE, Happened, Row
from deck_builder.render.printed import printed, strip_html, wrote


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run shows of its passes: the `panes` of its steps, the `training` among its results, what moves both."""

    panes: str = ""
    training: str = ""
    data: str = ""


class _Drawing:
    """The panes of one block as they are drawn; it remembers what they show, so that the page holds no more."""

    def __init__(self, happened: Happened, result: BlockResult, words: dict[str, str]) -> None:
        self.happened, self.block, self.words = happened, happened.block, words
        self.outputs = result.shown.outputs
        self.printed, self.count = printed(result, happened)
        self.curves = curves_of(happened)
        self.shift = self.block.options.start_line - 1
        self.rows: dict[Row, int] = {}
        self.lines_printed: set[int] = set()


def seen(happened: Happened, result: BlockResult, words: dict[str, str]) -> Seen:
    """The panes of a block's partial steps, and its training where nothing else draws it."""
    options = happened.block.options
    if options.output == "hide":
        return Seen()
    drawing = _Drawing(happened, result, words)
    count = happened.block.code.count("\n") + 1
    steps = dict.fromkeys(step for step in options.steps if step and len(step) < count)
    walked = len(options.steps) > 1 or options.output == "step"
    shows_panes = happened.watched and walked and options.show != "next"
    panes = "".join(_pane(drawing, step, first=step == options.steps[0]) for step in steps if shows_panes)
    draws = any(isinstance(output, Figure | Animation) for output in result.outputs)
    wanted = not draws or options.trace == "grads"
    training = "".join(_training(drawing, no) for no in range(len(drawing.curves)) if wanted)
    prints = [row for row in drawing.printed if row.line in drawing.lines_printed]
    moving = moving_data(happened, drawing.rows, prints, drawing.curves, drawing.outputs)
    data = f" data-passes='{moving}'" if panes or training else ""
    return Seen(panes, training, data)


def _pane(drawing: _Drawing, step: tuple[int, ...], *, first: bool) -> str:
    """The pane of a step, or nothing where its lines held no value and walked no loop."""
    happened, words = drawing.happened, drawing.words
    lit = frozenset(no - drawing.shift for no in step)
    rows = [row for row in happened.rows if row.line in lit and row.unless not in lit and row.kind != "trained"]
    lead = _lead(happened, lit, rows)
    standing = happened.standing(lead)
    drawn = _figures(drawing, lit) + _boxes(drawing, lit)
    own = [row for row in drawing.printed if row.line in lit]
    if not rows and (lead < 0 or not (own or drawn)):  # the results light what else there is
        return ""
    curve = next((_curve(drawing, no) for no, one in enumerate(drawing.curves) if _trains(happened, one, lit)), "")
    prints = wrote(drawing.printed, lit, happened.above(lead))
    drawing.lines_printed |= {row.line for row in prints}
    strip = strip_html(prints, drawing.count, standing, drawing.shift, words) or _whole(drawing, lit)
    times = max((_times(happened, *count) for line, *count in happened.counts if line in lit), default=1)
    often = f'<p class="often">{escape(words["ran"].format(n=times))}</p>' if times > 1 else ""
    name = escape(words["lit_line" if len(step) == 1 else "lit_lines"].format(lines=_ranges(step, words)))
    failed = "".join(output_html(one, drawing.block, words) for one in drawing.outputs if isinstance(one, FAILURES))
    away = "" if first else " away"
    return (
        f'<div class="pane moving{away}" role="group" aria-label="{name}" data-step="{",".join(map(str, step))}"'
        f'{_led(happened, lead)}><div class="head"><p class="which">{name}</p>{often}</div>'
        f"{_walker(happened, lead, words)}{_table(drawing, rows, standing)}{drawn}{curve}{failed}{strip}{_VOICE}</div>"
    )


_NEEDS_GRAD = ("requires_grad", '<span class="needs-grad"><span>requires_grad</span></span>')
"""What a narrow pane says by a sign."""

_VOICE = '<p class="unseen" aria-live="polite"></p>'
"""Where the rows are said once a reader has moved them."""


def _training(drawing: _Drawing, no: int) -> str:
    """A curve with its gradients, as one output more."""
    happened, curves = drawing.happened, drawing.curves[no]
    rows = [row for row in happened.rows if row.track == curves.track and row.kind in ("trained", "grad")]
    rows = [row for row in rows if row.whole and not row.unless]
    standing = happened.standing(curves.track)
    lines = sorted({line for one in happened.trainings if one.track == curves.track for line in one.trace.lines})
    name = escape(drawing.words["trained"])
    body = _walker(happened, curves.track, drawing.words) + _table(drawing, rows, standing) + _curve(drawing, no)
    moving = f'<div class="moving" role="group" aria-label="{name}"{_led(happened, curves.track)}>{body}{_VOICE}</div>'
    return box("training", drawing.block, tuple(lines), moving)


def _lead(happened: Happened, lit: frozenset[int], rows: Sequence[Row]) -> int:
    """The loop that a pane walks: of those of its lines the one with the most passes, the innermost of equals."""
    tracks = {row.track for row in rows}
    tracks |= {track for line, _, track in happened.counts if line in lit}
    tracks |= {one.track for one in happened.trainings if one.lines & lit}
    walked = [track for track in sorted(tracks) if track >= 0 and len(happened.tracks[track].loop.passes) > 1]
    return max(walked, key=lambda at: (happened.tracks[at].loop.count, len(happened.above(at))), default=-1)


def _trains(happened: Happened, curves: Curves, lit: frozenset[int]) -> bool:
    """Whether a lit line stands in the loop of a training, or is what trains."""
    if any(one.lines & lit for one in happened.trainings if one.track == curves.track):
        return True
    return any(curves.track in happened.above(track) for line, _, track in happened.counts if line in lit)


def _times(happened: Happened, times: int, track: int) -> int:
    """How often a line ran: as often as its loop at most, though it may hold several statements."""
    return times if track < 0 else min(times, happened.tracks[track].loop.count)


def _led(happened: Happened, lead: int) -> str:
    return f' data-lead="{lead}"' if lead >= 0 else ""


def _curve(drawing: _Drawing, no: int) -> str:
    return curve_html(drawing.curves[no], no, drawing.happened, drawing.words)


def _walker(happened: Happened, lead: int, words: dict[str, str]) -> str:
    """What walks the passes of a loop, where there are some; a page without scripts has no use for it."""
    if lead < 0:
        return ""
    last = len(happened.tracks[lead].loop.passes) - 1
    where = escape(happened.label(lead, last))
    before, name, after = (escape(words[key]) for key in ("pass_before", "pass", "pass_after"))
    return (
        f'<div class="passes" hidden><button type="button" aria-label="{before}">‹</button>'
        f'<input type="range" min="0" max="{last}" value="{last}" aria-label="{name}" aria-valuetext="{where}">'
        f'<button type="button" aria-label="{after}">›</button>'
        f'<span class="where" aria-hidden="true" title="{where}">{where}</span></div>'
    )


def _table(drawing: _Drawing, rows: Sequence[Row], standing: Mapping[int, int]) -> str:
    if not rows:
        return ""
    out = []
    for no, group in groupby(rows, key=lambda row: row.no):
        if no:
            said = escape(drawing.words["run_on"].format(no=no))
            out.append(f'<tr class="run-on"><th colspan="4" scope="rowgroup">{said}</th></tr>')
        out += [_row(drawing, row, standing) for row in group]
    return f'<div class="rows" tabindex="0"><table><tbody>{"".join(out)}</tbody></table></div>'


def _row(drawing: _Drawing, row: Row, standing: Mapping[int, int]) -> str:
    moves = row.track >= 0 and len(drawing.happened.tracks[row.track].loop.passes) > 1
    at = f' data-row="{drawing.rows.setdefault(row, len(drawing.rows))}"' if moves else ""
    text, name, facts = escape(row.text(standing)), escape(row.name), escape(row.facts)
    whole = escape(row.whole or row.name)
    kind = {"": "", "trained": ' class="loss"'}.get(row.kind, f' class="{row.kind}"')
    gone = " none" if text == NONE else ""
    return (
        f'<tr{kind}><td class="no">{row.line + drawing.shift}</td><th scope="row" title="{whole}">{name}</th>'
        f'<td class="held{gone}"{at} title="{text}">{text}</td>'
        f'<td class="facts" title="{facts}">{facts.replace(*_NEEDS_GRAD)}</td></tr>'
    )


def _figures(drawing: _Drawing, lit: frozenset[int]) -> str:
    """Places for what the lit lines drew: one for all figures of a loop, that changes with its passes."""
    all_drawn = [output for output in drawing.outputs if isinstance(output, Figure | Animation)]
    places: dict[int, list[tuple[int, Figure | Animation]]] = {}
    for no, output in enumerate(all_drawn):
        if lit.intersection(output.lines):
            moves = isinstance(output, Figure) and output.iteration >= 0
            track = drawing.happened.track_of(output.lines[0]) if moves else -1
            places.setdefault(track if track >= 0 else -2 - no, []).append((no, output))
    return "".join(_figure(drawing, place) for place in places.values())


def _figure(drawing: _Drawing, place: Sequence[tuple[int, Figure | Animation]]) -> str:
    no, last = place[-1]
    track = drawing.happened.track_of(last.lines[0])
    if isinstance(last, Animation):
        shown = [[no, at, frame] for frame, at in enumerate(last.passes)] or [[no, 0, -1]]
    else:
        shown = [[no, one.iteration if isinstance(one, Figure) else 0, -1] for no, one in place]
    image, figures = figure_place(last, drawing.block, drawing.words), json.dumps(shown)
    return f'<div class="drawn" data-track="{track}" data-figures="{figures}">{image}</div>'


def _whole(drawing: _Drawing, lit: frozenset[int]) -> str:
    """A button to all that the block did, where the pane shows but a part of it."""
    if all(lit.intersection(getattr(output, "lines", ())) for output in drawing.outputs if is_seen(output)):
        return ""
    said = escape(drawing.words["output"])
    return f'<div class="wrote"><button type="button" class="rest" hidden>{said}</button></div>'


def _boxes(drawing: _Drawing, lit: frozenset[int]) -> str:
    """Warnings and tables of the lit lines."""

    def is_boxed(output: Output) -> bool:
        return isinstance(output, Warning) or (isinstance(output, Value) and bool(output.html))

    boxed = [
        output for output in drawing.outputs if is_boxed(output) and lit.intersection(getattr(output, "lines", ()))
    ]
    return "".join(output_html(output, drawing.block, drawing.words) for output in boxed)


def _ranges(lines: Sequence[int], words: dict[str, str]) -> str:
    """Lines as one says them: 4–5, 9–11."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return words["comma"].join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
