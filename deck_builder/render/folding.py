"""A large graph -> the same with what each module did as one node, or, if that is still too much, each line. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from deck_builder.model import Graph
from deck_builder.recorded import GraphInput, GraphNode

READABLE: Final = 40
"""The most nodes that are shown one by one."""


def folded(graph: Graph) -> Graph:
    """The graph itself where it is small, else folded."""
    if len(graph.nodes) <= READABLE:
        return graph
    by_module = _fold(graph, _module_keys(graph.nodes))
    if len(by_module.nodes) <= READABLE:
        return by_module
    return _fold(by_module, lambda node: f"{node.block}:{node.line}" if node.line and node.op else "")


def _module_keys(nodes: Sequence[GraphNode]) -> Callable[[GraphNode], str]:
    """What a node goes by: the outermost part of its module that is not all others', too."""
    paths = [node.module.split(".") for node in nodes if node.module]
    shared = 0
    while paths and all(len(path) > shared + 1 and path[shared] == paths[0][shared] for path in paths):
        shared += 1
    return lambda node: ".".join(node.module.split(".")[: shared + 1]) if node.op else ""


def _fold(graph: Graph, key: Callable[[GraphNode], str]) -> Graph:
    """Make one of the nodes that follow each other and have a key in common, leaves aside."""
    inner = [at for at, node in enumerate(graph.nodes) if node.op]
    groups = [list(group) for _, group in groupby(inner, lambda at: key(graph.nodes[at]) or str(at))]
    head = {at: group[-1] for group in groups for at in group}  # the last of a group stands for it
    members = {group[-1]: group for group in groups}
    own = _own_leaves(graph.nodes, head, key)
    kept: list[GraphNode] = []
    place: dict[int, int] = {}
    for at, node in enumerate(graph.nodes):
        if at in own or head.get(at, at) != at:
            continue
        group = members.get(at, [at])
        made = node
        if len(group) > 1:
            title = key(node) if node.module and key(node) in node.module else f"{len(group)} ×"
            made = replace(node, op=title)
        inputs = _outer(graph.nodes, group, head, own)
        kept.append(replace(made, inputs=tuple(replace(one, node=place.get(one.node, -1)) for one in inputs)))
        place[at] = len(kept) - 1
    return replace(graph, nodes=tuple(kept))


def _own_leaves(nodes: Sequence[GraphNode], head: dict[int, int], key: Callable[[GraphNode], str]) -> set[int]:
    """The leaves that only one folded module takes, and has: its weights."""
    takers: dict[int, set[int]] = {}
    for at, node in enumerate(nodes):
        for one in node.inputs:
            if one.node >= 0 and not nodes[one.node].op:
                takers.setdefault(one.node, set()).add(head[at])

    def owned(leaf: int, taker: int) -> bool:
        module = key(nodes[taker])
        return bool(module and nodes[taker].module) and nodes[leaf].name.startswith(f"{module}.")

    return {leaf for leaf, heads in takers.items() if len(heads) == 1 and all(owned(leaf, one) for one in heads)}


def _outer(nodes: Sequence[GraphNode], group: list[int], head: dict[int, int], own: set[int]) -> list[GraphInput]:
    """What a group takes from outside of it, each once; what flows back by several ways has no one product."""
    if len(group) == 1:
        return [
            replace(one, node=head.get(one.node, one.node)) for one in nodes[group[0]].inputs if one.node not in own
        ]
    found: dict[int, GraphInput] = {}
    for at in group:
        for one in nodes[at].inputs:
            source = head.get(one.node, one.node)
            if one.node < 0 or one.node in own or source == group[-1]:
                continue
            grad = None if source in found else one.grad
            found[source] = GraphInput(source, grad=grad)
    return list(found.values())
