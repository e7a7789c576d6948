"""The graph of a tensor: its values, and what flowed back along each edge; and slide code can't tell."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.execute.recordings import recording
from deck_builder.model import BlockOptions, Graph
from deck_builder.recorded import GraphNode
from deck_builder.worker.graph import Graphs
from deck_builder.worker.place import Place
from tests.worker.conftest import RunCode

PATH = "/deck/slides.md"


def recorded(code: str, *names: str, main: dict[str, Any] | None = None) -> list[Graph]:
    """The graphs of a code, run here."""
    count = code.count("\n") + 1
    place = Place("1.1", PATH, 1, count, files=frozenset([PATH]))
    main = {"torch": torch} if main is None else main
    graphs = Graphs(list(names), [place], main)
    try:
        exec(compile(code, PATH, "exec"), main)
    finally:
        messages = graphs.end()
    return [recording(Graph, message["recording"], count) for message in messages]


def node(graph: Graph, name: str) -> GraphNode:
    """The node of a name."""
    return next(one for one in graph.nodes if one.name == name)


EXAMPLE = """x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(3.0, requires_grad=True)
z = x * w
loss = (z - 1) ** 2 / 2
loss.backward()"""


def test_the_example_of_the_lecture() -> None:
    (graph,) = recorded(EXAMPLE, "loss")
    z = node(graph, "z")
    assert [(one.op, one.name, one.value.value, one.line) for one in graph.nodes] == [
        ("", "x", 2.0, 0),
        ("", "w", 3.0, 0),
        ("mul", "z", 6.0, 3),
        ("sub", "", 5.0, 4),
        ("pow", "", 25.0, 4),
        ("div", "loss", 12.5, 4),
    ]
    assert z.grad is not None
    assert z.grad.value == 5.0
    assert [(one.local and one.local.value, one.grad and one.grad.value) for one in z.inputs] == [(3, 15), (2, 10)]
    assert graph.nodes[3].inputs[1].text == "1"
    assert graph.lines == (3, 4)


TERMS = st.recursive(
    st.sampled_from(["a", "b", "c", "2", "0.5", "3.0"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda one: f"({' '.join(one)})"),
        st.tuples(inner, inner).map(lambda one: f"({one[0]} / (1.5 + ({one[1]}) ** 2))"),
        inner.map(lambda one: f"torch.tanh(a * ({one}))"),
        inner.map(lambda one: f"torch.sin(b + {one})"),
        inner.map(lambda one: f"torch.sigmoid(c * ({one}))"),
        inner.map(lambda one: f"torch.exp(-((a - ({one})) ** 2))"),
        inner.map(lambda one: f"torch.log(2 + (c + ({one})) ** 2)"),
        inner.map(lambda one: f"torch.sqrt(1 + (b * ({one})) ** 2)"),
    ),
    max_leaves=8,
)
NUMBERS = st.floats(-2, 2).map(lambda one: round(one, 2))


@settings(max_examples=60, deadline=None)
@given(TERMS, NUMBERS, NUMBERS, NUMBERS)
def test_every_product_and_every_gradient_is_that_of_a_plain_run(term: str, a: float, b: float, c: float) -> None:
    code = "\n".join(
        f"{name} = torch.tensor({v}, dtype=torch.float64, requires_grad=True)"
        for name, v in zip("abc", (a, b, c), strict=True)
    )
    code += f"\nloss = a * b * c + {term}\n"
    plain: dict[str, Any] = {"torch": torch}
    exec(code, plain)
    expected = torch.autograd.grad(plain["loss"], [plain[name] for name in "abc"])
    (graph,) = recorded(code + "loss.backward()", "loss")
    assert graph.nodes[-1].value.value == plain["loss"].item()
    for name, gradient in zip("abc", expected, strict=True):
        grad = node(graph, name).grad
        assert grad is not None
        assert math.isclose(number(grad), gradient.item(), rel_tol=1e-9, abs_tol=1e-12)
    for at, one in enumerate(graph.nodes):
        flows = [edge for user in graph.nodes for edge in user.inputs if edge.node == at]
        for edge in one.inputs:
            if edge.node >= 0:
                product = number(one.grad) * number(edge.local)
                assert math.isclose(product, number(edge.grad), rel_tol=1e-9, abs_tol=1e-12), (one.op, edge)
        if flows:
            total = sum(number(edge.grad) for edge in flows)
            assert math.isclose(total, number(one.grad), rel_tol=1e-9, abs_tol=1e-12)


def number(value: Any) -> float:
    """The one number of a value."""
    assert isinstance(value.value, float)
    return value.value


def test_a_tensor_that_is_used_twice_sums_what_flows_back() -> None:
    (graph,) = recorded("a = torch.tensor(3.0, requires_grad=True)\nL = a * a + a\nL.backward()", "L")
    grad = node(graph, "a").grad
    assert grad is not None
    assert grad.value == 7.0
    square = graph.nodes[1]
    assert [one.grad and one.grad.value for one in square.inputs] == [3.0, 3.0]


def test_a_tensor_that_is_changed_in_place_keeps_what_it_was() -> None:
    code = "a = torch.tensor([1.0, 2.0], requires_grad=True)\nb = a * 2\nb += 1\nL = (b * b).sum()\nL.backward()"
    (graph,) = recorded(code, "L")
    assert [one.value.value for one in graph.nodes[1:4]] == [(2, 4), (3, 5), (9, 25)]
    assert [one.name for one in graph.nodes] == ["a", "", "b", "", "L"]
    grad = node(graph, "a").grad
    assert grad is not None
    assert grad.value == (12, 20)


def test_a_small_operand_is_broadcast_and_gets_a_gradient_of_its_own_shape() -> None:
    code = (
        "w = torch.tensor(2.0, requires_grad=True)\nx = torch.tensor([1.0, 2.0, 3.0])\nL = (w * x).sum()\nL.backward()"
    )
    (graph,) = recorded(code, "L")
    (product,) = (one for one in graph.nodes if one.op == "mul")
    assert [one.grad and one.grad.value for one in product.inputs] == [6.0, None]
    assert not node(graph, "x").needs_grad


def test_a_layer_is_one_node_by_the_names_of_its_parameters() -> None:
    main: dict[str, Any] = {"torch": torch}
    code = "model = torch.nn.Linear(2, 1)\nx = torch.ones(3, 2)\nloss = model(x).mean()\nloss.backward()"
    (graph,) = recorded(code, "loss", main=main)
    assert [one.name for one in graph.nodes if not one.op] == ["model.weight", "model.bias", "x"]
    layer = next(one for one in graph.nodes if one.op == "linear")
    assert (layer.module, layer.line) == ("model", 3)
    weight = node(graph, "model.weight").grad
    assert weight is not None
    assert weight.value == tuple(map(tuple, main["model"].weight.grad.tolist()))


def test_the_first_pass_counts_and_names_of_a_function_do() -> None:
    code = """def fit(w):
    for step in range(3):
        loss = (w * 2 - step) ** 2
        loss.backward()
v = torch.tensor(1.0, requires_grad=True)
fit(v)"""
    (graph,) = recorded(code, "loss")
    assert graph.nodes[-1].value.value == 4.0
    assert graph.nodes[0].name == "w"
    assert graph.lines == (3,)


def test_several_names_and_one_that_flows_nowhere() -> None:
    code = "a = torch.tensor(2.0, requires_grad=True)\np = a * 3\nq = a * 5\np.backward()\nn = 7"
    first, second = recorded(code, "p", "q", "n", "nothing")
    assert (first.of, second.of) == ("p", "q")
    assert second.nodes[-1].grad is None
    assert second.nodes[-1].value.value == 10.0


def test_a_pass_that_fails_leaves_the_graph_without_gradients() -> None:
    code = "a = torch.ones(2, requires_grad=True)\nL = a * 2\ntry:\n    L.backward()\nexcept RuntimeError:\n    pass"
    (graph,) = recorded(code, "L")
    assert graph.nodes[-1].grad is None


SAME = [
    EXAMPLE + "\nprint(x.grad, w.grad, torch.rand(2))",
    """import traceback, sys
a = torch.ones(2, requires_grad=True)
for attempt in (
    lambda: a + torch.ones(3),
    lambda: torch.nn.functional.cross_entropy(torch.ones(2, 3, requires_grad=True), torch.tensor([0, 7])),
    lambda: torch.nn.Linear(2, 3)(torch.ones(4)),
    lambda: (a * 2).backward(),
    lambda: a.backward(),
):
    try:
        attempt()
    except Exception:
        traceback.print_exc(file=sys.stdout)
loss = torch.nn.functional.dropout(a * 3).sum()
loss.backward()
print(a.grad, loss, torch.rand(3))""",
    """model = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Dropout(), torch.nn.Linear(4, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
for epoch in range(5):
    x = torch.randn(8, 2)
    loss = torch.nn.functional.mse_loss(model(x), x[:, :1])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(epoch, loss, loss.item(), x.numpy().sum(), [p.grad.norm() for p in model.parameters()])
print(list(model.parameters()), loss.detach().numpy())""",
    "a = torch.ones(3, requires_grad=True)\nloss = (a * 2).sum()\nloss.backward()\nloss.backward()",
    "import warnings\na = torch.ones(3, 1, requires_grad=True)\nloss = torch.nn.functional.mse_loss(a, torch.ones(3))\n"
    "loss.backward()\na.grad",
]


@pytest.fixture(scope="module", params=range(len(SAME)))
def code(request: pytest.FixtureRequest) -> Iterator[str]:
    """Code that does all sorts of things."""
    yield "import torch\n" + SAME[request.param]


def test_what_a_block_does_is_byte_for_byte_what_it_did(run_code: RunCode, code: str) -> None:
    (plain,) = run_code(code)
    (watched,) = run_code((code, BlockOptions(run=True, graph=("loss", "nothing"))))
    assert [one for one in watched if not isinstance(one, Graph)] == list(plain)
    assert sum(isinstance(one, Graph) for one in watched) == 1


def test_a_function_of_an_earlier_block_is_told_by_its_own_line(run_code: RunCode) -> None:
    first = "import torch\ndef net(x):\n    return x * 3"
    second = "a = torch.tensor(2.0, requires_grad=True)\nloss = net(a) ** 2\nloss.backward()"
    _, outputs = run_code(first, (second, BlockOptions(run=True, graph=("loss",))))
    (graph,) = (one for one in outputs if isinstance(one, Graph))
    assert [(one.op, one.block, one.line) for one in graph.nodes[1:]] == [("mul", "1.1", 3), ("pow", "", 2)]
