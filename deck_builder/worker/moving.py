"""matplotlib's own animations of a figure -> its film: each is run to its end, as `save` does, and nothing waits."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

_ENDLESS = 100
"""Frames of an animation that says no end."""


class _EnoughError(Exception):
    """Leaves an animation that would go on."""


def is_moving(value: object) -> bool:
    """Whether a value is an animation of matplotlib's; it is not imported for that."""
    module = sys.modules.get("matplotlib.animation")
    return module is not None and isinstance(value, module.Animation)


def animations_of(figure: Any) -> list[Any]:
    """The animations that slide code holds on to, and that will draw on a figure."""
    listeners = figure.canvas.callbacks.callbacks.get("close_event", {}).values()
    owners = [getattr(listener(), "__self__", None) for listener in listeners]
    return list(dict.fromkeys(owner for owner in owners if is_moving(owner)))


def run(animations: list[Any], grab: Callable[[], None]) -> None:
    """Run animations of one figure together; `grab` is called when a frame is complete."""
    from matplotlib.animation import AbstractMovieWriter

    class Writer(AbstractMovieWriter):
        """Writes nothing: it only sees the frames."""

        def setup(self, fig: Any, outfile: Any, dpi: Any = None) -> None:
            self.fig, self.left = fig, _ENDLESS if _is_endless(animations[0]) else sys.maxsize

        def grab_frame(self, **options: Any) -> None:
            grab()
            self.left -= 1
            if not self.left:
                raise _EnoughError

        def finish(self) -> None:
            """There is nothing to finish."""

    with suppress(_EnoughError):
        animations[0].save("", writer=Writer(), extra_anim=animations[1:])


def _is_endless(animation: Any) -> bool:
    return getattr(animation, "_save_count", _ENDLESS) is None  # where it is known, matplotlib counts
