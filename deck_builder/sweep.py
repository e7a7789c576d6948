"""A block's code -> where in it the value of a sweep stands, and the same code with another value there. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast


@dataclass(frozen=True, slots=True)
class Sweep:
    """Values that a name takes, one after the other, as Python writes them; `at` is the one that the code has."""

    name: str
    values: tuple[str, ...]
    at: int = 0

    def said(self, at: int) -> str:
        """One of its values in words: `lr = 0.1`."""
        return f"{self.name} = {self.values[at]}"


@dataclass(frozen=True, slots=True)
class Place:
    """A literal in code: its line, from 1, the characters before and after it there, from 0, and its text."""

    line: int
    start: int
    end: int
    text: str


def places(code: str, name: str) -> tuple[Place, ...]:
    """The literals that code assigns to a name at its top level, or passes by it. Raises SyntaxError on no code.

    Such as `lr = 0.1`, `lr, steps = 0.1, 20` and, anywhere, `SGD(weights, lr=0.1)`; none goes over the end of a line.
    """
    import ast  # of all decks only those that sweep need it

    tree = ast.parse(code)
    lines = code.split("\n")
    found = [*_assigned(tree, name), *_passed(tree, name)]
    return tuple(
        sorted((_place(node, lines) for node in found if _is_literal(node)), key=lambda one: (one.line, one.start))
    )


def replaced(code: str, sweep: Sweep, at: int) -> str:
    """The code with one of a sweep's values in all its places; as it is written with the value that it has."""
    if at == sweep.at:
        return code
    lines = code.split("\n")
    for place in reversed(places(code, sweep.name)):
        line = lines[place.line - 1]
        lines[place.line - 1] = line[: place.start] + sweep.values[at] + line[place.end :]
    return "\n".join(lines)


def same(one: str, other: str) -> bool:
    """Whether two literals are one value: 0.10 is 0.1, and True is not 1."""
    import ast

    first, second = ast.literal_eval(one), ast.literal_eval(other)
    return isinstance(first, bool) == isinstance(second, bool) and bool(first == second)


def _assigned(tree: ast.Module, name: str) -> Iterator[ast.expr]:
    """What statements at the top level assign to a name."""
    import ast

    for statement in tree.body:
        if isinstance(statement, ast.AnnAssign) and statement.value:
            yield from _paired(statement.target, statement.value, name)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                yield from _paired(target, statement.value, name)


def _paired(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    import ast

    if isinstance(target, ast.Name) and target.id == name:
        yield value
    several = (ast.Tuple, ast.List)
    if isinstance(target, several) and isinstance(value, several) and len(target.elts) == len(value.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _paired(one, its, name)


def _passed(tree: ast.Module, name: str) -> Iterator[ast.expr]:
    """What calls pass by a name."""
    import ast

    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (keyword.value for keyword in node.keywords if keyword.arg == name)


def _is_literal(node: ast.expr) -> bool:
    """Whether an expression is a number, a text or a boolean, and stands on one line."""
    import ast

    value = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    kinds = (int, float, str) if value is node else (int, float)
    return isinstance(value, ast.Constant) and isinstance(value.value, kinds) and node.lineno == node.end_lineno


def _place(node: ast.expr, lines: list[str]) -> Place:
    """Where an expression stands; Python counts its columns in bytes."""
    line = lines[node.lineno - 1]
    start, end = (len(line.encode()[:column].decode()) for column in (node.col_offset, node.end_col_offset or 0))
    return Place(node.lineno, start, end, line[start:end])
