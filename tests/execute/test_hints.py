"""An error's own words, and the code that is broken, lead to a way out."""

from __future__ import annotations

import pytest

from deck_builder.execute.messages import message_hint
from deck_builder.execute.syntax import syntax_hint
from deck_builder.model import CodeBlock, Error
from tests.execute.decks import deck_of


def block_of(code: str) -> CodeBlock:
    return deck_of(code).blocks[0]


@pytest.mark.parametrize(
    ("ename", "evalue", "hint"),
    [
        ("AssertionError", "Torch not compiled with CUDA enabled", "no GPU is in sight"),
        ("RuntimeError", "No CUDA GPUs are available", "no GPU is in sight"),
        ("RuntimeError", "NVTX functions not installed. Are you sure you have a CUDA build?", "no GPU is in sight"),
        ("URLError", "<urlopen error [Errno -2] Name or service not known>", "a deck should build without a network"),
        ("ConnectionError", "HTTPSConnectionPool(host='x', port=443)", "a deck should build without a network"),
        ("OSError", "We couldn't connect to 'https://x' to load this file", "a deck should build without a network"),
        ("RuntimeError", "Dataset not found. You can use download=True", "a deck should build without a network"),
        ("AttributeError", "'ellipsis' object has no attribute 'train'", "`...` stands for what was left out"),
        ("TypeError", "unsupported operand type(s) for +: 'int' and 'ellipsis'", "`...` stands for what was left out"),
        ("MemoryError", "", "slide code may use 4 GiB"),
        ("RuntimeError", "DefaultCPUAllocator: can't allocate memory", "slide code may use 4 GiB"),
        ("EOFError", "EOF when reading a line", "a slide has no standard input"),
        ("ImportError", "Cannot load backend 'TkAgg' which requires …", "a slide has no screen"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'data/a.csv'", "paths are relative"),
        ("FileNotFoundError", "", "paths are relative"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: '~/a.csv'", "`~` is not looked up here: put a.csv"),
        (
            "FileNotFoundError",
            "[Errno 2] No such file or directory: '/home/me/a.csv'",
            "a deck is built elsewhere, too",
        ),
        (
            "FileNotFoundError",
            r"[Errno 2] No such file or directory: 'C:\\me\\a.csv'",
            "a deck is built elsewhere, too",
        ),
        ("ValueError", "an ellipsis is drawn", ""),
        ("ZeroDivisionError", "division by zero", ""),
    ],
)
def test_what_an_error_says(ename: str, evalue: str, hint: str) -> None:
    found = message_hint(Error(ename, evalue, (), (1,)), block_of("x"))
    assert found.startswith(hint) and bool(found) == bool(hint)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("out = model(input)", "input"),
        ("print(1)\nlinear(input=input)", "input"),
        ("x = sum + 1", "sum"),
        ("for x in [1]:\n    y = (\n        input,\n    )\n    print(x)", ""),
        ("for x in [1]:\n    y = relu(\n        input,\n    )", "input"),
        ("x = len(data) + data", ""),
        ("x = (", ""),
    ],
)
def test_a_function_of_pythons_own_that_was_taken_for_a_value(code: str, name: str) -> None:
    error = Error("TypeError", "must be Tensor, not builtin_function_or_method", (), (code.count("\n") + 1,))
    assert message_hint(error, block_of(code)).startswith(f"`{name}` is Python's own" if name else "")
    assert bool(message_hint(error, block_of(code))) == bool(name)


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("def loss(params, lambda): pass", "`lambda` is a word of Python's own: call it otherwise, `lambda_`"),
        ("loss(params, lambda=0.1)", "`lambda` is a word of Python's own"),
        ("class = 3", "`class` is a word of Python's own"),
        ("x.import", "`import` is a word of Python's own"),
        ("f(a,\n  ...\n  b)", "`...` stands for what was left out"),
        ("    return x", "if this is a piece of something"),
        ("return x", "if this is a piece of something"),
        ("break", "if this is a piece of something"),
        ("await x", "nothing is awaited outside of a function"),
        ("try:\n    pass\nexcept ValueError, e:\n    pass", "this is Python 2"),
        ("for i in x:\nprint(i)", "write what belongs there"),
        ("!pip install x", "`!pip` is a notebook's command"),
        ("f(x for", ""),
        ("x = 5 %", ""),
        ("if x = 3: pass", ""),
    ],
)
def test_code_that_is_no_python(code: str, hint: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        compile(code, "slides.md", "exec")
    broken = caught.value
    assert broken.lineno and broken.offset
    error = Error(type(broken).__name__, broken.msg, (), (broken.lineno,), column=broken.offset)
    found = syntax_hint(error, block_of(code))
    assert found.startswith(hint) and bool(found) == bool(hint), broken.msg
