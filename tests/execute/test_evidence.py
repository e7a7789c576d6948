"""What a kept result hangs on: whatever code can see of its deck's folder, a change of it is a miss."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from deck_builder.execute.engine import Engine
from deck_builder.execute.running import runner
from deck_builder.execute.store import Store
from deck_builder.model import Output, Stream
from tests.execute.decks import session


class Case(NamedTuple):
    """Code that sees something of its folder's files, and what changes them then."""

    code: str
    files: Mapping[str, str]
    change: Callable[[Path], object]


def write(name: str, text: str = "22") -> Callable[[Path], object]:
    def do(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    return do


def take_away(name: str) -> Callable[[Path], object]:
    def do(folder: Path) -> None:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    return do


def crowd(folder: Path) -> None:
    for no in range(1100):
        write(f"many/{no}")(folder)


TRY = "import os\ntry:\n    print({})\nexcept OSError as error:\n    print(type(error))"
BYTES = "import torch\nprint(torch.from_file({}, size=2, dtype=torch.uint8))"
HELPER = "import os, torch\ndef load():\n    return torch.from_file(os.path.dirname(__file__) + '/a.bin', size=2)\n"
IMPORT = "try:\n    import {0}\n    print('there')\nexcept ImportError:\n    print('missing')"

CASES = {
    "a folder is there": Case("import os\nos.path.isdir('data')", {"data/a": "1"}, take_away("data")),
    "a name is there": Case("import os\nos.path.lexists('a.csv')", {"a.csv": "1"}, take_away("a.csv")),
    "it can be made": Case(TRY.format("os.mkdir('out')"), {}, write("out/x")),
    "it is written on": Case(
        "open('a.csv', 'a').write('9')\nprint(open('a.csv').read())", {"a.csv": "1"}, write("a.csv")
    ),
    "it can be taken away": Case(TRY.format("os.remove('a.csv')"), {"a.csv": "1"}, take_away("a.csv")),
    "it can't be taken away": Case(TRY.format("os.remove('a.csv')"), {}, write("a.csv")),
    "it can be renamed": Case(TRY.format("os.rename('a.csv', 'b.csv')"), {"a.csv": "1"}, take_away("a.csv")),
    "it can be gone to": Case(TRY.format("os.chdir('data')"), {"data/a": "1"}, take_away("data")),
    "a file is opened to be new": Case(TRY.format("open('a.csv', 'x').name"), {}, write("a.csv")),
    "a module beside the path": Case(
        "import sys\nsys.path.append('lib')\n" + IMPORT.format("extra"), {"lib/other.py": ""}, write("lib/extra.py", "")
    ),
    "a module by its name": Case(
        "import importlib\nhasattr(importlib.import_module('colorsys'), 'mine')", {}, write("colorsys.py", "mine = 1")
    ),
    "a module is only looked for": Case(
        "import importlib.util\nprint(importlib.util.find_spec('a') is None)", {"a.py": ""}, take_away("a.py")
    ),
    "a package gets a beginning": Case(
        "import data.part\nprint(data.__file__)", {"data/part.py": ""}, write("data/__init__.py", "")
    ),
    "a module of C code comes": Case("import fast", {}, write("fast.abi3.so")),
    "C code by a helper's path": Case(
        "import helper\nhelper.load()", {"a.bin": "1" * 9, "helper.py": HELPER}, write("a.bin", "2" * 9)
    ),
    "C code by the deck's path": Case(
        "import sys\n" + BYTES.format("sys.argv[0][:-9] + 'a.bin'"), {"a.bin": "11"}, write("a.bin")
    ),
    "C code in a crowded folder": Case(BYTES.format("'many/a.bin'"), {"many/a.bin": "11"}, write("many/a.bin")),
    "C code finds nothing": Case(
        "try:\n    " + BYTES.format("'a.bin'").replace("\n", "\n    ") + "\nexcept RuntimeError:\n    print('missing')",
        {},
        write("a.bin"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One engine for all cases."""
    with Engine() as engine:
        yield engine


def results(engine: Engine, folder: Path, store: Store | None, *codes: str, prose_lines: int = 6) -> list[Output]:
    """What the blocks of a deck did."""
    one = session(folder, *codes, prose_lines=prose_lines)
    return [output for _, result in runner(engine, store)(one) for output in result.outputs]


def is_kept(engine: Engine, folder: Path, store: Store, *codes: str) -> bool:
    """Whether all of a deck is known."""
    return all(result.cached for _, result in runner(engine, store)(session(folder, *codes)))


@pytest.mark.parametrize("title", CASES)
def test_what_is_served_is_what_a_run_would_give(engine: Engine, folder: Path, tmp_path: Path, title: str) -> None:
    code, files, change = CASES[title]
    store = Store(tmp_path / "store")
    for name, text in files.items():
        write(name, text)(folder)
    if "many/a.bin" in files:
        crowd(folder)
    before = results(engine, folder, store, code)
    assert is_kept(engine, folder, store, code), "nothing has changed"
    change(folder)
    after = results(engine, folder, None, code)
    assert before != after, "the code does not see it"
    assert results(engine, folder, store, code) == after


@pytest.mark.parametrize(
    "codes",
    [
        ["import os\nos.path.getmtime('a.csv')"],
        ["import os\ndef when(path):\n    return os.stat(path).st_mtime", "when('a.csv')"],
        ["import asyncio\nasyncio.run(asyncio.create_subprocess_exec('true'))"],
        ["import os\nfrom multiprocessing.pool import ThreadPool\nThreadPool().apply(os.system, ['true'])"],
        ["open('linked/a.csv').read()"],
        [BYTES.format("'linked/a.csv'")],
    ],
)  # fmt: skip
def test_what_hangs_on_more_than_can_be_compared_is_not_kept(
    engine: Engine, folder: Path, tmp_path: Path, codes: list[str]
) -> None:
    write("a.csv")(folder)
    write("elsewhere/a.csv")(tmp_path)
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    store = Store(tmp_path / "store")
    results(engine, folder, store, *codes)
    assert not is_kept(engine, folder, store, *codes)


@pytest.mark.parametrize(
    "codes",
    [
        ["def f():\n    return 1\nimport dis\ndis.dis(f)"],
        ["def f():\n    return 1\nlist(f.__code__.co_lines())"],
        ["import helper\nhelper.where()"],
        ["import helper", "helper.where()"],
    ],
)
def test_a_result_that_tells_lines_holds_only_there(
    engine: Engine, folder: Path, tmp_path: Path, codes: list[str]
) -> None:
    write("helper.py", "import sys\ndef where():\n    print(sys._getframe(1).f_lineno)")(folder)
    store = Store(tmp_path / "store")
    results(engine, folder, store, *codes)
    assert is_kept(engine, folder, store, *codes)
    moved = results(engine, folder, None, *codes, prose_lines=30)
    assert results(engine, folder, store, *codes, prose_lines=30) == moved


def test_what_python_looks_for_to_show_a_line_is_not_read(engine: Engine, folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    code = "import inspect\ndef f(): ...\nprint(inspect.getsource(f), inspect.getsourcelines(f))"
    results(engine, folder, store, code)
    write("slides.md", "more prose")(folder)
    assert is_kept(engine, folder, store, code)


def test_what_a_network_says_is_not_kept_where_there_is_one(folder: Path, tmp_path: Path) -> None:
    code = "import socket\nsocket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))"
    store = Store(tmp_path / "store")
    with Engine("off") as engine:
        results(engine, folder, store, code)
        assert not is_kept(engine, folder, store, code)


def test_a_file_that_is_gone_before_the_block_ends_was_read(folder: Path, tmp_path: Path) -> None:
    store, data = Store(tmp_path / "store"), folder / "a.csv"
    data.write_text("1")
    code = f"import ctypes\nprint(open('a.csv').read())\nctypes.CDLL(None).unlink({os.fsencode(data)!r})"
    with Engine("off") as engine:
        results(engine, folder, store, code)
        assert not data.exists()
        assert not is_kept(engine, folder, store, code)


def test_what_changes_before_it_is_run_again_for_a_later_block_does_not_make_an_entry(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    store, data = Store(tmp_path / "store"), folder / "a.csv"
    data.write_text("1")
    first, then = "x = open('a.csv').read()", "print('x is', x)"
    results(engine, folder, store, first, "print(x)")
    run = runner(engine, store)(session(folder, first, then))
    next(run)
    data.write_text("2")
    assert [result.outputs for _, result in run] == [(Stream("stdout", "x is 2\n", (1,)),)]
    data.write_text("1")
    assert results(engine, folder, store, first, then) == [Stream("stdout", "x is 1\n", (1,))]


def test_what_a_thread_reads_between_two_blocks_counts_for_the_later(folder: Path, tmp_path: Path) -> None:
    store, data, done = Store(tmp_path / "store"), folder / "a.csv", tmp_path / "done"
    data.write_text("1")
    first = f"""
import ctypes, sys, threading, time
def look():
    while sys.modules['deck_builder.worker.recorder'].current().place:
        time.sleep(0.001)
    seen.append(open({str(data)!r}).read())
    ctypes.CDLL(None).creat({os.fsencode(done)!r}, 0o600)  # which no hook hears of
seen = []
thread = threading.Thread(target=look)
thread.start()"""
    with Engine("off") as engine:  # behind a wall it can't tell this test that it has looked
        run = runner(engine, store)(session(folder, first, "thread.join()\nprint(seen)"))
        next(run)
        while not done.exists():
            time.sleep(0.01)
        assert [result.outputs for _, result in run] == [(Stream("stdout", "['1']\n", (2,)),)]
        data.write_text("2")
        assert not is_kept(engine, folder, store, first, "thread.join()\nprint(seen)")
