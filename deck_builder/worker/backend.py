"""matplotlib's backend on a slide: a figure that is shown, or left open at a block's end -> SVG for the recorder.

Drawing is matplotlib's own Agg and SVG; here is only when a figure is taken, once, and what lines made it.
"""

from __future__ import annotations

import io
import logging
import re
from contextlib import ExitStack
from typing import Any

from matplotlib import rc_context
from matplotlib._pylab_helpers import Gcf
from matplotlib.artist import Artist
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from deck_builder.worker.recorder import current
from deck_builder.worker.weight import flatten, lighten

# matplotlibrc names fonts of three systems: that some are missing here is no news
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

_MAX_INCHES = 40
_HEAVY = 1 << 20  # characters of SVG, at which a figure becomes pixels within its axes
_PX_PER_PT = 96 / 72
_NOTES = ("Date", "Creator", "Format", "Type")  # when and by what it was drawn: left out, it is no part of the picture
_SIZE = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)pt"[^>]*>')
_HEIGHT = re.compile(r'<svg\b[^>]*?\bheight="([\d.]+)pt"[^>]*>')


class SlideManager(FigureManagerBase):  # type: ignore[misc,unused-ignore]  # matplotlib is not typed here
    """A figure of pyplot's, with the block and the line that made it."""

    def __init__(self, canvas: Any, num: int | str) -> None:
        super().__init__(canvas, num)
        recorder = current()
        self.made_in = recorder.place.id if recorder.place else ""
        self.made_at = recorder.here()

    def show(self) -> None:
        """`figure.show()`: take this figure."""
        _take(self, current().here())

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        """`plt.show()`: take every open figure. One that need not wait (`plt.pause`) is still being drawn."""
        if block is not False:
            show_all()


class SlideCanvas(FigureCanvasAgg):  # type: ignore[misc]
    """A canvas nobody watches: it is drawn when its figure is taken."""

    manager_class = SlideManager

    def draw_idle(self, *args: Any, **options: Any) -> None:
        """Draw later."""

    def start_event_loop(self, timeout: float = 0) -> None:
        """Wait for no one."""


FigureCanvas = SlideCanvas
FigureManager = SlideManager


def show_all() -> None:
    """Take every open figure, in the order they were made, and close them. Raises what drawing raises."""
    lines = current().here()
    try:
        for manager in Gcf.get_all_fig_managers():
            _take(manager, lines)
    finally:
        Gcf.destroy_all()


def show_value(value: object) -> bool:
    """Take a trailing expression that is a figure; whether it is one, or only the handle of something drawn."""
    if isinstance(value, Figure):
        manager = value.canvas.manager
        if manager in Gcf.figs.values():
            _take(manager, current().here())
        else:
            _record(value, current().here())
        return True
    drawn = value if isinstance(value, list | tuple) else [value]
    return bool(drawn) and all(isinstance(one, Artist | ExitStack) for one in drawn)  # the latter by plt.ioff()


def _take(manager: Any, lines: list[int]) -> None:
    place = current().place
    made_here = place and getattr(manager, "made_in", "") == place.id  # a figure of another backend knows no line
    Gcf.destroy(manager)
    _record(manager.canvas.figure, sorted({*lines, *manager.made_at}) if made_here else lines)


def _record(figure: Any, lines: list[int]) -> None:
    if len(figure.get_children()) < 2:
        return  # nothing but its own background
    width, height = figure.get_size_inches()
    if not 0 < min(width, height) <= max(width, height) <= _MAX_INCHES:  # so written, nan is refused too
        raise ValueError(f"this figure is {width:g} × {height:g} inches; a slide takes up to {_MAX_INCHES}")
    lighten(figure)
    svg = _svg(figure, "tight")
    if len(svg) > _HEAVY:
        flatten(figure)
        svg = _svg(figure, "tight")
    if max(_size(svg)) > _MAX_INCHES * 96:
        svg = _svg(figure, None)  # one stray label, far outside
    if min(_size(svg)) <= 0:
        raise ValueError("this figure has no size")
    current().figure(svg, *_size(svg), lines)


def _svg(figure: Any, bbox: str | None) -> str:
    """The figure as an SVG document; the same figure gives the same text."""
    file = io.StringIO()
    with rc_context({"svg.hashsalt": "deck", "svg.fonttype": "path"}):
        figure.savefig(file, format="svg", metadata=dict.fromkeys(_NOTES), bbox_inches=bbox, pad_inches=0.05)
    return file.getvalue()


def _size(svg: str) -> tuple[float, float]:
    """Width and height in CSS pixels."""
    found = _SIZE.search(svg), _HEIGHT.search(svg)
    width, height = (float(match[1]) * _PX_PER_PT if match else 0.0 for match in found)
    return round(width, 2), round(height, 2)
