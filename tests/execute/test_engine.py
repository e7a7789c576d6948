"""The engine: whatever it goes on from, a block does what it does in a run from the start."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from deck_builder.errors import DeckError
from deck_builder.execute import checkpoints as keeping
from deck_builder.execute import descendants, zygote
from deck_builder.execute.descendants import is_dead
from deck_builder.execute.engine import Engine, Mode
from deck_builder.execute.environment import environment
from deck_builder.execute.plan import plan
from deck_builder.execute.running import runner
from deck_builder.execute.sandbox import Sandbox, tier
from deck_builder.execute.session import Session, session_of
from deck_builder.execute.store import Store
from deck_builder.execute.worker_process import ExcessError, WorkerProcess
from deck_builder.model import BlockOptions, BlockResult, Error, Figure, Output, Stream, Trace, Value
from tests.execute.decks import deck_of, session
from tests.execute.test_runner import children

MIXED = [
    "import random, torch\nimport matplotlib.pyplot as plt\nw = torch.ones(1, requires_grad=True)\nnumbers = []",
    "print(random.random(), torch.rand(2))\nnumbers.append(random.random())",
    "for step in range(3):\n    (w * 3 - 1).square().sum().backward()\n    print(step, w.grad)",
    "plt.plot([float(number) for number in numbers], 'o')\nplt.title('数')",
    "1 / 0",
    "open('made.txt', 'w').write('x' * len(numbers))\nnumbers.append(w.grad.item())",
    "sorted(__import__('os').listdir()), open('made.txt').read(), numbers",
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One engine for all tests: it imports torch before it is asked to."""
    with Engine(mode="snapshot") as engine:
        yield engine


@pytest.fixture
def serving(engine: Engine) -> Iterator[Engine]:
    """An engine that leaves checkpoints behind, and has none yet."""
    yield engine
    engine.checkpoints.clear()
    engine.refused.clear()


def outputs(engine: Engine, one: Session, store: Store | None = None) -> dict[str, tuple[Output, ...]]:
    """What each block of a session did."""
    return {block_id: result.outputs for block_id, result in runner(engine, store)(one)}


def fresh(one: Session) -> dict[str, tuple[Output, ...]]:
    """What each block does in a run of its own, of which nothing is known."""
    with Engine(mode="fork") as engine:
        return outputs(engine, one)


def ran(results: Iterator[tuple[str, BlockResult]]) -> list[str]:
    """The blocks that were not known already."""
    return [block_id for block_id, result in results if not result.cached]


@pytest.mark.parametrize("mode", ["snapshot", "spawn"])
def test_every_mode_gives_the_same(folder: Path, mode: Mode) -> None:
    one = session(folder, *MIXED, timeout_s=120)
    with Engine(mode=mode) as engine:
        found = outputs(engine, one)
    assert found == fresh(one)
    kinds = [type(output) for block in found.values() for output in block]
    assert {Stream, Value, Figure, Error} <= set(kinds)
    assert list(found) == [f"{no}.1" for no in range(1, 8)]


def test_forty_edits_in_a_row_end_as_a_build_from_nothing_would(folder: Path, tmp_path: Path, serving: Engine) -> None:
    before = children()
    chance = random.Random(0)
    codes = list(MIXED)
    store = Store(tmp_path / "store")
    with Engine(mode="fork") as plain:
        for edit in range(40):
            at = chance.randrange(len(codes))
            codes[at] = f"{MIXED[at]}\n" + chance.choice(
                ["", f"print({edit})", "torch.rand(1)", f"numbers.append({edit})"]
            )
            one = session(folder, *codes, timeout_s=120)
            found = outputs(serving, one, store)
            assert len(serving.checkpoints) <= len(codes)
            if edit % 5 == 4:  # what an edit spoils stays so for those that follow
                assert found == outputs(plain, one), f"after edit {edit}, of block {at + 1}"
    workers = children() - before
    assert len(workers) <= 2 + len(serving.checkpoints), "one more is ready to run"


def test_only_the_changed_block_and_those_after_it_run(folder: Path, tmp_path: Path, serving: Engine) -> None:
    store = Store(tmp_path / "store")
    codes = ["x = 1", "x += 1\nprint(x)", "print('last', x)"]
    assert ran(runner(serving, store)(session(folder, *codes))) == ["1.1", "2.1", "3.1"]
    assert ran(runner(serving, store)(session(folder, *codes))) == []
    codes[1] = "x += 5\nprint(x)"
    results = dict(runner(serving, store)(session(folder, *codes)))
    assert [block for block, result in results.items() if not result.cached] == ["2.1", "3.1"]
    assert results["3.1"].outputs == (Stream("stdout", "last 6\n", (1,)),)


NESTED = """import torch
class Deep(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, depth):
        ctx.depth = depth
        return x.clone()
    @staticmethod
    def backward(ctx, grad):
        if ctx.depth:
            with torch.enable_grad():
                Deep.apply(torch.ones(1, requires_grad=True), ctx.depth - 1).sum().backward()
        return grad, None
x = torch.ones(1, requires_grad=True)
Deep.apply(x, 70).sum().backward()
print(x.grad)"""

REFUSED = {
    "a daemon thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,), daemon=True).start()",
        "thread",
    ),
    "a file that is written": ("log = open('log.txt', 'w')", "log.txt is open"),
    "a file that is read": ("data = open('data.csv')\nnext(data)", "data.csv is open"),
    "a process": ("import subprocess\nchild = subprocess.Popen(['sleep', '99'])", "it starts a program"),
    "a socket": ("import socket\nends = socket.socketpair()", "socket"),
    "an event loop": ("import asyncio\nloop = asyncio.new_event_loop()", "open"),
    "shared memory": ("import mmap\nshared = mmap.mmap(-1, 4096)", "memory is shared"),
    "live workers of a DataLoader": (  # whose start nobody can follow: so its state has no name
        "import torch\nfrom torch.utils.data import DataLoader\n"
        "batches = iter(DataLoader(range(8), num_workers=1, persistent_workers=True))\nnext(batches)",
        "it starts a process",
    ),
    "threads of nested backward passes": (NESTED, "thread"),
    "an alarm that is set": ("import signal\nsignal.setitimer(signal.ITIMER_REAL, 99)", "a signal is under way"),
    "a signal that waits": (
        "from signal import *\npthread_sigmask(SIG_BLOCK, [SIGUSR2])\nraise_signal(SIGUSR2)",
        "a signal is under way",
    ),
    "who hears of processes": (
        "import signal\nsignal.signal(signal.SIGCHLD, lambda *_: print('ended'))",
        "it hears of every process that ends",
    ),
    "who hears of forks": ("import os\nos.register_at_fork(before=lambda: print('forked'))", "hear of every fork"),
    "who forbids forks": (
        "import sys\ndef hear(event, args):\n    if event == 'os.fork': raise RuntimeError\nsys.addaudithook(hear)",
        "it does not let itself be forked (RuntimeError)",
    ),
    "who puts his own in Python's place": ("import os, time\nos.listdir = time.monotonic = None", "TypeError"),
    "a file of the system's": ("words = open('/usr/share/common-licenses/GPL-3')\nnext(words)", "GPL-3 is open"),
    "standard output that was led elsewhere": (
        "import os\nlog = os.open('log.txt', os.O_CREAT | os.O_WRONLY)\nos.dup2(log, 1)\nos.close(log)",
        "descriptor 1 leads elsewhere",
    ),
    "standard input that was led elsewhere": (
        "import os\ndata = os.open('data.csv', os.O_RDONLY)\nos.dup2(data, 0)\nos.close(data)",
        "data.csv is open",
    ),
    "CUDA that has been begun with": ("import torch\ntorch.cuda.is_initialized = lambda: True", "CUDA is in use"),
}


@pytest.mark.parametrize("title", REFUSED)
def test_a_state_that_a_fork_would_spoil_is_come_to_again_by_running(
    folder: Path, tmp_path: Path, serving: Engine, title: str
) -> None:
    code, why = REFUSED[title]
    (folder / "data.csv").write_text("1\n2\n3\n")
    codes = ["y = 1", code, "print('first')"]
    store = Store(tmp_path / "store")
    outputs(serving, session(folder, *codes, timeout_s=60), store)
    assert why in serving.refused["2.1"]
    assert "2.1" in serving.refused and "1.1" not in serving.refused
    codes[2] = "print('second', y)"
    if title == "a file that is read":
        codes[2] += "\nprint(next(data))"
    one = session(folder, *codes, timeout_s=60)
    assert outputs(serving, one, store) == fresh(one)


def test_files_that_slide_code_made_later_are_not_there_before(folder: Path, tmp_path: Path, serving: Engine) -> None:
    store = Store(tmp_path / "store")
    codes = ["import os", "print(os.listdir())", "open('late.txt', 'w').close()\nprint(1)"]
    outputs(serving, session(folder, *codes), store)
    codes[1] = "print('again', os.listdir())"
    assert outputs(serving, session(folder, *codes), store)["2.1"] == (Stream("stdout", "again []\n", (1,)),)


@pytest.mark.parametrize(
    "change",
    [
        "os.remove('data.csv')",
        "os.rename('data.csv', 'other.csv')",
        "os.remove('data.csv')\nos.symlink('made.txt', 'data.csv')",
        "open('made.txt', 'r+').write('2')\nos.utime('made.txt', (1, 1))",
        "os.chmod('made.txt', 0o700)",
    ],
)
def test_what_slide_code_later_does_to_files_is_undone(
    folder: Path, tmp_path: Path, serving: Engine, change: str
) -> None:
    (folder / "data.csv").write_text("1")
    store = Store(tmp_path / "store")
    codes = ["import os\nopen('made.txt', 'w').write('1')\nos.utime('made.txt', (1, 1))", change]
    outputs(serving, session(folder, *codes), store)
    codes[1] = "print(open('data.csv').read(), open('made.txt').read(), os.access('made.txt', os.X_OK))"
    assert outputs(serving, session(folder, *codes), store)["2.1"] == (Stream("stdout", "1 1 False\n", (1,)),)


def test_files_that_come_into_the_decks_folder_are_seen(folder: Path, tmp_path: Path, serving: Engine) -> None:
    store = Store(tmp_path / "store")
    outputs(serving, session(folder, "x = 1", "print(x)"), store)
    (folder / "new.csv").write_text("7")
    found = outputs(serving, session(folder, "x = 1", "print(open('new.csv').read())"), store)
    assert found["2.1"] == (Stream("stdout", "7\n", (1,)),)


def test_there_are_no_more_checkpoints_than_may_be(
    folder: Path, tmp_path: Path, serving: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST", 3)
    codes = [f"x{no} = {no}" for no in range(8)]
    outputs(serving, session(folder, *codes), Store(tmp_path / "store"))
    assert len(serving.checkpoints) == 3
    monkeypatch.setattr(keeping, "MOST_BYTES", 1)
    monkeypatch.setattr(keeping, "WEIGHED_S", 0)
    one = session(folder, *codes, "print(x0 + x7)")
    assert outputs(serving, one, Store(tmp_path / "store"))["9.1"] == (Stream("stdout", "7\n", (1,)),)
    assert len(serving.checkpoints) == 1, "the state that was come to last"


def test_the_state_before_the_changed_block_stays_whatever_others_cost(
    folder: Path, tmp_path: Path, serving: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST", 3)
    store = Store(tmp_path / "store")
    slow = [f"import time\ntime.sleep(0.05)\nx{no} = {no}" for no in range(5)]
    for last in range(3):
        one = session(folder, *slow, "quick = 1", f"print({last}, quick)")
        outputs(serving, one, store)
        assert len(serving.checkpoints) == 3
    assert plan(one, serving.policy, store).states["6.1"] in serving.checkpoints


def test_where_memory_is_scarce_one_checkpoint_is_kept(
    folder: Path, tmp_path: Path, serving: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_SCARCE", 2)
    codes = [f"x{no} = {no}" for no in range(4)]
    assert outputs(serving, session(folder, *codes, "print(x3)"), Store(tmp_path / "store"))["5.1"]
    assert len(serving.checkpoints) == 1


def test_a_checkpoint_that_was_killed_is_done_without(folder: Path, tmp_path: Path) -> None:
    store, before = Store(tmp_path / "store"), children()
    with Engine(mode="snapshot") as engine:
        outputs(engine, session(folder, "x = 1", "x += 1"), store)
        for pid in children() - before:
            os.kill(pid, 9)
        found = outputs(engine, session(folder, "x = 1", "x += 1", "print(x)"), store)
    assert found["3.1"] == (Stream("stdout", "2\n", (1,)),)


def test_a_block_that_ends_its_process_ends_neither_the_session_nor_its_checkpoints(
    folder: Path, tmp_path: Path, serving: Engine
) -> None:
    store = Store(tmp_path / "store")
    codes = ["x = 1", "import os\nos._exit(3)", "print(x)"]
    assert outputs(serving, session(folder, *codes), store) == fresh(session(folder, *codes))
    codes[1] = "x = 5"
    assert outputs(serving, session(folder, *codes), store)["3.1"] == (Stream("stdout", "5\n", (1,)),)


def test_a_crash_that_only_a_fork_has_is_none(folder: Path, tmp_path: Path, serving: Engine) -> None:
    store = Store(tmp_path / "store")
    first = "import torch\ntorch.ones(1, requires_grad=True).sum().backward()"
    outputs(serving, session(folder, first, "print(1)"), store)
    one = session(folder, first, NESTED, "print(2)")
    found = outputs(serving, one, store)
    assert found == fresh(one)
    assert [out for out in found["2.1"] if not isinstance(out, Trace)] == [Stream("stdout", "tensor([1.])\n", (15,))]


def test_an_alarm_between_two_blocks_is_the_next_ones(folder: Path) -> None:
    code = "import signal, time\nsignal.signal(signal.SIGALRM, lambda *_: print('rang'))\nsignal.setitimer(0, 0.01)"
    found = fresh(session(folder, code, "time.sleep(0.2)"))
    assert found["2.1"] == (Stream("stdout", "rang\n", ()),) or found["2.1"] == (Stream("stdout", "rang\n", (1,)),)


def test_a_library_that_crashes_when_it_is_imported_does_so_at_the_slides_line(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "seaborn.py").write_text("import os\nos._exit(7)\n")

    def with_library(home: Path, cache: Path) -> dict[str, str]:
        return {**environment(home, cache), "PYTHONPATH": str(library)}

    monkeypatch.setattr("deck_builder.execute.engine.environment", with_library)
    found = fresh(session(folder, "print(1)", "import seaborn", "print(2)"))
    (error,) = found["2.1"]
    assert isinstance(error, Error) and "exit status 7" in error.evalue
    assert found["3.1"] == (Stream("stdout", "2\n", (1,)),)


def test_a_deck_for_a_gpu_says_where_there_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    deck = deck_of("1", path=folder / "slides.md", headmatter={"python": {"device": "cuda"}})
    with pytest.raises(DeckError, match="finds no GPU") as caught:
        fresh(session_of(deck))
    assert caught.value.span and "device" in caught.value.hint


def test_another_python_runs_the_code(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "python-of-mine"
    other.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    other.chmod(0o755)
    code = "import os\nprint('torch' if __import__('torch') else '')"
    deck = deck_of(code, path=folder / "slides.md", headmatter={"python": {"interpreter": str(other)}})
    assert fresh(session_of(deck))["1.1"] == (Stream("stdout", "torch\n", (2,)),)


def test_another_python_that_does_not_come_is_told_with_its_last_words(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "python-of-mine"
    other.write_text("#!/bin/sh\necho 'no licence' >&2\nexit 3\n")
    other.chmod(0o755)
    deck = deck_of("1", path=folder / "slides.md", headmatter={"python": {"interpreter": str(other)}})
    (error,) = fresh(session_of(deck))["1.1"]
    assert isinstance(error, Error) and error.evalue == "the worker did not start: no licence"


SHADOWS = {"colorsys.py": "mine = True", "matplotlibrc": "lines.linewidth: 9", "late.py": "import matplotlib as drawn"}


@pytest.mark.parametrize("before", ["1", "import matplotlib"])
def test_what_the_folder_has_counts_whatever_other_decks_imported(folder: Path, tmp_path: Path, before: str) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name, text in SHADOWS.items():
        (folder / name).write_text(text)
    with Engine() as engine:
        outputs(engine, session(other, before))
        code = "import colorsys, late\nprint(colorsys.mine, late.drawn.rcParams['lines.linewidth'])"
        assert outputs(engine, session(folder, code))["1.1"] == (Stream("stdout", "True 1.8\n", (2,)),)


def test_who_builds_does_not_decide_who_may_read(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        found = fresh(session(folder, "import os\nprint(os.umask(0))"))
    finally:
        os.umask(before)
    assert found["1.1"] == (Stream("stdout", "18\n", (2,)),)


def test_another_python_that_is_none_is_told_where_it_is_named(folder: Path) -> None:
    deck = deck_of("1", path=folder / "slides.md", headmatter={"python": {"interpreter": "/nowhere/python"}})
    with pytest.raises(DeckError, match="can't be started") as caught:
        session_of(deck)
    assert caught.value.span and caught.value.hint


def branching(folder: Path, *blocks: tuple[str, dict[str, str]]) -> Session:
    """A session of codes with their options `id` and `from_`."""
    made = [(code, BlockOptions(run=True, **options)) for code, options in blocks]  # type: ignore[arg-type]
    return session_of(deck_of(*made, path=folder / "slides.md"))


COLUMNS: Sequence[tuple[str, dict[str, str]]] = [
    ("w = [1]", {"id": "setup"}),
    ("w.append(2)\nprint(w)", {}),
    ("w.append(3)\nprint(w)", {"from_": "setup"}),
    ("print('on', w)", {}),
    ("print('w' in dir())", {"from_": "start"}),
]


@pytest.mark.parametrize("mode", ["snapshot", "fork", "spawn"])
def test_blocks_go_on_from_where_they_say(folder: Path, mode: Mode) -> None:
    with Engine(mode=mode, jobs=2) as engine:
        found = outputs(engine, branching(folder, *COLUMNS))
    text = {block: "".join(out.text for out in outs if isinstance(out, Stream)) for block, outs in found.items()}
    assert text == {"1.1": "", "2.1": "[1, 2]\n", "3.1": "[1, 3]\n", "4.1": "on [1, 3]\n", "5.1": "False\n"}


def test_an_edit_on_one_branch_leaves_the_other_as_it_is(folder: Path, tmp_path: Path, serving: Engine) -> None:
    store = Store(tmp_path / "store")
    outputs(serving, branching(folder, *COLUMNS), store)
    changed = list(COLUMNS)
    changed[2] = ("w.append(33)\nprint(w)", {"from_": "setup"})
    assert ran(runner(serving, store)(branching(folder, *changed))) == ["3.1", "4.1"]


def test_independent_sessions_run_side_by_side(folder: Path, tmp_path: Path) -> None:
    wait = (
        "import pathlib, time\npathlib.Path('{mine}').touch()\n"
        "while not pathlib.Path('{other}').exists():\n    time.sleep(0.01)\nprint('met')"
    )
    here, there = tmp_path / "here", tmp_path / "there"
    one = branching(
        folder,
        (wait.format(mine=here, other=there), {}),
        (wait.format(mine=there, other=here), {"from_": "start"}),
    )
    with Engine("off", jobs=2) as engine:  # nowhere else can they tell each other that they are there
        found = outputs(engine, one)
    assert [outs[-1] for outs in found.values()] == [Stream("stdout", "met\n", (5,))] * 2


def test_a_run_that_ends_while_another_begins_does_not_take_that_for_an_orphan(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tier("auto").name != "strict":
        pytest.skip("no namespaces here")
    start = descendants.begin_cell
    sweeping: list[Thread] = []

    def interrupted(*args: Any) -> None:
        start(*args)
        sweeping.append(Thread(target=descendants._kill_orphans, args=(0,)))  # as every worker's end does
        sweeping[0].start()
        sweeping[0].join(0.3)

    monkeypatch.setattr(zygote, "begin_cell", interrupted)
    with Engine("strict") as engine:
        found = outputs(engine, branching(folder, ("import time\ntime.sleep(0.5)\nprint('lives')", {})))
    assert (found["1.1"], len(sweeping)) == ((Stream("stdout", "lives\n", (3,)),), 1)


def test_a_seed_of_its_own_makes_a_blocks_numbers_its_own(folder: Path) -> None:
    code = "import random, torch\nprint(random.random(), torch.rand(1))"
    seeded = replace(BlockOptions(run=True), seed=5)
    alone = fresh(session_of(deck_of((code, seeded), path=folder / "slides.md")))
    later = fresh(session_of(deck_of(code, (code, seeded), path=folder / "slides.md")))
    assert later["2.1"] == alone["1.1"] != later["1.1"]


def test_threads_of_a_block_are_its_own(folder: Path) -> None:
    code = "import torch\nprint(torch.get_num_threads())"
    two = replace(BlockOptions(run=True), threads=2)
    found = fresh(session_of(deck_of(code, (code, two), code, path=folder / "slides.md")))
    assert [out.text for outs in found.values() for out in outs if isinstance(out, Stream)] == ["1\n", "2\n", "1\n"]


def test_a_block_that_is_not_to_be_kept_runs_every_time(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    never = replace(BlockOptions(run=True), cache=False)
    one = session_of(deck_of("x = 1", ("y = 2", never), "print(y)", path=folder / "slides.md"))
    with Engine() as engine:
        assert ran(runner(engine, store)(one)) == ["1.1", "2.1", "3.1"]
        assert ran(runner(engine, store)(one)) == ["2.1", "3.1"], "and so does what hangs on it"


@pytest.mark.parametrize("name", ["data.csv", "local.py"])
def test_a_changed_file_makes_the_blocks_run_that_read_it_and_those_after(
    folder: Path, tmp_path: Path, name: str
) -> None:
    (folder / "data.csv").write_text("1")
    (folder / "local.py").write_text("x = 1")
    store = Store(tmp_path / "store")
    one = session(folder, "a = 1", "import local\nprint(open('data.csv').read(), local.x)", "print(a)")
    with Engine() as engine:
        outputs(engine, one, store)
        (folder / "unread.txt").write_text("new")
        assert ran(runner(engine, store)(one)) == []
        (folder / name).write_text("x = 2")
        assert ran(runner(engine, store)(one)) == ["2.1", "3.1"]


@pytest.mark.parametrize(
    "way", ["./python", "../tools/python", "{root}/talk/python", "{root}/tools/python", "{root}/env"]
)
def test_another_python_that_comes_with_the_deck_is_not_started(tmp_path: Path, way: str) -> None:
    folder, tools = tmp_path / "checkout" / "talk", tmp_path / "checkout" / "tools"
    for place in (folder, tools):
        place.mkdir(parents=True)
        (place / "python").symlink_to(sys.executable)  # as in an environment, whose own code is imported at its start
    (tmp_path / "checkout" / ".git").mkdir()
    (tmp_path / "checkout" / "env").symlink_to(sys.executable)
    name = way.format(root=tmp_path / "checkout")
    deck = deck_of("1", path=folder / "slides.md", headmatter={"python": {"interpreter": name}})
    with pytest.raises(DeckError, match="comes with the deck") as caught:
        session_of(deck)
    assert caught.value.span and caught.value.hint


# "file name too long", and files that are gone before they are looked at
LONG = "d" * 200
UNSEEN = [
    f"import os\nos.chdir('..')\nwhile (left := 4085 - len(os.getcwd())) > 1:\n    os.mkdir({LONG!r}[:left])\n"
    f"    os.chdir({LONG!r}[:left])\nopen({LONG!r}, 'w').close()",
    "import threading\ndef go_on():\n    while True:\n        for no in range(50): open(f'x{no}', 'w').close()\n"
    "        for no in range(50): os.unlink(f'x{no}')\nimport os, time\n"
    "if os.fork() == 0: go_on()\ntime.sleep(0.2)",
]


@pytest.mark.parametrize("code", UNSEEN)
def test_what_can_not_be_looked_at_keeps_a_state_from_being_frozen_and_no_more(folder: Path, code: str) -> None:
    with Engine(mode="snapshot") as engine:
        found = outputs(engine, session(folder, code, "print(2)"))
        assert not len(engine.checkpoints)
    assert found == {"1.1": (), "2.1": (Stream("stdout", "2\n", (1,)),)}


@pytest.mark.parametrize("sandbox", ["strict", "off"])
def test_a_worker_that_ends_while_its_processes_use_too_much_is_told_of(
    folder: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(worker: WorkerProcess) -> None:
        if is_dead(worker.pid):
            raise ExcessError("it used more than it may")

    monkeypatch.setattr(WorkerProcess, "_look", look)
    code = "import os, time\nif os.fork() == 0: time.sleep(5)\nos._exit(0)"
    with Engine(sandbox) as engine:
        (error,) = outputs(engine, session(folder, code))["1.1"]
    assert isinstance(error, Error) and error.evalue == "it used more than it may, and was stopped"


@pytest.mark.parametrize("sandbox", ["strict", "landlock", "off"])
@pytest.mark.parametrize(
    "way", ["os.rename('../work', '../old'); os.symlink({0!r}, '../work')", "os.symlink({0!r}, 'sub')"]
)
def test_no_time_is_set_where_a_folder_s_place_leads_elsewhere(
    folder: Path, tmp_path: Path, sandbox: Sandbox, way: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    for place in (folder, folder / "sub", elsewhere):
        place.mkdir(exist_ok=True)
        (place / "notes.txt").write_text("x")
    files = (folder / "notes.txt", elsewhere / "notes.txt")
    before = [path.stat().st_ctime_ns for path in files]  # which to set a time changes, and to read does not
    with Engine(sandbox) as engine:
        for where in (folder, elsewhere):
            code = f"import os, shutil\nshutil.rmtree('sub')\n{way.format(str(where))}"
            outputs(engine, session(folder, code))
    assert [path.stat().st_ctime_ns for path in files] == before


def test_what_is_frozen_between_two_blocks_is_not_taken_for_read(folder: Path, tmp_path: Path, serving: Engine) -> None:
    (folder / "slides.md").write_text("one")
    store = Store(tmp_path / "store")
    codes = ["x = 1", "x += 1\nprint(x)", "print(x)"]
    assert ran(runner(serving, store)(session(folder, *codes))) == ["1.1", "2.1", "3.1"]
    (folder / "slides.md").write_text("another")
    assert ran(runner(serving, store)(session(folder, *codes))) == []
