"""The sandbox: what a choice gives on a machine, what it says of itself, and that what it takes does not come back.

That it stops what it is there to stop is shown by the attacks, in test_attacks.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

from deck_builder.errors import SandboxError
from deck_builder.execute import probe, watch
from deck_builder.execute.engine import Engine
from deck_builder.execute.running import runner, worker_runner
from deck_builder.execute.sandbox import LAYERS, TIERS, Sandbox, Tier, TierName, describe, policy, tier
from deck_builder.execute.sandbox.places import Places
from deck_builder.model import Error, Output, Stream, Value, Warning
from tests.execute.decks import session

Outputs: TypeAlias = Callable[..., list[tuple[Output, ...]]]

EVERY: list[Sandbox] = ["strict", "landlock", "seccomp", "off"]
HELD: list[Sandbox] = ["strict", "landlock", "seccomp"]

# each prints "stopped" if the limits hold; none does harm if they do not
BEYOND_LIMITS = [
    "import mmap\ntry:\n    mmap.mmap(-1, 5 << 30, flags=mmap.MAP_PRIVATE)\nexcept OSError:\n    print('stopped')",
    "file = open('sparse', 'wb')\ntry:\n    file.truncate(2 << 30)\nexcept OSError:\n    print('stopped')",
    "import resource\nif resource.getrlimit(resource.RLIMIT_CORE) == (0, 0): print('stopped')",
    "import os\ntry:\n    for i in range(300): os.dup(0)\nexcept OSError:\n    print('stopped')",
]


@pytest.fixture
def folder(folder: Path) -> Path:
    """A deck's folder with a file in it."""
    (folder / "data.csv").write_text("a,b\n1,2\n")
    return folder


@pytest.fixture(scope="module")
def engine() -> Iterator[Callable[[Sandbox], Engine]]:
    """One engine for each sandbox."""
    with ExitStack() as stack:
        yield cache(lambda sandbox: stack.enter_context(Engine(sandbox)))


@pytest.fixture
def outputs(engine: Callable[[Sandbox], Engine], folder: Path) -> Outputs:
    """What blocks do in a sandbox."""

    def run(sandbox: Sandbox, *codes: str) -> list[tuple[Output, ...]]:
        return [result.outputs for _, result in runner(engine(sandbox))(session(folder, *codes))]

    return run


def fake(monkeypatch: pytest.MonkeyPatch, name: TierName, reasons: dict[TierName, str]) -> None:
    """Let the machine be one that has this tier and no stronger one."""
    monkeypatch.setattr(probe, "strongest", lambda: Tier(name, reasons))


@pytest.mark.parametrize("code", BEYOND_LIMITS)
def test_what_is_beyond_the_limits_is_stopped(outputs: Outputs, code: str) -> None:
    (((stream,),),) = ([outputs("auto", code)[0]],)
    assert isinstance(stream, Stream) and stream.text == "stopped\n"


@pytest.mark.parametrize("code", BEYOND_LIMITS[:2])
def test_nothing_is_beyond_them_where_there_are_none(outputs: Outputs, code: str) -> None:
    assert outputs("off", code) == [()]


@pytest.mark.parametrize("name", ["strict", "landlock", "seccomp", "limits"])
def test_a_whole_tier_is_tried_in_a_process_that_is_thrown_away(name: TierName) -> None:
    assert probe.attempt(name) == ""


def test_each_tier_has_layers_that_there_are() -> None:
    assert {layer for layers in TIERS.values() for layer in layers} == LAYERS.keys()


def test_the_strongest_is_taken_that_passes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(probe, "attempt", lambda name: {"strict": "unshare: Operation not permitted"}.get(name, ""))
    probe.strongest.cache_clear()
    assert probe.strongest() == Tier("landlock", {"strict": "unshare: Operation not permitted"})
    monkeypatch.setattr(probe, "attempt", lambda name: pytest.fail("it is known"))
    probe.strongest.cache_clear()
    assert probe.strongest().name == "landlock"
    (kept,) = (tmp_path / "deck-builder" / "sandbox").iterdir()
    kept.write_text('{"nonsense": 1}')
    monkeypatch.setattr(probe, "attempt", lambda name: "no")
    probe.strongest.cache_clear()
    assert probe.strongest().name == "off"
    probe.strongest.cache_clear()


def test_strict_takes_what_holds_all_and_refuses_what_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, "landlock", {"strict": "unshare: Operation not permitted"})
    assert tier("strict").name == "landlock"
    fake(monkeypatch, "seccomp", {"strict": "unshare: not so", "landlock": "this kernel has no Landlock"})
    with pytest.raises(SandboxError, match="strict") as caught:
        worker_runner("strict")
    assert "no Landlock" in caught.value.hint and "unshare" in caught.value.hint
    assert tier("auto").name == "seccomp"


def test_one_line_says_what_holds_and_what_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, "strict", {})
    assert describe() == ("sandbox: strict | held: environment, time, output, memory, files, network, other processes")
    fake(monkeypatch, "landlock", {"strict": "unshare: Operation not permitted"})
    assert "(no more than that: unshare: Operation not permitted)" in describe("strict")
    assert "not held: whether a hidden file exists" in describe()
    fake(monkeypatch, "limits", {})
    assert describe().endswith("not held: files, network, other processes")
    assert describe("off").endswith("not held: memory, files, network, other processes")


def test_in_a_container_without_namespaces_the_next_tier_is_taken_and_named(tmp_path: Path) -> None:
    code = "from deck_builder.execute.sandbox import describe\nprint(describe('strict'))"
    command = [sys.executable, "-m", "tests.execute.like_docker", sys.executable, "-c", code]
    env = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=True).stdout
    assert said.startswith("sandbox: landlock (no more than that: namespaces: unshare: Operation not permitted) | ")
    assert "files, network, signals" in said


def test_results_of_one_tier_are_not_those_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, "strict", {})
    assert len({policy(one) for one in EVERY}) == len(EVERY)
    assert policy("auto") == policy("strict")


def test_a_root_folder_is_shown_without_what_is_made_anew() -> None:
    shown = Places((Path("/"),), Path("/tmp/deck-x")).readable()
    assert "/" not in shown and "/usr" in shown
    assert not {"/proc", "/dev", "/tmp"} & set(shown)


@pytest.mark.parametrize("sandbox", EVERY)
def test_what_lectures_do_works_in_every_tier(outputs: Outputs, sandbox: Sandbox) -> None:
    codes = [
        "import torch\nw = torch.ones(2, requires_grad=True)\n(w * w).sum().backward()\nw.grad.tolist()",
        "import pandas\npandas.read_csv('data.csv')['b'].sum().item()",
        "torch.save(w, 'w.pt')\ntorch.load('w.pt').tolist()",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('数')\nplt.savefig('plot.png')",
        "import seaborn\nseaborn.lineplot(x=[1, 2], y=[2, 1])\nplt.show()",
        "import shutil, pathlib, tempfile\nshutil.copy2('data.csv', 'copy.csv')\npathlib.Path('new').touch()\n"
        "pathlib.Path('new').exists(), pathlib.Path('copy.csv').read_text(), open(tempfile.mkstemp()[1]).read()",
        "import subprocess\nsubprocess.run(['echo', 'hello'], capture_output=True, text=True).stdout",
        "import asyncio\nasync def late(): return 5\nasyncio.run(late())",
        "from torch.utils.data import DataLoader\n[batch.tolist() for batch in DataLoader([1, 2, 3], batch_size=2)]",
    ]
    found = outputs(sandbox, *codes)
    assert [type(one[0]).__name__ for one in found] == ["Value"] * 3 + ["Figure"] * 2 + ["Value"] * 4
    values = [one.text for block in found for one in block if isinstance(one, Value)]
    assert values == ["[2.0, 2.0]", "2", "[1.0, 1.0]", "(True, 'a,b\\n1,2\\n', '')", "'hello\\n'", "5", "[[1, 2], [3]]"]


LOADER = (
    "from torch.utils.data import DataLoader\n"
    "loader = DataLoader([1, 2, 3, 4], 2, num_workers=2, prefetch_factor=3, persistent_workers=True, timeout=20)\n"
    "[batch.tolist() for batch in loader]"
)


@pytest.mark.parametrize("sandbox", EVERY)
def test_a_loader_with_workers_never_hangs_and_says_when_it_has_none(outputs: Outputs, sandbox: Sandbox) -> None:
    *notes, value = outputs(sandbox, LOADER)[0]
    assert isinstance(value, Value) and value.text == "[[1, 2], [3, 4]]"
    if sandbox in ("strict", "off"):
        assert not notes
    else:
        (note,) = notes
        assert isinstance(note, Warning) and "num_workers=2 runs as 0" in note.message and note.lines == (2,)


@pytest.mark.parametrize("mode", ["w", "a", "r+", "wb"])
@pytest.mark.parametrize("sandbox", EVERY)
def test_a_file_of_the_decks_that_is_written_to_is_slide_codes_own_from_then_on(
    outputs: Outputs, folder: Path, sandbox: Sandbox, mode: str
) -> None:
    text = "b'9'" if "b" in mode else "'9'"
    found = outputs(sandbox, f"open('data.csv', {mode!r}).write({text})", "open('data.csv').read()")
    (value,) = found[1]
    assert isinstance(value, Value)
    assert value.text == {"a": "'a,b\\n1,2\\n9'", "r+": "'9,b\\n1,2\\n'"}.get(mode, "'9'")
    assert (folder / "data.csv").read_text() == "a,b\n1,2\n"


@pytest.mark.parametrize("sandbox", ["strict", "landlock"])
def test_code_in_c_can_not_write_to_the_decks_files(outputs: Outputs, folder: Path, sandbox: Sandbox) -> None:
    code = "import torch\nimport os\ntorch.save(1, os.path.join(os.path.dirname(__file__), 'data.csv'))"
    (error,) = outputs(sandbox, code)[0]
    assert isinstance(error, Error)
    assert (folder / "data.csv").read_text() == "a,b\n1,2\n"


@pytest.mark.parametrize("sandbox", HELD)
def test_a_process_that_ends_is_told_with_its_signal(outputs: Outputs, sandbox: Sandbox) -> None:
    ((error,), (value,)) = outputs(sandbox, "import os\nos.kill(os.getpid(), 11)", "5")
    assert isinstance(error, Error) and "SIGSEGV" in error.evalue and error.lines == (2,)
    assert isinstance(value, Value)


def test_the_command_line_says_what_holds(folder: Path) -> None:
    (folder / "slides.md").write_text("# A\n\n```python\nprint(1)\n```\n")
    command = [sys.executable, "-m", "deck_builder", "build", "--sandbox=strict", "-o", str(folder), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# what nobody finds who walks through the folder, or from parent to child
HIDDEN = [
    (
        "SCRATCH",
        "import os\nfiles = []\nfor no in range(3):\n    files.append(open(f'x{no}', 'wb'))\n    os.unlink(f'x{no}')\n"
        "    os.posix_fallocate(files[-1].fileno(), 0, 12 << 20)",
    ),
    (
        "SCRATCH",
        "import os\nfor _ in range(30):\n    os.mkdir('d' * 200)\n    os.chdir('d' * 200)\n"
        "os.posix_fallocate(os.open('x', os.O_CREAT | os.O_WRONLY), 0, 36 << 20)",
    ),
    (
        "PROCESSES",
        "import os, time\nfor _ in range(40):\n    if os.fork() == 0:\n        os.setsid()\n"
        "        if os.fork() == 0: time.sleep(5)\n        os._exit(0)\n    os.wait()",
    ),
    (
        "MEMORY",
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        x = bytearray(600 << 20)\n        time.sleep(5)\n    os._exit(0)\nos.wait()",
    ),
    (
        "MEMORY",
        "import mmap\nkept = mmap.mmap(-1, 192 << 30, mmap.MAP_PRIVATE | 0x4000, mmap.PROT_READ)\n"
        "kept.madvise(15)\nfor at in range(0, 192 << 30, 2 << 20): kept[at]",
    ),
]
LESS = {"SCRATCH": 20 << 20, "PROCESSES": 20, "MEMORY": 300 << 20}


@pytest.mark.parametrize("sandbox", ["strict", "landlock"])
@pytest.mark.parametrize(("limit", "code"), HIDDEN)
def test_what_hides_is_counted(
    outputs: Outputs, limit: str, code: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, limit, LESS[limit])
    ((*_, error),) = outputs(sandbox, f"{code}\nimport time\ntime.sleep(5)")
    assert isinstance(error, Error) and error.ename == "Limit"


def test_memory_that_grows_is_counted_though_it_takes_long_to_count(
    outputs: Outputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(pid: int, share: Callable[[int], int] = watch._share) -> int:
        time.sleep(0.3)
        return share(pid)

    monkeypatch.setattr(watch, "MEMORY", LESS["MEMORY"])
    monkeypatch.setattr(watch, "_share", slowly)
    code = (
        "import os, time, torch\nfor _ in range(6):\n    if os.fork() == 0: time.sleep(9), os._exit(0)\n"
        "time.sleep(3)\nx = bytearray(600 << 20)\ntime.sleep(6)"
    )
    ((*_, error),) = outputs("landlock", code)
    assert isinstance(error, Error) and error.ename == "Limit"


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="there is no such folder here")
@pytest.mark.parametrize("name", ["strict", "landlock"])
def test_temporary_files_may_lie_in_shared_memory(name: TierName, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/dev/shm")
    assert probe.attempt(name) == ""


@pytest.mark.parametrize(("why", "kept"), [("unshare: No space left on device", 2), ("unshare: Invalid argument", 1)])
def test_a_tier_that_may_be_had_the_next_time_is_tried_again(
    why: str, kept: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def attempt(name: str) -> str:
        tries.append(name)
        return why if name == "strict" else ""

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(probe, "attempt", attempt)
    for _ in range(2):
        probe.strongest.cache_clear()
        probe.strongest()
    probe.strongest.cache_clear()
    assert tries.count("strict") == kept
