"""A block's code -> its effects: compiled with the deck's own name and line numbers, run in the deck's namespace."""

from __future__ import annotations
import __future__

import ast
import builtins
import linecache
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from os import _exit, getpid
from time import perf_counter
from types import CodeType, ModuleType
from typing import Any

from deck_builder.worker.failure import failure
from deck_builder.worker.graph import Graphs
from deck_builder.worker.parts import lines_of, parted
from deck_builder.worker.place import Drawing, Place
from deck_builder.worker.recorder import Recorder
from deck_builder.worker.values import value_message
from deck_builder.worker.watcher import Watcher

_FEATURES = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})


class Program:
    """The deck's blocks as one program: `__main__`, as if the deck were a script."""

    def __init__(
        self, path: str, folder: str, files: list[str], written: list[str], recorder: Recorder, watcher: Watcher
    ) -> None:
        """`files` hold the deck's code; those in `written` are Markdown, and Python does not find the code there."""
        self._recorder, self._watcher = recorder, watcher
        self._folder, self._files = folder, frozenset([path, *files])
        self._flags = 0
        self._is_session = False
        self._lines: dict[str, list[str]] = {file: [] for file in written}
        self._main = ModuleType("__main__")
        self._main.__file__ = path
        self._places: list[Place] = []
        sys.modules["__main__"] = self._main
        sys.displayhook = self._show

    def run(self, block: Mapping[str, Any]) -> float:
        """Run a block; its seconds. One that fails stops only itself. The recorder's part is for the caller to end."""
        process = getpid()
        place = _place(block, self._folder, self._files)
        self._recorder.begin(place)
        self._watcher.begin(place, block["code"], block["recording"])
        started = perf_counter()
        good = self._run_block(place, block)
        if getpid() != process:
            _exit(0 if good else 1)  # a child that slide code forked and let run on
        return perf_counter() - started

    def _run_block(self, place: Place, block: Mapping[str, Any]) -> bool:
        """Run a block; whether it did not fail."""
        error: BaseException | None = None
        self._is_session = "prompts" in block
        self._places.append(place)
        graphs = self._graphs(block["recording"]["graphs"])
        try:
            if self._is_session:
                self._run_session(place, block["code"], block["prompts"])
            else:
                self._execute(place, block["code"], block["checks"])
        except BaseException as exc:  # sys.exit() and Ctrl-C of slide code, too, end a block and no more
            error = exc
        part = self._recorder.place or place
        self._recorder.go_on(place)
        try:
            _show_figures()
        except BaseException as exc:
            error = exc if error is None else error  # not `or`: an exception may well be false
        if error is not None:
            self._recorder.add(failure(error, part))
        told = graphs.end() if graphs else ()
        if not self._recorder.is_forked:
            for message in told:
                self._recorder.add(message)
            self._watcher.end()
        return error is None

    def _graphs(self, names: list[str]) -> Graphs | None:
        """What records the graphs that the block is asked for."""
        return Graphs(names, self._places, self._main.__dict__) if names else None

    def _execute(self, place: Place, code: str, checks: Sequence[int]) -> None:
        """Run a block's statements, and show the value of the last one and of those above each line of `checks`."""
        tree: ast.Module = self._compile("\n" * (place.first - 1) + code, place.path, ast.PyCF_ONLY_AST)
        self._show_source(place, code)
        self._watcher.take(partial(self._compile, "\n" * (place.first - 1) + code, place.path))
        for body in parted(tree.body, checks):
            if checks:
                self._recorder.go_on(replace(place, within=lines_of(body)))
            last = [body.pop()] if body and _is_shown(body[-1], code, place) else []
            parts = [self._compile(ast.Module(self._watcher.woven(body), []), place.path)]
            if last:
                # Python's own way to show a value calls a hook from the line itself: there its __repr__ may print and
                # fail
                parts.append(self._compile(ast.Interactive(self._watcher.woven(last)), place.path, mode="single"))
            for part in parts:
                exec(self._watcher.filled(part), self._main.__dict__)

    def _run_session(self, place: Place, code: str, prompts: Sequence[tuple[int, int, bool]]) -> None:
        """Run a transcript as Python's prompt does; an error that it tells itself ends only its own statement."""
        self._show_source(place, code)
        rows = code.split("\n")
        for first, last, raises in prompts:
            part = replace(place, within=(first, last))
            self._recorder.go_on(part)
            source = "\n" * (first - 1) + "\n".join(rows[first - place.first : last - place.first + 1])
            try:
                tree = self._compile(source, place.path, ast.PyCF_ONLY_AST)
                exec(self._compile(ast.Interactive(tree.body), place.path, mode="single"), self._main.__dict__)
            except BaseException as exc:
                if not raises:
                    raise
                self._recorder.add(failure(exc, part))

    def _compile(self, source: Any, path: str, flags: int = 0, mode: str = "exec") -> Any:
        """Compile, with the `from __future__` imports of the blocks before."""
        made = compile(source, path, mode, flags | self._flags, dont_inherit=True)
        if isinstance(made, CodeType):
            self._flags |= made.co_flags & _FEATURES
        return made

    def _show_source(self, place: Place, code: str) -> None:
        """Let tracebacks and `inspect.getsource` see the code at its lines of the deck, and blank lines elsewhere."""
        if (lines := self._lines.get(place.path)) is None:
            return
        lines += ["\n"] * (place.last - len(lines))
        lines[place.first - 1 : place.last] = [line + "\n" for line in code.rstrip("\n").split("\n")]
        # without a time of change it is never looked for on the disk
        linecache.cache[place.path] = (sum(map(len, lines)), None, lines, place.path)

    def _show(self, value: object) -> None:
        """Show the value of a block's last expression, or, in a transcript, of any."""
        if value is None:
            return
        if self._is_session:
            builtins._ = value  # type: ignore[attr-defined]
        elif "matplotlib.figure" in sys.modules:
            from deck_builder.worker import backend

            if backend.show_value(value):
                return
        self._recorder.add(value_message(value, self._recorder.here()))


def _place(block: Mapping[str, Any], folder: str, files: frozenset[str]) -> Place:
    count = block["code"].rstrip("\n").count("\n") + 1
    last = block["line"] + count - 1
    skipped, drawing = tuple(block["skipped"]), Drawing(**block["drawing"])
    return Place(block["id"], block["path"], block["line"], last, skipped, folder, files, drawing=drawing)


def _is_shown(last: ast.stmt, code: str, place: Place) -> bool:
    """Whether a block's last statement is an expression to show: not `...`, and not closed by a semicolon."""
    if not isinstance(last, ast.Expr) or (isinstance(last.value, ast.Constant) and last.value.value is ...):
        return False
    line = code.split("\n")[(last.end_lineno or last.lineno) - place.first].encode()
    return not line[last.end_col_offset :].lstrip().startswith(b";")


def _show_figures() -> None:
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    if helpers is not None and helpers.Gcf.figs:
        from deck_builder.worker import backend

        backend.show_all()
