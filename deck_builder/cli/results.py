"""BlockResult -> plain data, for `deck inspect --run --json`: what editors and tests read of a block's results.

What the panes of a slide show is all here: `values` are what lit lines assigned, `trace` is how a block trained,
`graph` how a tensor was computed. Iterations, steps and nodes count from 0, lines from 1.
"""

from __future__ import annotations

import math
from ast import literal_eval
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, assert_never

from deck_builder.outputs import (
    Animation,
    Error,
    Figure,
    Graph,
    Mismatch,
    Skipped,
    Stream,
    Trace,
    Value,
    Warning,
    Watched,
)

if TYPE_CHECKING:
    from deck_builder.model import BlockResult, ExecutedDeck, Output
    from deck_builder.recorded import Shown

_SVG = "image/svg+xml"


def result_data(result: BlockResult) -> dict[str, Any]:
    """A result: its outputs in the order in which they came, what was recorded, seconds, and whether it was known."""
    outputs = [
        {"kind": _kind(one), **told, "lines": list(one.lines)}
        for one in result.outputs
        if not isinstance(one, Watched | Trace | Graph)
        for told in _told(one)
    ]
    return {
        "outputs": outputs,
        "values": [row for one in result.outputs if isinstance(one, Watched) for row in _values(one)],
        "trace": _trace([one for one in result.outputs if isinstance(one, Trace)]),
        "graph": [_graph(one) for one in result.outputs if isinstance(one, Graph)],
        "seconds": result.seconds,
        "cached": result.cached,
    }


def sweep_data(block_id: str, executed: ExecutedDeck) -> dict[str, Any]:
    """What a block did with each value of the sweep that reaches it, of several the nearest; nothing if none does."""
    by = next((by for by, found in reversed(executed.variants.items()) if block_id in found[0].results), "")
    sweep = next((block.options.sweep for block in executed.deck.blocks if block.id == by), None)
    if sweep is None:
        return {}
    values = [
        {"value": literal_eval(value), "results": result_data(variant.results[block_id])}
        for value, variant in zip(sweep.values, executed.variants[by], strict=True)
    ]
    return {"name": sweep.name, "block": by, "values": values}


def _kind(output: Output) -> str:
    return type(output).__name__.lower()


def _told(output: Output) -> Sequence[Mapping[str, Any]]:
    """What there is of an output beside its kind and lines: words as `text`, a picture's kind as `mime`.

    What a line printed in several passes of a loop is told pass by pass.
    """
    match output:
        case Stream(name):
            return [{"name": name, "text": text, **_in(at)} for at, text in by_pass(output)]
        case Value(text):
            return [{"text": text, "facts": list(output.facts)}]
        case Figure():
            size = {"width": output.width, "height": output.height}
            return [{"mime": _SVG, **size, **_in(output.iteration)}]
        case Animation():
            return [{"mime": _SVG, "width": output.width, "height": output.height, "frames": list(output.numbers)}]
        case Warning(category, message):
            return [{"text": f"{category}: {message}", "count": output.count}]
        case Error(ename, evalue):
            said = f"{ename}: {evalue}" if evalue else ename
            return [{"text": said, "hint": output.hint, "expected": output.expected}]
        case Skipped(modules):
            return [{"text": f"skipped: it needs {', '.join(modules)}", "hint": output.hint}]
        case Mismatch():
            return [{"text": output.all_that_came, "written": output.written}]
        case Watched() | Trace() | Graph():
            return []
        case _:
            assert_never(output)


def _in(iteration: int) -> dict[str, int]:
    return {"iteration": iteration} if iteration >= 0 else {}


def by_pass(stream: Stream) -> list[tuple[int, str]]:
    """What a line printed, by the pass of the loop in which it did; -1 where that is not known."""
    rows = stream.text.splitlines(keepends=True)
    passes = [*stream.passes, *([-1] * len(rows))][: len(rows)]
    pairs = zip(passes, rows, strict=True)
    return [(at, "".join(row for _, row in group)) for at, group in groupby(pairs, key=lambda pair: pair[0])]


def _values(found: Watched) -> Iterator[dict[str, Any]]:
    block = {"block": found.block} if found.block else {}
    for one in found.assigned:
        for sample in one.samples:
            told = {"line": one.line, "name": one.name, "iteration": sample.iteration}
            told |= {"text": sample.after.text, "value": _number(sample.after), "count": one.count}
            told |= {name: _number(part) for name in ("before", "grad") if (part := getattr(sample, name))}
            yield told | block


def _trace(traces: Sequence[Trace]) -> list[dict[str, Any]]:
    rows = []
    for trace in traces:
        for step in trace.steps:
            told: dict[str, Any] = {"step": step.step, "line": step.line, "of": trace.name, "loss": _json(step.loss)}
            told |= {name: {key: _number(one) for key, one in getattr(step, name)} for name in ("grads", "params")}
            told |= _in(step.iteration)
            if step.update_line:
                told |= {"lr": step.lr, "updated": {key: _number(one) for key, one in step.updated}}
            rows.append(told)
    return sorted(rows, key=lambda row: row["step"])


def _graph(graph: Graph) -> dict[str, Any]:
    nodes = []
    for node in graph.nodes:
        told: dict[str, Any] = {"op": node.op, "name": node.name, "line": node.line, "value": _number(node.value)}
        told |= {"text": node.value.text, "grad": node.grad and _number(node.grad)}
        told["inputs"] = [
            {
                "node": one.node if one.node >= 0 else None,
                "text": one.text,
                "local": one.local and _number(one.local),
                "grad": one.grad and _number(one.grad),
            }
            for one in node.inputs
        ]
        nodes.append(told)
    return {"of": graph.of, "nodes": nodes}


def _number(shown: Shown) -> Any:
    return _json(shown.value)


def _json(value: Any) -> Any:
    """Numbers as JSON has them, which knows none that is not finite."""
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
