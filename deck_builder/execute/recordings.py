"""What was recorded of a run <-> plain data: each value of `recorded.py` as a list of its fields. Strict.

A worker writes the same lists; what does not have the form is refused, and so is a line, a loop or a node that is none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from types import UnionType
from typing import Any, Final, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from deck_builder import recorded
from deck_builder.recorded import Graph, GraphNode, Loop, Shown, Trace, Watched
from deck_builder.worker.protocol import ProtocolError

MAX_LINE: Final = 100_000
"""The last line of a block that a recording may name."""

_MAX_TEXT: Final = 400
_MAX_WHOLE: Final = 2**53
_MAX_DEPTH: Final = 4
"""Of lists within lists of numbers; a worker tells of no tensor that has more dimensions."""
_WORDS: Final = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_Read: TypeAlias = Callable[[object], Any]
_Recorded = TypeVar("_Recorded", Watched, Trace, Graph)


def plain(value: Any) -> Any:
    """A recorded value, or a part of one, as plain data."""
    kind = type(value)
    if kind is str or kind is int:
        return value
    if kind is tuple:
        return [plain(one) for one in value]
    if kind is float:
        return value if math.isfinite(value) else _name_of(value)
    return [plain(getattr(value, name)) for name in names] if (names := _fields(cast(Hashable, kind))) else value


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def _name_of(value: float) -> str:
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def recording(kind: type[_Recorded], data: object, line_count: int) -> _Recorded:
    """Plain data as a recorded value of a block of so many lines. Raises `ProtocolError` on any other data."""
    found: _Recorded = _reader(cast(Hashable, kind))(data)
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
def _reader(kind: Any) -> _Read:
    """Who reads data as a value of a type, as `recorded.py` has them."""
    if kind in _SINGLE:
        return _SINGLE[kind]
    if is_dataclass(kind):
        return _fields_reader(kind)
    if get_origin(kind) is tuple:
        return _tuple_reader(*get_args(kind))
    if get_origin(kind) in (Union, UnionType):
        (inner,) = [_reader(one) for one in get_args(kind) if one is not type(None)]
        return lambda data: None if data is None else inner(data)
    raise TypeError(f"{kind} can't be read")


def _fields_reader(kind: Any) -> _Read:
    readers = [_reader(hint) for hint in get_type_hints(kind, vars(recorded)).values()]

    def read(data: object) -> Any:
        if not isinstance(data, list) or len(data) != len(readers):
            raise ProtocolError(f"no {kind.__name__}")
        return kind(*[read_one(one) for read_one, one in zip(readers, data, strict=True)])

    return read


def _tuple_reader(*kinds: Any) -> _Read:
    readers = [_reader(kind) for kind in kinds if kind is not ...]

    def read(data: object) -> tuple[Any, ...]:
        if not isinstance(data, list) or (kinds[-1] is not ... and len(data) != len(readers)):
            raise ProtocolError("a recording with a list that is none")
        if kinds[-1] is ...:
            return tuple(map(readers[0], data))
        return tuple([read_one(one) for read_one, one in zip(readers, data, strict=True)])

    return read


def _shown(data: object) -> Shown:
    if not isinstance(data, list) or len(data) != 2:
        raise ProtocolError("no Shown")
    text, value = data
    return Shown(_text(text), None if value is None else _numbers(value, 0))


def _truth(data: object) -> bool:
    if isinstance(data, bool):
        return data
    raise ProtocolError("a recording with a field of another kind")


def _text(data: object) -> str:
    if isinstance(data, str) and len(data) <= _MAX_TEXT:
        return data if data.isascii() else data.encode("utf-8", "replace").decode()
    raise ProtocolError("a recording with a text that is none")


def _whole(data: object) -> int:
    if type(data) is int and -1 <= data <= _MAX_WHOLE:
        return data
    raise ProtocolError("a recording with a count that is none")


def _real(data: object) -> float:
    return float(_number(data))


def _number(data: object) -> float | int:
    if isinstance(data, str) and data in _WORDS:
        return _WORDS[data]
    if isinstance(data, float) or (isinstance(data, int) and not isinstance(data, bool) and abs(data) <= 2**64):
        return data
    raise ProtocolError("a recording with a number that is none")


def _numbers(data: object, depth: int) -> Any:
    if isinstance(data, list) and depth < _MAX_DEPTH:
        return tuple([_numbers(one, depth + 1) for one in data])
    return data if isinstance(data, bool) else _number(data)


_SINGLE: Final[dict[Any, _Read]] = {Shown: _shown, bool: _truth, str: _text, int: _whole, float: _real}
