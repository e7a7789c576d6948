"""The store of results: a hit only while all that a block depended on is as it was."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from deck_builder.execute.engine import Engine, Step, Steps, Stop
from deck_builder.execute.listen import Ran
from deck_builder.execute.plan import plan
from deck_builder.execute.running import runner, worker_runner
from deck_builder.execute.sandbox import Sandbox
from deck_builder.execute.sandbox.limits import LIMITS
from deck_builder.execute.session import Session
from deck_builder.execute.store import QuickStore, Store
from deck_builder.model import (
    Animation,
    BlockOptions,
    BlockResult,
    Error,
    Figure,
    Graph,
    Output,
    Stream,
    Trace,
    Value,
    Warning,
    Watched,
)
from tests.execute.decks import session

Run: TypeAlias = Callable[[Session], tuple[bool, list[tuple[Output, ...]]]]


class Told(Engine):
    """An engine that runs nothing: every block has done the same."""

    def __init__(self, result: BlockResult | None = None, reads: frozenset[Path] = frozenset()) -> None:
        super().__init__()
        self._told = result or BlockResult(()), reads

    def run(self, session: Session, chain: Sequence[Step], stop: Stop | None = None) -> Steps:
        for step in chain:
            yield Ran(step.block, *self._told)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where entries lie."""
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One engine for all tests."""
    with Engine() as engine:
        yield engine


@pytest.fixture
def run(engine: Engine, store: Path) -> Run:
    """Runs a session through the store and a real worker; whether all was known, and the outputs."""
    run = runner(engine, Store(store))

    def run_session(one: Session) -> tuple[bool, list[tuple[Output, ...]]]:
        results = [result for _, result in run(one)]
        return all(result.cached for result in results), [result.outputs for result in results]

    return run_session


def test_a_second_run_is_a_hit_with_the_same_results(folder: Path, run: Run) -> None:
    codes = ["import warnings\nwarnings.warn('w')\nprint('数据')", "1 + 1", "1 / 0"]
    first, outputs = run(session(folder, *codes))
    again, known = run(session(folder, *codes))
    assert (first, again) == (False, True)
    assert known == outputs
    assert [[type(output) for output in block] for block in known] == [[Warning, Stream], [Value], [Error]]


def test_prose_and_time_limits_are_no_part_of_it(folder: Path, run: Run) -> None:
    run(session(folder, "x = 1\nprint(x)", "x"))
    hit, outputs = run(session(folder, "x = 1\nprint(x)", "x", prose_lines=40, timeout_s=99))
    assert hit
    assert outputs == [(Stream("stdout", "1\n", (2,)),), (Value("1", (1,)),)]


@pytest.mark.parametrize(
    "code",
    [
        "raise ValueError('line 8 of slides.md')",
        "import traceback\ntraceback.print_stack()",
        "__file__",
        "import sys\nsys._getframe().f_lineno",
        "import inspect\ninspect.currentframe().f_back is None",
        "import logging\nlogging.basicConfig(format='%(lineno)d')\nlogging.warning('x')",
    ],
)
def test_results_that_name_lines_of_the_file_hold_only_where_they_were_made(folder: Path, run: Run, code: str) -> None:
    run(session(folder, code))
    hit, _ = run(session(folder, code))
    moved, _ = run(session(folder, code, prose_lines=40))
    assert (hit, moved) == (True, False)


def test_a_traceback_moves_with_its_blocks(folder: Path, run: Run) -> None:
    codes = ["x = 1", "def f():\n    return x / 0\nf()", "1 +"]
    run(session(folder, *codes))
    moved = session(folder, *codes, prose_lines=40)
    assert run(moved) == (True, [result.outputs for _, result in worker_runner()(moved)])


def test_an_error_that_began_on_another_slide_stays_with_that_slides_number(folder: Path, run: Run) -> None:
    codes = ["def half(x):\n    return 1 / x", "half(0)"]
    run(session(folder, *codes))
    assert run(session(folder, *codes))[0]
    assert not run(session(folder, *codes, prose_lines=40))[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, blocks=(replace(one.blocks[0], code="x = 2"), *one.blocks[1:])),
        lambda one: replace(one, blocks=one.blocks[::-1]),
        lambda one: replace(one, seed=1),
        lambda one: replace(one, threads=2),
        lambda one: replace(one, path=one.folder / "other.md"),
    ],
)
def test_a_change_of_the_session_is_a_miss(folder: Path, run: Run, change: Callable[[Session], Session]) -> None:
    one = session(folder, "x = 1", "print(1)")
    run(one)
    assert not run(change(one))[0]
    assert run(one)[0]


def test_code_that_moves_from_one_block_to_the_next_is_a_miss(folder: Path, run: Run) -> None:
    run(session(folder, "a = 1\n", "b = 2"))
    assert not run(session(folder, "a = 1\nb", " = 2"))[0]


def test_a_new_package_is_a_miss(folder: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = session(folder, "1")
    run(one)
    (tmp_path / "site" / "seaborn-1.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert not run(one)[0]


def test_the_paths_where_programs_are_found_are_part_of_it(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = session(folder, "import shutil\nshutil.which('ls')")
    run(one)
    monkeypatch.setenv("PATH", "/nowhere")
    assert not run(one)[0]


def test_the_sandbox_is_part_of_it(folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = session(folder, "1")

    def hit(sandbox: Sandbox) -> bool:
        return dict(worker_runner(sandbox, Store(store))(one))["1.1"].cached

    assert [hit("off"), hit("auto"), hit("off"), hit("auto")] == [False, False, True, True]
    monkeypatch.setitem(LIMITS, "RLIMIT_NOFILE", 200)
    assert not hit("auto"), "with another limit"


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a file is changed": ("print(open('data.csv').read())", lambda folder: (folder / "data.csv").write_text("new")),
    "a file in a folder": (
        "print(open('data/a.csv').read())",
        lambda folder: (folder / "data/a.csv").write_text("new"),
    ),
    "a file by its own path": (
        "open(DECK + '/data.csv').read()",
        lambda folder: (folder / "data.csv").write_text("new"),
    ),
    "a file after a change of folder": (
        "import os\nos.chdir('data')\nopen('../data.csv').read()",
        lambda folder: (folder / "data.csv").write_text("new"),
    ),
    "a file is gone": ("print(open('data.csv').read())", lambda folder: (folder / "data.csv").unlink()),
    "a file comes": ("try: open('more.csv')\nexcept OSError: pass", lambda folder: (folder / "more.csv").touch()),
    "a module is changed": ("import local", lambda folder: (folder / "local.py").write_text("x = 22\n")),
    "a module's module": ("import package.part", lambda folder: (folder / "package/part.py").write_text("x = 22\n")),
    "a module comes": ("try: import later\nexcept ImportError: pass", lambda folder: (folder / "later.py").touch()),
    "a listed folder": ("import os\nprint(os.listdir('data'))", lambda folder: (folder / "data/b.csv").touch()),
    "a searched folder": ("import glob\nprint(glob.glob('data/*'))", lambda folder: (folder / "data/b.csv").touch()),
    "read by a library": (
        "import json\njson.load(open('data.csv'))",
        lambda folder: (folder / "data.csv").write_text("new"),
    ),
}


@pytest.mark.parametrize("title", READERS)
def test_a_change_of_what_a_run_read_is_a_miss(folder: Path, run: Run, title: str) -> None:
    code, change = READERS[title]
    one = readable(folder, code)
    run(one)
    assert run(one)[0], "nothing has changed"
    for name in ("page.html", ".notes.swp", "slides.md", "slides.md~", "__pycache__/local.pyc"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    assert run(one)[0], "nothing that a run could mean has changed"
    change(folder)
    assert not run(one)[0]


UNHEARD: dict[str, tuple[str, Callable[[Path], object]]] = {
    "it looks whether a file is there": (
        "import os\nos.path.exists('more.csv')",
        lambda folder: (folder / "more.csv").touch(),
    ),
    "it looks how large a file is": (
        "import os\nos.stat('data/a.csv').st_size",
        lambda folder: (folder / "data/a.csv").write_text("longer"),
    ),
    "a link leads elsewhere": (
        "import os\nos.readlink('link')",
        lambda folder: (folder / "other").replace(folder / "link"),
    ),
    "what a link leads to": (
        "import os\nos.stat('outer').st_size",
        lambda folder: (folder.parent / "outside.txt").write_text("longer"),
    ),
    "C code reads a file": (
        "import ctypes\nlibc = ctypes.CDLL(None)\nfd = libc.open(b'data.csv', 0)\n"
        "buffer = ctypes.create_string_buffer(99)\nlibc.read(fd, buffer, 99)\nbuffer.value",
        lambda folder: (folder / "data.csv").write_text("new"),
    ),
    "a crowded folder": ("import os\nos.path.exists('many/x')", lambda folder: (folder / "many/x").touch()),
}


@pytest.mark.parametrize("title", UNHEARD)
def test_a_change_that_no_hook_hears_of_is_a_miss(folder: Path, run: Run, title: str) -> None:
    code, change = UNHEARD[title]
    one = readable(folder, code)
    (folder / "link").symlink_to("data.csv")
    (folder / "other").symlink_to("local.py")
    (folder.parent / "outside.txt").write_text("1")
    (folder / "outer").symlink_to(folder.parent / "outside.txt")
    (folder / "many").mkdir()
    for no in range(1100):
        (folder / "many" / str(no)).touch()
    run(one)
    assert run(one)[0], "nothing has changed"
    change(folder)
    assert not run(one)[0]


def special(folder: Path) -> dict[str, Path]:
    """Paths that are no plain file, and one that is elsewhere."""
    os.mkfifo(folder / "pipe")
    (folder / "zeros").symlink_to("/dev/zero")
    with (folder / "vast").open("wb") as file:
        file.truncate(1 << 40)
    names = {name: folder / name for name in ("pipe", "zeros", "vast", "no\0name")}
    return {**names, "elsewhere": folder.parent / "outside.txt", "above": folder / "../outside.txt"}


@pytest.mark.parametrize("name", ["pipe", "zeros", "vast", "no\0name", "elsewhere", "above"])
def test_a_run_that_says_it_read_something_endless_or_outside_is_not_kept(folder: Path, store: Path, name: str) -> None:
    paths = special(folder)
    list(runner(Told(reads=frozenset({paths[name]})), Store(store))(session(folder, "1")))
    assert not list(store.glob("*.json"))


@pytest.mark.parametrize("name", ["pipe", "zeros", "vast", "no\0name", "elsewhere", "above"])
def test_an_entry_that_names_something_endless_or_outside_is_a_miss(
    folder: Path, store: Path, run: Run, name: str
) -> None:
    path = special(folder)[name]
    one = session(folder, "1")
    run(one)
    (entry,) = store.glob("*.json")
    entry.write_text(json.dumps({**json.loads(entry.read_text()), "reads": {str(path): "0"}}))
    assert not run(one)[0]


def test_an_entry_that_is_a_pipe_is_not_waited_for(folder: Path, store: Path, run: Run) -> None:
    one = session(folder, "1")
    run(one)
    (entry,) = store.glob("*.json")
    entry.unlink()
    os.mkfifo(entry)
    assert not run(one)[0]


def test_what_the_hook_is_told_lies_about_can_do_no_harm(folder: Path, run: Run) -> None:
    code = "import sys\nsys.audit('open', DECK + '/pipe', 'r', 0)"
    special(folder)
    one = session(folder, code.replace("DECK", repr(str(folder))))
    assert [run(one)[0], run(one)[0]] == [False, False]


def test_a_module_is_known_by_its_source_not_by_its_compiled_form(folder: Path, run: Run) -> None:
    import py_compile

    one = readable(folder, "import local\nprint(local.x)")
    py_compile.compile(str(folder / "local.py"))
    run(one)
    assert run(one)[0]
    (folder / "local.py").write_text("x = 22\n")
    assert run(one) == (False, [(Stream("stdout", "22\n", (2,)),)])


def readable(folder: Path, code: str) -> Session:
    """A session in a folder with something to read."""
    for path, text in {"data.csv": "1", "data/a.csv": "2", "local.py": "x = 1\n", "package/part.py": "x = 1\n"}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    return session(folder, code.replace("DECK", repr(str(folder))))


@pytest.mark.parametrize(
    "code",
    [
        "open(OUTSIDE).read()",
        "open(OUTSIDE, 'a').close()",
        "open(DECK + '/made.txt', 'w').close()",
        "import os\nos.listdir(os.path.dirname(OUTSIDE))",
        "import subprocess\nsubprocess.run(['true'])",
        "import os\nos.system('true')",
        "import os\nif not os.fork(): os._exit(0)",
        "import socket\ntry: socket.create_connection(('127.0.0.1', 9))\nexcept OSError: pass",
        "import os\nos._exit(0)",
        "while True: pass",
    ],
)
def test_a_run_that_depends_on_who_knows_what_is_not_kept(folder: Path, tmp_path: Path, run: Run, code: str) -> None:
    (tmp_path / "outside.txt").write_text("x")
    one = replace(readable(folder, code.replace("OUTSIDE", repr(str(tmp_path / "outside.txt")))), timeout_s=1)
    assert [run(one)[0], run(one)[0]] == [False, False]


@pytest.mark.parametrize(
    "code",
    [
        "open('new.txt', 'w').write('x')\nprint(open('new.txt').read())",
        "open('data.csv', 'a').write('x')\nprint(open('data.csv').read())",
        "import tempfile\ntempfile.TemporaryFile().write(b'x')",
        "import importlib.metadata\nlen(list(importlib.metadata.distributions()))",
        "import os, email.mime.text, sqlite3\nopen('/dev/null').read(), os.listdir('/proc')",
        "import os\nos.mkdir('made')\nos.listdir('made')",
    ],
)
def test_what_a_run_makes_and_what_is_pythons_own_does_not_keep_it_out(folder: Path, run: Run, code: str) -> None:
    one = readable(folder, code)
    run(one)
    assert run(one)[0]


def test_a_file_that_is_changed_while_it_runs_does_not_make_an_entry(folder: Path, store: Path) -> None:
    one = readable(folder, "1")
    later = (folder / "data.csv").stat().st_mtime + 1000
    os.utime(folder / "data.csv", (later, later))
    list(runner(Told(reads=frozenset({folder / "data.csv"})), Store(store))(one))
    assert not list(store.glob("*.json"))


def test_what_has_run_is_kept_though_the_rest_has_not(folder: Path, store: Path) -> None:
    results = worker_runner(store=Store(store))(session(folder, "1", "2"))
    next(results)
    del results
    again = [result.cached for _, result in worker_runner(store=Store(store))(session(folder, "1", "2"))]
    assert again == [True, False]


def test_a_result_is_had_before_it_is_kept_and_kept_though_nobody_asks_for_more(folder: Path, store: Path) -> None:
    results = runner(Told(), Store(store))(session(folder, "1", "2"))
    assert isinstance(results, Generator)
    assert next(results)[0] == "1.1"
    assert not store.exists()
    results.close()
    assert len(list(store.iterdir())) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\x80\x04K\x01.",
        b"{}",
        b'{"places": null, "reads": {}, "result": []}',
        b'{"places": null, "reads": {}, "result": {"outputs": [{"type": "html"}], "seconds": 1}}',
        b'{"places": null, "reads": {}, "result": {"outputs": [], "seconds": NaN}}',
        b'{"places": null, "reads": [], "result": {"outputs": [], "seconds": 1}}',
        b'{"places": null, "reads": {}, "result": {"outputs": [], "seconds": 1' + b"0" * 400 + b"}}",
        b'{"places": null, "reads": {}, "result": {"outputs": [], "seconds": 1e999}}',
        b"[" * 100_000,
    ],
)
def test_a_broken_entry_is_a_miss_and_is_replaced(folder: Path, store: Path, run: Run, data: bytes) -> None:
    one = session(folder, "1")
    run(one)
    (entry,) = store.glob("*.json")
    entry.write_bytes(data)
    assert not run(one)[0]
    assert run(one)[0]


def test_a_cache_that_cannot_be_written_does_no_harm(folder: Path, store: Path, run: Run) -> None:
    store.write_text("a file is in the way")
    one = session(folder, "1")
    assert [run(one)[0], run(one)[0]] == [False, False]


OF_ALL_KINDS: list[str | tuple[str, BlockOptions]] = [
    "import torch, warnings\nimport matplotlib.pyplot as plt\nw = torch.ones(2, requires_grad=True)",
    (
        "for step in range(3):\n    loss = (w * 3 - 1).square().sum()\n    loss.backward()\n    print('损失', step)",
        BlockOptions(run=True, steps=((2, 3), None), graph=("loss",)),
    ),
    "plt.plot([1, 2], 'o')\nplt.title('数')\nplt.show()\nwarnings.warn('\\ud800 half')",
    "for n in range(3):\n    plt.plot([n])\n    plt.pause(0.1)",
    "w.detach()",
    "1 / 0",
    "def f():\n    raise ValueError('no')\nf()",
]


def test_who_wrote_entries_has_at_hand_what_others_read(
    engine: Engine, folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, quick = session(folder, *OF_ALL_KINDS), QuickStore(store)
    assert len(list(runner(engine, quick)(one))) == len(OF_ALL_KINDS)
    with monkeypatch.context() as patch:
        patch.setattr("deck_builder.execute.store.read", None)
        at_hand = plan(one, engine.policy, quick).entries
    assert at_hand == plan(one, engine.policy, Store(store)).entries
    kinds = {type(output) for entry in at_hand.values() for output in entry.result.outputs}
    assert kinds >= {Stream, Value, Figure, Animation, Warning, Error, Trace, Watched, Graph}
    assert len(at_hand) == len(OF_ALL_KINDS)


def test_many_writers_leave_one_whole_entry(folder: Path, store: Path) -> None:
    one = session(folder, "1")
    figure = Figure("<svg>" + "x" * 100_000, 1.0, 1.0, (1,))
    told = Told(BlockResult((figure,)))
    seen: list[BlockResult] = []

    def write() -> None:
        for _ in range(20):
            seen.extend(result for _, result in runner(told, Store(store))(one))
            for entry in store.glob("*.json"):
                json.loads(entry.read_bytes())

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 80
    assert all(result.outputs == (figure,) for result in seen)
    assert len(list(store.glob("*.json"))) == 1


def test_the_entries_used_last_are_kept_while_there_is_room(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(BlockResult((Stream("stdout", "x" * 1000, (1,)),)))

    def hit(seed: int) -> bool:
        ((_, result),) = runner(told, Store(store))(replace(session(folder, "1"), seed=seed))
        return result.cached

    for seed in range(3):
        hit(seed)
        for age, entry in enumerate(sorted(store.glob("*.json"), key=lambda entry: entry.stat().st_mtime_ns)):
            os.utime(entry, (age, age))
    assert hit(0), "and so it is the one used last"
    size = next(store.glob("*.json")).stat().st_size
    monkeypatch.setattr("deck_builder.execute.store.MOST", 2 * size + size // 2)
    hit(3)
    assert len(list(store.glob("*.json"))) == 2
    assert [hit(0), hit(3)] == [True, True]
