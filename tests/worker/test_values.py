"""The value of a block's last expression: what it says, what it is, and the table it is shown as."""

from __future__ import annotations

import pytest

from deck_builder.model import Output, Value, Warning
from tests.worker.conftest import RunCode, only_error

FACTS: list[tuple[str, str, tuple[str, ...]]] = [
    ("a tensor", "torch.ones(2, 3)", ("shape (2, 3)", "float32")),
    ("whole numbers", "torch.tensor([1])", ("shape (1,)", "int64")),
    ("a number", "torch.tensor(1.0)", ("shape ()", "float32")),
    ("a parameter", "torch.ones(2, requires_grad=True)", ("shape (2,)", "float32", "requires_grad")),
    ("a result, whose gradient nobody keeps", "w * 2", ("shape (2,)", "float32", "requires_grad")),
    (
        "a parameter after backward()",
        "w.sum().backward()\nw",
        ("shape (2,)", "float32", "requires_grad", "grad tensor([1., 1.])"),
    ),
    (
        "a large gradient",
        "v = torch.ones(9, 9, requires_grad=True)\nv.sum().backward()\nv",
        ("shape (9, 9)", "float32", "requires_grad", "grad shape (9, 9)"),
    ),
    ("an array", "import numpy as np\nnp.arange(3)", ("shape (3,)", "int64")),
    ("no tensor", "[1, 2]", ()),
    ("a class", "torch.Tensor", ()),
    (
        "a tensor that breaks what it derives",
        "class T(torch.Tensor):\n    shape = property(lambda self: 1 / 0)\n    __repr__ = lambda self: 'T'\nT()",
        (),
    ),
]


def test_a_tensor_says_what_it_is(run_code: RunCode) -> None:
    _, *results = run_code("import torch\nw = torch.ones(2, requires_grad=True)", *(code for _, code, _ in FACTS))
    found = {title: facts_of(outputs) for (title, _, _), outputs in zip(FACTS, results, strict=True)}
    assert found == {title: wanted for title, _, wanted in FACTS}


def facts_of(outputs: tuple[Output, ...]) -> tuple[str, ...]:
    """The facts of a value that is all a block did: to look at it warns of nothing."""
    (value,) = outputs
    assert isinstance(value, Value)
    return value.facts


def test_a_data_frame_is_a_table_and_its_text(run_code: RunCode) -> None:
    code = "import pandas as pd\npd.DataFrame({'name': ['ann', '<b>'], 'loss': [0.5, 0.25]})"
    ((value,),) = run_code(code)
    assert isinstance(value, Value)
    assert value.text.splitlines()[0].split() == ["name", "loss"]
    assert "<th>loss</th>" in value.html and "<td>&lt;b&gt;</td>" in value.html
    assert "<style" not in value.html and "class=" not in value.html


def html_value(shown: str) -> str:
    return f"class Shown:\n    def __repr__(self): return 'text'\n    def _repr_html_(self): return {shown}\nShown()"


HTML = [
    ("markup of its own", "'<b>bold</b>'", "<b>bold</b>"),
    ("what acts", '\'<b onclick="x()" class="slide" id="a">b</b><script>x()</script>\'', "<b>b</b>"),
    ("a style", "'<p style=\"position: fixed; text-align: right\">b</p>'", '<p style="text-align:right">b</p>'),
    ("what is not closed", "'</div></section><table><tr><td>1'", "<table><tbody><tr><td>1</td></tr></tbody></table>"),
    ("a link", "'<a href=\"javascript:x()\">b</a>'", "b"),
    ("a drawing", "'<svg onload=\"x()\"></svg>'", ""),
    ("a picture", "'<p>a</p><img src=x onerror=x()>'", ""),
    ("no text", "7", ""),
    ("nothing", "None", ""),
    ("too much", "'<b>b</b>' * 100_000", ""),
    ("too much when escaped", "'<p>' + '&' * 250_000", ""),
    ("an address", "'<p>&lt;X at 0x7f00aabbccdd&gt;</p>'", "<p>&lt;X at 0x…&gt;</p>"),
]


def test_what_html_a_value_shows_is_safe(run_code: RunCode) -> None:
    results = run_code(*(html_value(shown) for _, shown, _ in HTML))
    found = {title: outputs for (title, _, _), outputs in zip(HTML, results, strict=True)}
    assert found == {title: (Value("text", (4,), (), wanted),) for title, _, wanted in HTML}  # type: ignore[arg-type]


def test_a_class_does_not_show_what_its_instances_would(run_code: RunCode) -> None:
    ((value,),) = run_code(html_value("'<b>b</b>'").replace("\nShown()", "\nShown"))
    assert value == Value("<class '__main__.Shown'>", (4,))


def test_a_value_that_fails_to_show_itself_is_an_error(run_code: RunCode) -> None:
    (outputs,) = run_code(html_value("1 / 0"))
    error = only_error(outputs)
    assert (error.ename, error.lines) == ("ZeroDivisionError", (3,))


@pytest.mark.parametrize("code", ["w.sum()", "(w * 2)"])
def test_to_ask_for_a_gradient_warns_of_nothing(run_code: RunCode, code: str) -> None:
    (outputs,) = run_code(f"import torch\nw = torch.ones(2, requires_grad=True)\n{code}")
    assert not [output for output in outputs if isinstance(output, Warning)]
