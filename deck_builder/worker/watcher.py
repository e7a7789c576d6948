"""Blocks -> what was recorded of them, as outputs at their end: their lit lines, how they trained."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import CodeType
from typing import TYPE_CHECKING, Any

from deck_builder.worker.afterwards import after_import
from deck_builder.worker.backward import with_hooks
from deck_builder.worker.instrument import Instrument
from deck_builder.worker.recorder import Recorder
from deck_builder.worker.training import Training
from deck_builder.worker.watch import Watch

if TYPE_CHECKING:
    import ast

    from deck_builder.worker.place import Place


_HIDES_CHANGES = re.compile(r"\.data\b|numpy|dlpack|storage|\bset_\(").search
"""Tells code that may change a tensor without the tensor's counting it."""


class _Compiles:
    """Takes hooks out of functions when torch is about to compile some: it reads what is in their code."""

    def __init__(self, undone: list[Callable[[], None]]) -> None:
        self._undone = undone

    def __setitem__(self, key: int, value: object) -> None:
        with suppress(Exception):
            for undo in self._undone:
                undo()


class Watcher:
    """Watches the blocks of a deck. What a later block calls in the lit lines of an earlier one is told, too."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._watches: list[Watch] = []
        self._instrument: Instrument | None = None
        self._training = Training()
        self._trains = self._hides_changes = False
        self._undone: list[Callable[[], None]] = []
        after_import("torch", self._learn)

    def _learn(self, torch: Any) -> None:
        with suppress(Exception):  # of a torch without a source
            torch.compile.__code__ = with_hooks(torch.compile, "model", _Compiles(self._undone))

    def begin(self, place: Place, code: str, recording: Mapping[str, Any]) -> None:
        """Watch a block from now on."""
        self._hides_changes = self._hides_changes or _HIDES_CHANGES(code) is not None
        self._instrument, watch = None, None
        self._trains = recording["trains"]
        if recording["lines"] or self._trains:
            may_wait = not self._hides_changes
            watch = Watch(place.id, recording["lines"], follows_gradients=self._trains, may_wait=may_wait)
            self._instrument = Instrument(watch, place.relative)
        if watch and watch.lines:
            self._watches.append(watch)
            self._recorder.watch = watch
        else:
            self._recorder.watch = None
        if self._trains:
            self._training.begin(place, watch)

    def take(self, compile_plainly: Callable[[], CodeType]) -> None:
        """Know how to compile the block that runs without hooks: torch.compile can't do with them."""
        if self._instrument:
            self._undone.append(partial(self._instrument.undo, compile_plainly))

    def woven(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Statements of the block, with hooks on the lit lines."""
        return self._instrument.woven(body) if self._instrument else list(body)

    def filled(self, code: CodeType) -> CodeType:
        """The code of such statements, with the hooks in it."""
        return self._instrument.filled(code) if self._instrument else code

    def end(self) -> None:
        """Send what was recorded."""
        assert self._recorder.place
        block = self._recorder.place.id
        self._recorder.watch = None
        with suppress(Exception):  # slide code may have put what it liked in the place of Python's own
            for trace in self._training.end() if self._trains else ():
                self._recorder.add(trace)
            for watch in self._watches:
                if watch.has_run:
                    self._recorder.add(watch.told(block))
                    watch.reset()
