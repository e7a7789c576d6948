"""A real worker, seen from outside: how it dies, what it can see, and that nothing of it is left."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from signal import Signals

import pytest

from deck_builder.execute.deaths import death
from deck_builder.execute.running import worker_runner
from deck_builder.execute.session import session_of
from deck_builder.execute.throwaway import remove
from deck_builder.execute.worker_process import WorkerProcess
from deck_builder.model import BlockOptions, BlockResult, Error, Stream, Value
from tests.execute.decks import deck_of, session


def run(folder: Path, *codes: str, timeout_s: float = 30) -> dict[str, BlockResult]:
    return dict(worker_runner()(session(folder, *codes, timeout_s=timeout_s)))


def printed(folder: Path, code: str) -> str:
    """What a block that does nothing but print has printed."""
    (result,) = run(folder, code).values()
    assert all(isinstance(output, Stream) for output in result.outputs), result.outputs
    return "".join(output.text for output in result.outputs if isinstance(output, Stream))


@pytest.fixture
def scratch_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's scratch folders are made."""
    root = tmp_path / "scratch root"
    root.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(root))
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A deck's folder."""
    path = tmp_path / "talk 讲座"
    path.mkdir()
    return path


@pytest.mark.parametrize(
    ("code", "ename", "said", "line"),
    [
        ("x = 1\nwhile True:\n    pass", "Timeout", "more than 1 s", {2, 3}),
        ("import time\ntime.sleep(100)", "Timeout", "more than 1 s", {2}),
        ("import re\nre.match('(a*)*b', 'a' * 100)", "Timeout", "more than 1 s", {2}),
        (
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
            "Timeout",
            "more",
            {1, 2, 3},
        ),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", "Timeout", "more than 1 s", {None}),
        ("import os\nos._exit(0)", "WorkerDied", "exit status 0", {None}),
        ("import os\nos._exit(3)", "WorkerDied", "exit status 3", {None}),
        ("import ctypes\nctypes.string_at(0)", "WorkerDied", "SIGSEGV", {2}),
        ("import os\nos.kill(os.getpid(), 9)", "WorkerDied", "SIGKILL", {None}),
        ("import os\nos.killpg(0, 9)", "WorkerDied", "SIGKILL", {None}),
        ("import os\nos.abort()", "WorkerDied", "SIGABRT", {2}),
        ("import os\nos.closerange(3, 200)\nprint(1)", "WorkerDied", "exit status 1", {None}),
        ("import os, time\nos.closerange(3, 200)\ntime.sleep(100)", "WorkerDied", "closed the pipe", {None}),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGALRM)", "WorkerDied", "SIGALRM", {None}),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)", "WorkerDied", "SIGTERM", {None}),
    ],
)
def test_a_worker_that_dies_is_a_result(folder: Path, code: str, ename: str, said: str, line: set[int | None]) -> None:
    results = run(folder, "print('before')", f"{code}\nprint('never')", "print('after')", timeout_s=1)
    assert results["1.1"].outputs == (Stream("stdout", "before\n", (1,)),)
    error = results["2.1"].outputs[-1]
    assert isinstance(error, Error)
    assert not any(isinstance(output, Stream) and "never" in output.text for output in results["2.1"].outputs)
    assert error.ename == ename
    assert said in error.evalue
    assert (error.lines[0] if error.lines else None) in line
    assert error.hint
    assert results["3.1"].outputs == (Stream("stdout", "after\n", (1,)),), "the blocks after it still run"


@pytest.mark.parametrize(
    ("signal", "hint"),
    [
        ("SIGSEGV", "written in C"),
        ("SIGKILL", "memory"),
        ("SIGALRM", "alarm"),
        ("SIGTERM", "SIGTERM"),
        ("SIGHUP", "SIGHUP"),
    ],
)
def test_a_death_is_told_by_its_signal(signal: str, hint: str) -> None:
    evalue, found = death(-Signals[signal])
    assert signal in evalue and hint in found
    assert ("written in C" in found) is (signal == "SIGSEGV")


def test_blocks_after_one_that_ended_the_session_find_what_was_there_before_it(folder: Path) -> None:
    results = run(
        folder,
        "import os, time\nx, when = 1, time.monotonic_ns()\nprint(when)",
        "y = x + 1\n1 / 0",
        "z = y\nos._exit(1)",
        "print(x, y, when)",
        "print(z)",
    )
    (first,), (_, *_), (*_, killed), (later,), (*_, missing) = (result.outputs for result in results.values())
    assert isinstance(first, Stream) and isinstance(later, Stream)
    assert later.text.startswith("1 2 "), "also what a block did before its error"
    assert first.text.strip() not in later.text, "the first block's result is that of its first run"
    assert isinstance(killed, Error) and killed.ename == "WorkerDied"
    assert isinstance(missing, Error) and missing.evalue == "name 'z' is not defined"


def test_a_session_is_taken_up_again_three_times(folder: Path) -> None:
    results = run(folder, "x = 1", *["import os\nos._exit(1)"] * 3, "print(x)", "import os\nos._exit(2)", "print(x)")
    assert list(results) == ["1.1", "2.1", "3.1", "4.1", "5.1", "6.1"], "what comes after has no result"
    assert results["5.1"].outputs == (Stream("stdout", "1\n", (1,)),)


def test_a_block_that_ends_only_the_second_session_keeps_its_result(folder: Path) -> None:
    flag = f"pathlib.Path({str(folder / 'ran')!r})"
    code = f"import os, pathlib\nif {flag}.exists(): os._exit(1)\n{flag}.touch()\nprint('good')"
    one = session(folder, "x = 1", code, "import os\nos._exit(1)", "print(x)")
    results = dict(worker_runner("off")(one))  # elsewhere it can leave no flag
    assert results["2.1"].outputs == (Stream("stdout", "good\n", (4,)),)
    assert results["4.1"].outputs == (Stream("stdout", "1\n", (1,)),)


def test_what_a_worker_wrote_before_it_ended_is_read_however_late(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_dead = WorkerProcess._is_dead

    def late(worker: WorkerProcess) -> bool:
        time.sleep(0.3)  # time enough for the worker to write everything and go
        return is_dead(worker)

    monkeypatch.setattr(WorkerProcess, "_is_dead", late)
    results = run(folder, "import time\ntime.sleep(0.5)\nprint(1)", "print(2)")
    assert [result.outputs[-1] for result in results.values()] == [
        Stream("stdout", "1\n", (3,)),
        Stream("stdout", "2\n", (1,)),
    ]


def test_where_a_worker_hangs_is_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = WorkerProcess._crash_text
    looks = iter(range(1000))

    def late(worker: WorkerProcess) -> str:
        return texts(worker) if next(looks) > 30 else ""  # as on a machine with other things to do

    monkeypatch.setattr(WorkerProcess, "_crash_text", late)
    error = run(folder, "x = 1\nwhile True: pass", timeout_s=0.5)["1.1"].error
    assert error and error.lines == (2,)


def test_what_a_block_did_before_it_died_is_kept(folder: Path) -> None:
    code = "import os\nprint('one')\nos.write(2, b'low')\nprint('unfinished', end='')\nos._exit(1)"
    outputs = run(folder, code)["1.1"].outputs
    assert outputs[0] == Stream("stdout", "one\n", (2,))
    assert Stream("stderr", "low", ()) in outputs
    assert isinstance(outputs[-1], Error)


def test_a_worker_that_leaves_a_child_behind_is_dead_all_the_same(folder: Path) -> None:
    code = "import os, time\nif not os.fork():\n    time.sleep(1000)\nos._exit(0)"
    results = run(folder, code, "print('after')")
    (error,) = results["1.1"].outputs
    assert isinstance(error, Error) and error.ename == "WorkerDied"


def test_a_forged_frame_ends_the_run_and_raises_nothing(folder: Path) -> None:
    code = (
        "import os\nfor fd in range(3, 30):\n    try:\n        os.write(fd, b'\\xff' * 100)\n    except OSError: pass"
    )
    error = run(folder, f"{code}\nprint(1)")["1.1"].error
    assert error and error.ename == "WorkerDied"


def test_a_flood_of_results_ends_the_run(folder: Path) -> None:
    get = "from deck_builder.worker.recorder import current"
    error = run(folder, f"{get}\nfor i in range(20):\n    current().figure('x' * 8_000_000, 1, 1, [])")["1.1"].error
    assert error and "more than 64 MiB" in error.evalue


def test_a_block_can_have_a_time_limit_of_its_own(folder: Path) -> None:
    slow = "import time\ntime.sleep(1.5)"
    patient = (slow, BlockOptions(run=True, timeout_s=30))
    hasty = (slow, BlockOptions(run=True, timeout_s=0.2))
    deck = deck_of(patient, hasty, path=folder / "slides.md", headmatter={"python": {"timeout": 1}})
    results = dict(worker_runner()(session_of(deck)))
    assert results["1.1"].error is None
    assert results["1.1"].seconds >= 1.5
    error = results["2.1"].error
    assert error and error.ename == "Timeout"


def test_results_come_block_by_block(folder: Path) -> None:
    results = worker_runner()(session(folder, "1", "while True: pass", timeout_s=1000))
    assert next(results)[0] == "1.1"
    del results


DAEMON = (
    "import os, time\npid = os.fork()\nif pid: os.waitpid(pid, 0)\nelse:\n"
    "    os.setsid()\n    if os.fork(): os._exit(0)\n    "
)


@pytest.mark.parametrize(
    "code",
    [
        "print(1)",
        "import subprocess\nsubprocess.Popen(['sleep', '1000'])",
        "import os, time\nif not os.fork(): time.sleep(1000)",
        f"{DAEMON}time.sleep(1000)",
        f"{DAEMON}os.execve('/bin/sleep', ['sleep', '1000'], {{}})",
        "import os\nos.makedirs('shut/in')\nos.chmod('shut/in', 0)\nos.chmod('shut', 0)",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()",
        "import atexit, time\natexit.register(time.sleep, 1000)",
        "import os\nos._exit(0)",
        "while True: pass",
    ],
)
def test_no_process_and_no_folder_is_left(folder: Path, scratch_root: Path, code: str) -> None:
    before = children()
    run(folder, "import pathlib\npathlib.Path('left.txt').write_text('x')", code, timeout_s=2)
    assert children() == before, "no orphan is left to us"
    assert not list(scratch_root.iterdir())
    assert not list(folder.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
@pytest.mark.parametrize("sandbox", ["strict", "landlock", "off"])
def test_a_worker_does_not_outlive_its_parent(folder: Path, sandbox: str) -> None:
    script = f"""
from pathlib import Path
from deck_builder.execute.running import worker_runner
from tests.execute.decks import session
for _ in worker_runner({sandbox!r})(session(Path({str(folder)!r}), "1", "while True: pass")):
    print("begun", flush=True)
"""
    env = {**os.environ, "TMPDIR": str(folder)}  # a killed parent can't clear its scratch folder away
    root = Path(__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=root, env=env, stdout=subprocess.PIPE, text=True)
    assert parent.stdout and parent.stdout.readline() == "begun\n"
    workers = below(parent.pid)
    assert len(workers) >= 2
    parent.kill()
    parent.communicate()
    wait_until(lambda: not workers & {pid for pid, *_ in processes()})


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until, "it did not happen in half a minute"
        time.sleep(0.02)


def children() -> set[int]:
    """This process' own, without zombies: a browser of other tests may be among them."""
    return {pid for pid, _, parent in processes() if parent == os.getpid()}


def below(root: int) -> set[int]:
    """The processes that descend from one, without zombies."""
    parents = {pid: parent for pid, _, parent in processes()}
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {root}


def processes() -> Iterator[tuple[int, int, int]]:
    """Every process that is no zombie, with its group and its parent."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if state != "Z":
            yield int(stat.parent.name), int(group), int(parent)


def test_orphans_are_taken_in_only_while_a_worker_lives(folder: Path) -> None:
    run(folder, "1")
    script = "import os, time\nif not os.fork():\n    time.sleep(0.2)\n    print(os.getppid())"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.strip() != str(os.getpid())


def test_a_folder_that_was_shut_is_removed(tmp_path: Path) -> None:
    root = tmp_path / "scratch"
    (root / "shut" / "in").mkdir(parents=True)
    (root / "shut" / "in" / "a.txt").touch()
    for path in (root / "shut" / "in", root / "shut", root):
        path.chmod(0)
    is_root = os.geteuid() == 0  # whom no folder is shut to: then it is removed as somebody else
    if is_root:
        for path in (root / "shut" / "in", root / "shut", root, tmp_path):
            os.chown(path, 65534, 65534)
    child = os.fork()
    if not child:
        try:
            os.chdir(tmp_path)
            if is_root:
                os.setuid(65534)
            remove(Path("scratch"))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert not root.exists()


def test_the_environment_is_clean(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    monkeypatch.setenv("PYTHONPATH", "/hunter2")
    code = "import os, sys\nprint(dict(os.environ), open('/proc/self/environ').read(), sys.path, sys.argv)"
    text = printed(folder, code)
    assert "hunter2" not in text
    assert "PATH" in text
    assert printed(folder, "import pathlib\nprint(pathlib.Path.home())").strip() != str(Path.home())


def test_nothing_of_ours_is_in_the_way(folder: Path) -> None:
    assert printed(folder, "import os, sys\nprint(sorted(map(int, os.listdir('/proc/self/fd')))[:3], sys.argv)") == (
        f"[0, 1, 2] ['{folder}/slides.md']\n"
    )
    assert printed(folder, "try:\n    import deck_builder.model\nexcept ImportError:\n    print('none')") == "none\n"


def test_files_beside_the_deck_can_be_read_and_new_ones_stay_out(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "数据.csv").write_text("1,2\n")
    (folder / "local.py").write_text("value = 42\n")
    code = """
import os, local
from pathlib import Path
print(open('data/数据.csv').read(), local.value, Path(local.__file__).name)
Path('new.txt').write_text('x'), Path('data/new.txt').write_text('x'), Path.home().joinpath('x').write_text('x')
print(sorted(os.listdir()), sorted(os.listdir('data')))
"""
    assert printed(folder, code) == "1,2\n 42 local.py\n['data', 'local.py', 'new.txt'] ['new.txt', '数据.csv']\n"
    assert sorted(path.name for path in folder.rglob("*")) == ["data", "local.py", "数据.csv"]


def test_a_crowded_folder_is_linked_as_a_whole(folder: Path) -> None:
    (folder / "many").mkdir()
    for no in range(1100):
        (folder / "many" / f"{no}.txt").touch()
    assert printed(folder, "import os\nprint(len(os.listdir('many')), os.path.islink('many'))") == "1100 True\n"


def test_a_deck_in_the_folder_of_temporary_files_runs(scratch_root: Path) -> None:
    (scratch_root / "data.txt").write_text("here")
    assert printed(scratch_root, "print(open('data.txt').read())") == "here\n"


def test_a_deck_that_is_not_on_the_disk_runs() -> None:
    (result,) = [result for _, result in worker_runner()(session(Path("/nowhere"), "1 + 1"))]
    assert result.outputs == (Value("2", (2 - 1,)),)


def test_a_relative_path_is_the_same_deck(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    relative = session(Path(folder.name), "print(__file__)\n1 / 0")
    (result,) = [result for _, result in worker_runner()(relative)]
    assert result.outputs[0] == Stream("stdout", f"{folder}/slides.md\n", (1,))
    assert result.error and result.error.traceback[1] == '  File "slides.md", line 9, in <module>'


def test_threads_are_what_the_deck_says(folder: Path) -> None:
    one = session(folder, "import os\nprint(os.environ['OMP_NUM_THREADS'])")
    (_, result), *_ = worker_runner()(replace(one, threads=3))
    assert result.outputs == (Stream("stdout", "3\n", (2,)),)


def test_a_worker_that_does_not_start_is_a_result(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    ((block, result),) = worker_runner()(session(folder, "1", "2"))
    assert block == "1.1"
    assert result.error and result.error.ename == "WorkerDied"
    assert "did not start" in result.error.evalue


def test_no_descriptor_is_left_open(folder: Path) -> None:
    run(folder, "1")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    run(folder, "1")
    run(folder, "import os\nos._exit(1)")
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
