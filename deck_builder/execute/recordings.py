"""What was recorded of a run <-> plain data: each value of `recorded.py` as a list of its fields. Strict.

A worker writes the same lists; what does not have the form is refused, and so is a line, a loop or a node that is none.
"""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from deck_builder import recorded
from deck_builder.recorded import Graph, GraphNode, Loop, Shown, Trace, Watched
from deck_builder.worker.protocol import ProtocolError

MAX_LINE: Final = 100_000
"""The last line of a block that a recording may name."""

_MAX_TEXT: Final = 400
_MAX_WHOLE: Final = 2**53
_MAX_DEPTH: Final = 8
_WORDS: Final = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_Recorded = TypeVar("_Recorded", Watched, Trace, Graph)


def plain(value: object) -> object:
    """A recorded value, or a part of one, as plain data."""
    if is_dataclass(value):
        return [plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value


def recording(kind: type[_Recorded], data: object, line_count: int) -> _Recorded:
    """Plain data as a recorded value of a block of so many lines. Raises `ProtocolError` on any other data."""
    found: _Recorded = _read(kind, data, 0)
    match found:
        case Watched():
            most = MAX_LINE if found.block else line_count
            _check_watched(found)
            lines = [*found.lines, *(one for one, _, _ in found.counts), *(one.line for one in found.assigned)]
        case Trace():
            most = line_count
            lines = [*found.lines, *(line for step in found.steps for line in (step.line, step.update_line) if line)]
            _ascending([step.step for step in found.steps], _MAX_WHOLE)
        case Graph():
            most = line_count
            lines = [*found.lines, *(node.line for node in found.nodes if node.line and not node.block)]
            _check_graph(found.nodes)
    if not all(1 <= line <= most for line in lines):
        raise ProtocolError("a recording of lines outside of the block")
    _ascending(list(found.lines), MAX_LINE + 1)
    return found


def _check_watched(found: Watched) -> None:
    for at, loop in enumerate(found.loops):
        if not -1 <= loop.parent < at:
            raise ProtocolError("a loop within one that comes later")
        _check_loop(loop)
    around = [*(loop for _, _, loop in found.counts), *(one.loop for one in found.assigned)]
    if not all(-1 <= loop < len(found.loops) for loop in around):
        raise ProtocolError("a line within a loop that is none")
    for one in found.assigned:
        _ascending([sample.iteration for sample in one.samples], _MAX_WHOLE)


def _check_loop(loop: Loop) -> None:
    _ascending(loop.passes, loop.count)
    for others in (loop.labels, loop.parents):
        if others and len(others) != len(loop.passes):
            raise ProtocolError("passes of a loop that are not told of alike")


def _check_graph(nodes: tuple[GraphNode, ...]) -> None:
    for at, node in enumerate(nodes):
        if not all(-1 <= one.node < at for one in node.inputs):
            raise ProtocolError("a node that is made of one that comes later")


def _ascending(numbers: list[int] | tuple[int, ...], end: int) -> None:
    """Raise where numbers do not go up from 0 on, to below an end."""
    if any(later <= one for one, later in pairwise(numbers)) or (numbers and not 0 <= numbers[0] <= numbers[-1] < end):
        raise ProtocolError("a recording out of order")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, vars(recorded))


def _read(kind: Any, data: object, depth: int) -> Any:
    """Data as a value of a type, as `recorded.py` has them."""
    if depth > _MAX_DEPTH:
        raise ProtocolError("a recording that is nested too deep")
    if kind is Shown:
        return _shown(data, depth)
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        if not isinstance(data, list) or len(data) != len(hints):
            raise ProtocolError(f"no {kind.__name__}")  # type: ignore[union-attr]
        return kind(*(_read(hint, one, depth + 1) for hint, one in zip(hints.values(), data, strict=True)))  # type: ignore[operator]
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), data, depth)
    if get_origin(kind) in (Union, UnionType):
        (inner,) = [one for one in get_args(kind) if one is not type(None)]
        return None if data is None else _read(inner, data, depth)
    return _single(kind, data)


def _shown(data: object, depth: int) -> Shown:
    if not isinstance(data, list) or len(data) != 2:
        raise ProtocolError("no Shown")
    text, value = data
    return Shown(_single(str, text), None if value is None else _numbers(value, depth))


def _tuple(kinds: tuple[Any, ...], data: object, depth: int) -> tuple[Any, ...]:
    if not isinstance(data, list) or (kinds[-1] is not ... and len(data) != len(kinds)):
        raise ProtocolError("a recording with a list that is none")
    hints = [kinds[0]] * len(data) if kinds[-1] is ... else kinds
    return tuple(_read(hint, one, depth + 1) for hint, one in zip(hints, data, strict=True))


def _single(kind: Any, data: object) -> Any:
    if kind is bool and isinstance(data, bool):
        return data
    if kind is str and isinstance(data, str) and len(data) <= _MAX_TEXT:
        return data.encode("utf-8", "replace").decode()
    if kind is int and type(data) is int and -1 <= data <= _MAX_WHOLE:
        return data
    if kind is float and not isinstance(data, bool):
        return float(_number(data))
    raise ProtocolError("a recording with a field of another kind")


def _number(data: object) -> float | int:
    if isinstance(data, str) and data in _WORDS:
        return _WORDS[data]
    if isinstance(data, float) or (isinstance(data, int) and abs(data) <= 2**64):
        return data
    raise ProtocolError("a recording with a number that is none")


def _numbers(data: object, depth: int) -> Any:
    if isinstance(data, list) and depth <= _MAX_DEPTH:
        return tuple(_numbers(one, depth + 1) for one in data)
    return data if isinstance(data, bool) else _number(data)
