"""Losses by pass -> a curve in the theme's colours, and where on it each pass is. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from deck_builder.model import Trace
from deck_builder.render.passes import Happened, Training, one_line

FEWEST = 3
"""Steps of a training that make a curve."""

SIDE = 1000
"""Units of the curve's box, in both directions."""

_DENSE = 160
"""Points from which on a curve is drawn in a finer line."""

_LOG_FROM = 20
"""From this ratio of the largest loss to the smallest on the axis is logarithmic."""


@dataclass(frozen=True, slots=True)
class Point:
    """A pass and its loss, and where it stands in the curve's box; `y` is None where the loss is no number."""

    at: int
    loss: float
    x: int
    y: int | None


@dataclass(frozen=True, slots=True)
class Curves:
    """The trainings that share a loop, in one box. `names` are theirs, `lines` their points; `log` tells the axis."""

    track: int
    names: tuple[str, ...]
    lines: tuple[tuple[Point, ...], ...]
    least: float
    most: float
    log: bool


def curves_of(happened: Happened) -> list[Curves]:
    """What can be drawn: of each track that trains, by all its losses."""
    long = [one for one in happened.trainings if len(one.trace.steps) >= FEWEST]
    tracks = dict.fromkeys(one.track for one in long)
    boxes = (_curves(track, [one for one in long if one.track == track]) for track in tracks)
    return [box for box in boxes if box]


def _curves(track: int, trainings: Sequence[Training]) -> Curves | None:
    traces = [one.trace for one in trainings]
    losses = [step.loss for trace in traces for step in trace.steps if math.isfinite(step.loss)]
    passes = [step.iteration for trace in traces for step in trace.steps]
    if not losses:
        return None
    least, most = min(losses), max(losses)
    log = least > 0 and most / least > _LOG_FROM
    span = max(passes) - min(passes) or 1

    def point(at: int, loss: float) -> Point:
        x = round(SIDE * (at - min(passes)) / span)
        return Point(at, loss, x, _height(loss, least, most, log) if math.isfinite(loss) else None)

    lines = tuple(tuple(point(step.iteration, step.loss) for step in trace.steps) for trace in traces)
    return Curves(track, tuple(one_line(trace.name, 24) for trace in traces), lines, least, most, log)


def _height(loss: float, least: float, most: float, log: bool) -> int:
    scale = math.log if log else float
    span = scale(most) - scale(least)
    return round(SIDE * (scale(most) - scale(loss)) / span) if span else SIDE // 2


def curve_html(curves: Curves, no: int, happened: Happened, words: dict[str, str]) -> str:
    """The curve with its axes. `no` is its number in the block; the dots stand at the last pass."""
    several = len(curves.names) > 1
    axis = f" <small>{escape(words['log_axis'])}</small>" if curves.log else ""
    names = [f'<b class="line-{at % 4}">{escape(name)}</b>' for at, name in enumerate(curves.names)]
    title = f'<p class="named{" legend" if several else ""}">{" ".join(names)}{axis}</p>'
    dense = " dense" if max(map(len, curves.lines)) > _DENSE else ""
    paths = "".join(f'<path class="line-{at % 4}{dense}" d="{_path(line)}"/>' for at, line in enumerate(curves.lines))
    dots = "".join(_dot(line, at) for at, line in enumerate(curves.lines))
    first, last = _ends(curves)
    track = happened.tracks[curves.track]
    said = words["curve"].format(
        names=", ".join(curves.names), first=number(_of(curves, 0)), last=number(_of(curves, -1))
    )
    return (
        f'<div class="curve" data-curve="{no}" role="img" aria-label="{escape(said)}">{title}'
        f'<span class="most">{number(curves.most)}</span><span class="least">{number(curves.least)}</span>'
        f'<div class="field"><svg viewBox="0 0 {SIDE} {SIDE}" preserveAspectRatio="none">{paths}</svg>'
        f'<i class="at" style="left:100%"></i>{dots}</div>'
        f'<span class="from">{escape(_end(happened, curves.track, first))}</span>'
        f'<span class="axis">{escape(one_line(track.loop.name or words["training_step"], 24))}</span>'
        f'<span class="to">{escape(_end(happened, curves.track, last))}</span></div>'
    )


def _of(curves: Curves, at: int) -> float:
    return curves.lines[0][at].loss


def _ends(curves: Curves) -> tuple[int, int]:
    passes = [point.at for line in curves.lines for point in line]
    return min(passes), max(passes)


def _end(happened: Happened, track: int, at: int) -> str:
    """What an end of the axis is called: what the loop's variable held there, where that is short."""
    loop = happened.tracks[track].loop
    labels = dict(zip(loop.passes, loop.labels, strict=False)) if loop.name else {}
    label = one_line(labels.get(at, str(at)), 99)
    return label if len(label) <= 8 else str(at)


def _dot(line: Sequence[Point], no: int) -> str:
    x, y = (line[-1].x, line[-1].y) if line[-1].y is not None else (SIDE, SIDE)
    gone = " hidden" if line[-1].y is None else ""
    return f'<i class="dot line-{no % 4}" style="left:{x / 10:g}%;top:{(y or 0) / 10:g}%"{gone}></i>'


def _path(line: Sequence[Point]) -> str:
    """The points as a path; one that is no number leaves a gap."""
    drawn, down = [], False
    for point in line:
        if point.y is not None:
            drawn.append(f"{'L' if down else 'M'}{point.x} {point.y}")
        down = point.y is not None
    return "".join(drawn)


def number(value: float) -> str:
    """A number of an axis, in few digits."""
    if not math.isfinite(value):
        return str(value)
    if 100 <= abs(value) < 100_000:
        return f"{value:.0f}"
    return f"{value:.2g}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")


def has_curve(trace: Trace) -> bool:
    """Whether a training is long enough for one."""
    return len(trace.steps) >= FEWEST
