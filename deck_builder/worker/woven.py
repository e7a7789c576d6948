"""A place in the author's code -> statements of ours to stand there, at its own line and column.

A hook is told by an assignment to an item of a constant, which nobody but the compiler sees: the constant is a text in
the tree, the `mark`, and the hook itself in the code.
"""

from __future__ import annotations

import ast


def load(name: ast.Name) -> ast.expr:
    """What a name holds."""
    return ast.copy_location(ast.Name(name.id, ast.Load()), name)


def placed(place: ast.stmt, node: ast.expr) -> ast.expr:
    """An expression at the beginning of a statement."""
    node.lineno = node.end_lineno = place.lineno
    node.col_offset = node.end_col_offset = place.col_offset
    return node


def told(place: ast.stmt, mark: str, value: ast.expr) -> ast.stmt:
    """A hook is told a value."""
    if isinstance(value, ast.Constant | ast.Name):
        placed(place, value)
    hook, key = placed(place, ast.Constant(mark)), placed(place, ast.Constant(0))
    told = ast.Assign([placed(place, ast.Subscript(hook, key, ast.Store()))], value)
    told.lineno = told.end_lineno = place.lineno
    told.col_offset = told.end_col_offset = place.col_offset
    return told


def part_of(place: ast.stmt, mark: str, name: str) -> ast.expr:
    """What a hook or a loop says of itself."""
    return placed(place, ast.Attribute(placed(place, ast.Constant(mark)), name, ast.Load()))


def counted(place: ast.stmt, mark: str, name: str) -> ast.stmt:
    """It counts one more: without a call."""
    counter = ast.Attribute(placed(place, ast.Constant(mark)), name, ast.Store())
    placed(place, counter)
    counted = ast.AugAssign(counter, ast.Add(), placed(place, ast.Constant(1)))
    counted.lineno = counted.end_lineno = place.lineno
    counted.col_offset = counted.end_col_offset = place.col_offset
    return counted


def if_bound(told: ast.stmt) -> ast.stmt:
    """The same where its name has a value."""
    place = told
    handler = ast.ExceptHandler(
        placed(place, ast.Name("NameError", ast.Load())), None, [ast.copy_location(ast.Pass(), place)]
    )
    ast.copy_location(handler, place)
    return ast.copy_location(ast.Try([told], [handler], [], []), place)
