"""Fonts for what the author's own has not: Chinese in a figure shows whatever font or style its code asks for."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from matplotlib import rcParamsOrig
from matplotlib.font_manager import FontProperties, fontManager

_MISSING = re.compile(r"Glyph (\d+) .*missing from font", re.DOTALL)
_FIND = "_find_fonts_by_props"
_find: Any = getattr(fontManager, _FIND, None)


def install() -> None:
    """Let every text fall back to the fonts of our matplotlibrc: a style sheet names none for Chinese."""
    if _find is None:
        return  # it is not matplotlib's public way: a release may be without it

    def find(prop: Any, *args: Any, **options: Any) -> list[Any]:
        found: list[Any] = _find(prop, *args, **options)
        return [*found, *(font for font in _fallbacks() if font not in found)]

    vars(fontManager)[_FIND] = find


@cache
def _fallbacks() -> list[Any]:
    return list(_find(FontProperties(family=rcParamsOrig["font.family"])))


@contextmanager
def told_once() -> Iterator[None]:
    """Within it, glyphs that no font has are gathered, and warned of once in the end."""
    missing: dict[str, None] = {}
    with warnings.catch_warnings(record=True) as caught:
        yield
    for warning in caught:
        if found := _MISSING.match(str(warning.message)):
            missing[chr(int(found[1]))] = None
        else:
            warnings.showwarning(warning.message, warning.category, warning.filename, warning.lineno)
    if missing:
        signs = " ".join(missing)
        warnings.warn(f"no font of this machine has {signs}: boxes stand in the figure", UserWarning, stacklevel=2)
