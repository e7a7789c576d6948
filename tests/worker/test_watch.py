"""What lit lines did: what is told of them is what a plain run computes, and nothing else of the run changes."""

from __future__ import annotations

import itertools
import traceback
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.model import BlockOptions
from deck_builder.recorded import Assigned
from deck_builder.worker.loops import MOST, MOST_SPIKES
from tests.worker.conftest import RunCode, texts
from tests.worker.watching import plain, watched

LOOP = """\
total = 0
for epoch in range(4):
    for x in (1.0, 2.0):
        y = x * epoch
        total += y
    mean = total / 2
print(total)
"""


def values(one: Assigned) -> list[Any]:
    return [sample.after.value for sample in one.samples]


def test_a_line_tells_what_it_assigned_in_each_pass_of_its_loop() -> None:
    run = watched(LOOP)
    assert values(run.of(4, "y")) == [x * epoch for epoch in range(4) for x in (1.0, 2.0)]
    assert [sample.iteration for sample in run.of(4, "y").samples] == list(range(8))
    assert values(run.of(6, "mean")) == [0.0, 1.5, 4.5, 9.0]
    assert [sample.before.value for sample in run.of(5, "total").samples if sample.before] == [0, 0, 0, 1, 3, 5, 9, 12]
    assert run.counts() == {1: 1, 2: 4, 3: 8, 4: 8, 5: 8, 6: 4, 7: 1}
    assert run.printed == "18.0\n"


def test_loops_know_their_variable_and_the_pass_of_the_loop_around_them() -> None:
    run = watched(LOOP)
    assert run.watched
    outer, inner = run.watched.loops
    assert (outer.name, outer.count, outer.labels) == ("epoch", 4, ("0", "1", "2", "3"))
    assert (inner.name, inner.count, inner.labels[:2]) == ("x", 8, ("1", "2"))
    assert (inner.parent, inner.parents) == (0, (0, 0, 1, 1, 2, 2, 3, 3))


def test_only_lit_lines_are_told_of() -> None:
    run = watched(LOOP, {6})
    assert run.watched
    assert [(one.line, one.name) for one in run.watched.assigned] == [(6, "mean")]
    assert [loop.name for loop in run.watched.loops] == ["epoch"]


def test_of_a_long_loop_the_first_the_last_and_evenly_many_passes_are_kept() -> None:
    run = watched("for i in range(10_000):\n    y = i * i", {1, 2})
    one = run.of(2, "y")
    kept = [sample.iteration for sample in one.samples]
    assert one.count == 10_000
    assert kept[0] == 0
    assert kept[-1] == 9999
    assert 128 <= len(kept) <= MOST + MOST_SPIKES
    assert len({later - earlier for earlier, later in itertools.pairwise(kept[:-1])}) == 1
    assert all(sample.after.value == sample.iteration**2 for sample in one.samples)


def test_inner_passes_are_kept_where_the_pass_around_them_is() -> None:
    run = watched("for e in range(1000):\n    for i in range(3):\n        y = 3 * e + i\n    z = y", {3, 4})
    assert run.watched
    outer, inner = run.watched.loops
    kept = set(outer.passes)
    assert set(inner.parents) <= kept
    assert all(sample.after.value == sample.iteration for sample in run.of(3, "y").samples)
    assert {sample.iteration for sample in run.of(4, "z").samples} == kept
    assert len(inner.passes) <= MOST + MOST_SPIKES


def test_a_function_tells_its_arguments_and_what_it_returns_call_by_call() -> None:
    code = "def f(x, n=2):\n    y = x * n\n    return y + 1\nfor i in range(3):\n    z = f(i)\nf(10)"
    run = watched(code, {1, 2, 3, 5})
    assert values(run.of(1, "x")) == [0, 1, 2, 10]
    assert values(run.of(3, "return")) == [1, 3, 5, 21]
    assert run.watched
    calls = next(loop for loop in run.watched.loops if loop.name == "f()")
    assert calls.parents == (0, 1, 2, -1)
    assert run.watched.loops[calls.parent].name == "i"


TENSORS = """\
w = torch.tensor([1.0, -2.0], requires_grad=True)
for i in range(3):
    loss = (w * w).sum()
    loss.backward()
    w.data = w.data - 0.1 * w.grad.data
    w.grad.data.zero_()
big = torch.arange(100.0).reshape(10, 10)
rows = torch.tensor([[1.0], [2.5]])
"""


def test_tensors_are_told_as_they_were_then() -> None:
    run = watched(TENSORS, torch=torch)
    w = [torch.tensor([1.0, -2.0]) * 0.8**i for i in range(4)]
    changes = run.of(5, "w").samples
    for at, sample in enumerate(changes):
        assert sample.before
        assert torch.allclose(torch.tensor(sample.before.value), w[at])
        assert torch.allclose(torch.tensor(sample.after.value), w[at + 1])
    assert next(sample.before.text for sample in run.of(6, "w.grad").samples if sample.before) == "[2, -4]"
    assert run.of(6, "w.grad").samples[0].after.text == "[0, 0]"
    assert run.of(1, "w").facts == ("shape (2,)", "requires_grad")
    assert run.of(7, "big").samples[0].after.text == "[0, 1, 2, …, 99]"
    assert run.of(7, "big").samples[0].after.value is None
    assert run.of(8, "rows").samples[0].after.text == "[1, 2.5]"
    assert run.of(8, "rows").facts == ("shape (2, 1)",)


@pytest.mark.parametrize("change", ["big.add_(1)", "big.data.add_(1)"])
def test_large_tensors_are_told_as_they_were_whoever_changes_them_later(change: str) -> None:
    run = watched(
        f"big = torch.zeros(50)\nfor i in range(600):\n    big += 1\n    y = big * 2\n    {change}", torch=torch
    )
    for sample in run.of(3, "big").samples[:-1]:
        now = 2 * sample.iteration + 1
        assert sample.after.text == f"[{now}, {now}, {now}, …, {now}]"
    for sample in run.of(4, "y").samples:
        now = 4 * sample.iteration + 2
        assert sample.after.text == f"[{now}, {now}, {now}, …, {now}]"
    assert run.of(3, "big").samples[-1].after.text in ("Tensor (50,)", "[1199, 1199, 1199, …, 1199]")


def test_gradients_that_come_when_the_loop_is_over_are_told_of_each_pass() -> None:
    code = (
        "w = torch.ones(50, requires_grad=True)\ntotal = 0\nfor i in range(600):\n    y = w * i\n"
        "    total = total + (y * i).sum()\ntotal.backward()"
    )
    run = watched(code, torch=torch)
    told = {sample.iteration: sample.grad.text for sample in run.of(4, "y").samples if sample.grad}
    assert len(told) > 100
    assert told == {i: f"[{i}, {i}, {i}, …, {i}]" for i in told}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("x = [1, 2.5, 'a']", "[1, 2.5, 'a']"),
        ("x = list(range(9))", "[0, 1, 2, …, 8]"),
        ("x = (torch.tensor(3.0),)", "(3,)"),
        ("x = {'a': 1}", "{'a': 1}"),
        ("x = torch.nn.Linear(2, 1)", "Linear(in_features=2, out_features=1, bias=True)"),
        ("x = torch.nn.Sequential(torch.nn.ReLU())", "Sequential"),
        ("x = float('nan')", "nan"),
        ("x = torch.tensor([float('inf'), 1])", "[inf, 1]"),
        ("x = None", "None"),
        ("x = 'a' * 500", repr("a" * 80 + "…")),
        ("class A:\n    def __repr__(self): print('seen')\nx = A()", "A"),
        ("x = torch.eye(3).to_sparse()", "Tensor (3, 3)"),
        ("x = torch.empty(3, device='meta')", "Tensor"),
        ("x = torch.tensor([1 + 2j])", "1+2j"),
        ("import numpy\nx = numpy.float32(0.5)", "0.5"),
        ("import numpy\nx = numpy.ones((2, 2), int)", "[[1, 1], [1, 1]]"),
        ("y = (x := 3) + 1", "3"),
        ("with torch.no_grad() as x: pass", "None"),
        ("a, (b, *x) = 1, (2, 3, 4)", "[3, 4]"),
        ("x: int = 4", "4"),
        ("x = []\nx.append(2)", "[2]"),
        ("x = {}\nx['k'] = torch.tensor(1)", "{'k': 1}"),
    ],
)
def test_a_value_is_told_in_short_and_without_running_any_code_of_the_slide(code: str, text: str) -> None:
    run = watched(code, torch=torch)
    assert run.error is None
    assert run.watched
    assert [one.samples[-1].after.text for one in run.watched.assigned if one.name == "x"][-1] == text
    assert run.printed == ""


# What the hypothesis writes: programs of few names, each assignment beside a line that logs it in a plain run.
names = st.sampled_from(["a", "b", "t"])
terms = st.sampled_from(["a", "b", "t.sum().item()", "1.5", "2", "i0"])
simple = st.builds("{} = {} {} {}".format, st.sampled_from(["a", "b"]), terms, st.sampled_from("+-*"), terms) | (
    st.sampled_from(
        ["a += 1", "b -= 0.5", "t = t * 0.5 + 1", "t.mul_(0.9)", "t.data = t.data + 1", "a, b = b, a", "a = f(b)"]
    )
)


@st.composite
def programs(draw: st.DrawFn, depth: int = 0, longest: int = 4) -> list[str]:
    rows: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["simple", "simple", "for", "if", "while"] if depth < 3 else ["simple"]))
        if kind == "simple":
            rows.append(draw(simple))
            continue
        inner = [f"    {row}" for row in draw(programs(depth + 1, longest))]
        if kind == "for":
            rows += [f"for i{depth} in range({draw(st.integers(0, longest))}):", *inner]
            if draw(st.booleans()):
                rows += [f"    if i{depth} == 2:", f"        {draw(st.sampled_from(['break', 'continue']))}"]
        elif kind == "if":
            rows += ["if a > b:", *inner]
        else:
            rows += [f"n{depth} = 0", f"while n{depth} < 3:", f"    n{depth} += 1", *inner]
    return rows


def _logged(row: str) -> str:
    """A row of a plain run that logs what it assigns."""
    targets = {"a, b": ["a", "b"], "t.mul_(0.9)": ["t"], "t.data": ["t"]}
    left = row.strip().split(" = ")[0].split(" += ")[0].split(" -= ")[0]
    if row.lstrip().startswith(("for", "if", "while", "break", "continue", "n")):
        return row
    return row + "".join(f"; LOG.append(({{no}}, {name!r}, VALUE({name})))" for name in targets.get(left, [left]))


def _value(of: Any) -> Any:
    return of.tolist() if isinstance(of, torch.Tensor) else of


def _tuple(of: Any) -> Any:
    return tuple(map(_tuple, of)) if isinstance(of, list) else of


START = ["a, b, i0, t = 1.0, 2.0, 0, torch.ones(2)", "def f(x):", "    y = x * 2", "    return y + 1"]


@given(programs())
@settings(max_examples=150, deadline=None)
def test_what_is_told_is_what_a_plain_run_computes(rows: list[str]) -> None:
    rows = [*START, *rows]
    log: list[tuple[int, str, Any]] = []
    text = "\n".join([*rows[:4], *(_logged(row).replace("{no}", str(no)) for no, row in enumerate(rows[4:], 5))])
    plain(text, LOG=log, VALUE=_value, torch=torch)
    run = watched("\n".join(rows), torch=torch)
    assert run.error is None
    by_place: dict[tuple[int, str], list[Any]] = {}
    for no, name, value in log:
        by_place.setdefault((no, name), []).append(_tuple(value))
    for (no, name), expected in by_place.items():
        one = run.of(no, name)
        assert one.count == len(expected)
        # a line that did not run in each pass skips iterations; none comes twice
        assert [sample.after.value for sample in one.samples] == expected
    assert run.watched
    told = {(one.line, one.name) for one in run.watched.assigned if one.line > 4 and one.name in ("a", "b", "t")}
    assert told == by_place.keys()


@given(programs())
@settings(max_examples=100, deadline=None)
def test_nothing_of_the_run_changes(rows: list[str]) -> None:
    code = "\n".join([*START, *rows, "print(a, b, t, sorted(globals()), f(a), sep='|')"])
    one, other = plain(code, torch=torch), watched(code, torch=torch)
    assert other.printed == one.printed
    assert other.variables.keys() == one.variables.keys()


FAILING = [
    "def f(x):\n    y = x\n    return (y +\n            missing)\nf(1)",
    "for i in range(3):\n    a = 1 / (1 - i)",
    "a = [1]\na[3] = 2",
    "for i in 5:\n    a = i",
    "for i in range(missing):\n    a = i",
    "for i in zip([1], [2, 3], strict=True):\n    a = i",
    "for i, j in zip([1], [2]):\n    for k in range(5):\n        if k == 3:\n            k.missing = 1",
    "w = torch.ones(2, requires_grad=True)\nloss = w * 2\nloss.backward()",
    "nothing.data = 3",
    "nothing += 1",
    "def f():\n    del_me.append(1)\nf()",
    "x = 1\ndef g():\n    x += 1\n    return x\ng()",
    "raise ValueError('no')",
    "with open('/nowhere') as f:\n    pass",
    "def e(x):\n    return NotImplemented\nassert e(1) is None, 'so'",
]


@pytest.mark.parametrize("code", FAILING)
def test_a_failure_has_the_traceback_of_a_plain_run(code: str) -> None:
    def told(error: BaseException | None) -> str:
        assert error
        trace = traceback.TracebackException.from_exception(error)
        trace.stack[:] = [frame for frame in trace.stack if "watching.py" not in frame.filename]
        return "".join(trace.format())

    assert told(watched(code, torch=torch).error) == told(plain(code, torch=torch).error)


LISTENING = {
    "a dispatch mode": """
from torch.utils._python_dispatch import TorchDispatchMode
class Mode(TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        print(func)
        return func(*args, **(kwargs or {}))
with Mode():
    f(torch.ones(2))""",
    "a function mode": """
from torch.overrides import TorchFunctionMode
class Mode(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        print(func.__name__)
        return func(*args, **(kwargs or {}))
w = torch.ones(2, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
with Mode():
    f(torch.ones(2))
    f(w).backward()
    optimizer.step()""",
    "a profiler": """
with torch.profiler.profile() as seen:
    f(torch.ones(2))
print(sorted(one.key for one in seen.key_averages()))""",
    "transforms": "print(torch.func.grad(f)(torch.ones(2)), torch.func.vmap(f)(torch.ones(3, 2)))",
    "tracing": "print(torch.jit.trace(f, (torch.ones(2),)).graph, torch.fx.symbolic_trace(f).graph)",
    "a subclass": """
class Loud(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        print(func.__name__)
        return super().__torch_function__(func, types, args, kwargs or {})
f(torch.ones(2).as_subclass(Loud))""",
    "the generator": "torch.manual_seed(1)\nf(torch.rand(3))\nprint(torch.rand(2), torch.random.get_rng_state().sum())",
}


@pytest.mark.parametrize("what", LISTENING)
def test_who_listens_to_torch_hears_nothing_of_ours(what: str) -> None:
    code = f"def f(x):\n    y = x * 2\n    return (y * y).sum()\n{LISTENING[what].strip()}"
    one, other = plain(code, torch=torch), watched(code, torch=torch)
    assert (one.error, other.error) == (None, None)
    assert other.printed == one.printed


def test_a_function_that_is_compiled_has_no_hooks_in_it(run_code: RunCode) -> None:
    function = "import torch\ndef f(x):\n    y = x * 2\n    return y + 1\nf(torch.zeros(1))"
    compiled = "g = torch.compile(f, backend='eager', fullgraph=True)\nprint(g(torch.ones(2)), f(torch.ones(1)))"
    _, outputs = run_code((function, BlockOptions(run=True, steps=((3, 4), None))), compiled, timeout_s=120)
    assert texts(outputs) == "tensor([3., 3.]) tensor([3.])\n"
