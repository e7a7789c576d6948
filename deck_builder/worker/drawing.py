"""A figure -> its SVG and its size on the page. The same figure gives the same text; drawing is matplotlib's own."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from typing import Any, NamedTuple

from matplotlib import rc_context

from deck_builder.worker.glyphs import told_once
from deck_builder.worker.weight import flatten, lighten

MAX_INCHES = 40
DPI = 192
_HEAVY = 1 << 20  # characters of SVG, at which a figure becomes pixels within its axes
_PX_PER_PT = 96 / 72
_NOTES = ("Date", "Creator", "Format", "Type")  # when and by what it was drawn: left out, it is no part of the picture
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # one of them in a title, and XML is none
_SIZE = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)pt"[^>]*>')
_HEIGHT = re.compile(r'<svg\b[^>]*?\bheight="([\d.]+)pt"[^>]*>')


class Drawn(NamedTuple):
    """A figure as an SVG document, `width` by `height` CSS pixels large."""

    svg: str
    width: float
    height: float


def is_empty(figure: Any) -> bool:
    """Whether a figure holds nothing but its own background."""
    return len(figure.get_children()) < 2


def check_size(figure: Any) -> None:
    """Raise `ValueError` for a figure of an unusable size."""
    width, height = figure.get_size_inches()
    if not 0 < min(width, height) <= max(width, height) <= MAX_INCHES:  # so written, nan is refused too
        raise ValueError(f"this figure is {width:g} × {height:g} inches; a slide takes up to {MAX_INCHES}")


def draw(figure: Any, *, pixels: bool) -> Drawn:
    """Draw a figure, all of it as `pixels` or only what would be too heavy. Raises `ValueError` on an unusable size."""
    check_size(figure)
    with told_once():
        drawn = _pixels(figure, "tight") if pixels else _shapes(figure)
        if max(drawn.width, drawn.height) > MAX_INCHES * 96:  # one stray label, far outside
            drawn = _pixels(figure, None) if pixels else _sized(svg(figure, None))
    if min(drawn.width, drawn.height) <= 0:
        raise ValueError("this figure has no size")
    return drawn


def svg(figure: Any, bbox: str | None) -> str:
    """The figure as an SVG document."""
    file = io.StringIO()
    with rc_context({"svg.hashsalt": "deck", "svg.fonttype": "path"}):
        figure.savefig(file, format="svg", metadata=dict.fromkeys(_NOTES), bbox_inches=bbox, pad_inches=0.05)
    return _UNWRITABLE.sub("", file.getvalue())


def png(figure: Any, bbox: str | None, dpi: int) -> bytes:
    """The figure as pixels."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=dpi, metadata={"Software": None}, bbox_inches=bbox, pad_inches=0.05)
    return file.getvalue()


def _shapes(figure: Any) -> Drawn:
    lighten(figure)
    text = svg(figure, "tight")
    if len(text) > _HEAVY:
        flatten(figure)
        text = svg(figure, "tight")
    return _sized(text)


def _sized(text: str) -> Drawn:
    found = _SIZE.search(text), _HEIGHT.search(text)
    width, height = (float(match[1]) * _PX_PER_PT if match else 0.0 for match in found)
    return Drawn(text, round(width, 2), round(height, 2))


def _pixels(figure: Any, bbox: str | None) -> Drawn:
    """The figure as a picture of pixels, in an SVG that holds nothing else."""
    data = png(figure, bbox, DPI)
    size = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))  # the header of a PNG
    width, height = (side * 96 / DPI for side in size)
    href = f"data:image/png;base64,{b64encode(data).decode()}"
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    return Drawn(f'{opening}<image width="{width}" height="{height}" href="{href}"/></svg>', width, height)
