"""Loops whose length is known: what is told of the passes that are kept is what a plain run computes."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import torch
from hypothesis import assume, given, settings

from deck_builder.worker import loops
from deck_builder.worker.rounds import is_bounded, is_repeatable, measured, trains
from tests.worker.test_watch import START, _logged, _tuple, _value, programs, values
from tests.worker.watching import plain, watched


@pytest.mark.parametrize(
    ("through", "passes"),
    [
        ("range(7)", 7),
        ("range(2, 9, 3)", 3),
        ("[1, 2, 3]", 3),
        ("(1, 2)", 2),
        ("()", 0),
        ("zip([1, 2, 3], range(5))", 3),
        ("enumerate(zip('ab', [1]))", -1),  # of a text it isn't asked
        ("enumerate([4, 5], 1)", 2),
        ("zip()", 0),
        ("iter([1, 2])", -1),
        ("{1: 2}", -1),
        ("(n for n in [1])", -1),
        ("range(10**30)", -1),
        ("reversed([1, 2])", -1),
    ],
)
def test_how_many_passes_a_loop_has(through: str, passes: int) -> None:
    same, told = measured(eval(through))
    assert told == passes
    if through != "range(10**30)":
        assert list(same) == list(eval(through))


@pytest.mark.parametrize(
    ("code", "is_known"),
    [
        ("for i in x: a = i", True),
        ("for i in x:\n    if i: break", False),
        ("for i in x:\n    try: a = i\n    except E: break", False),
        ("for i in x:\n    for j in y: break", True),
        ("for i in x:\n    for j in y: pass\n    else: break", False),
        ("for i in x:\n    while True: break", True),
        ("for i in x: raise E", False),
        ("for i in x: assert i", False),
        ("while x: pass", False),
    ],
)
def test_what_ends_a_loop(code: str, is_known: bool) -> None:
    (loop,) = ast.parse(code).body
    assert isinstance(loop, ast.For | ast.While)
    assert is_bounded(loop) is is_known


def test_a_body_stands_there_twice_unless_something_in_it_is_kept() -> None:
    def loop(body: str) -> ast.For:
        (one,) = ast.parse(f"for i in x:\n    {body}").body
        assert isinstance(one, ast.For)
        return one

    assert is_repeatable(loop("if i: a = [n for n in i]"))
    assert not any(map(is_repeatable, map(loop, ["def f(): pass", "f = lambda: i", "for j in i: pass"])))
    assert trains(loop("for j in i: loss.backward()"))
    assert not trains(loop("if i: loss.backward()"))


LONG = """\
total, odd = 0, 0
for i in range(1000):
    total += i
    if i % 2:
        odd = i
        continue
    even = i
"""


def test_lines_are_counted_in_each_pass() -> None:
    run = watched(LONG)
    assert run.counts() == {1: 1, 2: 1000, 3: 1000, 4: 1000, 5: 500, 6: 500, 7: 500}
    assert run.of(3, "total").count == 1000
    assert run.of(5, "odd").count == 500
    assert all(sample.after.value == sample.iteration for sample in run.of(2, "i").samples)
    assert [sample.iteration for sample in run.of(3, "total").samples][-2:] == [996, 999]
    assert run.variables["total"] == 999 * 500


def test_a_pass_that_fails_is_counted_as_far_as_it_came() -> None:
    code = "a = [0] * 901\nfor i in range(1000):\n    b = i\n    c = a[i]\n    d = c"
    run = watched(code)
    assert isinstance(run.error, IndexError)
    assert run.counts() == {1: 1, 2: 902, 3: 902, 4: 901, 5: 901}


SUDDEN = """\
w = torch.tensor([1.0], requires_grad=True)
for i in range(5000):
    scale = 1000.0 if i == 3333 else 1 + 1 / (1 + i)
    l = (w * scale).sum()
    l.backward()
    with torch.no_grad():
        w -= 0 * w.grad
    w.grad = None
    after = i
"""


def test_of_a_sudden_pass_is_told_what_is_sure() -> None:
    run = watched(SUDDEN, torch=torch)

    def of(line: int, name: str) -> dict[int, Any]:
        return {sample.iteration: sample.after.value for sample in run.of(line, name).samples}

    assert of(3, "scale")[3333] == of(4, "l")[3333] == 1000.0
    assert of(2, "i")[3333] == of(9, "after")[3333] == 3333
    assert 3333 not in of(7, "w")  # it has changed since, for all one knows
    assert of(7, "w")[4999] == (1.0,)
    (trace,) = run.traces
    (step,) = [step for step in trace.steps if step.step == 3333]
    assert (step.loss, dict(step.grads)["w"].value) == (1000.0, (1000.0,))
    assert run.watched
    assert run.watched.loops[0].labels[run.watched.loops[0].passes.index(3333)] == "3333"


def test_of_a_sudden_pass_its_loss_is_told_even_where_changes_can_not_be_seen() -> None:
    code = SUDDEN.replace("with torch.no_grad():\n        w -= 0 * w.grad", "w.data = w.data - 0 * w.grad.data\n")
    run = watched(code, torch=torch)
    told = {sample.iteration: sample.after.value for sample in run.of(4, "l").samples}
    assert told[3333] == 1000.0
    assert {sample.iteration: sample.after.value for sample in run.of(6, "w").samples}[4999] == (1.0,)


@pytest.mark.parametrize("lit", [None, {1}], ids=["lit", "recorded alone"])
def test_a_loop_that_ends_before_its_time_still_tells_its_last_loss(lit: set[int] | None) -> None:
    code = (
        "w = torch.ones(1, requires_grad=True)\nrows = list(range(2000))\nfor row in rows:\n"
        "    loss = (w * row).sum()\n    w.grad = None\n    loss.backward()\n    if row == 901:\n        rows.clear()"
    )
    (trace,) = watched(code, lit, torch=torch).traces
    assert trace.count == 902
    assert (trace.steps[-1].step, trace.steps[-1].loss, trace.steps[-1].grads) == (901, 901.0, ())
    assert all(dict(step.grads)["w"].value == (step.loss,) for step in trace.steps[:-1])


def test_what_a_function_tells_goes_with_the_passes_that_call_it() -> None:
    run = watched("def f(x):\n    y = 2 * x\n    return y\nfor i in range(1000):\n    z = f(i)", {2, 3, 5})
    assert run.of(2, "y").count == run.of(5, "z").count == 1000
    told = {sample.iteration: sample.after.value for sample in run.of(5, "z").samples}
    assert told == {i: 2 * i for i in told}
    assert values(run.of(2, "y")) == list(told.values())


def test_calls_from_a_loop_are_no_calls_from_the_one_before() -> None:
    code = "def f(x):\n    y = x\n    return y\nfor i in range(3):\n    a = f(i)\nfor j in range(1000):\n    b = f(-j)"
    run = watched(code, {2, 5, 7})
    assert run.watched
    calls = next(loop for loop in run.watched.loops if loop.name == "f()")
    assert calls.count == 1003
    assert list(zip(calls.passes, calls.parents, strict=True))[:4] == [(0, 0), (1, 1), (2, 2), (3, -1)]
    assert set(calls.parents[3:]) == {-1}
    told = {sample.iteration: sample.after.value for sample in run.of(2, "y").samples}
    assert told == {at: at if at < 3 else 3 - at for at in calls.passes}


INFERENCE = """\
w = torch.tensor([1.0], requires_grad=True)
for i in range(2000):
    scale = 1000.0 if i == 1777 else 1 + 1 / (1 + i)
    l = (w * scale).sum()
    seen = look(i)
    l.backward()
    w.grad = None
n = 0
while n < 600:
    n += 1
    large = look(n) * torch.ones(50)
"""


def test_tensors_that_count_no_changes_are_no_trouble() -> None:
    run = watched(INFERENCE, torch=torch, look=torch.inference_mode()(lambda i: torch.ones(50) * i))
    assert run.error is None
    assert 1777 in [sample.iteration for sample in run.of(4, "l").samples]
    assert 1777 not in [sample.iteration for sample in run.of(5, "seen").samples]
    assert run.of(11, "large").samples[-1].after.text == "[600, 600, 600, …, 600]"


def _is_plain(value: Any) -> bool:
    """Whether a value is told as a number: not too large a one, nor one that is none."""
    return all(map(_is_plain, value)) if isinstance(value, list) else abs(value) < 2**50


def _is_within(some: list[Any], every: list[Any]) -> bool:
    rest = iter(every)
    return all(any(one == other for other in rest) for one in some)


@given(programs(longest=13))
@settings(max_examples=150, deadline=None)
def test_what_is_told_of_few_passes_is_what_a_plain_run_computes(rows: list[str]) -> None:
    rows = [*START, *rows]
    log: list[tuple[int, str, Any]] = []
    text = "\n".join([*rows[:4], *(_logged(row).replace("{no}", str(no)) for no, row in enumerate(rows[4:], 5))])
    one = plain(text, LOG=log, VALUE=_value, torch=torch)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loops, "MOST", 2)
        run = watched("\n".join(rows), torch=torch)
    assert (one.error, run.error) == (None, None)
    assume(all(_is_plain(value) for _, _, value in log))
    assert all(run.variables[name] == one.variables[name] for name in ("a", "b"))
    by_place: dict[tuple[int, str], list[Any]] = {}
    for no, name, value in log:
        by_place.setdefault((no, name), []).append(_tuple(value))
    for (no, name), expected in by_place.items():
        if run.counts()[no]:
            found = (
                [told for told in run.watched.assigned if (told.line, told.name) == (no, name)] if run.watched else []
            )
            assert all(told.count == len(expected) for told in found)
            assert all(_is_within([sample.after.value for sample in told.samples], expected) for told in found)


@given(programs(longest=13))
@settings(max_examples=100, deadline=None)
def test_nothing_of_the_run_changes_where_few_passes_are_kept(rows: list[str]) -> None:
    code = "\n".join([*START, *rows, "print(a, b, t, sorted(globals()), f(a), sep='|')"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loops, "MOST", 2)
        one, other = plain(code, torch=torch), watched(code, torch=torch)
    assert other.printed == one.printed
    assert other.variables.keys() == one.variables.keys()
