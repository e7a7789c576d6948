"""A block that runs -> the graphs of the tensors it is asked for: how each was computed, and what flowed back from it.

Until the first backward pass from a tensor of that name a tape listens; it is off before torch begins the pass. What
then flows is told by hooks of the graph's own nodes. Slide code can't tell, and what it does is what it did.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from deck_builder.worker.afterwards import after_import
from deck_builder.worker.backward import observe
from deck_builder.worker.graph_nodes import Builder, Flow, functions
from deck_builder.worker.naming import modules_of, names_of, namespaces
from deck_builder.worker.place import Place
from deck_builder.worker.protocol import Message
from deck_builder.worker.tape import Tape, copied


class _Awaited:
    """A pass that has begun from a tensor that is asked for."""

    def __init__(self, name: str, tensor: Any, spaces: list[Mapping[str, Any]]) -> None:
        self.name, self.tensor, self.flow = name, tensor, Flow()
        self.names, self.modules = names_of(spaces), modules_of(spaces)
        self._handles: list[Any] = []
        for function in functions(tensor.grad_fn):
            self._handles.append(function.register_prehook(self._before(function)))
            if not hasattr(function, "variable"):
                self._handles.append(function.register_hook(self._after(function)))

    def release(self) -> None:
        """Leave the nodes as they were."""
        for handle in self._handles:
            handle.remove()

    def _before(self, function: Any) -> Callable[[Any], None]:
        def note(upstream: Any) -> None:
            self.flow.upstream.setdefault(function, _copies(upstream))

        return note

    def _after(self, function: Any) -> Callable[[Any, Any], None]:
        def note(products: Any, upstream: Any) -> None:
            self.flow.products.setdefault(function, _copies(products))

        return note


class Graphs:
    """The graphs that a block is asked for. `places` are all blocks that ran, and this one the last."""

    def __init__(self, names: list[str], places: list[Place], main: Mapping[str, Any]) -> None:
        self._names, self._places, self._main = list(names), places, main
        self._tape: Tape | None = None
        self._is_on = self._is_over = False
        self._pending: list[_Awaited] = []
        self._made: dict[str, list[Any]] = {}
        self._stop = observe(self._before, self._after)
        after_import("torch", self._begin)

    def end(self) -> list[Message]:
        """Stop, and give the messages: of a name without a pass of its own, the graph as the tensor now stands."""
        self._is_over = True
        self._stop()
        self._off()
        for awaited in self._pending:
            awaited.release()
        if self._tape is not None:
            for name in self._names:
                tensor = self._main.get(name)
                if name not in self._made and _has_graph(tensor):
                    self._make(name, tensor, [self._main], None)
        place = self._places[-1]
        return [_message(name, self._made[name], place) for name in self._names if name in self._made]

    def _begin(self, torch: Any) -> None:
        if not self._is_over:
            self._tape = Tape(self._where)
            self._on()

    def _on(self) -> None:
        if self._tape is not None and not self._is_on:
            self._tape.on()
            self._is_on = True

    def _off(self) -> None:
        if self._tape is not None and self._is_on:
            self._tape.off()
            self._is_on = False

    def _before(self, tensors: tuple[Any, ...]) -> None:
        """A pass begins: whatever it is of, torch does it alone."""
        self._off()
        for awaited in self._pending:  # of a pass that failed
            awaited.release()
        self._pending = []
        spaces = namespaces(sys._getframe(2), self._places[-1].files, self._main)
        for name in self._names:
            tensor = next((one for one in tensors for space in spaces if space.get(name) is one), None)
            if name not in self._made and _has_graph(tensor):
                self._pending.append(_Awaited(name, tensor, spaces))

    def _after(self) -> None:
        """A pass is over: what it was of is known."""
        for one in self._pending:
            one.release()
            self._build(one.name, one.tensor, one.names, one.modules, one.flow)
        self._pending = []
        if len(self._made) == len(self._names):
            self._stop()
            self._tape = None
        else:
            self._on()

    def _make(self, name: str, tensor: Any, spaces: list[Mapping[str, Any]], flow: Flow | None) -> None:
        self._build(name, tensor, names_of(spaces), modules_of(spaces), flow)

    def _build(self, name: str, tensor: Any, names: dict[int, str], modules: dict[int, str], flow: Flow | None) -> None:
        if self._tape is not None:
            try:
                named = {**names, id(tensor): name}
                self._made[name] = Builder(self._tape.close(), named, modules, flow).build(tensor)
            except Exception:  # a graph that can't be told of; the page says that there is none
                return

    def _where(self, frame: FrameType | None) -> tuple[int, str]:
        """The deck's line that runs in the frame nearest to one, and its block, "" for the one that runs."""
        here = self._places[-1]
        while frame is not None:
            if (path := frame.f_code.co_filename) in here.files:
                if path == here.path and (line := here.relative(frame.f_lineno)):
                    return line[0], ""
                for place in reversed(self._places):
                    if path == place.path and (line := place.relative(frame.f_lineno)):
                        return line[0], place.id
            frame = frame.f_back
        return 0, ""


def _has_graph(value: Any) -> bool:
    return issubclass(type(value), sys.modules["torch"].Tensor) and value.grad_fn is not None


def _copies(tensors: Any) -> tuple[Any, ...]:
    """Gradients as they are now; of a large one, its shape is all that is told."""
    try:
        return tuple(one if one is None else _kept(one) for one in tensors)
    except Exception:
        return ()


def _kept(tensor: Any) -> Any:
    copy = copied(tensor)
    return sys.modules["torch"].empty(tensor.shape, device="meta") if copy is None else copy


def _message(name: str, nodes: list[Any], place: Place) -> Message:
    lines = sorted({node[7] for node in nodes if node[7] and not node[8]})
    return {"type": "graph", "recording": [name, nodes, lines]}
