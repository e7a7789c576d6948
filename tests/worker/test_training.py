"""How a block trains: its gradients are those of finite differences and of the lectures' formulas, by its own names."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.recorded import Trace
from deck_builder.worker.loops import MOST, MOST_SPIKES
from tests.worker.watching import plain, watched

X, Y = [1.0, 2.0, 3.0], [2.0, 4.0, 6.0]

HAND_WRITTEN = """\
w = torch.tensor([1.0], requires_grad=True)
for epoch in range(5):
    for x, y in zip([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]):
        l = (x * w - y) ** 2
        l.backward()
        w.data = w.data - 0.01 * w.grad.data
        w.grad.data.zero_()
"""

MODULE = """\
torch.manual_seed(3)
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
x, y = torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([[2.0], [4.0], [6.0]])
for epoch in range(20):
    loss = torch.nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


def only(code: str) -> Trace:
    run = watched(code, torch=torch)
    assert run.error is None, run.error
    (trace,) = run.traces
    return trace


def number(pairs: tuple[tuple[str, Any], ...], name: str) -> float:
    value = dict(pairs)[name].value
    while isinstance(value, tuple):
        (value,) = value
    return float(value)


def close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-4, abs_tol=1e-5)


def test_a_loop_written_by_hand_has_the_gradients_of_the_formula() -> None:
    trace, w = only(HAND_WRITTEN), 1.0
    assert (trace.name, trace.count, trace.lines) == ("l", 15, (5,))
    for step, (x, y) in zip(trace.steps, list(zip(X, Y, strict=True)) * 5, strict=True):
        gradient = 2 * x * (x * w - y)  # the notes' own
        assert close(step.loss, (x * w - y) ** 2)
        assert close(number(step.grads, "w"), gradient)
        assert close(number(step.params, "w"), w)
        assert step.iteration == step.step
        w -= 0.01 * gradient


def test_a_module_and_its_optimizer_are_told_by_the_authors_names() -> None:
    trace = only(MODULE)
    plain_run = plain(MODULE, torch=torch).variables
    assert [name for name, _ in trace.steps[0].grads] == ["model.weight", "model.bias"]
    for step, after in zip(trace.steps, trace.steps[1:], strict=False):
        w, b = (number(step.params, name) for name in ("model.weight", "model.bias"))
        by_w = sum(2 * x * (w * x + b - y) for x, y in zip(X, Y, strict=True)) / 3
        by_b = sum(2 * (w * x + b - y) for x, y in zip(X, Y, strict=True)) / 3
        assert close(number(step.grads, "model.weight"), by_w)
        assert close(number(step.grads, "model.bias"), by_b)
        assert step.lr == 0.05
        assert step.update_line == 9
        assert close(number(step.updated, "model.weight"), w - 0.05 * by_w)
        assert step.updated == after.params
    assert close(number(trace.steps[-1].updated, "model.weight"), plain_run["model"].weight.item())


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "a, b = (torch.ones(1, requires_grad=True) for _ in 'ab')\n"
            "for i in range(3):\n    one, two = (a * 2).sum(), (b * 3).sum()\n    one.backward()\n    two.backward()",
            {"one": ["a"], "two": ["b"]},
        ),
        (
            "params = [torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)]\n"
            "loss = (params[0] * params[1]).sum()\nloss.backward()",
            {"loss": ["params[0]", "params[1]"]},
        ),
        (
            "class Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
            "        self.linear = torch.nn.Linear(1, 1)\n    def forward(self, x):\n        return self.linear(x)\n"
            "net = Net()\nnet(torch.ones(1, 1)).sum().backward()",
            {"loss": ["net.linear.weight", "net.linear.bias"]},
        ),
        (
            "def f():\n    w = torch.ones(1, requires_grad=True)\n    err = (w * w).sum()\n    err.backward()\nf()",
            {"err": ["w"]},
        ),
        ("x = torch.ones(2, requires_grad=True)\ny = x * 2\ny.backward(torch.ones(2))", {"y": ["x"]}),
    ],
    ids=["several losses", "a list", "a module of modules", "within a function", "no scalar"],
)
def test_leaves_have_their_authors_names(code: str, told: dict[str, list[str]]) -> None:
    run = watched(code, torch=torch)
    assert run.error is None
    assert {trace.name: [name for name, _ in trace.steps[-1].grads] for trace in run.traces} == told


def test_a_closure_that_is_called_several_times_tells_each() -> None:
    code = (
        "w = torch.tensor([3.0], requires_grad=True)\nopt = torch.optim.LBFGS([w], lr=0.5, max_iter=4)\n"
        "def closure():\n    opt.zero_grad()\n    loss = ((w - 1) ** 2).sum()\n    loss.backward()\n    return loss\n"
        "for i in range(2):\n    opt.step(closure)"
    )
    trace = only(code)
    assert trace.count > 2
    for step in trace.steps:
        assert close(number(step.grads, "w"), 2 * (number(step.params, "w") - 1))
    assert [step.update_line for step in trace.steps if step.updated] == [9, 9]


def test_gradients_that_add_up_are_told_as_they_stand() -> None:
    code = "w = torch.tensor([1.0], requires_grad=True)\nfor i in range(4):\n    l = (3 * w).sum()\n    l.backward()"
    assert [number(step.grads, "w") for step in only(code).steps] == [3, 6, 9, 12]


def test_large_parameters_are_told_by_the_norm_of_their_gradient() -> None:
    code = "w = torch.ones(5, 5, requires_grad=True)\nl = (w * 2).sum()\nl.backward()"
    ((name, shown),) = only(code).steps[0].grads
    assert (name, shown.text, shown.value) == ("w", "‖·‖ 10", None)


def test_of_many_steps_the_first_the_last_and_a_spike_are_kept() -> None:
    code = (
        "w = torch.tensor([1.0], requires_grad=True)\nfor i in range(5000):\n"
        "    scale = 1000.0 if i == 3333 else 1 + 1 / (1 + i)\n    l = (w * scale).sum()\n    l.backward()"
    )
    for lit in ({2, 3}, {1}):  # within a loop that is watched, and without one
        run = watched(code, lit, torch=torch)
        (trace,) = run.traces
        kept = [step.step for step in trace.steps]
        assert trace.count == 5000
        assert {0, 3333, 4999} <= set(kept)
        assert len(kept) <= MOST + MOST_SPIKES
        assert all(step.step == step.iteration or step.iteration == -1 for step in trace.steps)


def test_what_lit_lines_tell_goes_with_the_steps_of_the_trace() -> None:
    run = watched(MODULE, torch=torch)
    kept = {sample.iteration: sample for sample in run.of(6, "loss").samples}
    for step in run.traces[0].steps:
        assert kept[step.iteration].after.value == step.loss


# Expressions of w in Python and in torch at once: what torch's gradient is told to be is what differences come to.
FORMS = "({}) | ({} * {}) | sin({}) | exp({} * 0.1) | (3.0 - {}) | ({} / 2.0) | tanh({}) | ({} + w) | (w * {})"


@st.composite
def expressions(draw: st.DrawFn) -> list[str]:
    """Some expressions, each of the one before it, which is called v."""
    return [draw(st.sampled_from(FORMS.split(" | "))).replace("{}", "v") for _ in range(draw(st.integers(1, 5)))]


def _differences(parts: list[str], w: float, at: int) -> float:
    """d loss / d v, where v is the `at`-th intermediate value (0: w itself), by central differences."""

    def loss(change: float) -> float:
        v = start = w + change * (at == 0)
        for no, part in enumerate(parts, 1):
            v = eval(part, {"sin": math.sin, "exp": math.exp, "tanh": math.tanh, "w": start, "v": v})
            v += change * (no == at)
        return float(v * v)

    h = 1e-5
    return (loss(h) - loss(-h)) / (2 * h)


@given(expressions(), st.floats(-1.5, 1.5))
@settings(max_examples=100, deadline=None)
def test_gradients_are_those_of_finite_differences(parts: list[str], w: float) -> None:
    rows = [f"w = torch.tensor({w!r}, dtype=torch.float64, requires_grad=True)", "v0 = w * 1.0"]
    rows += [f"v{no} = {part.replace('v', f'v{no - 1}')}" for no, part in enumerate(parts, 1)]
    rows += [f"loss = v{len(parts)} * v{len(parts)}", "loss.backward()"]
    functions = {"sin": torch.sin, "exp": torch.exp, "tanh": torch.tanh}
    run = watched("\n".join(rows), torch=torch, **functions)
    assert run.error is None, run.error
    (trace,) = run.traces
    scale = 1 + abs(trace.steps[0].loss)
    assert number(trace.steps[0].grads, "w") == pytest.approx(_differences(parts, w, 0), rel=1e-4, abs=1e-5 * scale)
    for no in range(1, len(parts) + 1):
        (sample,) = run.of(no + 2, f"v{no}").samples
        assert sample.grad
        flowed = sample.grad.value
        assert isinstance(flowed, float)
        assert flowed == pytest.approx(_differences(parts, w, no), rel=1e-4, abs=1e-5 * scale)
    assert run.of(len(rows) - 1, "loss").samples[0].grad is None  # 1, which says nothing


LOUD = """\
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Dropout(), torch.nn.Linear(4, 1))
opt = torch.optim.Adam(model.parameters())
for i in range(5):
    loss = model(torch.randn(3, 2)).square().mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(i, loss, torch.rand(1), loss._backward_hooks, model[0].weight.grad.norm())
"""


def test_nothing_of_the_training_changes() -> None:
    assert watched(LOUD, torch=torch).printed == plain(LOUD, torch=torch).printed
