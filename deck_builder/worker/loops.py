"""The loops of a watched block, while they run: which pass is going on, and which passes are kept.

Every pass is kept, then every second, every fourth; besides them the first, the last and those of `spikes`. A pass is
kept only where the pass of the loop around it is. Of a loop whose length is known most passes need not be recorded: its
own code counts them, and calls no one until the `next` that may be kept. Of any other each pass may be the last.
"""

from __future__ import annotations

import sys
from math import ceil
from typing import Any, Final, Protocol

from deck_builder.worker.rounds import measured

MOST: Final = 256
"""Passes of a loop that are kept."""

MOST_SPIKES: Final = 32

MOST_SENT: Final = 40_000
"""Values of all that is kept of a block, lit lines and training each: one frame holds them."""

_WIDEST = 20


class Missed(Protocol):
    """Knows what to tell of a pass of which nothing was recorded, and which is to be kept."""

    def meanwhile(self, at: int) -> None:
        """Tell what is there now and will not be when the pass is over."""

    def afterwards(self, at: int) -> None:
        """Tell the rest, when it has just been."""


class Loop:
    """A loop in some lines, or a function of which each call is a pass. `parent` is the loop around it, if any.

    The pass that goes on is number `at`, and the last that was recorded is `recorded`.
    """

    def __init__(self, line: int, last: int, name: str, parent: Loop | None) -> None:
        self.line, self.last, self.name, self.written_parent = line, last, name, parent
        self.missed: Missed | None = None
        self.reset()

    def reset(self) -> None:
        """Forget what ran."""
        self.at = self.next = self.recorded = self._end = self._missed = -1
        self._stride, self._passes, self.parent = 1, 1, self.written_parent
        self.passes: dict[int, tuple[int, str]] = {}  # of each that is kept so far: the parent's, and its label
        self._spikes: dict[int, float] = {}

    @property
    def records(self) -> bool:
        """Whether the pass that goes on is recorded."""
        return self.at == self.recorded

    def run(self, value: Any) -> Any:
        """Know what the loop is about to go through; it goes through what is given back."""
        through, passes = measured(value)
        parent = self.parent
        if self.at < 0 and passes > 0:
            self._passes = passes
            self._stride = stride(self._expected, MOST)
        if parent and not parent.records:
            self.next = sys.maxsize  # within a pass that is not kept none of its own is
            return through
        self._end = sys.maxsize if parent and not parent._may_be_last else self.at + passes if passes >= 0 else -1
        self.next = self._after(self.at)
        return through

    def begin(self, variable: object, *, is_apart: bool = False) -> None:
        """Begin to record a pass, with what the loop's variable holds; one `is_apart` from the parent's."""
        at, parent, before = self.at, self.parent, self.recorded
        if before >= 0 and (self._stride > 1 or parent) and not self.keeps(before, ended=True):
            self.passes.pop(before, None)
        self.recall()
        if parent is None or is_apart or parent.records:
            self.recorded = at
            self._keep(variable, None if is_apart else parent)
            if len(self.passes) > MOST + len(self._spikes):
                self.thin()
        self.next = self._after(at)

    def recall(self) -> None:
        """Once a pass is over of which nothing was recorded, and which is to be kept: have told what there still is."""
        if self._missed >= 0 and self.missed:
            self.missed.afterwards(self._missed)
        self._missed = -1

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
        if not self.records:
            self._keep(vars(sys.modules["__main__"]).get(self.name), self.parent)
            self._missed, self.next = self.at, self.at + 1
            if self.missed:
                self.missed.meanwhile(self.at)

    def _keep(self, variable: object, parent: Loop | None) -> None:
        self.passes[self.at] = (parent.at if parent else -1, "" if variable is None else _label(variable))

    @property
    def _may_be_last(self) -> bool:
        return self._end < 0 or self.at == self._end

    def _after(self, at: int) -> int:
        """The next pass that may be kept."""
        if self._end <= at:
            return at + 1
        return min(at - at % self._stride + self._stride, self._end)

    @property
    def _expected(self) -> int:
        """How many passes there will be within those of the loop around it that are kept."""
        around = self.parent
        return self._passes * (ceil(around._expected / around._stride) if around else 1)

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
        self.recorded = -1

    def begin(self) -> None:
        """Count one more."""
        self.at = self.recorded = self.at + 1
        if self.at >= MOST * self._stride:
            self._stride *= 2

    def keeps(self, at: int, *, ended: bool = False) -> bool:
        """Whether one of them is kept; the last one is until it has `ended`."""
        return not at % self._stride or at in self._spikes or (at == self.at and not ended)

    def spike(self, size: float) -> None:
        """Keep the last one, if no more than a few others are more telling."""
        spike(self._spikes, self.at, size)


def stride(passes: int, most: int) -> int:
    """The smallest power of two by which so many passes are no more than some."""
    return 1 << max(0, ceil(passes / most) - 1).bit_length()


def spike(spikes: dict[int, float], at: int, size: float) -> None:
    """Add one to a few that are kept besides the others, by how telling they are."""
    spikes[at] = max(size, spikes.get(at, 0.0))
    if len(spikes) > MOST_SPIKES:
        del spikes[min(spikes, key=lambda one: spikes[one])]
