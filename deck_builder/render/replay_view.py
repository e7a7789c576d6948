"""Graph -> what a replay of it shows: nodes with names to call them by, and the steps in which they come. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from unicodedata import east_asian_width

from deck_builder.model import Graph
from deck_builder.recorded import GraphNode, Shown
from deck_builder.render.folding import folded
from deck_builder.render.operations import operation
from deck_builder.steering import unsteered

_SINGLY: Final = 14
"""Up to so many operations come one by one; of more, those of a line come together, a few at a time."""

_AT_ONCE: Final = 4

_LONGEST: Final = 12
_LOWERED: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class Step:
    """A click's worth: the nodes that are computed, or whose gradients are."""

    nodes: tuple[int, ...]
    back: bool


@dataclass(frozen=True, slots=True)
class View:
    """A graph as it is shown. `names` are one for each node; those made up have an index below the line."""

    graph: Graph
    names: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def nodes(self) -> tuple[GraphNode, ...]:
        """The nodes, the tensor asked for the last."""
        return self.graph.nodes

    def step_of(self, node: int, *, back: bool) -> int:
        """The step in which a node comes, from 1; 0 for what is there from the start, or never comes."""
        return next((no for no, step in enumerate(self.steps, 1) if step.back == back and node in step.nodes), 0)

    def label(self, node: int) -> str:
        """A node's name as plain text."""
        return shown_name(self.names[node], made_up=not self.nodes[node].name)


def view(graph: Graph) -> View:
    """What a replay shows of a graph."""
    graph = folded(graph)
    inner = [at for at, node in enumerate(graph.nodes) if node.op]
    returned = [at for at in reversed(inner) if graph.nodes[at].grad is not None]
    together = len(inner) > _SINGLY
    steps = [*_steps(graph, inner, together, back=False), *_steps(graph, returned, together, back=True)]
    return View(graph, tuple(_names(graph)), tuple(steps))


def _steps(graph: Graph, order: Sequence[int], together: bool, *, back: bool) -> list[Step]:
    def line(at: int) -> object:
        node = graph.nodes[at]
        return (node.block, node.line) if together and node.line else at

    groups = [list(group) for _, group in groupby(order, line)]
    return [Step(tuple(group[at : at + _AT_ONCE]), back) for group in groups for at in range(0, len(group), _AT_ONCE)]


def _names(graph: Graph) -> list[str]:
    """What each node is called: by its author, else v₁, v₂ in the order in which they come."""
    taken = {node.name for node in graph.nodes}
    found, count = [], 0
    for at, node in enumerate(graph.nodes):
        name = node.name or (graph.of if at == len(graph.nodes) - 1 else "")
        while not name:
            count += 1
            name = f"v{count}" if f"v{count}" not in taken else ""
        found.append(name)
    return found


def shown_name(name: str, *, made_up: bool = False) -> str:
    """A name on a box."""
    name = clipped(unsteered(name), 24)
    if len(name) == 5 and name.endswith("_hat"):
        return f"{name[0]}\u0302"
    return name[0] + name[1:].translate(_LOWERED) if made_up and name[1:].isdecimal() else name


def clipped(text: str, most: int = _LONGEST) -> str:
    """A text that is not too long; else its beginning."""
    return text if len(text) <= most else text[: most - 1] + "…"


def short(value: Shown | None, shape: Sequence[int] = ()) -> str:
    """A value in little room: its numbers where they are few, else its shape."""
    if value is None:
        return ""
    text = unsteered(value.text)
    size = "×".join(map(str, shape))
    if shape and (len(text) > _LONGEST or text == size):
        return f"({size})"
    return clipped(text).replace("-", "−") if is_number(value) or text[:1] in "[-" else clipped(text)


def is_number(value: Shown | None) -> bool:
    """Whether a value is one number."""
    return value is not None and isinstance(value.value, int | float)


def equation(upstream: Shown | None, local: Shown | None, product: Shown | None) -> tuple[str, str]:
    """`5 × 3 = ` and `15`, where all three are numbers and it says more than the product alone."""
    if product is None:
        return "", ""
    if any(one is not None and one.value == 1 for one in (upstream, local)):
        return "", short(product)
    if is_number(upstream) and is_number(local) and is_number(product):
        return f"{short(upstream)} × {held_number(short(local))} = ", short(product)
    return "", short(product)


def held_number(text: str) -> str:
    """A number as a factor: a negative one in parentheses."""
    return f"({text})" if text.startswith("−") else text


def sign(view: View, at: int) -> str:
    """What stands on the box of a node: its operation, with the constants that it takes."""
    node = view.nodes[at]
    own = operation(node.op).sign
    constants = [clipped(unsteered(one.text), 8).replace("-", "−") for one in node.inputs if one.node < 0]
    if node.op == "pow" and constants:
        return "( )" + constants[0].translate(_RAISED) if constants[0].isdecimal() else f"( )^{constants[0]}"
    if not constants or node.op not in ("add", "sub", "mul", "div"):
        return clipped(unsteered(own), 18)
    first = node.inputs[0].node < 0
    return f"{constants[0]} {own}" if first else f"{own} {held_number(constants[0])}"


_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def text_width(text: str, size: float) -> float:
    """How wide a text may get, in pixels at a size: letters of one width, those of East Asia twice as wide."""
    return sum(1.24 if east_asian_width(char) in "WF" else 0.62 for char in text) * size
