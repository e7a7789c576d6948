"""What slide code prints: all of it, in true order, with the line of the block that printed it."""

from __future__ import annotations

import pytest

from deck_builder.model import Error, Output, Stream, Value
from deck_builder.worker.protocol import MAX_OUTPUTS, MAX_TEXT
from tests.worker.conftest import RunCode, only_error, texts


def out(text: str, *lines: int) -> Stream:
    return Stream("stdout", text, lines)


def err(text: str, *lines: int) -> Stream:
    return Stream("stderr", text, lines)


CASES: list[tuple[str, str, list[Output]]] = [
    ("one print is one stream", "print('a', 1, sep='-')", [out("a-1\n", 1)]),
    ("prints of one line are joined", "for i in range(3):\n    print(i)", [out("0\n1\n2\n", 2)]),
    ("prints of two lines are not", "print(1)\nprint(2)", [out("1\n", 1), out("2\n", 2)]),
    (
        "both streams, in true order",
        "import sys\nprint(1)\nprint(2, file=sys.stderr)\nprint(3)",
        [out("1\n", 2), err("2\n", 3), out("3\n", 4)],
    ),
    (
        "a loop that prints from two lines",
        "for i in range(2):\n    print(i)\n    print('-')",
        [out("0\n", 2), out("-\n", 3), out("1\n", 2), out("-\n", 3)],
    ),
    ("a function's own line", "def f():\n    print('in f')\nf()", [out("in f\n", 2)]),
    ("a line that is not ended", "print('a', end='')\nprint('b', end='')", [out("a", 1), out("b", 2)]),
    ("text through a library", "import pprint\npprint.pprint([1])", [out("[1]\n", 2)]),
    ("no text", "print(end='')\nx = 1", []),
    ("bytes for the buffer", "import sys\nx = sys.stdout.buffer.write('é'.encode())", [out("é", 2)]),
    (
        "what asks for a terminal",
        "import sys\nprint(sys.stdout.isatty(), sys.stdout.encoding)",
        [out("False utf-8\n", 2)],
    ),
    ("closing changes nothing", "import sys\nsys.stdout.close()\nprint(1)", [out("1\n", 3)]),
    (
        "a process started",
        "import subprocess\nx = subprocess.run(['echo', 'hi'])\nprint(2)",
        [out("hi\n"), out("2\n", 3)],
    ),
    ("a raw descriptor", "import os\nx = os.write(2, b'low')", [err("low")]),
    (
        "C code",
        "import ctypes\nx = ctypes.CDLL(None).puts(b'from C')\nprint(1)",
        [out("from C\n"), out("1\n", 3)],
    ),
    (
        "C code that does not end its line",
        "import ctypes\nx = ctypes.CDLL(None).printf(b'from C')\nprint(1)",
        [out("1\n", 3), out("from C")],
    ),
    (
        "a process, Python and C in turn, on both streams",
        "import ctypes, subprocess, sys\nfor i in range(2):\n    print('python', i)\n"
        "    x = subprocess.run('echo shell; echo failing >&2', shell=True)\n"
        "    x = ctypes.CDLL(None).puts(b'from C')\n    print('error', i, file=sys.stderr)",
        [
            piece
            for i in range(2)
            for piece in (out(f"python {i}\n", 3), out("shell\nfrom C\n"), err("failing\n"), err(f"error {i}\n", 6))
        ],
    ),
    (
        "a forked child",
        "import os\npid = os.fork()\nif not pid:\n    print(1)\n    os._exit(0)\nx = os.waitpid(pid, 0)\nprint(2)",
        [out("1\n"), out("2\n", 7)],
    ),
    (
        "children and their parent at once",
        "import os\ndef dots():\n    for i in range(200): os.write(1, b'.')\npids = []\n"
        "for _ in range(2):\n    if not (pid := os.fork()): dots(); os._exit(0)\n    pids.append(pid)\n"
        "for i in range(50): print(end='')\nfor pid in pids: x = os.waitpid(pid, 0)",
        [out("." * 400)],
    ),
    (
        "a text that is no plain text",
        "import sys\nclass S(str): __len__ = endswith = lambda *_: 1 / 0\nx = sys.stdout.write(S('a'))",
        [out("a", 3)],
    ),
    (
        "a thread",
        "import threading\ndef f():\n    print('t')\nt = threading.Thread(target=f)\nt.start()\nt.join()",
        [out("t\n", 3)],
    ),
    ("half of a surrogate pair", "print('\\ud800')", [out("?\n", 1)]),
    ("the last expression", "x = 20\nx + 1", [Value("21", (2,))]),
    ("the last expression over two lines", "x = 1\n(x +\n 1)", [Value("2", (2,))]),
    ("a value that is no data", "print", [Value("<built-in function print>", (1,))]),
    ("None is not shown", "[].clear()", []),
    ("a semicolon hides", "x = 'é'; x;  # hidden", []),
    ("a comment does not", "x = 1\nx  # shown;", [Value("1", (2,))]),
    ("an ellipsis is a gap", "...", []),
    ("an expression before the last is not shown", "1\nx = 2", []),
    ("an address is none of the reader's business", "object()", [Value("<object object at 0x…>", (1,))]),
    ("nothing to run", "# only a comment", []),
]


def test_output_of_single_blocks(run_code: RunCode) -> None:
    results = run_code(*(code for _, code, _ in CASES))
    assert {title: list(outputs) for (title, _, _), outputs in zip(CASES, results, strict=True)} == {
        title: wanted for title, _, wanted in CASES
    }


def test_a_child_that_warns_and_fails_is_heard(run_code: RunCode) -> None:
    child = "if not (pid := os.fork()):\n    warnings.warn('careful')\n    1 / 0"
    code = f"import os, warnings\n{child}\nos.waitpid(pid, 0)[1] >> 8"
    (outputs,) = run_code(code)
    assert outputs == (
        err(
            "UserWarning: careful\nTraceback (most recent call last):\n"
            '  File "slides.md", line 11, in <module>\n    1 / 0\nZeroDivisionError: division by zero\n'
        ),
        Value("1", (5,)),
    )


def test_characters_that_come_in_pieces_are_whole(run_code: RunCode) -> None:
    (outputs,) = run_code(
        "import os\nx = os.write(1, '字'.encode()[:2])\nprint(end='')\nx = os.write(1, '字'.encode()[2:])"
    )
    assert texts(outputs) == "字"


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("print('no eol', end='')\nos.kill(os.getpid(), 9)", [out("no eol", 2)]),
        ("print('a')\nprint(1, end=' ')\nprint(2, end=' ')\nos._exit(1)", [out("a\n", 2), out("1 ", 3), out("2 ", 4)]),
        ("print('字', end='', file=sys.stderr)\nos.write(1, b'low')\nos._exit(1)", [err("字", 2), out("low")]),
        (
            "os.write(1, b'low')\nprint(1)\nprint('no eol', end='')\nos._exit(1)",
            [out("low"), out("1\n", 3), out("no eol", 4)],
        ),
        ("for i in range(3000): print('x' * 100, end='')\nos._exit(1)", [out("x" * 300_000, 2)]),
    ],
)
def test_text_without_an_end_outlives_its_block(run_code: RunCode, code: str, kept: list[Stream]) -> None:
    (outputs,) = run_code(f"import os, sys\n{code}")
    assert list(outputs[:-1]) == kept
    assert isinstance(outputs[-1], Error) and outputs[-1].ename == "WorkerDied"


def test_a_function_of_an_earlier_block_prints_at_the_line_that_calls_it(run_code: RunCode) -> None:
    _, second = run_code("def f():\n    print('hi')", "x = 1\nf()")
    assert second == (out("hi\n", 2),)


def test_blocks_share_one_namespace_called_main(run_code: RunCode) -> None:
    code = "import inspect, pickle\nprint(__name__, inspect.getsource(C), pickle.loads(pickle.dumps(C())).x)"
    _, second = run_code("class C:\n    x = 1", code)
    assert texts(second) == "__main__ class C:\n    x = 1\n 1\n"


def test_future_imports_hold_for_the_blocks_after(run_code: RunCode) -> None:
    _, second = run_code("from __future__ import annotations", "def f(x: Unknown): ...\nprint(f.__annotations__)")
    assert texts(second) == "{'x': 'Unknown'}\n"


def test_too_much_text_is_cut_with_a_word(run_code: RunCode) -> None:
    first, second = run_code("for i in range(10_000):\n    print('x' * 1000)\nprint(1)\n'value'", "print(2)")
    assert len(texts(first)) == MAX_TEXT
    assert [type(output) for output in first] == [Stream, Stream, Value]
    assert isinstance(first[1], Stream) and "output truncated" in first[1].text
    assert second == (out("2\n", 1),)


def test_too_much_text_at_once_is_cut_with_a_word(run_code: RunCode) -> None:
    first, second = run_code("print('x' * 10_000_000)", "import os\nos.system('head -c 10000000 /dev/zero');")
    assert len(texts(first)) == MAX_TEXT
    assert len(texts(second)) == MAX_TEXT


def test_too_many_outputs_are_cut_with_a_word(run_code: RunCode) -> None:
    (outputs,) = run_code("for i in range(5000):\n    print(i)\n    print(i)\n1 / 0")
    assert len(outputs) == MAX_OUTPUTS + 2
    assert isinstance(outputs[-2], Stream) and "output truncated" in outputs[-2].text
    assert isinstance(outputs[-1], Error)


def test_many_prints_of_one_line_are_one_output(run_code: RunCode) -> None:
    ((stream,),) = run_code("for i in range(20_000):\n    print(i)")
    assert isinstance(stream, Stream)
    assert stream.text.count("\n") == 20_000


def test_a_thread_may_go_on_into_the_blocks_after(run_code: RunCode) -> None:
    code = "import threading, time\ndef f():\n    while True: print('t'); time.sleep(0.0001)"
    start = "threading.Thread(target=f, daemon=True).start()"
    *results, last = run_code(code, start, *["time.sleep(0.002)"] * 20, "'end'")
    assert any(texts(outputs) for outputs in results)
    assert Value("'end'", (1,)) in last


def test_an_endless_value_is_cut(run_code: RunCode) -> None:
    ((value,),) = run_code("'x' * 1_000_000")
    assert isinstance(value, Value)
    assert value.text.endswith("… (1000002 characters)")


def test_there_is_no_standard_input(run_code: RunCode) -> None:
    first, second = run_code("input('name? ')", "import sys\nprint(repr(sys.stdin.read()))")
    assert first[0] == out("name? ", 1)
    assert only_error(first[1:]).ename == "EOFError"
    assert texts(second) == "''\n"


@pytest.mark.parametrize("code", ["import os\nos.close(1); os.close(2)", "import sys\nsys.stdout = None"])
def test_code_that_throws_its_streams_away_does_not_stop_the_run(run_code: RunCode, code: str) -> None:
    first, second = run_code(code, "x = 1\nx")
    assert first == ()
    assert second == (Value("1", (2,)),)
