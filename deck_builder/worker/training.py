"""`backward()` and `step()` of slide code -> how a block trains: its losses, gradients and parameters, step by step.

Nothing of it is seen by slide code: see backward.py. All this stands between two of torch's own operations, which leave
nothing of it in the processor's caches: what is not needed in each pass is not done in each.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any, Final
from weakref import ref

from deck_builder.worker.afterwards import after_import
from deck_builder.worker.backward import going, observe, tensors_of
from deck_builder.worker.captured import SMALL, hearing
from deck_builder.worker.naming import names_of, namespaces
from deck_builder.worker.place import Place
from deck_builder.worker.protocol import Message
from deck_builder.worker.steps import NONE, Leaves, Loss, Step
from deck_builder.worker.watch import Watch

_MOST_LEAVES: Final = 24
_MOST_NODES: Final = 5000
_NO_STEP: Final = (None, None, NONE)


class Training:
    """Records while a block runs that is to be recorded."""

    def __init__(self) -> None:
        self._losses: dict[int, Loss] = {}
        self._place: Place | None = None
        self._watch: Watch | None = None
        self._count = 0
        self._latest: tuple[Loss | None, Step | None, list[Any]] = _NO_STEP
        self._known: dict[int, tuple[ref[Any], str]] = {}
        self._lines: dict[int, int] = {}
        self._main: Mapping[str, object] = {}
        self._frame: FrameType | None = None
        self._sites: dict[int, Loss] = {}
        self._updating: tuple[Any, Leaves | None, int, list[int]] = (None, None, 0, NONE)
        observe(None, self._after)
        after_import("torch", self._learn)
        after_import("torch.optim.optimizer", self._install)

    def begin(self, place: Place, watch: Watch | None) -> None:
        """Record from now on; what is in the loops of a watch is told with their passes."""
        self._place, self._watch, self._losses, self._lines = place, watch, {}, {}
        self._main = vars(sys.modules["__main__"])
        self._count, self._latest, self._known = 0, _NO_STEP, {}

    def end(self) -> list[Message]:
        """Record no more; what came, loss by loss."""
        self._place, self._latest, self._frame, self._sites = None, _NO_STEP, None, {}
        self._updating = None, None, 0, NONE
        going[0] = None
        return [loss.told() for loss in self._losses.values()]

    def _learn(self, torch: Any) -> None:
        base = torch.Tensor
        self._is_heard, self._profiled = hearing(torch), torch.autograd._profiler_enabled
        self._dispatched = torch._C._len_torch_dispatch_stack
        self._numbers, self._number, self._many = base.tolist, base.item, base.numel
        self._norms, self._has_modes = torch._foreach_norm, torch._C._len_torch_function_stack

    def _install(self, module: Any) -> None:
        module.register_optimizer_step_post_hook(self._stepped)

    def _after(self) -> None:
        root = going[0]
        if (place := self._place) is None or root is None:
            return
        # the same call of the block's own code, from what has the same name there: the same line, and nothing is traced
        loss = self._sites.get(self._frame.f_lasti) if self._frame else None
        is_known = loss is not None and self._main.get(loss.name) is root
        if (self._profiled() or self._dispatched() or not is_known) and self._is_heard():
            self._latest = _NO_STEP  # nor is what is done with it told
            return
        if loss is None or not is_known:
            if not (roots := tensors_of(root)):
                return
            root, loss = roots[0], self._loss(place)
        else:
            roots = (root,)
        try:
            number = self._number(root)
        except Exception:  # it has more than one
            number = math.nan
        if type(number) is not float:
            number = float(number)
        no, self._count = self._count, self._count + 1
        if not loss.wants(no, number) and loss.count > 1:
            self._latest = _NO_STEP
            return
        numbers, grads, params, small = self._numbers, [], [], loss.leaves.small
        leaves: list[Any] = []
        if not loss.is_looked_at:
            for one in loss.leaves.refs:
                leaf = one()
                if leaf is None or leaf.grad is None:
                    leaves = []
                    break
                leaves.append(leaf)
        if not leaves:
            leaves = self._find(loss, roots)
            small = loss.leaves.small
        for leaf in leaves:
            if small:
                grads.append(numbers(leaf.grad))
                params.append(numbers(leaf))
                small -= 1
            else:
                grads += map(self._number, self._norms([leaf.grad for leaf in leaves[len(grads) :]]))
                break
        self._latest = loss, loss.add(grads, params), leaves

    def _loss(self, place: Place) -> Loss:
        """The loss of the line that is running; where a call of the block's own does it, that is known from now on."""
        line, frame, outermost = self._running(place)
        if (loss := self._losses.get(line)) is None:
            watch = self._watch if line else None
            around = watch.counting(line) if watch else None
            loss = self._losses[line] = Loss(line, around, is_told=bool(watch and watch.around(line)))
        if outermost is not self._frame:
            # held to be asked where it is: not a function's, whose variables would live on with it
            is_blocks = outermost is not None and outermost.f_code.co_name == "<module>"
            self._frame, self._sites = outermost if is_blocks else None, {}
        if frame is not None and frame is self._frame:
            self._sites[frame.f_lasti] = loss
        return loss

    def _running(self, place: Place) -> tuple[int, FrameType | None, FrameType | None]:
        """The line of the block that is running, 0 where none is known, and its frame; the deck's outermost frame."""
        at, line = None, 0
        outermost: FrameType | None = None
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_globals is self._main:
                outermost = frame
                if not line and (line := self._line(place, frame)):
                    at = frame
            frame = frame.f_back
        return line, at, outermost

    def _line(self, place: Place, frame: FrameType) -> int:
        no = frame.f_lineno
        # each look at `f_code` is an event of Python's
        if (line := self._lines.get(no)) is None or len(place.files) > 1:
            found = place.running(no) if frame.f_code.co_filename == place.path else []
            line = self._lines[no] = found[0] if found else 0
        return line

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
                line = self._running(place)[0]
                self._updating = optimizer, step.leaves, line, which
            step.update_line, step.which = line, which
            step.lr = optimizer.param_groups[0]["lr"]
            numbers = self._numbers
            step.updated = [numbers(leaves[at]) for at in step.which]
        except Exception:  # of an optimizer that is not like torch's own
            step.which = step.updated = NONE


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
