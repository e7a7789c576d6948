"""Statements -> the same statements, with hooks beside those that stand on lit lines.

A hook is told by an assignment to an item of a constant, which nobody but the compiler sees: the constant is a text in
the tree, and the hook itself in the code. No name is added, none is looked up, and no line gets another number.
"""

from __future__ import annotations

import ast
import gc
from collections.abc import Callable, Iterator, Sequence
from types import CodeType, FunctionType
from typing import Final

from deck_builder.worker.loops import Loop
from deck_builder.worker.watch import Begins, BeginsOutside, Calls, Ends, Held, Hook, Ran, Returns, Watch, Within

_MARK: Final = "\0hook "
_MUTATORS: Final = frozenset(
    ("append", "extend", "insert", "add", "update", "pop", "remove", "discard", "sort", "reverse", "clear")
)
_COMPILERS: Final = frozenset(("compile", "script", "jit", "njit", "export", "trace"))
_Loops = ast.For | ast.AsyncFor | ast.While
_Functions = ast.FunctionDef | ast.AsyncFunctionDef

Lit = Callable[[int], list[int]]
"""A line of the file as a line of the block, [] for one outside of it."""


class Instrument:
    """Puts a watch's hooks into code."""

    def __init__(self, watch: Watch, relative: Lit) -> None:
        self._watch, self._relative = watch, relative
        self._hooks: dict[str, Hook] = {}
        self._made: set[CodeType] = set()
        self._is_inside = False

    def woven(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Statements at the top of the block, with hooks."""
        return self._body(body, None)

    def filled(self, code: CodeType) -> CodeType:
        """Code that was compiled of such statements, with the hooks themselves in it."""
        return code.replace(co_consts=tuple(self._constant(one) for one in code.co_consts))

    def undo(self, compile_plainly: Callable[[], CodeType]) -> None:
        """Take the hooks out of all functions, given how to compile the same block without them."""
        if not self._made:
            return
        made, plain = self._made, {_place(one): one for one in _within(compile_plainly())}
        for function in [one for one in gc.get_objects() if type(one) is FunctionType and one.__code__ in made]:
            if (code := plain.get(_place(function.__code__))) and code.co_freevars == function.__code__.co_freevars:
                function.__code__ = code
        made.clear()

    def _constant(self, one: object) -> object:
        if isinstance(one, CodeType):
            filled = self.filled(one)
            self._made.add(filled)
            return filled
        return self._hooks.get(one, one) if isinstance(one, str) else one

    def _body(self, body: Sequence[ast.stmt], loop: Loop | None, start: Sequence[ast.stmt] = ()) -> list[ast.stmt]:
        """A body within a loop, that begins with statements of ours: behind what must stand first in it."""
        first = 0
        while first < len(body) and _stands_first(body[first]):
            first += 1
        rest = [new for one in body[first:] for new in self._statement(one, loop)]
        return [*body[:first], *start, *rest]

    def _statement(self, one: ast.stmt, loop: Loop | None) -> Iterator[ast.stmt]:
        line = self._lit(one)
        if isinstance(one, ast.For | ast.AsyncFor | ast.While):
            yield from self._loop(one, line, loop)
            return
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            self._function(one)
            yield one
            return
        before, after = self._beside(one, line, loop) if line else ([], [])
        yield from before
        self._within(one, loop, after)
        if isinstance(one, ast.Return) and one.value and line:
            yield from self._return(one, line, loop)
            return
        yield one
        if not isinstance(one, ast.With | ast.AsyncWith):
            yield from after

    def _within(self, one: ast.stmt, loop: Loop | None, start: Sequence[ast.stmt]) -> None:
        """Weave the bodies of a compound statement."""
        for name in ("body", "orelse", "finalbody"):
            if body := getattr(one, name, None):
                begins = start if name == "body" and isinstance(one, ast.With | ast.AsyncWith) else ()
                setattr(one, name, self._body(body, loop, begins))
        for part in (*getattr(one, "handlers", ()), *getattr(one, "cases", ())):
            part.body = self._body(part.body, loop)

    def _loop(self, one: _Loops, line: int, around: Loop | None) -> Iterator[ast.stmt]:
        if not self._has_lit(one):
            yield one
            return
        names = [] if isinstance(one, ast.While) else list(_names(one.target))
        loop = Loop(*self._ends(one), names[0].id if names else "", around)
        self._watch.loops.append(loop)
        begins = Begins(loop) if self._is_inside else BeginsOutside(self._watch, loop)
        start = [_told(one, self._mark(begins), _load(names[0]) if names else ast.Constant(None))]
        if line:
            start.append(self._ran(one, line, loop))
            start += [self._told_held(one, line, name.id, loop, _load(name), ()) for name in names]
        one.body = self._body(one.body, loop, start)
        one.orelse = self._body(one.orelse, around)
        yield one
        if not self._is_inside:
            yield _told(one, self._mark(Ends(self._watch, loop)), ast.Constant(None))

    def _function(self, one: _Functions) -> None:
        if not self._has_lit(one) or any(map(_compiles, one.decorator_list)):
            return
        loop = Loop(*self._ends(one), f"{one.name}()", None)
        self._watch.loops.append(loop)
        outside, self._is_inside = self._is_inside, True
        start = [_told(one, self._mark(Calls(self._watch, loop)), ast.Constant(None))]
        if line := self._lit(one):
            start.append(self._ran(one, line, loop))
            start += [self._told_held(one, line, name.id, loop, name, ()) for name in _arguments(one)]
        one.body = self._body(one.body, loop, start)
        self._is_inside = outside

    def _return(self, one: ast.Return, line: int, loop: Loop | None) -> Iterator[ast.stmt]:
        """A return by way of a hook."""
        assert one.value
        mark = self._mark(Returns(self._held(line, "return", loop)))
        yield _told(one, mark, one.value)
        # no item of it: of a constant the compiler works that out itself
        one.value = _at(one, ast.Attribute(_at(one, ast.Constant(mark)), "value", ast.Load()))
        yield one

    def _beside(self, one: ast.stmt, line: int, loop: Loop | None) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """What comes before and after a simple statement on a lit line."""
        ran = self._ran(one, line, loop)
        if isinstance(one, ast.ClassDef):
            return [], []
        if isinstance(
            one, ast.Return | ast.Raise | ast.Continue | ast.Break | ast.If | ast.Try | ast.Match | ast.Delete
        ):
            return [ran], []
        before, after = [], [ran]
        for root, path, is_changed in _targets(one):
            name = ".".join((root.id, *path)).removesuffix(".data")
            held = self._told_held(one, line, name, loop, _load(root), path)
            after.append(held if isinstance(root.ctx, ast.Store) and not path else _if_bound(held))
            if is_changed:
                hook = self._held(line, name, loop).before
                before.append(_if_bound(_told(one, self._mark(Within(hook, path) if path else hook), _load(root))))
        return before, after

    def _ran(self, one: ast.stmt, line: int, loop: Loop | None) -> ast.stmt:
        hook = self._watch.counted.setdefault(line, Ran(line, loop))
        return _told(one, self._mark(hook), ast.Constant(None))

    def _told_held(
        self, one: ast.stmt, line: int, name: str, loop: Loop | None, value: ast.expr, path: Sequence[str]
    ) -> ast.stmt:
        held = self._held(line, name, loop)
        return _told(one, self._mark(Within(held, path) if path else held), value)

    def _held(self, line: int, name: str, loop: Loop | None) -> Held:
        return self._watch.held.setdefault((line, name), Held(self._watch, line, name, loop))

    def _mark(self, hook: Hook) -> str:
        mark = f"{_MARK}{len(self._hooks)}"
        self._hooks[mark] = hook
        return mark

    def _lit(self, one: ast.stmt) -> int:
        """The first lit line of a statement, or of a compound one's head; 0 where none is lit."""
        body = getattr(one, "body", None) or getattr(one, "cases", None)
        last = one.end_lineno or one.lineno
        if body:
            first = body[0].pattern if isinstance(body[0], ast.match_case) else body[0]
            last = max(one.lineno, first.lineno - 1)
        return next((no for no in self._lines(one.lineno, last) if no in self._watch.lines), 0)

    def _ends(self, one: ast.stmt) -> tuple[int, int]:
        """The first and the last line of a statement, in the block."""
        lines = list(self._lines(one.lineno, one.end_lineno or one.lineno))
        return lines[0], lines[-1]

    def _has_lit(self, one: ast.stmt) -> bool:
        return any(no in self._watch.lines for no in self._lines(one.lineno, one.end_lineno or one.lineno))

    def _lines(self, first: int, last: int) -> Iterator[int]:
        for line in range(first, last + 1):
            yield from self._relative(line)


def _within(code: CodeType) -> Iterator[CodeType]:
    """The code of functions and classes within some code."""
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _within(one)


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _stands_first(one: ast.stmt) -> bool:
    """Whether a statement must stay at the top: a docstring, an import from the future."""
    is_text = isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
    return is_text or (isinstance(one, ast.ImportFrom) and one.module == "__future__")


def _compiles(decorator: ast.expr) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id in _COMPILERS)
        or (isinstance(node, ast.Attribute) and node.attr in _COMPILERS)
        for node in ast.walk(decorator)
    )


def _targets(one: ast.stmt) -> Iterator[tuple[ast.Name, tuple[str, ...], bool]]:
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


def _arguments(one: _Functions) -> Iterator[ast.Name]:
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


def _names(target: ast.expr) -> Iterator[ast.Name]:
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


def _load(name: ast.Name) -> ast.expr:
    return ast.copy_location(ast.Name(name.id, ast.Load()), name)


def _at(place: ast.stmt, node: ast.expr) -> ast.expr:
    """An expression at the beginning of a statement."""
    node.lineno = node.end_lineno = place.lineno
    node.col_offset = node.end_col_offset = place.col_offset
    return node


def _told(place: ast.stmt, mark: str, value: ast.expr) -> ast.stmt:
    """A hook is told a value."""
    if isinstance(value, ast.Constant | ast.Name):
        _at(place, value)
    hook, key = _at(place, ast.Constant(mark)), _at(place, ast.Constant(0))
    told = ast.Assign([_at(place, ast.Subscript(hook, key, ast.Store()))], value)
    told.lineno = told.end_lineno = place.lineno
    told.col_offset = told.end_col_offset = place.col_offset
    return told


def _if_bound(told: ast.stmt) -> ast.stmt:
    """The same where its name has a value."""
    place = told
    handler = ast.ExceptHandler(
        _at(place, ast.Name("NameError", ast.Load())), None, [ast.copy_location(ast.Pass(), place)]
    )
    ast.copy_location(handler, place)
    return ast.copy_location(ast.Try([told], [handler], [], []), place)
