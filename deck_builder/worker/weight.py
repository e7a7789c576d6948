"""A figure -> the same one, with what would be too many shapes drawn as pixels: 100 000 points are 10 MB or 20 KB."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import QuadMesh
from matplotlib.spines import Spine
from matplotlib.text import Text

_MOST = 2000
"""Shapes of one kind in one diagram."""
_MOST_POINTS = 20_000
"""Points of all lines and outlines of one kind in one diagram: those of a smooth line are thinned out later."""


def lighten(figure: Any) -> None:
    """Draw as pixels what by a count of its parts would be heavy. Texts and axes stay shapes."""
    if any(axes.name == "3d" for axes in figure.findobj(Axes)):
        figure.draw_without_rendering()  # only then have solids an outline
    for axes in figure.findobj(Axes):
        shapes = axes.collections
        if sum(map(_shapes, shapes)) > _MOST or sum(map(_points, shapes)) > _MOST_POINTS:
            _rasterize(shapes)
        marked = [line for line in axes.lines if line.get_marker() not in (None, "None", "none", "", " ")]
        if _count(marked) > _MOST:
            _rasterize(marked)
        if _count(axes.lines) > _MOST_POINTS:
            _rasterize(axes.lines)
        if len(axes.patches) > _MOST or sum(len(one.get_path().vertices) for one in axes.patches) > _MOST_POINTS:
            _rasterize(axes.patches)


def flatten(figure: Any) -> None:
    """Draw as pixels all that is in the diagrams but their axes and texts."""
    for axes in figure.findobj(Axes):
        _rasterize(one for one in axes.get_children() if not isinstance(one, Axis | Spine | Text | Axes))


def _shapes(collection: Any) -> int:
    if isinstance(collection, QuadMesh):
        return int(collection.get_coordinates().size) // 2  # its paths would have to be made first
    return max(len(collection.get_offsets()), len(collection.get_paths()))


def _points(collection: Any) -> int:
    if isinstance(collection, QuadMesh):
        return 0
    return sum(len(path.vertices) for path in collection.get_paths())


def _count(lines: Iterable[Any]) -> int:
    return sum(len(line.get_xdata(orig=False)) for line in lines)


def _rasterize(artists: Iterable[Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of artists that leave their drawing to one that can: they say they can't
        for artist in artists:
            artist.set_rasterized(True)
