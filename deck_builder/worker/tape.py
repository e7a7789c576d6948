"""Operations of torch as they run -> a tape of them: what each was made of, what it gave, and which line asked for it.

It listens below autograd, where there is one operation to each node of the graph, and is on no traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from types import CodeType, FrameType, TracebackType
from typing import Any, Final, TypeAlias

from deck_builder.worker.captured import OURS

Where: TypeAlias = Callable[[FrameType | None], tuple[int, str]]
"""The line and the block in which a frame runs."""

COPIED: Final = 64
"""Tensors of at most so many numbers are kept as they were: the author may change them later."""

_MOST: Final = 4000
_MOST_FRAMES: Final = 200


@dataclass(slots=True)
class Arg:
    """A tensor that an operation takes, as it was: `node` is what it came from in the graph, its output `at`."""

    tensor: Any
    copy: Any
    node: Any
    at: int


@dataclass(slots=True)
class Op:
    """An operation. `args` and `kwargs` are its own, with an `Arg` for each tensor. `node` is known when it matters."""

    func: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: tuple[Any, ...]
    copies: tuple[Any, ...]
    line: int
    block: str
    module: Any
    node: Any = None


class Tape:
    """The operations that gradients flow through, in order, while it is on."""

    def __init__(self, where: Where) -> None:
        self.ops: list[Op] = []
        self._where = where
        self._pending: dict[int, Op] = {}
        self._mode = _mode(self)

    def on(self) -> None:
        """Listen."""
        self._mode.__enter__()

    def off(self) -> None:
        """Listen no more. Where slide code listens as well, and still does, it goes on in vain."""
        top = sys.modules["torch"]._C._len_torch_dispatch_stack() - 1
        if top >= 0 and sys.modules["torch"]._C._get_dispatch_stack_at(top) is self._mode:
            self._mode.__exit__(None, None, None)

    def close(self) -> dict[Any, Op]:
        """The operations by their nodes."""
        for op in list(self._pending.values()):
            self._settle(op)
        self._pending = {}
        return {op.node: op for op in self.ops if op.node is not None}

    def take(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], made: Any, before: list[Any]) -> None:
        """Take an operation that was done; `before` are its tensors, as they were."""
        rest = iter(before)
        packed, named = _packed(args, rest), {name: _packed(one, rest) for name, one in kwargs.items()}
        outputs = tuple(_tensors(made))
        line, block, module = self._asked(sys._getframe(2))
        copies = tuple(map(copied, outputs))
        op = Op(func, packed, named, outputs, copies, line, block, module)
        self.ops.append(op)
        for tensor in outputs:
            self._pending[id(tensor)] = op

    def before(self, args: Any, kwargs: Any) -> list[Arg]:
        """The tensors of an operation to be done, as they are."""
        found = []
        for tensor in _tensors([args, list(kwargs.values())]):
            if op := self._pending.pop(id(tensor), None):
                self._settle(op)
            found.append(Arg(tensor, copied(tensor), tensor.grad_fn, tensor.output_nr))
        return found

    def _settle(self, op: Op) -> None:
        """Ask for the node of an operation: autograd has made it by now, and another may soon stand in its place."""
        for tensor in op.outputs:
            self._pending.pop(id(tensor), None) if self._pending.get(id(tensor)) is op else None
            op.node = op.node or tensor.grad_fn

    def _asked(self, frame: FrameType | None) -> tuple[int, str, Any]:
        """Who asked for an operation: the deck's line and block, and the module whose `forward` it is in."""
        line, block = self._where(frame)
        module = None
        modules = sys.modules["torch"].nn.Module
        for _ in range(_MOST_FRAMES):
            if frame is None:
                break
            if frame.f_code is modules._call_impl.__code__:
                module = frame.f_locals.get("self")
                break
            frame = frame.f_back
        return line, block, module


def copied(tensor: Any) -> Any:
    """A small tensor as it is now; None for a large one, or one that holds no numbers."""
    try:
        return tensor.detach().clone() if tensor.numel() <= COPIED and not tensor.is_sparse else None
    except Exception:  # of another layout, or without memory
        return None


def _packed(value: Any, rest: Iterator[Arg]) -> Any:
    torch = sys.modules["torch"]
    if isinstance(value, torch.Tensor):
        return next(rest)
    if isinstance(value, list | tuple):
        return [_packed(one, rest) for one in value]
    return value


def _tensors(value: Any) -> Iterator[Any]:
    torch = sys.modules["torch"]
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _tensors(one)


def _mode(tape: Tape) -> Any:
    """What torch tells of each operation."""
    torch = sys.modules["torch"]
    from torch.utils._python_dispatch import TorchDispatchMode

    class Listening(TorchDispatchMode):  # type: ignore[misc,unused-ignore]
        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            return False  # else torch's compiler comes along, and stands in tracebacks

    def dispatch(self: Any, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        before = None
        try:
            if _is_differentiable(torch, args, kwargs) and len(tape.ops) < _MOST:
                before = tape.before(args, kwargs)
        except Exception:
            before = None
        try:
            made = func(*args, **kwargs)
        except BaseException as error:
            error.__traceback__ = _outside(error.__traceback__, dispatch.__code__)
            raise
        if before is not None:
            with suppress(Exception):  # of an operation that can't be told of, the graph knows only the name
                tape.take(func, args, kwargs, made, before)
        return made

    Listening.__torch_dispatch__ = dispatch
    Listening.__name__ = OURS
    return Listening()


def _outside(trace: TracebackType | None, own: CodeType) -> TracebackType | None:
    """A traceback without our frame, and those of torch that are there because of it."""
    ours = (own.co_filename, sys.modules["torch"]._ops.__file__)
    while trace is not None and trace.tb_frame.f_code.co_filename in ours:
        trace = trace.tb_next
    return trace


def _is_differentiable(torch: Any, args: Any, kwargs: Any) -> bool:
    return torch.is_grad_enabled() and any(one.requires_grad for one in _tensors([args, list(kwargs.values())]))
