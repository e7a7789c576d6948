"""Statements -> the same statements, with hooks beside those that stand on lit lines.

No name is added, none is looked up, and no line gets another number. The body of a loop whose length is known stands
there twice: once with hooks, for passes that may be kept, and once with what counts its lines, for all the others.
"""

from __future__ import annotations

import ast
import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from types import CodeType, FunctionType
from typing import Final

from deck_builder.worker.hooks import Begins, BeginsOutside, Calls, Ends, Hook, Missed, Returns, Runs, Within
from deck_builder.worker.loops import Loop
from deck_builder.worker.rounds import Loops, is_bounded, is_repeatable, trains
from deck_builder.worker.targets import Functions, arguments_of, name_of, names_of, targets_of
from deck_builder.worker.watch import Held, Ran, Watch
from deck_builder.worker.woven import counted, if_bound, load, part_of, placed, told

_MARK: Final = "\0hook "
_COMPILERS: Final = frozenset(("compile", "script", "jit", "njit", "export", "trace"))

Lit = Callable[[int], list[int]]
"""A line of the file as a line of the block, [] for one outside of it."""


class Instrument:
    """Puts a watch's hooks into code."""

    def __init__(self, watch: Watch, relative: Lit) -> None:
        self._watch, self._relative = watch, relative
        self._hooks: dict[str, Hook | Loop | Ran] = {}
        self._made: set[CodeType] = set()
        self._is_inside = self._is_passing = False

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

    def _loop(self, one: Loops, line: int, around: Loop | None) -> Iterator[ast.stmt]:
        is_lit = self._has_lit(one)
        if not is_lit and not (self._watch.follows_gradients and not self._is_inside and trains(one)):
            yield one
            return
        names = [] if isinstance(one, ast.While) else list(names_of(one.target))
        loop = Loop(*self._ends(one), names[0].id if names else "", around)
        (self._watch.loops if is_lit else self._watch.trained).append(loop)
        is_known = not self._is_inside and is_bounded(one)
        if is_known and isinstance(one, ast.For):
            runs = self._mark(Runs(self._watch, loop))
            yield told(one, runs, one.iter)
            one.iter = part_of(one, runs, "through")
        one.body = self._passes(one, line, loop, names, is_twice=is_known and is_lit and is_repeatable(one))
        one.orelse = self._body(one.orelse, around)
        yield one
        if is_lit and not self._is_inside:
            yield told(one, self._mark(Ends(self._watch, loop)), ast.Constant(None))

    def _passes(
        self, one: Loops, line: int, loop: Loop, names: Sequence[ast.Name], *, is_twice: bool
    ) -> list[ast.stmt]:
        """The body of a loop: it counts its passes. Where it stands there twice, one of them records nothing."""
        mark = self._mark(loop)
        begins = Begins(loop) if self._is_inside or loop not in self._watch.loops else BeginsOutside(self._watch, loop)
        start = [told(one, self._mark(begins), load(names[0]) if names else ast.Constant(None))]
        passing: list[ast.stmt] = []
        if is_twice:
            loop.missed = self._missed(one, line, loop, names)
            self._is_passing = True
            passing = self._body(deepcopy(one.body), loop, self._heads(one, line, loop, names))
            self._is_passing = False
        whole = self._body(one.body, loop, self._heads(one, line, loop, names))
        comes = placed(one, ast.Compare(part_of(one, mark, "at"), [ast.GtE()], [part_of(one, mark, "next")]))
        recorded = [*start, *whole] if is_twice else start
        body = [counted(one, mark, "at"), ast.copy_location(ast.If(comes, recorded, passing), start[0])]
        return body if is_twice else [*body, *whole]

    def _heads(self, one: Loops, line: int, loop: Loop, names: Sequence[ast.Name]) -> list[ast.stmt]:
        """What tells of a loop's own line, and of what it goes through."""
        if not line:
            return []
        if self._is_passing:
            return [self._passed(one, line, loop, [name.id for name in names])]
        helds = [self._told_held(one, line, name.id, loop, load(name), ()) for name in names]
        return [self._ran(one, line, loop), *helds]

    def _missed(self, one: Loops, line: int, loop: Loop, names: Sequence[ast.Name]) -> Missed | None:
        """What tells of a pass later: of what lit lines assign in each, and nothing else in the loop assigns."""
        every = list(ast.walk(one))
        if any(isinstance(node, ast.Continue) for node in every):
            return None
        times = Counter(node.id for node in every if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load))
        heads = [self._held(line, name.id, loop) for name in names if line and times[name.id] == 1]
        rest = [
            self._held(lit, root.id, loop)
            for part in one.body
            if isinstance(part, ast.Assign | ast.AnnAssign | ast.AugAssign) and (lit := self._lit(part))
            for root, path, _ in targets_of(part)
            if not path and times[root.id] == 1
        ]
        return Missed(self._watch, heads, rest)

    def _function(self, one: Functions) -> None:
        if not self._has_lit(one) or any(map(_compiles, one.decorator_list)):
            return
        loop = Loop(*self._ends(one), f"{one.name}()", None)
        self._watch.loops.append(loop)
        outside, self._is_inside = self._is_inside, True
        start = [told(one, self._mark(Calls(self._watch, loop)), ast.Constant(None))]
        if line := self._lit(one):
            start.append(self._ran(one, line, loop))
            start += [self._told_held(one, line, name.id, loop, name, ()) for name in arguments_of(one)]
        one.body = self._body(one.body, loop, start)
        self._is_inside = outside

    def _return(self, one: ast.Return, line: int, loop: Loop | None) -> Iterator[ast.stmt]:
        """A return by way of a hook."""
        assert one.value
        mark = self._mark(Returns(self._held(line, "return", loop)))
        yield told(one, mark, one.value)
        # no item of it: of a constant the compiler works that out itself
        one.value = part_of(one, mark, "value")
        yield one

    def _beside(self, one: ast.stmt, line: int, loop: Loop | None) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """What comes before and after a simple statement on a lit line."""
        if isinstance(one, ast.ClassDef):
            return [], []
        if isinstance(
            one, ast.Return | ast.Raise | ast.Continue | ast.Break | ast.If | ast.Try | ast.Match | ast.Delete
        ):
            return [self._ran(one, line, loop)], []
        targets = [(root, path, is_changed, name_of(root, path)) for root, path, is_changed in targets_of(one)]
        if self._is_passing:
            return [], [self._passed(one, line, loop, [name for *_, name in targets])]
        before: list[ast.stmt] = []
        after = [self._ran(one, line, loop)]
        for root, path, is_changed, name in targets:
            held = self._told_held(one, line, name, loop, load(root), path)
            after.append(held if isinstance(root.ctx, ast.Store) and not path else if_bound(held))
            if is_changed:
                hook = self._held(line, name, loop).before
                before.append(if_bound(told(one, self._mark(Within(hook, path) if path else hook), load(root))))
        return before, after

    def _ran(self, one: ast.stmt, line: int, loop: Loop | None) -> ast.stmt:
        return counted(one, self._mark(self._watch.ran(line, loop)), "count")

    def _passed(self, one: ast.stmt, line: int, loop: Loop | None, names: Sequence[str]) -> ast.stmt:
        """Counts a line in a pass of which nothing is recorded, and what it assigns."""
        ran = self._watch.ran(line, loop)
        if not names:
            return counted(one, self._mark(ran), "count")
        passing = Ran(line, loop)
        ran.passing.append(passing)
        for name in names:
            self._held(line, name, loop).passing.append(passing)
        return counted(one, self._mark(passing), "count")

    def _told_held(
        self, one: ast.stmt, line: int, name: str, loop: Loop | None, value: ast.expr, path: Sequence[str]
    ) -> ast.stmt:
        held = self._held(line, name, loop)
        return told(one, self._mark(Within(held, path) if path else held), value)

    def _held(self, line: int, name: str, loop: Loop | None) -> Held:
        return self._watch.held.setdefault((line, name), Held(self._watch, line, name, loop))

    def _mark(self, hook: Hook | Loop | Ran) -> str:
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
