"""What was recorded while a block ran, as values: what its lines assigned, how it trained, how a result came about.

Lines count within their block, from 1; passes, steps and nodes from 0. `deck_builder.model` is where to take them from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Numbers: TypeAlias = "float | int | bool | tuple[Numbers, ...]"
"""A number, or the numbers of a small tensor, row by row."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as a pane shows it; `value` holds its numbers, where they are few."""

    text: str
    value: Numbers | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """What a name held once its statement had run, in a pass of the loop around it.

    `before` is what it held before a statement that changes it; `grad` what flowed back to that tensor last.
    """

    iteration: int
    after: Shown
    before: Shown | None = None
    grad: Shown | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """What a line assigned to a name, over all its runs. `loop` is the loop around it, among its block's; -1: none.

    `count` is how often; `facts` are what its last tensor was ("shape (3, 1)", "requires_grad").
    """

    line: int
    name: str
    loop: int
    count: int
    samples: tuple[Sample, ...]
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop, or a function whose calls are its passes. Of `count` passes those in `passes` were kept.

    `name` is its variable ("epoch"), or the function ("forward()"); `labels` what the variable held in each kept pass.
    `parent` is the loop around it (-1: none), and `parents` the pass of that in which each kept pass was.
    """

    line: int
    name: str
    count: int
    passes: tuple[int, ...]
    labels: tuple[str, ...] = ()
    parent: int = -1
    parents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Watched:
    """What the lit lines of a block did. `counts` are of each: the line, how often it ran, the loop around it or -1.

    `block` is whose lines they are: an earlier block's, of which this one called a function; "" for its own.
    """

    lines: tuple[int, ...]
    counts: tuple[tuple[int, int, int], ...]
    loops: tuple[Loop, ...] = ()
    assigned: tuple[Assigned, ...] = ()
    block: str = ""


@dataclass(frozen=True, slots=True)
class TraceStep:
    """A `backward()`, the `step`-th of its block. `params` are those for which its `grads` hold, by author's names.

    `updated` are the parameters after the optimizer's step that followed, in line `update_line`, at the rate `lr`.
    `iteration` is the pass of the loop around its `line`, where its block is watched, else -1.
    """

    step: int
    line: int
    loss: float
    grads: tuple[tuple[str, Shown], ...] = ()
    params: tuple[tuple[str, Shown], ...] = ()
    iteration: int = -1
    lr: float | None = None
    updated: tuple[tuple[str, Shown], ...] = ()
    update_line: int = 0


@dataclass(frozen=True, slots=True)
class Trace:
    """How a block trained by one loss: some of `count` steps, the first, the last and the spikes among them."""

    name: str
    lines: tuple[int, ...]
    count: int
    steps: tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True)
class GraphInput:
    """What a node is computed from: another `node`, or a constant (-1), whose `text` it is.

    `local` is the derivative of the node by it, and `grad` what flows back along the edge: upstream times local.
    """

    node: int
    text: str = ""
    local: Shown | None = None
    grad: Shown | None = None


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A tensor of a computation: a leaf, or what `op` ("mul", "linear") made of its inputs, in a line of a block.

    `name` is the author's, "" if it has none; `block` is "" for the block itself, and `line` 0 where nobody knows it.
    `grad` is what flowed back to it; `module` names the module whose forward made it ("model.linear").
    """

    op: str
    name: str
    value: Shown
    shape: tuple[int, ...] = ()
    inputs: tuple[GraphInput, ...] = ()
    grad: Shown | None = None
    needs_grad: bool = True
    line: int = 0
    block: str = ""
    module: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """How the tensor `of` was computed: nodes in the order in which they came, its own the last."""

    of: str
    nodes: tuple[GraphNode, ...]
    lines: tuple[int, ...]
