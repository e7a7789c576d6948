"""Errors of slide code as data: located in the block, with a traceback a reader can use."""

from __future__ import annotations

import pytest

from deck_builder.model import Stream, Value
from tests.worker.conftest import RunCode, only_error

PLACED = [
    ("x = 1\n1 / 0", "ZeroDivisionError", "division by zero", (2,)),
    ("def f():\n    return g()\ndef g():\n    raise KeyError('k')\nf()", "KeyError", "'k'", (4,)),
    ("x = 1\ny = (\nz = 2", "SyntaxError", "'(' was never closed", (2,)),
    ("def f():\n    x = 1\n  y = 2", "IndentationError", "unindent does not match any outer indentation level", (3,)),
    ("print(1)\nawait x", "SyntaxError", "'await' outside function", (2,)),
    ("return 1", "SyntaxError", "'return' outside function", (1,)),
    ("import sys\nsys.exit('bye')", "SystemExit", "bye", (2,)),
    ("import sys\nsys.exit(0)", "SystemExit", "0", (2,)),
    ("raise KeyboardInterrupt", "KeyboardInterrupt", "", (1,)),
    ("assert 1 == 2, 'no'", "AssertionError", "no", (1,)),
    ("import json\njson.loads('{')", "JSONDecodeError", None, (2,)),
    ("def f():\n    f()\nf()", "RecursionError", None, (2,)),
    ("class E(Exception):\n    def __str__(self):\n        raise ValueError\nraise E", "E", None, (4,)),
    ("class C:\n    def __repr__(self):\n        return 1 / 0\nC()", "ZeroDivisionError", "division by zero", (3,)),
    ("class C:\n    def __repr__(self):\n        return 1\nC()", "TypeError", None, (4,)),
    ("raise ValueError('x' * 1_000_000)", "ValueError", None, (1,)),
    ("raise ExceptionGroup('both', [ValueError(1), KeyError(2)])", "ExceptionGroup", None, (1,)),
]


def test_errors_know_their_line_and_only_end_their_block(run_code: RunCode) -> None:
    *results, last = run_code(*(code for code, *_ in PLACED), "1")
    for (code, ename, evalue, lines), outputs in zip(PLACED, results, strict=True):
        error = only_error(outputs)
        assert (error.ename, error.lines) == (ename, lines), code
        assert evalue in (None, error.evalue), code
        assert sum(map(len, error.traceback)) < 60_000, f"the traceback is bounded: {code}"
    assert last == (Value("1", (1,)),)


@pytest.mark.parametrize(
    ("code", "near"),
    [
        ("import torch\ntorch.one(2)", "ones"),
        ("from torch import nn\nnn.Conv2D(1, 2, 3)", "Conv2d"),
        ("from torch.nn import relu", "ReLU"),
        ("'a'.uper()", "upper"),
        ("class C:\n    weight = 1\nC().wieght", "weight"),
        ("class C:\n    _weight = 1\nC().weights", ""),
        ("class C:\n    def __dir__(self):\n        1 / 0\nC().x", ""),
        ("raise AttributeError('x')", ""),
        ("import torch\ntorch.nothing_of_this_name", ""),
    ],
)
def test_an_error_about_a_name_knows_the_one_nearby(run_code: RunCode, code: str, near: str) -> None:
    (outputs,) = run_code(code)
    assert only_error(outputs).near == near


def test_an_error_does_not_name_the_folders_of_this_machine(run_code: RunCode) -> None:
    (outputs,) = run_code("from torch import nothing_of_this_name")
    assert only_error(outputs).evalue.endswith("from 'torch' (torch/__init__.py)")


def test_a_traceback_names_the_decks_file_and_lines(run_code: RunCode) -> None:
    _, second = run_code("def half(x):\n    return x / 0", "y = 1\nhalf(y)")
    assert list(only_error(second).traceback) == [
        "Traceback (most recent call last):",
        '  File "slides.md", line 20, in <module>',
        "    half(y)",
        '  File "slides.md", line 9, in half',
        "    return x / 0",
        "ZeroDivisionError: division by zero",
    ]


def test_a_traceback_keeps_only_the_last_frame_of_a_library(run_code: RunCode) -> None:
    (outputs,) = run_code("import json\njson.loads('{')")
    assert [line for line in only_error(outputs).traceback if line.startswith("  File")] == [
        '  File "slides.md", line 9, in <module>',
        '  File "json/decoder.py", line 353, in JSONDecoder.raw_decode',
    ]


def test_a_syntax_error_shows_its_place(run_code: RunCode) -> None:
    (outputs,) = run_code("x = 1\nfor i in range(3)\n    print(i)")
    assert list(only_error(outputs).traceback) == [
        '  File "slides.md", line 9',
        "    for i in range(3)",
        "                     ^",
        "SyntaxError: expected ':'",
    ]


def test_a_traceback_tells_what_caused_it(run_code: RunCode) -> None:
    (outputs,) = run_code("try:\n    1 / 0\nexcept Exception as exc:\n    raise ValueError('bad') from exc")
    traceback = only_error(outputs).traceback
    assert traceback.index("ZeroDivisionError: division by zero") < traceback.index("ValueError: bad")
    assert "The above exception was the direct cause of the following exception:" in traceback


def test_endless_recursion_is_told_in_few_lines(run_code: RunCode) -> None:
    (outputs,) = run_code("def f():\n    f()\nf()")
    assert any("more calls" in line for line in only_error(outputs).traceback)
    assert len(only_error(outputs).traceback) < 60


def test_a_syntax_error_of_a_local_module_stands_at_the_import(run_code: RunCode) -> None:
    write = "import pathlib, sys\npathlib.Path('broken.py').write_text('x = (')\nsys.path.insert(0, '.');"
    _, second = run_code(write, "x = 1\nimport broken")
    assert (only_error(second).ename, only_error(second).lines) == ("SyntaxError", (2,))


ODD = {
    "a line that is no number": ("exc = SyntaxError('bad')\nexc.lineno = 'abc'\nraise exc", "SyntaxError", (3,)),
    "a file of the deck and no line": ("raise SyntaxError('bad', (__file__, 'x', 'y', 'z'))", "SyntaxError", (1,)),
    "a message that fails": (
        "class E(SyntaxError):\n    msg = property(lambda self: 1 / 0)\nraise E('bad')",
        "E",
        (3,),
    ),
    "a cause that is none": ("class E(Exception):\n    __cause__ = 7\nraise E('bad')", "E", (3,)),
    "a context that fails": (
        "class E(Exception):\n    __context__ = property(lambda self: 1 / 0)\nraise E('bad')",
        "E",
        (3,),
    ),
    "a traceback that fails": (
        "class E(Exception):\n    __traceback__ = property(lambda self: 1 / 0)\nraise E('bad')",
        "E",
        (3,),
    ),
    "a class that fails": (
        "class E(Exception):\n    __class__ = property(lambda self: 1 / 0)\nraise E('bad')",
        "E",
        (3,),
    ),
    "a name that fails": (
        "class M(type):\n    __name__ = property(lambda self: 1 / 0)\n"
        "class E(Exception, metaclass=M): pass\nraise E('bad')",
        "E",
        (4,),
    ),
    "a text that is no plain text": (
        "class S(str):\n    __len__ = __getitem__ = __format__ = lambda *_: 1 / 0\n"
        "class E(Exception):\n    def __str__(self): return S('bad')\nraise E",
        "E",
        (5,),
    ),
    "a value's text that is no plain text": (
        "class C:\n    def __repr__(self): return S('bad')\nC(), 1 / 0",
        "ZeroDivisionError",
        (3,),
    ),
    "false, and a figure that fails": (
        "import matplotlib.pyplot as plt\nplt.plot([1]); plt.title('$x^$')\n"
        "class E(Exception):\n    __bool__ = lambda self: 1 / 0\nraise E('bad')",
        "E",
        (5,),
    ),
    "a clock that was replaced": (
        "import time, json\ntime.perf_counter = json.dumps = None\n1 / 0",
        "ZeroDivisionError",
        (3,),
    ),
    "a file name of megabytes": ("exec(compile('1 / 0', 'x' * 3_000_000, 'exec'))", "ZeroDivisionError", (1,)),
    "a file name of many lines": ("exec(compile('1 / 0', 'x\\n' * 5000, 'exec'))", "ZeroDivisionError", (1,)),
}


def test_an_exception_that_lies_ends_its_own_block_only(run_code: RunCode) -> None:
    *results, last = run_code(*(code for code, *_ in ODD.values()), "1 + 1")
    found = {title: only_error(outputs) for title, outputs in zip(ODD, results, strict=True)}
    assert {title: (error.ename, error.lines) for title, error in found.items()} == {
        title: (ename, lines) for title, (_, ename, lines) in ODD.items()
    }
    for title, error in found.items():
        assert 0 < sum(map(len, error.traceback)) < 60_000, title
    assert last == (Value("2", (1,)),), "the session goes on"


@pytest.mark.parametrize(
    ("code", "lines", "column"),
    [
        ("x = 1\nprint(（1))", (2,), 7),
        ("y = (1 +", (1,), 5),
        ("'字'; for", (1,), 6),
        ("1 / 0", (1,), 0),
        ("exec('x = (')", (1,), 0),
    ],
)
def test_a_syntax_error_knows_its_column(run_code: RunCode, code: str, lines: tuple[int, ...], column: int) -> None:
    (outputs,) = run_code(code)
    assert (only_error(outputs).lines, only_error(outputs).column) == (lines, column)


def test_an_error_in_another_slides_function_says_where(run_code: RunCode) -> None:
    _, helped, own, deeper = run_code(
        "def helper(x):\n    return 1 / x\ncall = lambda f: f()",
        "x = 1\nhelper(0)",
        "def mine():\n    return 1 / 0\ncall(mine)",
        "call(lambda: [].pop())\n",
    )
    assert only_error(helped).origin == "raised in helper(), slide 1, line 2: return 1 / x"
    assert only_error(helped).lines == (2,)
    assert (only_error(own).origin, only_error(deeper).origin) == ("", ""), "raised on the slide itself"


def test_a_spawned_process_is_refused_in_words(run_code: RunCode) -> None:
    spawn = (
        "import multiprocessing\nprocess = multiprocessing.get_context('spawn').Process(target=print)\nprocess.start()"
    )
    fork = (
        "process = multiprocessing.get_context('fork').Process(target=print, args=(1,))\n"
        "process.start()\nprocess.join()"
    )
    first, second = run_code(spawn, fork)
    error = only_error(first)
    assert error.lines == (3,) and "get_context('fork')" in error.evalue
    assert second == (Stream("stdout", "1\n", ()),)


@pytest.mark.parametrize("code", ["print('before')\n1 / 0\nprint('after')"])
def test_what_came_before_an_error_is_kept(run_code: RunCode, code: str) -> None:
    (outputs,) = run_code(code)
    assert outputs[0] == Stream("stdout", "before\n", (1,))
    assert only_error(outputs[1:]).lines == (2,)
