"""matplotlib's backend on a slide: a figure that is shown, or left open at a block's end -> SVG for the recorder.

Here is only when a figure is taken, once, and what lines made it.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from functools import partial
from typing import Any

from matplotlib import rcParams
from matplotlib._pylab_helpers import Gcf
from matplotlib.artist import Artist
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from deck_builder.worker import glyphs
from deck_builder.worker.drawing import draw, is_empty
from deck_builder.worker.film import Film
from deck_builder.worker.moving import animations_of, is_moving, run
from deck_builder.worker.recorder import current

# matplotlibrc names fonts of three systems: that some are missing here is no news
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

glyphs.install()


class SlideManager(FigureManagerBase):  # type: ignore[misc,unused-ignore]  # matplotlib is not typed here
    """A figure of pyplot's, with the block and the line that made it."""

    def __init__(self, canvas: Any, num: int | str) -> None:
        super().__init__(canvas, num)
        recorder = current()
        self.film: Film | None = None
        self.made_in = recorder.place.id if recorder.place else ""
        self.made_at = recorder.here()
        figure, drawing = canvas.figure, recorder.drawing
        if tuple(figure.get_size_inches()) == tuple(rcParams["figure.figsize"]):  # its code says no size of its own
            width, height = figure.get_size_inches()
            figure.set_size_inches(drawing.width or width, drawing.height or height, forward=False)

    def show(self) -> None:
        """`figure.show()`: take this figure."""
        _take(self, current().here())

    def destroy(self) -> None:
        """`plt.close()`: a figure that was watched as it changed leaves its film; any other was not to be seen."""
        if self.film:
            _take(self, [])

    def expose(self) -> None:
        """Take the figure for a frame of its film, if it has changed."""
        canvas: Any = self.canvas
        figure = canvas.figure
        if not is_empty(figure) and (figure.stale or canvas.fresh):
            self.film = self.film or _film()
            lines = current().here()
            self.film.take(figure, lines, current().pass_of(lines))
            canvas.fresh = False

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        """`plt.show()`: take every open figure. One that need not wait (`plt.pause`) is still being drawn."""
        if block is not False:
            show_all()


class SlideCanvas(FigureCanvasAgg):  # type: ignore[misc]
    """A canvas nobody watches: it is drawn when its figure is taken, or when slide code waits for it to be seen."""

    manager_class = SlideManager
    fresh = False

    def draw(self) -> None:
        """Draw now."""
        super().draw()
        self.fresh = True

    def draw_idle(self, *args: Any, **options: Any) -> None:
        """Draw later."""

    def start_event_loop(self, timeout: float = 0) -> None:
        """Wait for no one: `plt.pause` makes a frame of every figure that has changed."""
        for manager in Gcf.get_all_fig_managers():
            if isinstance(manager, SlideManager):
                manager.expose()

    def flush_events(self) -> None:
        """The other way to let a figure be seen between two changes."""
        self.start_event_loop()


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
    figure = value._fig if is_moving(value) else value  # type: ignore[attr-defined]
    if isinstance(figure, Figure):
        manager = figure.canvas.manager
        if manager in Gcf.figs.values():
            _take(manager, current().here())
        else:
            _record(figure, current().here())
        return True
    drawn = value if isinstance(value, list | tuple) else [value]
    return bool(drawn) and all(isinstance(one, Artist | ExitStack) for one in drawn)  # the latter by plt.ioff()


def _take(manager: Any, lines: list[int]) -> None:
    place = current().place
    made_here = place and getattr(manager, "made_in", "") == place.id  # a figure of another backend knows no line
    film = getattr(manager, "film", None)
    manager.film = None
    Gcf.destroy(manager)
    _record(manager.canvas.figure, sorted({*lines, *manager.made_at}) if made_here else lines, film)


def _record(figure: Any, lines: list[int], film: Film | None = None) -> None:
    recorder = current()
    if moving := animations_of(figure):
        film = film or _film()
        run(moving, partial(film.take, figure, []))
    if film and film.count:
        reel = film.reel(figure)
        if len(reel.frames) > 1:
            recorder.animation(*reel, sorted({*lines, *film.lines}))
            return
    if not is_empty(figure):
        recorder.figure(*draw(figure, pixels=recorder.drawing.pixels), lines)


def _film() -> Film:
    drawing = current().drawing
    return Film(drawing.frames, pixels=drawing.pixels)
