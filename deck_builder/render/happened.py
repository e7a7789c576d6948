"""Watched + Trace -> what happened to a block's lines: loops to walk, and the rows that change with them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from deck_builder.model import BlockResult, CodeBlock, Trace, Watched
from deck_builder.recorded import Assigned, Loop, Sample, Shown, TraceStep
from deck_builder.render.passes import Happened, Row, Track, Training, one_line
from deck_builder.steering import unsteered

LONGEST = 120
"""Characters of a value that a page holds of each pass."""

NAMES = 8
"""Parameters of a training of which a page holds how they went."""

_FEW = re.compile(r"\[-?\d[-+.\de]*(, -?\d[-+.\de]*){0,4}\]")
_SHAPE = re.compile(r"shape \((.*?),?\)")


def happened(
    block: CodeBlock, own: BlockResult | None, later: Iterable[tuple[int, str, Watched]], nth: str
) -> Happened:
    """What a block's own run is known to have done, and those of `later` slides (number, block) that called it.

    `nth` says which step of a training it is, where no loop is known.
    """
    outputs = own.outputs if own else ()
    mine = [one for one in outputs if isinstance(one, Watched) and not one.block]
    found = Happened(block)
    for no, key, watched in chain(((0, block.id, one) for one in mine), later):
        found = _with_run(found, no, key, watched)
    for trace in outputs:
        if isinstance(trace, Trace) and trace.steps:
            found = _with_training(found, trace, nth)
    rows = sorted(_with_grads(found), key=lambda row: (row.no, row.line))
    return replace(found, rows=tuple(rows), watched=bool(found.counts or found.rows))


def _with_run(found: Happened, no: int, key: str, watched: Watched) -> Happened:
    first = len(found.tracks)

    def absolute(loop: int) -> int:
        return loop if loop < 0 or not watched.loops[loop].passes else loop + first

    tracks = [
        Track(f"{key}:{at}", loop, absolute(loop.parent) if loop.parents else -1)
        for at, loop in enumerate(watched.loops)
    ]
    rows = [row for one in watched.assigned if one.samples for row in _assigned(one, absolute(one.loop), no)]
    counts = tuple((line, times, absolute(loop)) for line, times, loop in watched.counts)
    return replace(
        found,
        tracks=(*found.tracks, *tracks),
        rows=(*found.rows, *rows),
        counts=(*found.counts, *counts),
    )


def _assigned(assigned: Assigned, track: int, no: int) -> Iterator[Row]:
    """What a name held, and what flowed back to it."""
    passes = tuple(sample.iteration for sample in assigned.samples)
    is_tensor = any(_SHAPE.match(fact) for fact in assigned.facts)
    texts = tuple(_changed(sample, is_tensor) for sample in assigned.samples)
    name = unsteered(assigned.name)
    yield Row(assigned.line, name, "", _facts(assigned.facts), track, passes, texts, no)
    if flowed := {sample.iteration: shown(sample.grad, True) for sample in assigned.samples if sample.grad}:
        yield Row(assigned.line, name, "grad", "grad", track, tuple(flowed), tuple(flowed.values()), no)


def _changed(sample: Sample, is_tensor: bool) -> str:
    after = shown(sample.after, is_tensor)
    return f"{shown(sample.before, is_tensor)} → {after}" if sample.before else after


def _with_training(found: Happened, trace: Trace, nth: str) -> Happened:
    """Its track is the loop around its backward(); without one, its own steps."""
    line = trace.steps[0].line
    track = found.track_of(line) if all(step.iteration >= 0 for step in trace.steps) else -1
    if track < 0:
        numbers = tuple(step.step for step in trace.steps)
        loop = Loop(line, "", trace.count, numbers, tuple(nth.format(n=number) for number in numbers))
        own = tuple(replace(step, iteration=step.step) for step in trace.steps)
        trace, track = replace(trace, steps=own), len(found.tracks)
        found = replace(found, tracks=(*found.tracks, Track(f"{found.block.id}:{trace.name}", loop)))
    return replace(found, trainings=(*found.trainings, Training(trace, track)))


def _with_grads(found: Happened) -> Iterator[Row]:
    """The rows, with those of gradients and updates among them, each where it belongs."""
    losses = {training.trace.name for training in found.trainings}
    trained = [row for training in found.trainings for row in _training_rows(training)]
    grads = {row.whole: row for row in trained if row.kind == "grad"}
    by = unsteered(found.trainings[0].trace.name) if found.trainings else ""
    for row in found.rows:
        name = f"∂{by}/∂{row.name}" if by else f"{row.name}.grad"
        known = None if row.no else grads.get(name)
        if row.kind == "grad":
            yield from () if known else (replace(row, name=name),)
            continue
        yield replace(row, kind="loss") if row.name in losses else row
        if known:
            yield replace(known, line=row.line, unless=known.line)
    yield from trained


def _training_rows(training: Training) -> Iterator[Row]:
    steps, name = training.trace.steps, unsteered(training.trace.name)
    last = steps[-1]
    losses = {step.iteration: Shown(f"{step.loss:.5g}") for step in steps}
    yield replace(_series(last.line, name, "trained", "", training.track, losses), whole=name)
    short = _short({name for step in steps for name, _ in (*step.grads, *step.updated)})
    for of in _names(step.grads for step in steps):
        texts = {step.iteration: text for step in steps if (text := dict(step.grads).get(of))}
        row = _series(last.line, f"∂{name}/∂{short[of]}", "grad", "grad", training.track, texts)
        yield replace(row, whole=f"∂{name}/∂{unsteered(of)}")
    rates = [step.lr for step in steps if step.lr is not None]
    facts = f"lr {rates[-1]:g}" if rates else ""
    for of in _names(step.updated for step in steps):
        pairs = {step.iteration: _update(step, of) for step in steps if of in dict(step.updated)}
        line = max(step.update_line for step in steps)
        yield replace(_series(line, short[of], "update", facts, training.track, pairs), whole=unsteered(of))


def _update(step: TraceStep, name: str) -> Shown:
    before, after = dict(step.params).get(name), dict(step.updated)[name]
    return Shown(f"{shown(before, True)} → {shown(after, True)}" if before else shown(after, True))


def _series(line: int, name: str, kind: str, facts: str, track: int, texts: Mapping[int, Shown]) -> Row:
    return Row(line, name, kind, facts, track, tuple(texts), tuple(shown(text, True) for text in texts.values()))


def _names(steps: Iterable[tuple[tuple[str, Shown], ...]]) -> list[str]:
    return list(dict.fromkeys(name for pairs in steps for name, _ in pairs))[:NAMES]


def _short(names: Iterable[str]) -> dict[str, str]:
    """Of names such as "model.linear.weight" the shortest ends that tell them apart."""
    found = {}
    for name in (names := list(names)):
        parts = name.split(".")
        ends = (".".join(parts[-many:]) for many in range(1, len(parts) + 1))
        apart = (end for end in ends if sum(f".{one}".endswith(f".{end}") for one in names) == 1)
        found[name] = unsteered(next(apart, name))
    return found


def _facts(facts: tuple[str, ...]) -> str:
    """What a tensor is, in few letters: "shape (3, 1)" is 3×1, and of a single number nothing is said."""
    short = (_SHAPE.sub(lambda shape: shape[1].replace(", ", "×"), unsteered(fact)) for fact in facts)
    return "\n".join(filter(None, short))


def shown(value: Shown, is_tensor: bool) -> str:
    """A value on one line; of a tensor of few numbers these, in four digits, for its shape stands beside them."""
    text = one_line(value.text, LONGEST)
    if is_tensor and _FEW.fullmatch(text):
        return " ".join(f"{float(number):.4g}" for number in text[1:-1].split(", "))
    return text
