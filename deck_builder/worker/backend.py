"""matplotlib's backend on a slide: a figure that is shown, or left open at a block's end -> SVG for the recorder.

Here is only when a figure is taken, once, and what lines made it.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from typing import Any

from matplotlib import rcParams
from matplotlib._pylab_helpers import Gcf
from matplotlib.artist import Artist
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from deck_builder.worker import glyphs
from deck_builder.worker.drawing import draw, is_empty
from deck_builder.worker.recorder import current

# matplotlibrc names fonts of three systems: that some are missing here is no news
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

glyphs.install()


class SlideManager(FigureManagerBase):  # type: ignore[misc,unused-ignore]  # matplotlib is not typed here
    """A figure of pyplot's, with the block and the line that made it."""

    def __init__(self, canvas: Any, num: int | str) -> None:
        super().__init__(canvas, num)
        recorder = current()
        self.made_in = recorder.place.id if recorder.place else ""
        self.made_at = recorder.here()
        figure, drawing = canvas.figure, recorder.drawing
        if tuple(figure.get_size_inches()) == tuple(rcParams["figure.figsize"]):  # its code says no size of its own
            width, height = figure.get_size_inches()
            figure.set_size_inches(drawing.width or width, drawing.height or height, forward=False)

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
    recorder = current()
    if not is_empty(figure):
        recorder.figure(*draw(figure, pixels=recorder.drawing.pixels), lines)
