"""What a backward pass computed -> the steps that are kept of the losses of a block, as `Trace`s.

All that is kept are numbers, of at most some hundred steps.
"""

from __future__ import annotations

import math
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

    Gradients and parameters are those of `leaves`, in their order, of large ones the gradient's norm alone; `updated`
    are of those with the numbers `which`.
    """

    __slots__ = ("at", "grads", "leaves", "loss", "lr", "no", "params", "update_line", "updated", "which")

    def fill(self, no: int, at: int, loss: float, leaves: Leaves, grads: list[Any], params: list[Any]) -> None:
        """Hold this now, and nothing of what was held before."""
        self.no, self.at, self.loss, self.leaves, self.grads, self.params = no, at, loss, leaves, grads, params
        self.update_line, self.lr, self.which, self.updated = 0, None, NONE, NONE

    def told(self, line: int, *, is_in_loop: bool) -> list[Any]:
        """A `TraceStep`."""
        names, small = self.leaves.names, self.leaves.small
        pairs = zip(names, self.grads, strict=True)
        grads = [[name, _shown(one) if at < small else _norm(one)] for at, (name, one) in enumerate(pairs)]
        params = [[name, _shown(one)] for name, one in zip(names, self.params, strict=False)]
        updated = [[names[at], _shown(one)] for at, one in zip(self.which, self.updated, strict=True)]
        lr = None if self.lr is None else sent(float(self.lr))
        iteration = self.at if is_in_loop else -1
        return [self.no, line, sent(self.loss), grads, params, iteration, lr, updated, self.update_line]

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

    def __init__(self, line: int, around: Loop | None, *, is_told: bool) -> None:
        """`around` counts its passes, if any loop does; whether that loop `is_told` of."""
        self.line, self.name, self.count = line, "", 0
        self.leaves = Leaves()
        self.steps: list[Step] = []
        clock = Clock()
        self._own = None if around else clock
        self._clock: Loop | Clock = around or clock
        self._is_told = is_told
        self._no, self._loss, self._change = 0, math.nan, 0.0

    @property
    def is_looked_at(self) -> bool:
        """Whether it is time to look again what its leaves are, and who updates them: ever more rarely."""
        return self.count & (self.count - 1) == 0

    def wants(self, no: int, loss: float) -> bool:
        """Be told of a step more; whether the rest of it is to be kept."""
        if self._own:
            self._own.begin()
        self.count += 1
        previous, usual = self._loss, self._change
        self._no, self._loss = no, loss
        change = loss - previous if loss >= previous else previous - loss
        if self.count > _USUAL and change <= _SUDDEN * usual:
            self._change = 0.9 * usual + 0.1 * change
        elif size := self._spike(change, previous):
            self._clock.spike(size)
            return True
        clock = self._clock
        return clock.at == clock.recorded

    def add(self, grads: list[Any], params: list[Any]) -> Step:
        """The rest of the step."""
        steps, clock = self.steps, self._clock
        at = clock.at
        if steps and (step := steps[-1]).at != at and not clock.keeps(step.at, ended=True):
            pass  # its place is free
        else:
            if len(steps) > 2 * (MOST + MOST_SPIKES):
                self._thin()
                steps = self.steps
            step = Step()
            steps.append(step)
        step.fill(self._no, at, self._loss, self.leaves, grads, params)
        return step

    def told(self) -> Message:
        """What is kept, as a `Trace`."""
        if not self.steps or self.steps[-1].no != self._no:  # what ended the loop was not to be known
            self.leaves = Leaves()
            self.add(NONE, NONE)
        self._thin()
        while sum(step.weight() for step in self.steps) > MOST_SENT and len(self.steps) > 2:
            self.steps = [*self.steps[:-1][::2], self.steps[-1]]
        steps = [step.told(self.line, is_in_loop=self._is_told) for step in self.steps]
        return {"type": "trace", "recording": [self.name or "loss", [self.line], self.count, steps]}

    def _thin(self) -> None:
        self.steps = [step for step in self.steps if self._clock.keeps(step.at)]
        while len(self.steps) > MOST + MOST_SPIKES:  # several in each pass
            self.steps = [*self.steps[:-1][::2], self.steps[-1]]

    def _spike(self, change: float, previous: float) -> float:
        """How much more than usual a loss has changed; 0 where that is nothing new."""
        usual = self._change
        if not math.isfinite(change):
            return math.inf if math.isfinite(previous) and self.count > _USUAL else 0.0
        self._change = 0.9 * usual + 0.1 * change if self.count > _USUAL else change
        return change / usual if usual and change > _SUDDEN * usual and self.count > _USUAL else 0.0


def _shown(of: Any) -> list[Any]:
    return shown(Numbers(of, ()) if isinstance(of, list) else of)


def _norm(of: float) -> list[Any]:
    return [f"‖·‖ {of:.5g}", None]
