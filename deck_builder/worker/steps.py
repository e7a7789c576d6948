"""What a backward pass computed -> the steps that are kept of the losses of a block, as `Trace`s.

All that is kept are numbers, of at most some hundred steps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from weakref import ref

from deck_builder.worker.captured import SMALL, Numbers, sent, shown
from deck_builder.worker.loops import MOST, MOST_SENT, MOST_SPIKES, Clock, Loop
from deck_builder.worker.protocol import Message

NONE: Final[list[Any]] = []
_SUDDEN: Final = 6.0  # times the usual change of a loss
_USUAL: Final = 8  # changes, after which one knows what is usual


class Step:
    """What one `backward()` computed; `at` is its place among those that are kept or not.

    Gradients and parameters are those of `leaves`, in their order; `updated` are of those with the numbers `which`.
    """

    update_line: int = 0
    lr: Any = None
    which: Sequence[int] = NONE
    updated: Sequence[Any] = NONE

    def __init__(
        self, no: int, at: int, iteration: int, loss: float, leaves: Leaves, grads: list[Any], params: list[Any]
    ) -> None:
        self.no, self.at, self.iteration, self.loss = no, at, iteration, loss
        self.leaves, self.grads, self.params = leaves, grads, params

    def told(self, line: int) -> list[Any]:
        """A `TraceStep`."""
        every = range(len(self.grads))
        some = ((every, self.grads), (every, self.params), (self.which, self.updated))
        grads, params, updated = (
            [[self.leaves.names[at], _shown(one)] for at, one in zip(which, values, strict=True) if one is not None]
            for which, values in some
        )
        lr = None if self.lr is None else sent(float(self.lr))
        return [self.no, line, sent(self.loss), grads, params, self.iteration, lr, updated, self.update_line]

    def weight(self) -> int:
        """About how many values it holds."""
        return 9 + (3 + SMALL) * (len(self.grads) + len(self.params) + len(self.updated))


class Leaves(NamedTuple):
    """The leaves of a loss that have a name and a gradient: small ones first. Nothing here keeps them alive."""

    names: tuple[str, ...] = ()
    refs: tuple[ref[Any], ...] = ()
    small: int = 0


class Loss:
    """The backward passes of one line."""

    def __init__(self, line: int, around: Loop | None) -> None:
        self.line, self.name, self.count = line, "", 0
        self.leaves = Leaves()
        self.steps: list[Step] = []
        self._own = Clock()
        self._clock: Loop | Clock = around or self._own
        self._loss, self._change = math.nan, 0.0

    @property
    def is_looked_at(self) -> bool:
        """Whether it is time to look again what its leaves are, and who updates them: ever more rarely."""
        return self.count & (self.count - 1) == 0

    def add(self, no: int, loss: float, grads: list[Any], params: list[Any]) -> Step:
        """A step more."""
        self.count += 1
        steps, clock = self.steps, self._clock
        if clock is self._own:
            clock.begin()
        at = clock.at
        if steps and steps[-1].at != at and not clock.keeps(steps[-1].at, ended=True):
            steps.pop()
        if size := self._spike(loss):
            clock.spike(size)
        step = Step(no, at, -1 if clock is self._own else at, loss, self.leaves, grads, params)
        steps.append(step)
        if len(steps) > 2 * (MOST + MOST_SPIKES):
            self._thin()
        return step

    def told(self) -> Message:
        """What is kept, as a `Trace`."""
        self._thin()
        while sum(step.weight() for step in self.steps) > MOST_SENT and len(self.steps) > 2:
            self.steps = [*self.steps[:-1][::2], self.steps[-1]]
        steps = [step.told(self.line) for step in self.steps]
        return {"type": "trace", "recording": [self.name or "loss", [self.line], self.count, steps]}

    def _thin(self) -> None:
        self.steps = [step for step in self.steps if self._clock.keeps(step.at)]
        while len(self.steps) > MOST + MOST_SPIKES:  # several in each pass
            self.steps = [*self.steps[:-1][::2], self.steps[-1]]

    def _spike(self, loss: float) -> float:
        """How much more than usual a loss has changed; 0 where that is nothing new."""
        previous, self._loss = self._loss, loss
        change, usual = abs(loss - previous), self._change
        if not math.isfinite(change):
            return math.inf if math.isfinite(previous) and self.count > _USUAL else 0.0
        self._change = 0.9 * usual + 0.1 * change if self.count > _USUAL else change
        return change / usual if usual and change > _SUDDEN * usual and self.count > _USUAL else 0.0


def _shown(of: Any) -> list[Any]:
    return shown(Numbers(of, ()) if isinstance(of, list) else of)
