"""`backward()` and `step()` of slide code -> how a block trains: its losses, gradients and parameters, step by step.

Nothing of it is seen by slide code: see backward.py. All that is kept are numbers, of at most some hundred steps.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any, Final, NamedTuple
from weakref import ref

from deck_builder.worker.afterwards import after_import
from deck_builder.worker.backward import observe
from deck_builder.worker.captured import SMALL, Numbers, Said, Taken, hearing, sent, shown
from deck_builder.worker.loops import MOST, MOST_SENT, MOST_SPIKES, Clock, Loop
from deck_builder.worker.naming import names_of, namespaces
from deck_builder.worker.place import Place
from deck_builder.worker.protocol import Message
from deck_builder.worker.watch import Watch, going_back

_MOST_LEAVES: Final = 24
_MOST_NODES: Final = 5000
_NONE: Final[list[Any]] = []
_SUDDEN: Final = 6.0  # times the usual change of a loss
_USUAL: Final = 8  # changes, after which one knows what is usual


class _HereError(Exception):
    """Raised to see where one is."""


class Step:
    """What one `backward()` computed; `at` is its place among those that are kept or not.

    Gradients and parameters are those of `leaves`, in their order; `updated` are of those with the numbers `which`.
    """

    __slots__ = ("at", "grads", "iteration", "leaves", "loss", "lr", "no", "params", "update_line", "updated", "which")

    def __init__(
        self, no: int, at: int, iteration: int, loss: float, leaves: Leaves, grads: list[Any], params: list[Any]
    ) -> None:
        self.no, self.at, self.iteration, self.loss = no, at, iteration, loss
        self.leaves, self.grads, self.params = leaves, grads, params
        self.update_line, self.lr, self.which, self.updated = 0, None, _NONE, _NONE

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
        self.around, self._own = around, Clock()
        self._loss, self._change = math.nan, 0.0

    @property
    def is_looked_at(self) -> bool:
        """Whether it is time to look again what its leaves are, and who updates them: ever more rarely."""
        return self.count & (self.count - 1) == 0

    def add(self, no: int, loss: float, grads: list[Any], params: list[Any]) -> Step:
        """A step more."""
        self.count += 1
        around, steps = self.around, self.steps
        clock: Loop | Clock
        if around is None:
            clock = self._own
            clock.begin()
        else:
            clock = around
        at = clock.at
        if steps and steps[-1].at != at and not clock.keeps(steps[-1].at, ended=True):
            steps.pop()
        if size := self._spike(loss):
            clock.spike(size)
        step = Step(no, at, -1 if around is None else at, loss, self.leaves, grads, params)
        steps.append(step)
        if len(steps) > 2 * (MOST + MOST_SPIKES):
            self._thin(clock)
        return step

    def told(self) -> Message:
        """What is kept, as a `Trace`."""
        self._thin(self.around or self._own)
        while sum(step.weight() for step in self.steps) > MOST_SENT and len(self.steps) > 2:
            self.steps = [*self.steps[:-1][::2], self.steps[-1]]
        steps = [step.told(self.line) for step in self.steps]
        return {"type": "trace", "recording": [self.name or "loss", [self.line], self.count, steps]}

    def _thin(self, clock: Loop | Clock) -> None:
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
        self._latest: tuple[Loss | None, Step | None, list[Any]] = (None, None, _NONE)
        self._known: dict[int, tuple[ref[Any], str]] = {}
        self._roots: Sequence[Any] = ()
        self._lines: dict[int, int] = {}
        self._main: Mapping[str, object] = {}
        self._updating: tuple[Any, Leaves | None, int, list[int]] = (None, None, 0, _NONE)
        observe(self._before, self._after)
        after_import("torch", self._learn)
        after_import("torch.optim.optimizer", self._install)

    def begin(self, place: Place, watch: Watch | None) -> None:
        """Record from now on; what is in the loops of a watch is told with their passes."""
        self._place, self._watch, self._losses, self._lines = place, watch, {}, {}
        self._main = vars(sys.modules["__main__"])
        self._count, self._latest, self._known = 0, (None, None, _NONE), {}

    def end(self) -> list[Message]:
        """Record no more; what came, loss by loss."""
        self._place, self._roots, self._latest = None, (), (None, None, _NONE)
        self._updating = None, None, 0, _NONE
        going_back(())
        return [loss.told() for loss in self._losses.values()]

    def _learn(self, torch: Any) -> None:
        base = torch.Tensor
        self._is_heard = hearing(torch)
        self._numbers, self._number, self._many = base.tolist, base.item, base.numel
        self._norms, self._has_modes = torch._foreach_norm, torch._C._len_torch_function_stack

    def _install(self, module: Any) -> None:
        module.register_optimizer_step_post_hook(self._stepped)

    def _line(self, place: Place) -> int:
        """The line of the block that is running; 0 where none is known."""
        frame: FrameType | None = None
        try:
            raise _HereError
        except _HereError as here:  # not sys._getframe, nor each frame's code: of these our own audit hook is told
            assert here.__traceback__
            frame = here.__traceback__.tb_frame.f_back
        while frame is not None:
            if frame.f_globals is self._main:
                no = frame.f_lineno
                if (line := self._lines.get(no)) is None or len(place.files) > 1:
                    found = place.running(no) if frame.f_code.co_filename == place.path else []
                    line = self._lines[no] = found[0] if found else 0
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
        leaves: list[Any] = [] if loss.is_looked_at else [one() for one in loss.leaves.refs]
        for leaf in leaves:
            if leaf is None or leaf.grad is None:
                leaves = []
                break
        if not leaves:
            leaves = self._find(loss, roots)
        try:
            number = self._number(roots[0])
        except Exception:  # it has more than one
            number = math.nan
        numbers, small = self._numbers, loss.leaves.small
        if small == len(leaves):
            grads, params = [numbers(leaf.grad) for leaf in leaves], [numbers(leaf) for leaf in leaves]
        else:
            grads = [numbers(leaf.grad) for leaf in leaves[:small]]
            grads += self._norms_of([leaf.grad for leaf in leaves[small:]])
            params = [numbers(leaf) if at < small else None for at, leaf in enumerate(leaves)]
        self._latest = loss, loss.add(self._count, float(number), grads, params), leaves
        self._count += 1

    def _norms_of(self, gradients: list[Any]) -> list[Taken]:
        return [Said(f"‖·‖ {self._number(norm):.5g}") for norm in self._norms(gradients)]

    def _find(self, loss: Loss, roots: Sequence[Any]) -> list[Any]:
        """Look what the leaves of a loss are that have a name and a gradient, and what its own name is."""
        leaves = _leaves(roots)
        new = {id(one): one for one in (roots[0], *leaves) if self._name(one) is None}
        if new and self._place:
            spaces = namespaces(sys._getframe(1), self._place.files, self._main)
            found = names_of(spaces)
            self._known |= {one: (ref(new[one]), name) for one, name in found.items() if one in new}
        loss.name = self._name(roots[0]) or loss.name
        mine = {id(leaf): leaf for leaf in leaves if leaf.grad is not None and self._name(leaf)}
        # in their author's order
        named = [(name, mine[one]) for one, (_, name) in self._known.items() if one in mine]
        named.sort(key=lambda pair: self._many(pair[1]) > SMALL)
        small = sum(self._many(leaf) <= SMALL for _, leaf in named)
        loss.leaves = Leaves(tuple(name for name, _ in named), tuple(ref(leaf) for _, leaf in named), small)
        return [leaf for _, leaf in named]

    def _name(self, tensor: Any) -> str | None:
        found, name = self._known.get(id(tensor), (None, None))
        return name if found and found() is tensor else None

    def _stepped(self, optimizer: Any, *rest: object) -> None:
        (loss, step, leaves), place = self._latest, self._place
        if loss is None or step is None or place is None or self._has_modes():
            return  # a mode of slide code would hear what is asked
        try:
            known, of, line, which = self._updating  # no id(): of each call our own audit hook is told
            if known is not optimizer or of is not step.leaves or loss.is_looked_at:
                mine = {id(one) for group in optimizer.param_groups for one in group["params"]}
                which = [at for at in range(loss.leaves.small) if id(leaves[at]) in mine]
                line = self._line(place)
                self._updating = optimizer, step.leaves, line, which
            step.update_line, step.which = line, which
            step.lr = optimizer.param_groups[0]["lr"]
            numbers = self._numbers
            step.updated = [numbers(leaves[at]) for at in step.which]
        except Exception:  # of an optimizer that is not like torch's own
            step.which = step.updated = _NONE


def _shown(of: Any) -> list[Any]:
    return shown(Numbers(of, ()) if isinstance(of, list) else of)


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
