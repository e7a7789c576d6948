"""Code run in this process as a worker runs a block's, with its lit lines watched and its training recorded."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any

from deck_builder.execute.recordings import recording
from deck_builder.recorded import Assigned, Trace, Watched
from deck_builder.worker.instrument import Instrument
from deck_builder.worker.place import Place
from deck_builder.worker.training import Training
from deck_builder.worker.watch import Watch

PATH = "slides.md"
FIRST = 11
"""The line of the file in which a block's code begins."""


@dataclass
class Run:
    """What came of a block."""

    variables: dict[str, Any]
    printed: str
    error: BaseException | None = None
    watched: Watched | None = None
    traces: list[Trace] = field(default_factory=list)

    def of(self, line: int, name: str) -> Assigned:
        """What a line assigned to a name."""
        assert self.watched
        return next(one for one in self.watched.assigned if (one.line, one.name) == (line, name))

    def counts(self) -> dict[int, int]:
        """How often each lit line ran."""
        return {line: count for line, count, _ in self.watched.counts} if self.watched else {}


def place_of(code: str, block: str = "1.1") -> Place:
    """Where a block stands."""
    return Place(block, PATH, FIRST, FIRST + code.count("\n"), files=frozenset([PATH]))


def plain(code: str, **variables: Any) -> Run:
    """Run code as it is."""
    tree = compile("\n" * (FIRST - 1) + code, PATH, "exec")
    return _run([tree], variables)


def watched(code: str, lines: set[int] | None = None, **variables: Any) -> Run:
    """Run code with some lines lit; all of them where none are named."""
    place = place_of(code)
    watch = Watch(
        place.id, sorted(lines or range(1, code.count("\n") + 2)), follows_gradients=True, may_wait=".data" not in code
    )
    instrument = Instrument(watch, place.relative)
    tree = ast.parse("\n" * (FIRST - 1) + code, PATH)
    made = compile(ast.Module(instrument.woven(tree.body), []), PATH, "exec")
    training = Training()
    run = _run([instrument.filled(made)], variables, partial(training.begin, place, watch))
    told = json.loads(json.dumps([trace["recording"] for trace in training.end()]))
    run.traces = [recording(Trace, one, code.count("\n") + 1) for one in told]
    run.watched = recording(Watched, json.loads(json.dumps(watch.told(place.id)["recording"])), code.count("\n") + 1)
    return run


def _run(codes: list[Any], variables: dict[str, Any], begin: Callable[[], None] = lambda: None) -> Run:
    main, before = ModuleType("__main__"), sys.modules["__main__"]
    vars(main).update(variables)
    error = None
    sys.modules["__main__"] = main
    begin()
    try:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            try:
                for code in codes:
                    exec(code, vars(main))
            except Exception as exc:
                error = exc
    finally:
        sys.modules["__main__"] = before
    return Run(vars(main), out.getvalue(), error)
