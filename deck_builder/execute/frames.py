"""Output messages <-> model outputs. Strict: what comes from the other side of the wall is taken for nothing better."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final, Literal, assert_never, cast

from deck_builder.execute.recordings import plain, recording
from deck_builder.execute.safe_html import safe_html
from deck_builder.model import (
    Animation,
    BlockResult,
    Error,
    Figure,
    Graph,
    Mismatch,
    Output,
    Skipped,
    Stream,
    Trace,
    Value,
    Warning,
    Watched,
)
from deck_builder.worker.protocol import (
    MAX_COLUMN,
    MAX_FACT,
    MAX_FIGURE,
    MAX_FRAMES,
    MAX_HTML,
    MAX_OUTPUTS,
    MAX_TEXT,
    ProtocolError,
)

_MAX_PX: Final = 40 * 96
_MAX_FACTS: Final = 8
_RECORDED: Final = {"watched": Watched, "trace": Trace, "graph": Graph}
_MOST_PASSES: Final = 2**53
_SLACK: Final = 1000  # the worker counts first; this side only makes sure


class Assembly:
    """The outputs of one block as they come: what one line printed is joined, a warning that comes again is counted."""

    def __init__(self, line_count: int, origin: Callable[[str, int, str], str] = lambda path, line, name: "") -> None:
        """`origin` says in words where a line of a file and a function stand; "" if nowhere known."""
        self._line_count = line_count
        self._origin_of = origin
        self._outputs: list[Output] = []
        self._pieces: list[Stream] = []
        self._texts = 0

    def take(self, data: object) -> None:
        """Take an output message. Raises `ProtocolError` when it is none."""
        output = decode(data, self._line_count)
        self._texts += len(output.text) if isinstance(output, Stream) else 0
        if len(self._outputs) > MAX_OUTPUTS + _SLACK or self._texts > MAX_TEXT + _SLACK:
            raise ProtocolError("more than a block may print")
        if isinstance(output, Error) and isinstance(data, dict) and isinstance(raised := data.get("raised"), dict):
            line, name = int(number(raised, "line", 2**31)), _text(raised, "name")
            output = replace(output, origin=self._origin_of(_text(raised, "path"), line, name))
        self.add(output)

    def add(self, output: Output) -> None:
        """Take an output."""
        last = self._outputs[-1] if self._outputs else None
        if isinstance(output, Stream) and isinstance(last, Stream) and _origin(output) == _origin(last):
            self._pieces.append(output)
            return
        self._join()
        if isinstance(output, Warning):
            for no, known in enumerate(self._outputs):
                if isinstance(known, Warning) and _key(known) == _key(output):
                    self._outputs[no] = output
                    return
        self._outputs.append(output)

    def result(self, seconds: float = 0.0) -> BlockResult:
        """The block's result."""
        self._join()
        return BlockResult(tuple(self._outputs), seconds)

    def _join(self) -> None:
        last = self._outputs[-1] if self._outputs else None
        if isinstance(last, Stream) and self._pieces:
            pieces = [last, *self._pieces]
            passes = tuple(one for piece in pieces for one in piece.passes)
            self._outputs[-1] = replace(last, text="".join(piece.text for piece in pieces), passes=passes)
        self._pieces.clear()


def _origin(stream: Stream) -> tuple[str, tuple[int, ...]]:
    return stream.name, stream.lines


def _key(warning: Warning) -> tuple[str, str, tuple[int, ...]]:
    return warning.category, warning.message, warning.lines


def decode(data: object, line_count: int) -> Output:
    """A message as an output of a block of so many lines. Raises `ProtocolError` on any other message."""
    if not isinstance(data, dict):
        raise ProtocolError("an output that is no object")
    if kind := _RECORDED.get(str(data.get("type"))):
        return recording(kind, data.get("recording"), line_count)
    lines = _lines(data, line_count)
    match data.get("type"):
        case "stream":
            name = data.get("name")
            if name not in ("stdout", "stderr"):
                raise ProtocolError("a stream without a name")
            return Stream(cast(Literal["stdout", "stderr"], name), _text(data, "text"), lines, _passes(data))
        case "value":
            html = safe_html(_text({"html": "", **data}, "html", MAX_HTML))
            return Value(_text(data, "text"), lines, _facts(data), html)
        case "figure":
            svg = _text(data, "svg", MAX_FIGURE)
            return Figure(svg, *_sizes(data), lines, _iteration(data))
        case "animation":
            frames, numbers = _frames(data)
            passes = _passes(data)
            return Animation(frames, numbers, *_sizes(data), lines, passes if len(passes) == len(frames) else ())
        case "warning":
            count = int(number(data, "count", 2**53))
            return Warning(_text(data, "category"), _text(data, "message"), lines, max(1, count))
        case "error":
            trace = data.get("traceback")
            if not isinstance(trace, list) or len(trace) > _SLACK:
                raise ProtocolError("an error without a traceback")
            rows = tuple(_text({"": row}, "") for row in trace)
            column = int(number({"column": 0, **data}, "column", MAX_COLUMN))
            origin, near = (_text({name: "", **data}, name) for name in ("origin", "near"))
            ename, evalue = _text(data, "ename"), _text(data, "evalue")
            near = near if near.isidentifier() else ""
            return Error(ename, evalue, rows, lines, column=column, origin=origin, near=near)
        case _:
            raise ProtocolError("an output of no known type")


def encode(output: Output) -> dict[str, Any]:
    """An output as a message; `decode` gives it back. What is said of an error later (cause, hint) is left out."""
    match output:
        case Stream(name, text, lines, passes):
            data: dict[str, Any] = {"type": "stream", "name": name, "text": text, "passes": list(passes)}
        case Value(text, lines, facts, html):
            data = {"type": "value", "text": text, "facts": list(facts), "html": html}
        case Figure(svg, width, height, lines, iteration):
            data = {"type": "figure", "svg": svg, "width": width, "height": height, "iteration": iteration}
        case Animation(frames, numbers, width, height, lines, passes):
            data = {"type": "animation", "frames": list(frames), "numbers": list(numbers), "passes": list(passes)}
            data |= {"width": width, "height": height}
        case Warning(category, message, lines, count):
            data = {"type": "warning", "category": category, "message": message, "count": count}
        case Error(ename, evalue, trace, lines, column=column, origin=origin, near=near):
            data = {"type": "error", "ename": ename, "evalue": evalue, "traceback": list(trace)}
            data |= {"column": column, "origin": origin, "near": near}
        case Watched() | Trace() | Graph():
            return {"type": type(output).__name__.lower(), "recording": plain(output)}
        case Skipped() | Mismatch():
            raise ValueError("what no worker says is no message")
        case _:
            assert_never(output)
    return {**data, "lines": list(lines)}


def number(data: Mapping[str, object], key: str, most: float) -> float:
    """A finite number from 0 to `most`. Raises `ProtocolError` on anything else."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProtocolError(f"{key} is no number")
    if not 0 <= value <= most:  # nor is "not a number"; and an integer may be too large for a float
        raise ProtocolError(f"{key} is out of range")
    return float(value)


def _text(data: Mapping[str, object], key: str, most: int = MAX_TEXT + _SLACK) -> str:
    value = data.get(key)
    if not isinstance(value, str) or len(value) > most:
        raise ProtocolError(f"{key} is no text, or too long")
    return value.encode("utf-8", "replace").decode()  # half of a surrogate pair can't be written to a page


def _facts(data: Mapping[str, object]) -> tuple[str, ...]:
    facts = data.get("facts", [])
    if not isinstance(facts, list) or len(facts) > _MAX_FACTS:
        raise ProtocolError("facts that are no list")
    return tuple(_text({"fact": fact}, "fact", MAX_FACT + _SLACK) for fact in facts)


def _sizes(data: Mapping[str, object]) -> tuple[float, float]:
    width, height = (number(data, side, _MAX_PX) for side in ("width", "height"))
    if not (width and height):
        raise ProtocolError("a figure without a size")
    return width, height


def _frames(data: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """An animation's frames and their numbers, which go up."""
    frames, numbers = data.get("frames"), data.get("numbers")
    if not isinstance(frames, list) or not isinstance(numbers, list) or not 1 < len(frames) <= MAX_FRAMES:
        raise ProtocolError("an animation without frames")
    texts = tuple(_text({"frame": frame}, "frame", MAX_FIGURE) for frame in frames)
    counted = tuple(int(number({"number": one}, "number", 2**31)) for one in numbers)
    if sum(map(len, texts)) > MAX_FIGURE or len(counted) != len(texts) or counted[0] < 1:
        raise ProtocolError("an animation that is too large, or whose frames are not counted")
    if any(later <= one for one, later in pairwise(counted)):
        raise ProtocolError("frames out of order")
    return texts, counted


def _iteration(data: Mapping[str, object]) -> int:
    return int(number({"iteration": 0, **data}, "iteration", _MOST_PASSES)) if data.get("iteration") != -1 else -1


def _passes(data: Mapping[str, object]) -> tuple[int, ...]:
    """The passes of a loop in which rows or frames came; one of none is -1."""
    passes = data.get("passes", [])
    if not isinstance(passes, list) or not all(type(one) is int and -1 <= one <= _MOST_PASSES for one in passes):
        raise ProtocolError("passes that are no numbers")
    return tuple(passes)


def _lines(data: Mapping[str, object], line_count: int) -> tuple[int, ...]:
    lines = data.get("lines")
    if not isinstance(lines, list) or len(lines) > line_count:
        raise ProtocolError("an output without lines")
    for line in lines:
        if isinstance(line, bool) or not isinstance(line, int) or not 1 <= line <= line_count:
            raise ProtocolError("a line outside of the block")
    if any(later <= line for line, later in pairwise(lines)):
        raise ProtocolError("lines out of order")
    return tuple(lines)
