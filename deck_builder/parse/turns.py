"""The things in a `<v-clicks>` or a `<v-switch>`, and their turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deck_builder.parse.at import At
from deck_builder.parse.tree import Node

LISTS = ("ul", "ol")


class Group:
    """A `<v-clicks>`: its items come one after the other, `every` at a time, however their contents interleave."""

    def __init__(self, at: At, every: int, *, hide: bool, animations: tuple[str, ...]) -> None:
        self.at, self.every, self.hide, self.animations = at, every, hide, animations
        self.count = self.reached = 0
        self.turns: dict[Node, int] = {}

    def add(self, node: Node) -> None:
        """Put an item at the end; all are put there, parents first, before the first of them takes its turn."""
        self.count += 1
        self.turns[node] = self._turn(self.count)

    def _turn(self, number: int) -> int:
        return self.at.value + -(-number // self.every) - 1

    def next(self, node: Node) -> At:
        """When an item comes, counted from the one that took its turn before."""
        turn = self.turns[node]
        before, self.reached = self.reached, turn
        return At(turn - before) if self.at.relative else At(turn, relative=False)

    def rest(self) -> int:
        """The clicks that are left when all have taken their turn: an outer item comes before its inner ones."""
        return self._turn(self.count) - self.reached if self.at.relative and self.count else 0


def pieces(elements: list[Node]) -> list[Node]:
    """What comes piece by piece in `<v-clicks>`: a list's items or a table's rows, if there is only that."""
    if len(elements) == 1:
        (only,) = elements
        if only.name in LISTS:
            return only.elements
        if only.name == "table":
            bodies = [part for part in only.elements if part.name == "tbody"]
            return [row for body in bodies for row in body.elements]
    return elements


def alternative(attrs: Mapping[str, Any]) -> tuple[int, int | None] | None:
    """The turn of a template in a switch: `#2` or `#2-4`, whose end is not in it."""
    for name in attrs:
        first, _, last = name.removeprefix("v-slot:").removeprefix("#").partition("-")
        if name.startswith(("#", "v-slot:")) and first.isdecimal():
            return int(first), int(last) if last.isdecimal() else None
    return None


def prop(node: Node, name: str) -> str:
    """A property of a component, bound (`:at="3"`) or not."""
    attrs = node.token.attrs
    return str(attrs.get(name, attrs.get(f":{name}", ""))).strip().strip("'\"")


def said(node: Node, name: str) -> bool:
    """Whether a component has a property that is not `false`."""
    attrs = node.token.attrs
    return (name in attrs or f":{name}" in attrs) and prop(node, name) != "false"
