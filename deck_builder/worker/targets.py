"""A statement -> the names that it assigns to or changes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

Functions: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

_MUTATORS: Final = frozenset(
    ("append", "extend", "insert", "add", "update", "pop", "remove", "discard", "sort", "reverse", "clear")
)


def targets_of(one: ast.stmt) -> Iterator[tuple[ast.Name, tuple[str, ...], bool]]:
    """What a statement assigns to or changes: a name, the way from it to a part of it, and whether it was there."""
    match one:
        case ast.Assign(targets=targets):
            for target in targets:
                yield from _assigned(target)
        case ast.AnnAssign(target=target, value=value) if value:
            yield from _assigned(target)
        case ast.AugAssign(target=target):
            for root, path, _ in _assigned(target):
                yield root, path, True
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                if item.optional_vars:
                    yield from _assigned(item.optional_vars)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=target, attr=name))) if _mutates(name):
            yield from ((root, path, True) for root, path, _ in _assigned(target))
    for node in _walrus(one):
        yield node, (), False


def name_of(root: ast.Name, path: Sequence[str]) -> str:
    """What a part of an object is called."""
    return ".".join((root.id, *path)).removesuffix(".data")


def arguments_of(one: Functions) -> Iterator[ast.Name]:
    """What a function is called with, but for the object whose method it is."""
    every = (*one.args.posonlyargs, *one.args.args, *one.args.kwonlyargs)
    yield from (ast.Name(argument.arg, ast.Load()) for argument in every if argument.arg not in ("self", "cls"))


def _mutates(name: str) -> bool:
    return name in _MUTATORS or (name.endswith("_") and not name.startswith("_"))


def _assigned(target: ast.expr) -> Iterator[tuple[ast.Name, tuple[str, ...], bool]]:
    match target:
        case ast.Name():
            yield target, (), False
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _assigned(part)
        case ast.Starred(value=part):
            yield from _assigned(part)
        case ast.Subscript(value=part):
            yield from ((root, path, True) for root, path, _ in _assigned(part))
        case ast.Attribute(value=part, attr="data"):
            yield from ((root, path, True) for root, path, _ in _assigned(part))
        case ast.Attribute(value=part, attr=name):
            yield from ((root, (*path, name), False) for root, path, _ in _assigned(part) if not name.startswith("__"))


def names_of(target: ast.expr) -> Iterator[ast.Name]:
    """The names that a target binds."""
    yield from (root for root, path, _ in _assigned(target) if not path)


def _walrus(one: ast.stmt) -> Iterator[ast.Name]:
    """Names that expressions of a simple statement assign to, those within functions and comprehensions left out."""
    if isinstance(one, ast.With | ast.AsyncWith | ast.ClassDef):
        return
    todo: list[ast.AST] = [one]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.NamedExpr):
            yield node.target
        if not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            todo += ast.iter_child_nodes(node)
