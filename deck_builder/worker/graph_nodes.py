"""A tensor, its tape and what flowed back -> the nodes of its graph, as plain data, in the order in which they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from deck_builder.worker.shown import number, shown
from deck_builder.worker.slopes import local_derivatives
from deck_builder.worker.tape import Arg, Op

MOST: Final = 1000
"""The most nodes of a graph; a larger one is not told of."""

_NAMES: Final = {
    **{"addmm": "linear", "mm": "matmul", "mv": "matmul", "dot": "matmul", "bmm": "matmul", "rsub": "sub"},
    **{"native_dropout": "dropout", "nll_loss_forward": "nll_loss", "convolution": "conv", "_unsafe_view": "view"},
    **{"native_batch_norm": "batch_norm", "native_layer_norm": "layer_norm", "max_pool2d_with_indices": "max_pool2d"},
    **{"addmv": "linear", "baddbmm": "linear"},
}
_WITH_NUMBERS: Final = frozenset(["add", "sub", "mul", "div", "pow", "clamp", "clamp_min", "clamp_max", "leaky_relu"])
"""Operations whose plain numbers are operands."""


@dataclass(slots=True)
class Flow:
    """What flowed back: upstream of each node and output, and along each of a node's edges, while backward ran."""

    upstream: dict[Any, tuple[Any, ...]] = field(default_factory=dict)
    products: dict[Any, tuple[Any, ...]] = field(default_factory=dict)


def functions(root: Any) -> list[Any]:
    """All nodes below one, each after those it is made of. Raises `ValueError` where they are too many."""
    order: list[Any] = []
    seen = {root}
    stack = [(root, iter(root.next_functions))]
    while stack:
        node, rest = stack[-1]
        for following, _ in rest:
            if following is not None and following not in seen:
                seen.add(following)
                stack.append((following, iter(following.next_functions)))
                break
        else:
            order.append(node)
            stack.pop()
        if len(seen) > MOST:
            raise ValueError("too many nodes")
    return order


class Builder:
    """The nodes of one graph. `names` and `modules` are by identity; `flow` is None where nothing flowed back."""

    def __init__(
        self, ops: Mapping[Any, Op], names: Mapping[int, str], modules: Mapping[int, str], flow: Flow | None
    ) -> None:
        self.nodes: list[list[Any]] = []
        self._ops, self._names, self._modules, self._flow = ops, names, modules, flow
        self._index: dict[Any, int] = {}

    def build(self, tensor: Any) -> list[list[Any]]:
        """The nodes of a tensor's graph, its own the last."""
        order = functions(tensor.grad_fn)
        through = self._passed_through(order, tensor.grad_fn)
        for function in _in_time(order):
            if function not in through:
                self._index[function] = self._node(function, through, tensor)
        return self.nodes

    def _passed_through(self, order: list[Any], root: Any) -> dict[Any, Any]:
        """Transposed leaves, of which a matrix product is made: nobody wrote them; each with what it leads to."""
        users: dict[Any, list[Any]] = {}
        for function in order:
            for following, _ in function.next_functions:
                users.setdefault(following, []).append(function)
        found = {}
        for function in order:
            op = self._ops.get(function)
            if op is None or op.func.__name__.partition(".")[0] != "t" or function is root:
                continue
            following = function.next_functions[0][0]
            kinds = {_name(self._ops.get(user), user) for user in users[function]}
            is_unwritten = kinds == {"linear"} or (kinds == {"matmul"} and op.module is not None)
            if is_unwritten and hasattr(following, "variable"):
                found[function] = following
        return found

    def _node(self, function: Any, through: Mapping[Any, Any], root: Any) -> int:
        """Take a node; where it stands among all."""
        if hasattr(function, "variable"):
            return self._leaf(function.variable, self._upstream(function, 0))
        op = self._ops.get(function)
        name = _name(op, function)
        inputs = self._inputs(function, op, name, through)
        output = op.outputs[0] if op else root if function is root.grad_fn else None
        named = self._names.get(id(output), "") if output is not None and output.grad_fn is function else ""
        copy = op.copies[0] if op and op.copies[0] is not None else output
        value, shape = (shown(copy), list(copy.shape)) if copy is not None else (["?", None], [])
        module = self._modules.get(id(op.module), "") if op and op.module is not None else ""
        line, block = (op.line, op.block) if op else (0, "")
        grad = self._upstream(function, 0)
        self.nodes.append([name, named, value, shape, inputs, grad, True, line, block, module])
        return len(self.nodes) - 1

    def _leaf(self, tensor: Any, grad: Any, copy: Any = None, *, needs_grad: bool = True) -> int:
        name = self._names.get(id(tensor), "")
        value = shown(copy) if copy is not None else shown(tensor)
        self.nodes.append(["", name, value, list(tensor.shape), [], grad, needs_grad, 0, "", ""])
        return len(self.nodes) - 1

    def _upstream(self, function: Any, at: int) -> Any:
        flowed = self._flow.upstream.get(function, ()) if self._flow else ()
        return shown(flowed[at]) if at < len(flowed) else None

    def _inputs(self, function: Any, op: Op | None, name: str, through: Mapping[Any, Any]) -> list[list[Any]]:
        """What a node is made of, in the order in which it is written, with what flows along each edge."""
        edges = list(function.next_functions)
        unused = list(range(len(edges)))
        slopes = local_derivatives(op, name) if op and self._flow else {}
        found: list[list[Any]] = []
        for arg in _operands(op, name) if op else ():
            if not isinstance(arg, Arg):
                found.append([-1, number(arg), None, None])
            elif (at := next((at for at in unused if _leads_to(edges[at], arg)), None)) is not None:
                unused.remove(at)
                found.append(self._edge(function, at, slopes.get(id(arg)), through))
            else:
                found.append(self._constant(arg))
        found += [self._edge(function, at, None, through) for at in unused if edges[at][0] is not None]
        return found

    def _edge(self, function: Any, at: int, slope: Any, through: Mapping[Any, Any]) -> list[Any]:
        following = function.next_functions[at][0]
        source = function
        if passed := through.get(following):
            source, at, following = following, 0, passed
        flowed = self._flow.products.get(source, ()) if self._flow else ()
        product = shown(flowed[at]) if at < len(flowed) else None
        return [self._index[following], "", shown(slope), product]

    def _constant(self, arg: Arg) -> list[Any]:
        """A tensor that no gradient flows to: a leaf, if the author has a name for it."""
        if id(arg.tensor) not in self._names:
            text = shown(arg.copy)[0] if arg.copy is not None else shown(arg.tensor)[0]  # type: ignore[index]
            return [-1, text, None, None]
        key = ("constant", id(arg.tensor))
        if key not in self._index:
            self._index[key] = self._leaf(arg.tensor, None, arg.copy, needs_grad=False)
        return [self._index[key], "", None, None]


def _in_time(order: list[Any]) -> list[Any]:
    """Nodes as they came about; leaves right before the first that takes them."""
    inner = sorted((one for one in order if not hasattr(one, "variable")), key=lambda one: one._sequence_nr())
    found: dict[Any, None] = {}
    for function in inner:
        for following, _ in function.next_functions:
            if following is not None:
                if following not in found and not hasattr(following, "variable"):
                    return order  # autograd has put one in later than those that take it
                found.setdefault(following)
        found.setdefault(function)
    return list(found)


def _name(op: Op | None, function: Any) -> str:
    """What a node does: `mul`, `linear`."""
    if op is None:
        name: str = function.name().rpartition("::")[2].removesuffix("0").removesuffix("Backward")
        return name.lower()
    name = str(op.func.__name__).partition(".")[0]
    plain = name.strip("_")
    return _NAMES.get(name, _NAMES.get(plain, plain))


def _operands(op: Op, name: str) -> list[Any]:
    """What an operation works on: tensors, and numbers where those are operands; in the order of a reader."""
    numbers = name in _WITH_NUMBERS
    found: list[Any] = []
    for arg in op.args:
        for one in arg if isinstance(arg, list) else [arg]:
            if isinstance(one, Arg) or (numbers and isinstance(one, int | float) and not isinstance(one, bool)):
                found.append(one)
    plain = op.func.__name__.partition(".")[0]
    if plain == "rsub":
        found.reverse()
    elif name == "linear" and len(found) == 3:
        found = [*found[1:], found[0]]
    return found


def _leads_to(edge: tuple[Any, int], arg: Arg) -> bool:
    function, at = edge
    if function is None:
        return False
    if hasattr(function, "variable"):
        return function.variable is arg.tensor
    return function is arg.node and at == arg.at
