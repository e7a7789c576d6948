"""Statements -> the parts that run one after the other: each ends where the output so far is written down."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence


def parted(body: Sequence[ast.stmt], checks: Sequence[int]) -> Iterator[list[ast.stmt]]:
    """The statements, cut wherever one of the lines `checks` stands between two of them; none make one part."""
    part: list[ast.stmt] = []
    for no, statement in enumerate(body, 1):
        part.append(statement)
        last = statement.end_lineno or statement.lineno
        if no < len(body) and any(last < check < _first(body[no]) for check in checks):
            yield part
            part = []
    yield part


def lines_of(body: Sequence[ast.stmt]) -> tuple[int, int] | None:
    """The first and the last line of statements; None of none."""
    return (_first(body[0]), body[-1].end_lineno or body[-1].lineno) if body else None


def _first(statement: ast.stmt) -> int:
    """A statement's first line: a decorator's, if it has one."""
    decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", ())
    return min([statement.lineno, *(one.lineno for one in decorators)])
