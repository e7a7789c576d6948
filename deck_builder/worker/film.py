"""A figure that is drawn again and again -> a bounded set of its frames, all of one size.

They are thinned while they come, without knowing how many will: every one is kept, then every second, every fourth.
"""

from __future__ import annotations

import io
import pickle
import re
from base64 import b64encode
from typing import Any, NamedTuple

from deck_builder.worker.drawing import DPI, MAX_INCHES, check_size, png, svg
from deck_builder.worker.glyphs import told_once
from deck_builder.worker.weight import flatten, lighten

_MAX_TOTAL = 3 << 20  # characters of all frames: what is heavier than its share becomes pixels
_PAD = 3.6
_PT = 72
_PX_PER_PT = 96 / 72
_VIEW = re.compile(r'width="[\d.]+pt" height="[\d.]+pt" viewBox="[^"]*"')


class _Frame(NamedTuple):
    """The frame `no`, from 1, drawn in a pass of a loop; `box` is where there is something in it, in points.

    That is left, top, right, bottom.
    """

    no: int
    at: int
    svg: str
    box: tuple[float, float, float, float]


class Reel(NamedTuple):
    """The frames of a film as SVG documents of one size in CSS pixels, with their numbers, and passes of a loop."""

    frames: list[str]
    numbers: list[int]
    width: float
    height: float
    passes: list[int]


class Film:
    """The frames of one figure, at `most` so many. `lines` are those of the block that made them."""

    def __init__(self, most: int, *, pixels: bool) -> None:
        self.lines: set[int] = set()
        self.count = 0
        self._most, self._pixels, self._flat = most, pixels, False
        self._stride, self._at = 1, -1
        self._kept: list[_Frame] = []
        self._latest: _Frame | bytes

    def take(self, figure: Any, lines: list[int], at: int = -1) -> None:
        """Take the figure as it is now for a frame, in a pass of a loop."""
        self.lines.update(lines)
        self._at = at
        self.count += 1
        if (self.count - 1) % self._stride:
            self._latest = _copy(figure) or self._draw(figure, self.count)
        else:
            self._latest = frame = self._draw(figure, self.count)
            self._kept.append(frame)
            if len(self._kept) >= self._most:  # the last one of all needs a place, too
                self._kept = self._kept[::2]
                self._stride *= 2
        figure.stale = False  # what changes it from here on is of the next frame

    def reel(self, figure: Any) -> Reel:
        """The film, of which the figure as it stands in the end is the last frame; an emptied one is not."""
        last, frames = self._last(figure), self._kept
        if last.no > frames[-1].no:
            frames = [*(frames if last.svg != frames[-1].svg else frames[:-1]), last]
        left, top = (min(frame.box[at] for frame in frames) - _PAD for at in (0, 1))
        right, bottom = (max(frame.box[at] for frame in frames) + _PAD for at in (2, 3))
        width, height = right - left, bottom - top
        if max(width, height) > MAX_INCHES * _PT:
            raise ValueError("these frames are too large: something is drawn far outside of the figure")
        view = f'width="{width:.2f}pt" height="{height:.2f}pt" viewBox="{left:.2f} {top:.2f} {width:.2f} {height:.2f}"'
        documents = [_VIEW.sub(view, frame.svg, count=1) for frame in frames]
        numbers = [frame.no for frame in frames]
        size = round(width * _PX_PER_PT, 2), round(height * _PX_PER_PT, 2)
        return Reel(documents, numbers, *size, [frame.at for frame in frames])

    def _last(self, figure: Any) -> _Frame:
        if figure.stale and any(axes.has_data() for axes in figure.axes):
            return self._draw(figure, self.count + 1)
        if isinstance(self._latest, bytes):
            return self._draw(pickle.loads(self._latest) if figure.stale else figure, self.count)
        return self._latest

    def _draw(self, figure: Any, no: int) -> _Frame:
        check_size(figure)
        with told_once():
            text = "" if self._pixels else self._shapes(figure)
            if len(text) > _MAX_TOTAL // self._most:
                self._pixels = True
            if self._pixels:
                text = _picture(figure)
            box = figure.get_tightbbox()
        height = figure.get_size_inches()[1]
        return _Frame(
            no, self._at, text, (_PT * box.x0, _PT * (height - box.y1), _PT * box.x1, _PT * (height - box.y0))
        )

    def _shapes(self, figure: Any) -> str:
        """The figure as SVG; once one is too heavy, it and all after it have pixels within their axes."""
        lighten(figure)
        if not self._flat:
            text = svg(figure, None)
            if len(text) <= _MAX_TOTAL // self._most:
                return text
            self._flat = True
        flatten(figure)
        return svg(figure, None)


def _picture(figure: Any) -> str:
    """The whole figure as pixels, in an SVG of its size."""
    width, height = (side * _PT for side in figure.get_size_inches())
    href = f"data:image/png;base64,{b64encode(png(figure, None, DPI * 3 // 4)).decode()}"
    size = f'width="{width:g}pt" height="{height:g}pt" viewBox="0 0 {width:g} {height:g}"'
    image = f'<image width="{width:g}" height="{height:g}" href="{href}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{image}</svg>'


def _copy(figure: Any) -> bytes | None:
    """A copy for the case that it turns out to be the last frame, a tenth of the cost of drawing it."""
    canvas, manager = figure.canvas, figure.canvas.manager
    file = io.BytesIO()
    canvas.manager = None  # else a copy would open as a figure of pyplot's
    try:
        pickle.Pickler(file, pickle.HIGHEST_PROTOCOL).dump(figure)
    except Exception:  # slide code may have put anything into it
        return None
    finally:
        canvas.manager = manager
    return file.getvalue()
