"""The loops of a watched block, while they run: which pass is going on, and which passes are kept.

How many passes there will be nobody knows: every one is kept, then every second, every fourth; besides them the first,
the last and those of `spikes`. A pass is kept only where the pass of the loop around it is.
"""

from __future__ import annotations

from typing import Final

MOST: Final = 256
"""Passes of a loop that are kept."""

MOST_SPIKES: Final = 32

MOST_SENT: Final = 40_000
"""Values of all that is kept of a block, lit lines and training each: one frame holds them."""

_WIDEST = 20


class Loop:
    """A loop in some lines, or a function of which each call is a pass. `parent` is the loop around it, if any."""

    def __init__(self, line: int, last: int, name: str, parent: Loop | None) -> None:
        self.line, self.last, self.name, self.written_parent = line, last, name, parent
        self.reset()

    def reset(self) -> None:
        """Forget what ran."""
        self.at, self._stride, self.parent = -1, 1, self.written_parent
        self.passes: dict[int, tuple[int, str]] = {}  # of each that is kept so far: the parent's, and its label
        self._spikes: dict[int, float] = {}

    def begin(self, variable: object) -> None:
        """Begin a pass, with what the loop's variable holds."""
        at, passes, parent = self.at, self.passes, self.parent
        if (self._stride > 1 or parent) and not self.keeps(at, ended=True):
            passes.pop(at, None)
        self.at = at + 1
        passes[at + 1] = (parent.at if parent else -1, "" if variable is None else _label(variable))
        if len(passes) > MOST + len(self._spikes):
            self.thin()

    def keeps(self, at: int, *, ended: bool = False) -> bool:
        """Whether a pass is kept; the last one is until it has `ended`."""
        if at % self._stride and at not in self._spikes and (ended or at != self.at):
            return False
        if self.parent is None:
            return True
        around = self.passes.get(at)
        return around is not None and (around[0] < 0 or self.parent.keeps(around[0]))

    def spike(self, size: float) -> None:
        """Keep the pass that is going on, if no more than a few others are more telling."""
        if self.parent:
            self.parent.spike(size)
        spike(self._spikes, self.at, size)

    def coarsen(self) -> bool:
        """Keep half as many passes; whether that made a difference."""
        self._stride *= 2
        count = len(self.passes)
        self.thin()
        return len(self.passes) < count

    def thin(self) -> None:
        """Keep no more passes than may be kept."""
        while True:
            self.passes = {at: told for at, told in self.passes.items() if self.keeps(at)}
            if len(self.passes) <= MOST + len(self._spikes):
                return
            self._stride *= 2


def _label(variable: object) -> str:
    kind = type(variable)
    if kind is float:
        return f"{variable:.5g}"
    return str(variable)[:_WIDEST] if kind in (int, str, bool) else ""


class Clock:
    """Counts what no loop is known of; keeps as a loop does."""

    def __init__(self) -> None:
        self.at, self._stride, self._spikes = -1, 1, dict[int, float]()

    def begin(self) -> None:
        """Count one more."""
        self.at += 1
        if self.at >= MOST * self._stride:
            self._stride *= 2

    def keeps(self, at: int, *, ended: bool = False) -> bool:
        """Whether one of them is kept; the last one is until it has `ended`."""
        return not at % self._stride or at in self._spikes or (at == self.at and not ended)

    def spike(self, size: float) -> None:
        """Keep the last one, if no more than a few others are more telling."""
        spike(self._spikes, self.at, size)


def spike(spikes: dict[int, float], at: int, size: float) -> None:
    """Add one to a few that are kept besides the others, by how telling they are."""
    spikes[at] = max(size, spikes.get(at, 0.0))
    if len(spikes) > MOST_SPIKES:
        del spikes[min(spikes, key=lambda one: spikes[one])]
