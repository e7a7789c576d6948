"""A value of slide code -> what a pane shows of it: taken at once and cheaply, put into words when the block is over.

Nothing here runs slide code: of an object whose class is not Python's, numpy's or torch's own only the name is told.
What is taken is a copy: tensors are changed in place.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

SMALL: Final = 16
"""Numbers of a tensor that are kept, all of them; of a larger one the first three and the last."""

OURS: Final = "_DeckTape"
"""The name of the class of our own modes, which may hear of what we do."""

_MAX_TEXT: Final = 80
_ITEMS: Final = 4
_HEAD: Final = 3

Taken = Any
"""A number, None, or one of the tuples below."""


class Numbers(NamedTuple):
    """A tensor's or an array's numbers: nested lists where it is small, else the first of them and the last."""

    numbers: Any
    shape: tuple[int, ...]
    needs_grad: bool = False
    whole: bool = True


class Said(NamedTuple):
    """What is told of anything else."""

    text: str


class Later(NamedTuple):
    """A large tensor that is looked at in the end, if it still is as it was: most are of passes that are not kept."""

    tensor: Any
    version: int


NOTHING: Final = type("Nothing", (), {})()
"""Where there is nothing to tell, not even None."""


def lasting(value: object, *, counts: bool) -> Taken:
    """What there is to tell of a value that was made a while ago, if it can't have changed since; else `NOTHING`.

    A tensor counts its changes, if that is what `counts` says: one that counts none is as it was made.
    """
    kind = type(value)
    if kind in (int, float, bool, str) or value is None:
        return taken(value)
    is_tensor = counts and _takers() and kind in _later
    try:
        return taken(value) if is_tensor and value._version == 0 else NOTHING  # type: ignore[attr-defined]
    except Exception:  # a tensor that doesn't count
        return NOTHING


def held(value: object) -> Taken:
    """What there is to tell of a value; of a large tensor that keeps count of its changes, it is told later."""
    later = _later.get(type(value))
    return later(value) if later else taken(value)


def settled(of: Taken) -> Taken:
    """What was taken, be it now; of a tensor that has changed since only its shape is known."""
    if not isinstance(of, Later):
        return of
    same = of.tensor._version == of.version
    return taken(of.tensor) if same else Said(f"Tensor {tuple(of.tensor.shape)}")


def taken(value: object) -> Taken:
    """What there is to tell of a value. Raises nothing."""
    kind = type(value)
    if kind is int or kind is float or kind is bool or value is None:
        return value
    try:
        if taker := _takers().get(kind):
            return taker(value)
        return Said(_said(value, 0))
    except Exception:  # a tensor without numbers: of no memory, of a device that is gone
        return Said(kind.__name__)


def shown(of: Taken) -> list[Any]:
    """What was taken, as a text, and as numbers where they are few: the fields of a `Shown`."""
    if isinstance(of, Said):
        return [of.text, None]
    if not isinstance(of, Numbers):
        return [_number(of), None if of is None else sent(of)]
    if not of.whole:
        *head, last = (_number(one, 4) for one in of.numbers)
        return [f"[{', '.join(head)}, …, {last}]", None]
    value = sent(of.numbers)
    return [_nested(of.numbers), value if _is_real(value) else None]


def facts(of: Taken) -> list[str]:
    """What a tensor or an array is beside its numbers."""
    if not isinstance(of, Numbers):
        return []
    return [f"shape {of.shape}", *(["requires_grad"] if of.needs_grad else [])]


def sent(numbers: Any) -> Any:
    """Numbers as JSON holds them, the infinite ones as words."""
    if isinstance(numbers, list):
        return [sent(one) for one in numbers]
    if isinstance(numbers, float) and not -float("inf") < numbers < float("inf"):
        return "nan" if numbers != numbers else "inf" if numbers > 0 else "-inf"
    return None if isinstance(numbers, int) and abs(numbers) > 2**53 else numbers


def _is_real(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_real, value))
    return isinstance(value, int | float) or value in ("nan", "inf", "-inf")


def _number(of: Any, digits: int = 5) -> str:
    return f"{of:.{digits}g}" if isinstance(of, float | complex) else str(of)


def node_of(tensor: Any) -> tuple[Any, int] | None:
    """A tensor's node in the graph of its computation, and which of the node's outputs it is; None of a leaf."""
    torch = sys.modules.get("torch")
    if torch is None or type(tensor) is not torch.Tensor:
        return None
    if torch._C._len_torch_function_stack():
        with torch._C.DisableTorchFunction():
            node = tensor.grad_fn
            return None if node is None else (node, tensor.output_nr)
    node = tensor.grad_fn
    return None if node is None else (node, tensor.output_nr)


def _nested(numbers: Any) -> str:
    """Numbers in brackets; of a single one the brackets are left out, and a column is written as a row."""
    while isinstance(numbers, list) and len(numbers) == 1:
        numbers = numbers[0]
    if isinstance(numbers, list) and all(isinstance(row, list) and len(row) == 1 for row in numbers):
        return _nested([row[0] for row in numbers]) if numbers else "[]"
    if not isinstance(numbers, list):
        return _number(numbers)
    text = f"[{', '.join(_row(one) for one in numbers)}]"
    return text if len(text) <= _MAX_TEXT else f"[{_row(numbers[0], 3)}, …, {_row(numbers[-1], 3)}]"


def _row(numbers: Any, digits: int = 5) -> str:
    if isinstance(numbers, list):
        return f"[{', '.join(_row(one, digits) for one in numbers)}]"
    return _number(numbers, digits)


_known: dict[type, Callable[[Any], Taken]] = {str: lambda text: Said(_text(text))}


def _takers() -> Mapping[type, Callable[[Any], Taken]]:
    if "torch" in sys.modules and "torch" not in _from:
        _from.add("torch")
        _learn_torch(sys.modules["torch"])
    if "numpy" in sys.modules and "numpy" not in _from:
        _from.add("numpy")
        _learn_numpy(sys.modules["numpy"])
    return _known


_from: set[str] = set()
_later: dict[type, Callable[[Any], Taken]] = {}


def hearing(torch: Any) -> Callable[[], bool]:
    """Gives who says whether slide code hears of each operation now: of ours it must not."""
    c = torch._C
    tracing, profiled = c._get_tracing_state, torch.autograd._profiler_enabled
    count, transformed = c._len_torch_dispatch_stack, c._functorch.peek_interpreter_stack

    def is_heard() -> bool:
        if tracing() is not None or profiled() or transformed() is not None:
            return True
        return count() != 0 and not all(type(c._get_dispatch_stack_at(at)).__name__ == OURS for at in range(count()))

    return is_heard


def _learn_torch(torch: Any) -> None:
    base, c = torch.Tensor, torch._C
    numbers_of, count_of, bare = base.tolist, base.numel, base.detach  # slide code may put its own in their place
    strided, quiet = torch.strided, c.DisableTorchFunction
    is_heard, dispatched = hearing(torch), c._len_torch_dispatch_stack
    deaf = torch.utils._python_dispatch._disable_current_modes

    def numbers(tensor: Any) -> Taken:
        if tensor.layout is not strided or tensor.is_quantized:
            return Said(f"Tensor {tuple(tensor.shape)}")
        shape, needs_grad = tuple(tensor.shape), tensor.requires_grad
        if count_of(tensor) <= SMALL:
            return Numbers(numbers_of(tensor), shape, needs_grad)
        return Numbers(_ends(bare(tensor), numbers_of), shape, needs_grad, whole=False)

    def take(tensor: Any) -> Taken:
        if is_heard():
            return Said("Tensor")
        if dispatched():
            with deaf():
                return numbers(tensor)
        if c._len_torch_function_stack():
            with quiet():
                return numbers(tensor)
        return numbers(tensor)

    _known[base] = _known[torch.nn.Parameter] = take

    def wait(tensor: Any) -> Taken:
        if is_heard() or dispatched() or c._len_torch_function_stack() or count_of(tensor) <= SMALL:
            return taken(tensor)
        if tensor.is_inference():
            return taken(tensor)  # it counts no changes
        return Later(tensor, tensor._version)

    _later[base] = _later[torch.nn.Parameter] = wait


def _learn_numpy(numpy: Any) -> None:
    def take(array: Any) -> Taken:
        if array.dtype.kind not in "biufc":
            return Said(f"ndarray {array.shape}")
        if array.size <= SMALL:
            return Numbers(array.tolist(), array.shape)
        return Numbers(_ends(array, lambda one: one.tolist()), array.shape, whole=False)

    _known[numpy.ndarray] = take
    for name in ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool_"):
        _known[getattr(numpy, name)] = lambda number: number.item()


def _ends(tensor: Any, numbers_of: Callable[[Any], Any]) -> list[Any]:
    """The first numbers of a large tensor, and its last."""
    first = last = tensor
    while len(first.shape) > 1:
        first = first[0]
    while len(last.shape):
        last = last[-1]
    return [*numbers_of(first[:_HEAD]), numbers_of(last)]


def _said(value: Any, depth: int) -> str:
    """A short text for a value that is no tensor."""
    kind = type(value)
    if kind is str:
        return _text(value)
    if kind in (int, float, bool) or value is None:
        return _number(value)
    if kind in (list, tuple):
        return _sequence(value, "[]" if kind is list else "()", depth)
    if kind is dict:
        pairs = [f"{_said(key, 2)}: {_said(one, depth + 1)}" for key, one in list(value.items())[:_ITEMS]]
        return f"{{{', '.join(pairs)}{', …' if len(value) > _ITEMS else ''}}}" if depth < 2 else "{…}"
    if kind in _takers():
        return str(shown(taken(value))[0])
    name = str.__str__(kind.__name__)[:40]
    if kind.__module__.startswith("torch.nn.modules.") and not value._modules:
        return f"{name}({kind.extra_repr(value)})"[:_MAX_TEXT]
    return name


def _sequence(value: Any, brackets: str, depth: int) -> str:
    if depth >= 2:
        return f"{brackets[0]}…{brackets[1]}"
    count = len(value)
    parts = [_said(one, depth + 1) for one in (value if count <= _ITEMS + 1 else value[:_HEAD])]
    if count > _ITEMS + 1:
        parts += ["…", _said(value[-1], depth + 1)]
    comma = "," if brackets == "()" and count == 1 else ""
    return f"{brackets[0]}{', '.join(parts)}{comma}{brackets[1]}"[:200]


def _text(text: str) -> str:
    return repr(text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…")
