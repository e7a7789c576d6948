"""What a loop goes through -> how many passes it has; the loop -> whether it has so many, whatever happens in it.

That is known of ranges, lists and tuples, and of what is zipped or counted of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

Loops: TypeAlias = ast.For | ast.AsyncFor | ast.While

_SURE: Final = frozenset((range, list, tuple, zip, enumerate))
_COUNTED: Final = frozenset(map(type, (iter(range(0)), iter([]), iter(()))))
_ONCE: Final = (ast.For, ast.AsyncFor, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def measured(value: Any) -> tuple[Any, int]:
    """The same to go through, and how many passes that will be: -1 where nobody knows."""
    if type(value) not in _SURE:
        return value, -1
    iterator = iter(value)
    return iterator, _left(iterator)


def _left(iterator: Any) -> int:
    if type(iterator) in _COUNTED:
        return int(iterator.__length_hint__())
    if type(iterator) is enumerate:
        return _left(iterator.__reduce__()[1][0])
    if type(iterator) is zip:
        return min(map(_left, iterator.__reduce__()[1]), default=0)  # -1, if it is so of one
    return -1


def is_bounded(loop: Loops) -> bool:
    """Whether nothing but what it goes through ends a loop, as far as one sees."""
    leaves = ast.Raise | ast.Return | ast.Assert
    return (
        isinstance(loop, ast.For)
        and not any(isinstance(one, leaves) for one in ast.walk(loop))
        and not any(isinstance(one, ast.Break) for one in _own(loop.body))
    )


def is_repeatable(loop: Loops) -> bool:
    """Whether its body may stand there twice: nothing in it is made to be called later, or is a loop itself."""
    return not any(isinstance(one, _ONCE) for part in loop.body for one in ast.walk(part))


def trains(loop: Loops) -> bool:
    """Whether gradients are computed in a loop, whichever way its passes go."""
    return any(map(_goes_back, _straight(loop.body)))


def _goes_back(one: ast.stmt) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "backward" for node in ast.walk(one))


def _straight(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The simple statements that each pass comes to, those of loops and contexts within it among them."""
    for one in body:
        if isinstance(one, ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith):
            yield from _straight(one.body)
        elif not hasattr(one, "body"):
            yield one


def _own(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """The statements of a loop, without those of loops within it: but what comes after such a loop is its own."""
    for one in body:
        yield one
        inner = () if isinstance(one, ast.For | ast.AsyncFor | ast.While) else ("body",)
        for name in (*inner, "orelse", "finalbody"):
            yield from _own(getattr(one, name, ()))
        for part in (*getattr(one, "handlers", ()), *getattr(one, "cases", ())):
            yield from _own(part.body)
