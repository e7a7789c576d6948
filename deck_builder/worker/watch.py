"""What the lit lines of a block do, while it or a later one runs -> the message that tells of it.

The hooks below stand in the code where `instrument.py` has put them: an assignment to an item of one of them tells it
what a name holds. They are no names of the program, print nothing, and raise nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import get_ident
from typing import Any, Final, TypeAlias
from weakref import ref

from deck_builder.worker.backward import going, tensors_of
from deck_builder.worker.captured import Taken, facts, held, node_of, settled, shown, taken
from deck_builder.worker.loops import MOST, MOST_SENT, MOST_SPIKES, Loop
from deck_builder.worker.protocol import Message


class Watch:
    """The lit lines of one block, by their numbers in it."""

    def __init__(self, block: str, lines: Sequence[int], *, follows_gradients: bool, may_wait: bool = False) -> None:
        """`may_wait`: large tensors say when they change, and so need not be looked at in each pass."""
        self.block, self.lines, self.follows_gradients = block, frozenset(lines), follows_gradients
        self.take = held if may_wait else taken
        self.loops: list[Loop] = []
        self.going_on: Loop | None = None
        self._around: dict[int, Loop | None] = {}
        self.counted: dict[int, Ran] = {}
        self.held: dict[tuple[int, str], Held] = {}

    @property
    def has_run(self) -> bool:
        """Whether any of its lines ran since it was reset."""
        return any(line.count for line in self.counted.values())

    def reset(self) -> None:
        """Forget what ran."""
        self.going_on = None
        hooks: list[Loop | Ran | Held] = [*self.loops, *self.counted.values(), *self.held.values()]
        for one in hooks:
            one.reset()

    def around(self, line: int) -> Loop | None:
        """The innermost loop in which a line stands."""
        try:
            return self._around[line]
        except KeyError:
            inner = [loop for loop in self.loops if loop.line <= line <= loop.last]
            return self._around.setdefault(line, max(inner, key=lambda loop: loop.line, default=None))

    def pass_of(self, lines: Sequence[int]) -> int:
        """The pass that is going on of the loop around a line; -1 where there is none."""
        loop = self.around(lines[0]) if lines else None
        return loop.at if loop else -1

    def told(self, runs: str) -> Message:
        """What its lines did in the run of a block, as a `Watched`."""
        for loop in self.loops:
            loop.thin()
        loops = sorted((loop for loop in self.loops if loop.at >= 0), key=_depth)
        number = {id(loop): at for at, loop in enumerate(loops)}
        at = {id(None): -1, **number}
        names = [one for one in self.held.values() if one.count]
        while sum(one.weight() for one in names) > MOST_SENT and sum(loop.coarsen() for loop in loops):
            pass
        counts = [[one.line, one.count, at.get(id(one.loop), -1)] for one in self.counted.values() if one.count]
        assigned = sorted((one.told(at.get(id(one.loop), -1)) for one in names), key=lambda told: told[0])
        lines = sorted({line for line, _, _ in counts}) if self.block == runs else []
        recording = [lines, sorted(counts), [_loop(loop, at) for loop in loops], assigned]
        return {"type": "watched", "recording": [*recording, "" if self.block == runs else self.block]}


def _depth(loop: Loop) -> int:
    return 0 if loop.parent is None else _depth(loop.parent) + 1


def _loop(loop: Loop, at: dict[int, int]) -> list[Any]:
    kept = list(loop.passes.items())
    labels = [label for _, (_, label) in kept]
    parent = at.get(id(loop.parent), -1)
    passes, parents = [no for no, _ in kept], [around for _, (around, _) in kept]
    return [
        loop.line,
        loop.name,
        loop.at + 1,
        passes,
        labels if any(labels) else [],
        parent,
        parents if parent >= 0 else [],
    ]


class Ran:
    """Counts how often a line runs."""

    def __init__(self, line: int, loop: Loop | None) -> None:
        self.line, self.loop, self.count = line, loop, 0

    def reset(self) -> None:
        """Forget what ran."""
        self.count = 0

    def __setitem__(self, key: int, value: object) -> None:
        self.count += 1


class Begins:
    """A pass of a loop begins; it is told the loop's variable."""

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
        self._watch.going_on = self._loop.parent


class Calls:
    """A function is called: a pass of it, within that of a loop which is going on."""

    def __init__(self, watch: Watch, loop: Loop) -> None:
        self._watch, self._loop = watch, loop

    def __setitem__(self, key: int, value: object) -> None:
        loop, around = self._loop, self._watch.going_on
        if loop.parent is None and around is not loop:
            loop.parent = around
        loop.begin(None)
        if loop.parent is not around and loop.at in loop.passes:
            loop.passes[loop.at] = (-1, "")


class Held:
    """What a name held after each run of a line, of the passes that are kept, and of the last."""

    def __init__(self, watch: Watch, line: int, name: str, loop: Loop | None) -> None:
        self.line, self.name, self.loop = line, name, loop
        self._watch = watch
        self.before = Before(self)
        self.reset()

    def reset(self) -> None:
        """Forget what ran."""
        self.count, self._at = 0, -1
        self._samples: dict[int, list[Any]] = {}  # by pass: what it held, what before, its gradient
        self._before: Taken = _NOTHING
        self._now: list[Any] = []
        self._is_root, self._take = False, taken

    def __setitem__(self, key: int, value: object) -> None:
        loop = self.loop
        at = loop.at if loop else 0
        if at != self._at:
            if loop and self._at in self._samples:
                if loop.keeps(self._at, ended=True):
                    self._now[:] = map(settled, self._now)
                else:
                    del self._samples[self._at]
            self._at = at
            if loop and len(self._samples) > MOST + 2 * MOST_SPIKES:
                self._samples = {no: sample for no, sample in self._samples.items() if loop.keeps(no)}
        self.count += 1
        self._take = take = taken if not loop or loop.keeps(at, ended=True) else self._watch.take
        self._samples[at] = self._now = [take(value), self._before, _NOTHING]
        self._before = _NOTHING
        if self._watch.follows_gradients and not (self._is_root and self.count & (self.count - 1)):
            self._follow(value, self._now)

    def changes(self, value: object) -> None:
        """Take what the name holds before the line changes it."""
        self._before = taken(value)

    @property
    def _kept(self) -> list[int]:
        return [no for no in sorted(self._samples) if not self.loop or no in self.loop.passes]

    def weight(self) -> int:
        """About how many values its samples are."""
        return sum(4 + sum(map(_size, self._samples[no])) for no in self._kept)

    def told(self, loop: int) -> list[Any]:
        """An `Assigned`, within the loop of a number."""
        samples = [_sample(no, *self._samples[no]) for no in self._kept]
        return [self.line, self.name, loop, self.count, samples, facts(settled(self._now[0]))]

    def _follow(self, value: Any, sample: list[Any]) -> None:
        """Have the gradient that flows back to a tensor put into a sample; of a leaf the trace tells it."""
        if (found := node_of(value)) is None:
            return
        node, no = found
        tensor = ref(value)  # not itself: its graph, which holds this, would never be let go

        def keep(gradients: Sequence[Any]) -> None:
            mine = tensor()
            self._is_root = any(mine is root for root in tensors_of(going[0]))  # else looked for again in vain
            if gradients[no] is not None and not self._is_root:
                sample[2] = self._take(gradients[no])

        with suppress(Exception):
            node.register_prehook(keep)


class Before:
    """Tells a `Held` what its name holds before its line runs."""

    def __init__(self, held: Held) -> None:
        self._held = held

    def __setitem__(self, key: int, value: object) -> None:
        self._held.changes(value)


class Within:
    """Tells a hook of a part of an object, such as `self.w`, if it can be had without running slide code."""

    def __init__(self, hook: Held | Before, path: Sequence[str]) -> None:
        self._hook, self._path = hook, tuple(path)

    def __setitem__(self, key: int, value: object) -> None:
        for name in self._path:
            value = _part(value, name)
            if value is _NOTHING:
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


_NOTHING: Final = type("Nothing", (), {})()


def _part(value: Any, name: str) -> Any:
    kind = type(value)
    torch = sys.modules.get("torch")
    if torch and (kind is torch.Tensor or kind is torch.nn.Parameter):
        return getattr(value, name) if name in ("data", "grad") else _NOTHING
    with suppress(Exception):
        own = object.__getattribute__(value, "__dict__")
        for names in (own, own.get("_parameters"), own.get("_buffers"), own.get("_modules")):
            if type(names) is dict and name in names:
                return names[name]
    return _NOTHING


def _size(of: Taken) -> int:
    return len(getattr(of, "numbers", ())) if isinstance(getattr(of, "numbers", None), list) else 1


def _sample(no: int, now: Taken, before: Taken, gradient: Taken) -> list[Any]:
    parts = (None if one is _NOTHING else shown(settled(one)) for one in (before, gradient))
    return [no, shown(settled(now)), *parts]


Hook: TypeAlias = Ran | Begins | Ends | Calls | Held | Before | Within | Returns
