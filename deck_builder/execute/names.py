"""Code -> the names it binds at its top level."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

ANY: Final = "*"
"""Stands for the names of `from module import *`, which the code alone does not tell."""

_BROKEN: Final = (SyntaxError, ValueError, RecursionError, MemoryError)  # what Python's parser raises
_PIECE = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)|^(\w+)\s*(?::[^=]+)?=(?!=)", re.MULTILINE)


@lru_cache(maxsize=512)
def bound_names(code: str) -> dict[str, int]:
    """Each name bound at the top level, with the line, from 1, of its first binding. Broken code gives what it can."""
    names: dict[str, int] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of "\\d" and the like: they are the worker's to report
        for name, line in sorted(_bindings(code), key=lambda binding: binding[1]):
            names.setdefault(name, line)
    return names


def _bindings(code: str) -> Iterator[tuple[str, int]]:
    try:
        yield from _walk(ast.parse(code))
    except _BROKEN:
        yield from _piecewise(code)


def _piecewise(code: str) -> Iterator[tuple[str, int]]:
    """The bindings of code that does not parse as a whole, one unindented statement after the other."""
    lines = code.split("\n")
    starts = [no for no, line in enumerate(lines) if line[:1].strip() and line[0] not in "#)]}"]
    for start, end in pairwise([*starts, len(lines)]):
        piece = "\n".join(lines[start:end])
        try:
            found = list(_walk(ast.parse(piece)))
        except _BROKEN:
            found = [(match[1] or match[2], 1) for match in _PIECE.finditer(piece)]
        yield from ((name, line + start) for name, line in found)


def _walk(node: ast.AST) -> Iterator[tuple[str, int]]:
    """The bindings below a node that are its scope's own: not those of a function's or a class's body."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, child.lineno
                yield from _globals(child)
            case ast.Lambda():
                pass
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                yield from (
                    (walrus.target.id, walrus.lineno) for walrus in ast.walk(child) if isinstance(walrus, ast.NamedExpr)
                )
            case ast.Import() | ast.ImportFrom():
                yield from (((alias.asname or alias.name.partition(".")[0]), child.lineno) for alias in child.names)
            case ast.Name(id=name, ctx=ast.Store()):
                yield name, child.lineno
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, child.lineno
                yield from _walk(child)
            case ast.MatchMapping(rest=str(name)):
                yield name, child.lineno
                yield from _walk(child)
            case _:
                yield from _walk(child)


def _globals(function: ast.AST) -> Iterator[tuple[str, int]]:
    """The names that a function's body says are global: a call binds them."""
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            yield from ((name, node.lineno) for name in node.names)
