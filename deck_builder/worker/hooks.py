"""What stands in the code of lit lines, where `instrument.py` puts it -> what their watch is told, while they run.

An assignment to an item of a hook tells it what a name holds. Hooks are no names of the program, print nothing, and
raise nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import get_ident
from types import ModuleType
from typing import Any, TypeAlias

from deck_builder.worker.backward import going
from deck_builder.worker.captured import NOTHING, lasting
from deck_builder.worker.loops import Loop
from deck_builder.worker.watch import Before, Held, Watch


class Runs:
    """A loop is about to go through something: it is told, and `through` is what the loop goes through."""

    def __init__(self, watch: Watch, loop: Loop) -> None:
        self._watch, self._loop, self._is_told = watch, loop, loop in watch.loops
        self._through: Any = None

    def __setitem__(self, key: int, value: object) -> None:
        if self._is_told:
            self._watch.going_on = self._loop
        self._through = self._loop.run(value)

    @property
    def through(self) -> Any:
        """What the loop goes through, once."""
        through, self._through = self._through, None
        return through


class Missed:
    """Has what names still hold told of a pass after all: as it turned out, it is to be kept."""

    def __init__(self, watch: Watch, heads: Sequence[Held], rest: Sequence[Held]) -> None:
        """`heads` are what the loop itself assigns as a pass begins, `rest` what each pass assigns once."""
        self._watch, self._heads, self._rest = watch, heads, rest

    def meanwhile(self, at: int) -> None:
        """Tell what the next pass begins with changing, and what gradients flow back from."""
        for one in self._heads:
            self._recall(at, one, counts=self._watch.may_wait)
        for one in self._rest:
            if _now(one.name) is going[0]:
                self._recall(at, one, counts=True)

    def afterwards(self, at: int) -> None:
        """Tell all the rest, of the pass that has just been."""
        for one in self._rest:
            if not one.has(at):
                self._recall(at, one, counts=self._watch.may_wait)

    def _recall(self, at: int, held: Held, *, counts: bool) -> None:
        if (value := lasting(_now(held.name), counts=counts)) is not NOTHING:
            held.recall(at, value)


class Begins:
    """A pass of a loop begins that may be kept; it is told the loop's variable."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    def __setitem__(self, key: int, value: object) -> None:
        self._loop.begin(value)


class BeginsOutside(Begins):
    """A pass of a loop that stands in no function begins."""

    def __init__(self, watch: Watch, loop: Loop) -> None:
        super().__init__(loop)
        self._watch = watch

    def __setitem__(self, key: int, value: object) -> None:
        super().__setitem__(key, value)
        self._watch.going_on = self._loop


class Ends:
    """Such a loop has ended."""

    def __init__(self, watch: Watch, loop: Loop) -> None:
        self._watch, self._loop = watch, loop

    def __setitem__(self, key: int, value: object) -> None:
        self._loop.recall()
        self._watch.going_on = self._loop.parent


class Calls:
    """A function is called: a pass of it, within that of a loop which is going on."""

    def __init__(self, watch: Watch, loop: Loop) -> None:
        self._watch, self._loop = watch, loop

    def __setitem__(self, key: int, value: object) -> None:
        loop, around = self._loop, self._watch.going_on
        if loop.parent is None and around is not loop:
            loop.parent = around
        loop.at += 1
        if around is None or around.records:
            loop.begin(None, is_apart=loop.parent is not around)


class Within:
    """Tells a hook of a part of an object, such as `self.w`, if it can be had without running slide code."""

    def __init__(self, hook: Held | Before, path: Sequence[str]) -> None:
        self._hook, self._path = hook, tuple(path)

    def __setitem__(self, key: int, value: object) -> None:
        for name in self._path:
            value = _part(value, name)
            if value is NOTHING:
                return
        self._hook[0] = value


class Returns:
    """Keeps what a function is about to return, and gives it back."""

    def __init__(self, held: Held) -> None:
        self._held, self._values = held, dict[int, object]()

    def __setitem__(self, key: int, value: object) -> None:
        self._values[get_ident()] = value
        self._held[0] = value

    @property
    def value(self) -> object:
        """What is about to be returned."""
        return self._values.pop(get_ident())


def _now(name: str) -> object:
    """What a name of the deck holds."""
    main = sys.modules.get("__main__")  # slide code may have put what it liked in its place
    return vars(main).get(name, NOTHING) if isinstance(main, ModuleType) else NOTHING


def _part(value: Any, name: str) -> Any:
    kind = type(value)
    torch = sys.modules.get("torch")
    if torch and (kind is torch.Tensor or kind is torch.nn.Parameter):
        return getattr(value, name) if name in ("data", "grad") else NOTHING
    with suppress(Exception):
        own = object.__getattribute__(value, "__dict__")
        for names in (own, own.get("_parameters"), own.get("_buffers"), own.get("_modules")):
            if type(names) is dict and name in names:
                return names[name]
    return NOTHING


Hook: TypeAlias = Runs | Begins | Ends | Calls | Held | Before | Within | Returns
