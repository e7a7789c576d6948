"""BlockResult -> plain data, for `deck inspect --run --json`: what editors and tests read of a block's results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, assert_never

from deck_builder.outputs import Animation, Error, Figure, Mismatch, Skipped, Stream, Value, Warning

if TYPE_CHECKING:
    from deck_builder.model import BlockResult, Output

_SVG = "image/svg+xml"


def result_data(result: BlockResult) -> dict[str, Any]:
    """A result: its outputs in the order in which they came, seconds, and whether it was known."""
    outputs = [{"kind": _kind(one), **_told(one), "lines": list(one.lines)} for one in result.outputs]
    return {"outputs": outputs, "seconds": result.seconds, "cached": result.cached}


def _kind(output: Output) -> str:
    return type(output).__name__.lower()


def _told(output: Output) -> Mapping[str, Any]:
    """What there is of an output beside its kind and lines: words as `text`, a picture's kind as `mime`."""
    match output:
        case Stream(name, text):
            return {"name": name, "text": text}
        case Value(text):
            return {"text": text, "facts": list(output.facts)}
        case Figure():
            return {"mime": _SVG, "width": output.width, "height": output.height}
        case Animation():
            return {"mime": _SVG, "width": output.width, "height": output.height, "frames": list(output.numbers)}
        case Warning(category, message):
            return {"text": f"{category}: {message}", "count": output.count}
        case Error(ename, evalue):
            return {"text": f"{ename}: {evalue}" if evalue else ename, "hint": output.hint, "expected": output.expected}
        case Skipped(modules):
            return {"text": f"skipped: it needs {', '.join(modules)}", "hint": output.hint}
        case Mismatch():
            return {"text": output.all_that_came, "written": output.written}
        case _:
            assert_never(output)
