"""What the lit lines of a block do, while it or a later one runs -> the message that tells of it.

It is told by hooks in the code itself: see hooks.py. The code counts its lines and passes without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from weakref import ref

from deck_builder.worker.backward import going, tensors_of
from deck_builder.worker.captured import NOTHING, Taken, facts, held, node_of, settled, shown, taken
from deck_builder.worker.loops import MOST, MOST_SENT, MOST_SPIKES, Loop
from deck_builder.worker.protocol import Message


class Watch:
    """The lit lines of one block, by their numbers in it."""

    def __init__(self, block: str, lines: Sequence[int], *, follows_gradients: bool, may_wait: bool = False) -> None:
        """`may_wait`: large tensors say when they change, and so need not be looked at in each pass."""
        self.block, self.lines, self.follows_gradients = block, frozenset(lines), follows_gradients
        self.take, self.may_wait = held if may_wait else taken, may_wait
        self.loops: list[Loop] = []
        self.trained: list[Loop] = []
        self.going_on: Loop | None = None
        self._around: dict[int, Loop | None] = {}
        self.counted: dict[int, Ran] = {}
        self.held: dict[tuple[int, str], Held] = {}

    @property
    def has_run(self) -> bool:
        """Whether any of its lines ran since it was reset."""
        return any(line.times for line in self.counted.values())

    def reset(self) -> None:
        """Forget what ran."""
        self.going_on = None
        hooks: list[Loop | Ran | Held] = [*self.loops, *self.trained, *self.counted.values(), *self.held.values()]
        for one in hooks:
            one.reset()

    def ran(self, line: int, loop: Loop | None) -> Ran:
        """What counts a line."""
        return self.counted.setdefault(line, Ran(line, loop))

    def around(self, line: int) -> Loop | None:
        """The innermost loop in which a line stands."""
        try:
            return self._around[line]
        except KeyError:
            return self._around.setdefault(line, _innermost(self.loops, line))

    def counting(self, line: int) -> Loop | None:
        """The loop that a line is told with; where it stands in none, the innermost whose passes are counted."""
        return self.around(line) or _innermost(self.trained, line)

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
        names = [one for one in self.held.values() if one.is_known]
        while sum(one.weight() for one in names) > MOST_SENT and sum(loop.coarsen() for loop in loops):
            pass
        counts = [[one.line, one.times, at.get(id(one.loop), -1)] for one in self.counted.values() if one.times]
        assigned = sorted((one.told(at.get(id(one.loop), -1)) for one in names), key=lambda told: told[0])
        lines = sorted({line for line, _, _ in counts}) if self.block == runs else []
        recording = [lines, sorted(counts), [_loop(loop, at) for loop in loops], assigned]
        return {"type": "watched", "recording": [*recording, "" if self.block == runs else self.block]}


def _innermost(loops: Sequence[Loop], line: int) -> Loop | None:
    return max((loop for loop in loops if loop.line <= line <= loop.last), key=lambda loop: loop.line, default=None)


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
    """Counts how often a line runs: the woven code adds to `count` itself, which takes a tenth of a call."""

    def __init__(self, line: int, loop: Loop | None) -> None:
        self.line, self.loop, self.count = line, loop, 0
        self.passing: list[Ran] = []  # the same line where nothing is recorded

    def reset(self) -> None:
        """Forget what ran."""
        for one in (self, *self.passing):
            one.count = 0

    @property
    def times(self) -> int:
        """How often it ran in all."""
        return self.count + sum(one.count for one in self.passing)


class Held:
    """What a name held after each run of a line, of the passes that are kept, and of the last."""

    def __init__(self, watch: Watch, line: int, name: str, loop: Loop | None) -> None:
        self.line, self.name, self.loop = line, name, loop
        self._watch = watch
        self.before = Before(self)
        self.passing: list[Ran] = []  # the same line where nothing is recorded
        self.reset()

    def reset(self) -> None:
        """Forget what ran."""
        self.called, self._at = 0, -1
        self._samples: dict[int, list[Any]] = {}  # by pass: what it held, what before, its gradient
        self._before: Taken = NOTHING
        self._now: list[Any] = []
        self._is_root, self._take = False, taken

    def __setitem__(self, key: int, value: object) -> None:
        loop = self.loop
        self.called += 1
        at = loop.at if loop else 0
        if loop and at != loop.recorded:
            return
        if at != self._at:
            if loop and self._at in self._samples:
                if loop.keeps(self._at, ended=True):
                    self._now[:] = map(settled, self._now)
                else:
                    del self._samples[self._at]
            self._at = at
            if loop and len(self._samples) > MOST + 2 * MOST_SPIKES:
                self._samples = {no: sample for no, sample in self._samples.items() if loop.keeps(no)}
        self._take = take = taken if not loop or loop.keeps(at, ended=True) else self._watch.take
        self._samples[at] = self._now = [take(value), self._before, NOTHING]
        self._before = NOTHING
        if self._watch.follows_gradients and not (self._is_root and self.called & (self.called - 1)):
            self._follow(value, self._now)

    def changes(self, value: object) -> None:
        """Take what the name holds before the line changes it."""
        if not self.loop or self.loop.records:
            self._before = taken(value)

    def recall(self, at: int, value: Taken) -> None:
        """Have a sample of a pass in which nothing was recorded."""
        self._samples[at] = self._now = [value, NOTHING, NOTHING]
        self._at = at

    def has(self, at: int) -> bool:
        """Whether there is a sample of a pass."""
        return at in self._samples

    @property
    def count(self) -> int:
        """How often its line has assigned it."""
        return self.called + sum(one.count for one in self.passing)

    @property
    def is_known(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self._now)

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


def _size(of: Taken) -> int:
    return len(getattr(of, "numbers", ())) if isinstance(getattr(of, "numbers", None), list) else 1


def _sample(no: int, now: Taken, before: Taken, gradient: Taken) -> list[Any]:
    parts = (None if one is NOTHING else shown(settled(one)) for one in (before, gradient))
    return [no, shown(settled(now)), *parts]
