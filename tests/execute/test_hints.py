"""An error's own words, and the code that is broken, lead to a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from deck_builder.execute.messages import message_hint
from deck_builder.execute.reach import path_hint
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
        ("URLError", "<urlopen error [Errno -2] Name or service not known>", "slides have no network"),
        ("ConnectionError", "HTTPSConnectionPool(host='x', port=443)", "slides have no network"),
        ("OSError", "We couldn't connect to 'https://x' to load this file", "slides have no network"),
        ("RuntimeError", "Dataset not found. You can use download=True", "slides have no network"),
        ("AttributeError", "'ellipsis' object has no attribute 'train'", "`...` stands for what was left out"),
        ("TypeError", "unsupported operand type(s) for +: 'int' and 'ellipsis'", "`...` stands for what was left out"),
        ("MemoryError", "", "slide code may use 4 GiB"),
        ("RuntimeError", "DefaultCPUAllocator: can't allocate memory", "slide code may use 4 GiB"),
        ("EOFError", "EOF when reading a line", "a slide has no standard input"),
        ("ImportError", "Cannot load backend 'TkAgg' which requires …", "a slide has no screen"),
        ("OSError", "[Errno 101] Network is unreachable", "slides have no network"),
        ("gaierror", "[Errno -3] Temporary failure in name resolution", "slides have no network"),
        ("ValueError", "an ellipsis is drawn", ""),
        ("ZeroDivisionError", "division by zero", ""),
    ],
)
def test_what_an_error_says(ename: str, evalue: str, hint: str) -> None:
    found = message_hint(Error(ename, evalue, (), (1,)), block_of("x"))
    assert found.startswith(hint) and bool(found) == bool(hint)


NO_FILE = "[Errno 2] No such file or directory: "
REFUSED = "[Errno 13] Permission denied"


@pytest.mark.parametrize(
    ("ename", "evalue", "hint"),
    [
        ("FileNotFoundError", f"{NO_FILE}'sub/a.csv'", "paths are relative"),
        ("FileNotFoundError", "", "paths are relative"),
        ("FileNotFoundError", f"{NO_FILE}'~/a.csv'", "`~` is not looked up here: put a.csv"),
        ("FileNotFoundError", f"{NO_FILE}'/home/me/a.csv'", "a deck is built elsewhere, too: put a.csv beside it"),
        ("FileNotFoundError", rf"{NO_FILE}'C:\\me\\a.csv'", "a deck is built elsewhere, too: put a.csv beside it"),
        ("FileNotFoundError", f"{NO_FILE}'../sets/a.csv'", "`..` leads nowhere"),
        ("FileNotFoundError", f"{NO_FILE}'sub/../../a.csv'", "`..` leads nowhere"),
        ("FileNotFoundError", f"{NO_FILE}'sub/../a.csv'", "paths are relative"),
        ("FileNotFoundError", f"{NO_FILE}'away/a.csv'", "a link leads out of the deck's folder: put a.csv into it"),
        ("FileNotFoundError", f"{NO_FILE}'linked/a.csv'", "paths are relative"),
        ("FileNotFoundError", f"{NO_FILE}'SETS/a.csv'", "its folder is one that `data` names"),
        ("PermissionError", f"{REFUSED}: '/etc/passwd'", "slide code sees the deck's folder and no other"),
        ("PermissionError", f"{REFUSED}: '/tmp/made-here.pt'", "slide code writes to its own folder"),
        ("PermissionError", f"{REFUSED}: 'away/kept.csv'", "slide code sees the deck's folder and no other: put kept"),
        ("PermissionError", f"{REFUSED}: 'slides.md'", "slide code can't change the deck's own files"),
        ("PermissionError", "[Errno 1] Operation not permitted: 'slides.md'", "slide code can't change the deck's own"),
        ("OSError", "[Errno 30] Read-only file system: 'slides.md'", "slide code can't change the deck's own files"),
        ("OSError", "[Errno 30] Read-only file system: '/home/me/a.csv'", "slide code writes to its own folder"),
        ("RuntimeError", "unable to open shared memory object </torch_1> …", "the sandbox here has no memory that"),
        ("PermissionError", f"{REFUSED}: 'new.txt'", ""),
        ("PermissionError", f"{REFUSED}: 'SETS/a.csv'", "slide code may read what `data` names, not change it"),
        ("PermissionError", REFUSED, "the sandbox here has no memory that processes share"),
        ("PermissionError", "no", ""),
        ("OSError", "[Errno 28] No space left on device: 'slides.md'", ""),
    ],
)  # fmt: skip
def test_a_path_that_code_cannot_get_at(tmp_path: Path, ename: str, evalue: str, hint: str) -> None:
    folder, data = tmp_path / "talk", tmp_path / "sets"
    for path in (folder, data, tmp_path / "others"):
        path.mkdir()
    (folder / "slides.md").touch()
    (tmp_path / "others" / "kept.csv").touch()
    (folder / "away").symlink_to("../others")
    (folder / "linked").symlink_to("../sets")
    error = Error(ename, evalue.replace("SETS", str(data)), (), (1,))
    found = path_hint(error, block_of("multiprocessing.Lock()"), folder, (data,))
    assert found.startswith(hint) and bool(found) == bool(hint)


def test_a_refusal_without_a_path_may_be_anything(tmp_path: Path) -> None:
    assert path_hint(Error("PermissionError", REFUSED, (), (1,)), block_of("os.setuid(0)"), tmp_path, ()) == ""


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
