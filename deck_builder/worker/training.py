"""`backward()` and `step()` of slide code -> how a block trains: its losses, gradients and parameters, step by step.

Nothing of it is seen by slide code: see backward.py. All that is kept are numbers, of at most some hundred steps.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any, Final
from weakref import ref

from deck_builder.worker.afterwards import after_import
from deck_builder.worker.backward import observe
from deck_builder.worker.captured import SMALL, Numbers, Said, Taken, hearing, sent, shown
from deck_builder.worker.loops import MOST, MOST_SPIKES, Loop
from deck_builder.worker.naming import names_of, namespaces
from deck_builder.worker.place import Place
from deck_builder.worker.protocol import Message
from deck_builder.worker.watch import Watch, going_back

_MOST_LEAVES: Final = 24
_MOST_NODES: Final = 5000
_MOST_SENT: Final = 40_000
_NONE: Final[list[Any]] = []
_SUDDEN: Final = 6.0  # times the usual change of a loss
_USUAL: Final = 8  # changes, after which one knows what is usual


class _HereError(Exception):
    """Raised to see where one is."""


class Step:
    """What one `backward()` computed; `at` is its place among those that are kept or not."""

    __slots__ = ("at", "grads", "iteration", "loss", "lr", "no", "params", "update_line", "updated")

    def __init__(self, no: int, at: int, iteration: int, loss: float, grads: list[Any], params: list[Any]) -> None:
        self.no, self.at, self.iteration, self.loss = no, at, iteration, loss
        self.grads, self.params, self.updated = grads, params, _NONE
        self.lr: float | None = None
        self.update_line = 0

    def told(self, line: int) -> list[Any]:
        """A `TraceStep`."""
        grads, params, updated = (
            [[name, shown(Numbers(one, ()) if isinstance(one, list) else one)] for name, one in some]
            for some in (self.grads, self.params, self.updated)
        )
        lr = None if self.lr is None else sent(self.lr)
        return [self.no, line, sent(self.loss), grads, params, self.iteration, lr, updated, self.update_line]

    def weight(self) -> int:
        """About how many values it holds."""
        return 9 + (3 + SMALL) * (len(self.grads) + len(self.params) + len(self.updated))


class Loss:
    """The backward passes of one line."""

    def __init__(self, line: int, around: Loop | None) -> None:
        self.line, self.name, self.count = line, "", 0
        self.leaves: list[tuple[str, ref[Any], bool]] = []
        self.steps: list[Step] = []
        self.around, self._own = around, Loop(line, line, "", None)
        self._loss, self._change = math.nan, 0.0

    def add(self, no: int, loss: float, grads: list[Any], params: list[Any]) -> Step:
        """A step more."""
        self.count += 1
        clock, steps = self.around or self._own, self.steps
        if self.around is None:
            clock.begin(None)
        at = clock.at
        if steps and steps[-1].at != at and not clock.keeps(steps[-1].at, ended=True):
            steps.pop()
        if size := self._spike(loss):
            clock.spike(size)
        step = Step(no, at, -1 if self.around is None else at, loss, grads, params)
        steps.append(step)
        if len(steps) > 2 * (MOST + MOST_SPIKES):
            self._thin(clock)
        return step

    def alive(self) -> list[tuple[str, Any, bool]]:
        """Its leaves that are still there, with their names, and whether they are small."""
        return [(name, leaf, is_small) for name, found, is_small in self.leaves if (leaf := found()) is not None]

    def told(self) -> Message:
        """What is kept, as a `Trace`."""
        self._thin(self.around or self._own)
        while sum(step.weight() for step in self.steps) > _MOST_SENT and len(self.steps) > 2:
            self.steps = [*self.steps[:-1][::2], self.steps[-1]]
        steps = [step.told(self.line) for step in self.steps]
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

    def __init__(self) -> None:
        self._losses: dict[int, Loss] = {}
        self._place: Place | None = None
        self._watch: Watch | None = None
        self._count = 0
        self._latest: tuple[Loss | None, Step | None] = (None, None)
        self._known: dict[int, tuple[ref[Any], str]] = {}
        self._roots: Sequence[Any] = ()
        self._lines: dict[int, int] = {}
        self._optimizers: dict[int, tuple[int, int, frozenset[int]]] = {}
        observe(self._before, self._after)
        after_import("torch", self._learn)
        after_import("torch.optim.optimizer", self._install)

    def begin(self, place: Place, watch: Watch | None) -> None:
        """Record from now on; what is in the loops of a watch is told with their passes."""
        self._place, self._watch, self._losses, self._lines = place, watch, {}, {}
        self._count, self._latest, self._known, self._optimizers = 0, (None, None), {}, {}

    def end(self) -> list[Message]:
        """Record no more; what came, loss by loss."""
        self._place, self._roots, self._latest = None, (), (None, None)
        going_back(())
        return [loss.told() for loss in self._losses.values()]

    def _learn(self, torch: Any) -> None:
        base = torch.Tensor
        self._is_heard = hearing(torch)
        self._numbers, self._number, self._many = base.tolist, base.item, base.numel
        self._norms = torch._foreach_norm

    def _install(self, module: Any) -> None:
        module.register_optimizer_step_post_hook(self._stepped)

    def _line(self, place: Place) -> int:
        """The line of the block that is running; 0 where none is known."""
        frame: FrameType | None
        try:
            raise _HereError
        except _HereError as here:  # not sys._getframe: each of its calls is told to our own audit hook
            assert here.__traceback__
            frame = here.__traceback__.tb_frame.f_back
        while frame is not None:
            if frame.f_code.co_filename == place.path:
                no = frame.f_lineno
                if (line := self._lines.get(no)) is None:
                    line = self._lines[no] = next(iter(place.running(no)), 0)
                if line:
                    return line
            frame = frame.f_back
        return 0

    def _before(self, tensors: tuple[Any, ...]) -> None:
        if self._place:
            self._roots = tensors
            going_back(tensors)

    def _after(self) -> None:
        roots, self._roots, place = self._roots, (), self._place
        going_back(())
        if place is None or not roots or self._is_heard():
            return
        line = self._line(place)
        if (loss := self._losses.get(line)) is None:
            loss = self._losses[line] = Loss(line, self._watch.around(line) if self._watch and line else None)
        leaves = loss.alive()
        if (
            len(leaves) < len(loss.leaves)
            or loss.count & (loss.count - 1) == 0
            or not all(leaf.grad is not None for _, leaf, _ in leaves)
        ):
            leaves = self._find(loss, roots)
        numbers = self._numbers
        try:
            number = self._number(roots[0])
        except Exception:  # it has more than one
            number = math.nan
        grads = [(name, numbers(leaf.grad)) for name, leaf, is_small in leaves if is_small]
        params = [(name, numbers(leaf)) for name, leaf, is_small in leaves if is_small]
        if len(grads) < len(leaves):
            grads += self._norms_of([(name, leaf.grad) for name, leaf, is_small in leaves if not is_small])
        step = loss.add(self._count, float(number), grads, params)
        self._count, self._latest = self._count + 1, (loss, step)

    def _norms_of(self, named: list[tuple[str, Any]]) -> list[tuple[str, Taken]]:
        norms = self._norms([gradient for _, gradient in named])
        return [(name, Said(f"‖·‖ {self._number(norm):.5g}")) for (name, _), norm in zip(named, norms, strict=True)]

    def _find(self, loss: Loss, roots: Sequence[Any]) -> list[tuple[str, Any, bool]]:
        """The leaves of a loss that have a name and a gradient, and the loss' own name."""
        leaves = _leaves(roots)
        new = {id(one): one for one in (roots[0], *leaves) if self._name(one) is None}
        if new and self._place:
            spaces = namespaces(sys._getframe(1), self._place.files, vars(sys.modules["__main__"]))
            found = names_of(spaces)
            self._known |= {one: (ref(new[one]), name) for one, name in found.items() if one in new}
        loss.name = self._name(roots[0]) or loss.name
        mine = {id(leaf): leaf for leaf in leaves if leaf.grad is not None and self._name(leaf)}
        # in their author's order
        named = [(name, mine[one]) for one, (_, name) in self._known.items() if one in mine]
        loss.leaves = [(name, ref(leaf), self._many(leaf) <= SMALL) for name, leaf in named]
        return loss.alive()

    def _name(self, tensor: Any) -> str | None:
        found, name = self._known.get(id(tensor), (None, None))
        return name if found and found() is tensor else None

    def _stepped(self, optimizer: Any, *rest: object) -> None:
        (loss, step), place = self._latest, self._place
        if loss is None or step is None or place is None:
            return
        try:
            groups, numbers = optimizer.param_groups, self._numbers
            count = len(groups[0]["params"]) + len(groups)
            known, line, mine = self._optimizers.get(id(optimizer), (0, 0, frozenset[int]()))
            if known != count or loss.count & (loss.count - 1) == 0:
                mine, line = frozenset(id(one) for group in groups for one in group["params"]), self._line(place)
                self._optimizers[id(optimizer)] = count, line, mine
            step.lr, step.update_line = float(groups[0]["lr"]), line
            leaves = loss.alive()
            step.updated = [(name, numbers(leaf)) for name, leaf, is_small in leaves if is_small and id(leaf) in mine]
        except Exception:  # of an optimizer that is not like torch's own
            return


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
