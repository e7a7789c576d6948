"""`backward()` and `step()` of slide code -> how a block trains: its losses, gradients and parameters, step by step.

Nothing of it is seen by slide code: see backward.py. All that is kept are numbers, of at most some hundred steps.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType
from typing import Any, Final
from weakref import ref

from deck_builder.worker.afterwards import after_import
from deck_builder.worker.backward import observe
from deck_builder.worker.captured import SMALL, Said, Taken, sent, shown, taken
from deck_builder.worker.loops import MOST, MOST_SPIKES, Loop
from deck_builder.worker.naming import names_of
from deck_builder.worker.place import Place
from deck_builder.worker.protocol import Message
from deck_builder.worker.watch import Watch, going_back

_MOST_LEAVES: Final = 24
_MOST_NODES: Final = 5000
_MOST_SENT: Final = 40_000
_SUDDEN: Final = 6.0  # times the usual change of a loss
_USUAL: Final = 8  # changes, after which one knows what is usual


class Step:
    """What one `backward()` computed; `at` is its place among those that are kept or not."""

    __slots__ = ("at", "grads", "iteration", "line", "loss", "lr", "no", "params", "update_line", "updated")

    def __init__(self, no: int, line: int, at: int, iteration: int, loss: float) -> None:
        self.no, self.line, self.at, self.iteration, self.loss = no, line, at, iteration, loss
        self.grads: list[tuple[str, Taken]] = []
        self.params: list[tuple[str, Taken]] = []
        self.updated: list[tuple[str, Taken]] = []
        self.lr: float | None = None
        self.update_line = 0

    def told(self) -> list[Any]:
        """A `TraceStep`."""
        grads, params, updated = (
            [[name, shown(one)] for name, one in some] for some in (self.grads, self.params, self.updated)
        )
        lr = None if self.lr is None else sent(self.lr)
        return [self.no, self.line, sent(self.loss), grads, params, self.iteration, lr, updated, self.update_line]

    def weight(self) -> int:
        """About how many values it holds."""
        return 9 + sum(3 + SMALL for some in (self.grads, self.params, self.updated) for _ in some)


class Loss:
    """The backward passes of one line."""

    def __init__(self, line: int, around: Loop | None) -> None:
        self.line, self.name, self.count = line, "", 0
        self.leaves: list[tuple[str, ref[Any]]] = []
        self.steps: list[Step] = []
        self.around, self._own = around, Loop(line, line, "", None)
        self._loss, self._change = math.nan, 0.0

    def add(self, no: int, loss: float) -> Step:
        """Begin a step."""
        self.count += 1
        if self.around is None:
            self._own.begin(None)
        clock = self.around or self._own
        if self.steps and self.steps[-1].at != clock.at and not clock.keeps(self.steps[-1].at, ended=True):
            self.steps.pop()
        if size := self._spike(loss):
            clock.spike(size)
        step = Step(no, self.line, clock.at, self.around.at if self.around else -1, loss)
        self.steps.append(step)
        if len(self.steps) > 2 * (MOST + MOST_SPIKES):
            self._thin(clock)
        return step

    def alive(self) -> list[tuple[str, Any]]:
        """Its leaves that are still there, with their names."""
        return [(name, leaf) for name, found in self.leaves if (leaf := found()) is not None]

    def told(self) -> Message:
        """What is kept, as a `Trace`."""
        self._thin(self.around or self._own)
        while sum(step.weight() for step in self.steps) > _MOST_SENT and len(self.steps) > 2:
            self.steps = [*self.steps[:-1][::2], self.steps[-1]]
        steps = [step.told() for step in self.steps]
        return {"type": "trace", "recording": [self.name or "loss", [self.line], self.count, steps]}

    def _thin(self, clock: Loop) -> None:
        self.steps = [step for step in self.steps if clock.keeps(step.at)]
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


class Training:
    """Records while a block runs that is to be recorded."""

    def __init__(self, here: Callable[[], list[int]]) -> None:
        self._here = here
        self._losses: dict[int, Loss] = {}
        self._place: Place | None = None
        self._watch: Watch | None = None
        self._count = 0
        self._latest: tuple[Loss | None, Step | None] = (None, None)
        self._known: dict[int, tuple[ref[Any], str]] = {}
        self._roots: Sequence[Any] = ()
        observe(self._before, self._after)
        after_import("torch.optim.optimizer", self._install)

    def begin(self, place: Place, watch: Watch | None) -> None:
        """Record from now on; what is in the loops of a watch is told with their passes."""
        self._place, self._watch, self._losses = place, watch, {}
        self._count, self._latest, self._known = 0, (None, None), {}

    def end(self) -> list[Message]:
        """Record no more; what came, loss by loss."""
        self._place, self._roots, self._latest = None, (), (None, None)
        going_back(())
        return [loss.told() for loss in self._losses.values()]

    def _install(self, module: Any) -> None:
        module.register_optimizer_step_post_hook(self._stepped)

    def _before(self, tensors: tuple[Any, ...]) -> None:
        if self._place:
            self._roots = tensors
        going_back(tensors)

    def _after(self) -> None:
        going_back(())
        roots, self._roots = self._roots, ()
        if self._place is None or not roots:
            return
        root, lines = roots[0], self._here()
        line = lines[0] if lines else 0
        if (loss := self._losses.get(line)) is None:
            around = self._watch.around(line) if self._watch and line else None
            loss = self._losses[line] = Loss(line, around)
        held = taken(root)
        number = getattr(held, "numbers", math.nan)
        while isinstance(number, list) and len(number) == 1:
            number = number[0]
        step = loss.add(self._count, float(number) if isinstance(number, int | float) else math.nan)
        self._count, self._latest = self._count + 1, (loss, step)
        leaves = loss.alive()
        is_known = len(leaves) == len(loss.leaves) and all(leaf.grad is not None for _, leaf in leaves)
        if not is_known or loss.count & (loss.count - 1) == 0:
            leaves = self._find(loss, roots)
        for name, leaf in leaves:
            if leaf.grad is not None:
                step.grads.append((name, _small_or_norm(leaf.grad)))
                if leaf.numel() <= SMALL:
                    step.params.append((name, taken(leaf)))

    def _find(self, loss: Loss, roots: Sequence[Any]) -> list[tuple[str, Any]]:
        """The leaves of a loss that have a name, and the loss' own."""
        leaves = _leaves(roots)
        new = [one for one in (roots[0], *leaves) if self._name(one) is None]
        if new:
            frame: FrameType | None = sys._getframe(1)
            assert self._place
            found = names_of(new, frame, self._place.files)
            by_id = {id(one): ref(one) for one in new}
            self._known |= {one: (by_id[one], name) for one, name in found.items()}
        loss.name = self._name(roots[0]) or loss.name
        mine = {id(leaf): leaf for leaf in leaves if self._name(leaf)}
        named = [(name, mine[one]) for one, (_, name) in self._known.items() if one in mine]  # in their author's order
        loss.leaves = [(name, ref(leaf)) for name, leaf in named]
        return named

    def _name(self, tensor: Any) -> str | None:
        found, name = self._known.get(id(tensor), (None, None))
        return name if found and found() is tensor else None

    def _stepped(self, optimizer: Any, *rest: object) -> None:
        loss, step = self._latest
        if loss is None or step is None:
            return
        with suppress(Exception):
            groups = optimizer.param_groups
            mine = {id(one) for group in groups for one in group["params"]}
            step.lr = float(groups[0]["lr"])
            step.update_line = next(iter(self._here()), 0)
            some = [(name, leaf) for name, leaf in loss.alive() if id(leaf) in mine and leaf.numel() <= SMALL]
            step.updated = [(name, taken(leaf)) for name, leaf in some]


def _leaves(roots: Sequence[Any]) -> list[Any]:
    """The tensors whose gradients a backward pass adds to, in the order in which they went in."""
    todo = [root.grad_fn for root in reversed(roots) if root.grad_fn is not None]
    found = [root for root in roots if root.grad_fn is None]
    seen = set(todo)
    while todo and len(seen) < _MOST_NODES and len(found) < _MOST_LEAVES:
        node = todo.pop()
        if (leaf := getattr(node, "variable", None)) is not None:
            found.append(leaf)
        for after, _ in reversed(node.next_functions):
            if after is not None and after not in seen:
                seen.add(after)
                todo.append(after)
    return found


def _small_or_norm(gradient: Any) -> Taken:
    if gradient.numel() <= SMALL:
        return taken(gradient)
    held = taken(gradient.detach().norm())
    return Said(f"‖·‖ {shown(held)[0]}")
