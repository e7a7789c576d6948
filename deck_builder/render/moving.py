"""All that changes with the passes of loops -> what the page holds of it for its script. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from deck_builder.model import Animation, Figure, Output
from deck_builder.render.curve import Curves
from deck_builder.render.passes import NAME, Happened, Row, one_line
from deck_builder.render.printed import Printed


def moving_data(
    happened: Happened,
    rows: Iterable[Row],
    prints: Iterable[Printed],
    curves: Iterable[Curves],
    outputs: Iterable[Output],
) -> str:
    """All that moves, as JSON for an attribute in single quotes."""
    shift = happened.block.options.start_line - 1
    tracks = [
        {
            "key": track.key,
            "name": one_line(track.loop.name, NAME),
            "passes": track.loop.passes,
            "labels": [one_line(label, NAME) for label in track.loop.labels],
            "up": track.up,
            "ups": track.loop.parents,
        }
        for track in happened.tracks
    ]
    whole: dict[str, Any] = {
        "tracks": tracks,
        "rows": [_series(row, happened) for row in rows],
        "prints": [[row.track, row.at, row.line + shift, row.text] for row in prints],
        "curves": [_points(one) for one in curves],
        "films": _films(happened, outputs),
    }
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;").replace(">", "&gt;")


def _series(row: Row, happened: Happened) -> list[Any]:
    same = row.track >= 0 and row.passes == happened.tracks[row.track].loop.passes
    return [row.track, None if same else row.passes, row.texts]


def _films(happened: Happened, outputs: Iterable[Output]) -> list[Any]:
    drawn = [output for output in outputs if isinstance(output, Figure | Animation)]
    films = [(no, one) for no, one in enumerate(drawn) if isinstance(one, Animation) and one.passes]
    return [[no, happened.track_of(one.lines[0]), one.passes] for no, one in films if one.lines]


def _points(curves: Curves) -> dict[str, Any]:
    lines = [[[point.at, point.x, point.y] for point in line] for line in curves.lines]
    return {"track": curves.track, "lines": lines}
