"""Callbacks -> they are called around every `backward()`, and slide code can't tell: no frame is added, no name new.

torch's own functions are compiled anew from their own source, at its own lines, with one more statement at the start
and the end. Such a statement names nothing: it stores an item into a constant, which is an object of ours.
"""

from __future__ import annotations
import __future__

import ast
import inspect
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from functools import partial
from types import CodeType, FunctionType
from typing import Any, Final

from deck_builder.worker.afterwards import after_import

_FEATURES: Final = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
_BEFORE, _AFTER = "\0before", "\0after"

_observers: list[tuple[Callable[[tuple[Any, ...]], None] | None, Callable[[], None]]] = []
_originals: list[tuple[FunctionType, CodeType]] = []
_made: list[tuple[FunctionType, CodeType, CodeType]] = []
_is_awaited: list[bool] = []


class Going(list[Any]):
    """One place, that torch's own code fills: an item is stored at C's speed."""

    __slots__ = ()
    __hash__ = object.__hash__  # type: ignore[assignment]  # codes are compared by their constants
    __eq__ = object.__eq__


going: Final = Going([None])
"""What the pass that goes on, or is just over, began with; None where there is none."""


def observe(before: Callable[[tuple[Any, ...]], None] | None, after: Callable[[], None]) -> Callable[[], None]:
    """Call `before` with the tensors of each backward pass, `after` once it went well, until what is given is called.

    What a callback raises is dropped. Where torch has no source to read, nothing is observed.
    """
    if not _is_awaited:
        _is_awaited.append(True)
        after_import("torch", _install)
    observer = (before, after)
    _observers.append(observer)
    _turn()

    def stop() -> None:
        with suppress(ValueError):
            _observers.remove(observer)
        _turn()

    return stop


class _Before:
    """What a backward pass begins with: `tensors` are stored into it."""

    def __init__(self) -> None:
        self._told: object = None

    def __setitem__(self, at: int, tensors: object) -> None:
        going[0] = tensors
        if tensors is self._told:  # `Tensor.backward` calls `torch.autograd.backward`, and has told of it
            self._told = None
            return
        self._told = None
        _tell(tensors)


class _BeforeOf:
    """The same for `Tensor.backward`, which goes on to the other with its tensor."""

    def __init__(self, inner: _Before) -> None:
        self._inner = inner

    def __setitem__(self, at: int, tensor: object) -> None:
        going[0] = tensor
        _tell(tensor)
        self._inner._told = tensor


class _After:
    """What `torch.autograd.backward`, which does the work for all, ends with."""

    def __init__(self, torch: Any) -> None:
        self._has_modes = torch._C._len_torch_function_stack

    def __setitem__(self, at: int, value: object) -> None:
        if self._has_modes():
            _each([after for _, after in _observers])
        else:
            for _, after in _observers:
                try:
                    after()
                except Exception:  # an observer's own trouble
                    continue
        going[0] = None


def _tell(tensors: object) -> None:
    found = tensors_of(tensors)
    _each([partial(before, found) for before, _ in _observers if before])


def _each(calls: Iterable[Callable[[], None]]) -> None:
    """Call observers; modes of slide code hear nothing of what they ask of tensors."""
    c = sys.modules["torch"]._C
    with c.DisableTorchFunction() if c._len_torch_function_stack() else nullcontext():
        for call in calls:
            try:
                call()
            except Exception:  # an observer's own trouble
                continue


def tensors_of(given: object) -> tuple[Any, ...]:
    """The tensors that a pass begins with; an iterator is left as it is."""
    kind = sys.modules["torch"].Tensor
    if type(given) is kind:
        return (given,)
    many = given if isinstance(given, tuple | list) else (given,)
    return tuple(one for one in many if isinstance(one, kind))


def _install(torch: Any) -> None:
    """Put the statements in. A torch that was changed, or whose source is not there, is left as it is."""
    before, after = _Before(), _After(torch)
    inner, outer = torch.autograd.backward, torch.Tensor.backward
    with suppress(Exception):
        codes = (
            (inner, with_hooks(inner, "tensors", going, after), with_hooks(inner, "tensors", before, after)),
            (outer, with_hooks(outer, "self", going), with_hooks(outer, "self", _BeforeOf(before))),
        )
        _originals.extend((function, function.__code__) for function, *_ in codes)
        _made.extend(codes)
        _turn()


def _turn() -> None:
    """Let torch's functions call us at their start only while someone asks for that."""
    asked = any(before for before, _ in _observers)
    for function, quick, whole in _made:
        if function.__code__ is not (code := whole if asked else quick):
            function.__code__ = code


def with_hooks(function: FunctionType, argument: str, before: object, after: object = None) -> CodeType:
    """A function's code with hooks in it: an argument is stored into `before`, and in the end something into `after`.

    Raises what comes of a source that is not its own.
    """
    code = function.__code__
    rows, first = inspect.getsourcelines(code)
    margin = len(rows[0]) - len(rows[0].lstrip())
    # a method stands within its class, so that all columns are as they were
    source = "".join(rows) if not margin else "if 1:\n" + "".join(rows)
    tree = ast.parse(source)
    ast.increment_lineno(tree, first - 1 - bool(margin))
    found = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    start = 1 if ast.get_docstring(found, clean=False) is not None else 0
    found.body.insert(start, _store(_BEFORE, ast.Name(argument, ast.Load()), found.body[start]))
    if after is not None:
        found.body.append(_store(_AFTER, ast.Constant(None), found.body[-1]))
    module = compile(tree, code.co_filename, "exec", code.co_flags & _FEATURES, dont_inherit=True)
    made = next(one for one in _codes(module) if one.co_name == code.co_name)
    if (made.co_names, made.co_varnames, made.co_freevars) != (code.co_names, code.co_varnames, code.co_freevars):
        raise ValueError("this source is of another version")
    hooks = {_BEFORE: before, _AFTER: after}
    consts = tuple(hooks.get(one, one) if isinstance(one, str) else one for one in made.co_consts)
    return made.replace(co_consts=consts, co_qualname=code.co_qualname)


def _codes(code: CodeType) -> Iterable[CodeType]:
    return (one for one in code.co_consts if isinstance(one, CodeType))


def _store(place: str, value: ast.expr, beside: ast.stmt) -> ast.stmt:
    """`place[0] = value`, at another statement's place."""
    made = ast.Assign([ast.Subscript(ast.Constant(place), ast.Constant(0), ast.Store())], value)
    ast.copy_location(made, beside)
    return ast.fix_missing_locations(made)
