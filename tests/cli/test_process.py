from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from deck_builder import cli
from tests.cli.decks import GOOD, pages, write

ROOT = Path(__file__).resolve().parents[2]
DECK = [sys.executable, "-m", "deck_builder"]


@pytest.fixture(autouse=True, scope="module")
def signals_that_are_heard() -> Iterator[None]:
    """Signals as a terminal's programs have them: who started these tests may have had some ignored."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGHUP, signal.SIGTERM)}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def environment() -> dict[str, str]:
    """The environment of a process that takes the package from this checkout."""
    return os.environ | {"PYTHONPATH": str(ROOT)}


def on_a_terminal(args: list[str], env: dict[str, str]) -> str:
    """What a command shows on a terminal of its own."""
    controller, terminal = os.openpty()
    command = [*DECK, *args]
    process = subprocess.Popen(command, stdout=terminal, stderr=terminal, env=environment() | env)
    os.close(terminal)
    shown = b""
    while True:
        try:
            shown += (chunk := os.read(controller, 65536))
        except OSError:
            chunk = b""
        if not chunk:
            break
    process.wait()
    os.close(controller)
    return shown.decode()


def test_no_color_is_honoured() -> None:
    write("talk.md", "# One\n\n![x](missing.png)\n")
    assert "\x1b[1m" in on_a_terminal(["check", "talk.md"], {"TERM": "xterm", "NO_COLOR": ""})
    assert "\x1b[1m" not in on_a_terminal(["check", "talk.md"], {"TERM": "xterm", "NO_COLOR": "1"})


def test_a_terminal_shows_which_block_runs() -> None:
    cli.run(["new", "talk"])
    shown = on_a_terminal(["build", "talk"], {"TERM": "xterm", "COLUMNS": "80"})
    assert "talk: slide 3, block 3.1  def slope(x):" in shown
    assert "talk: slide 4, block 4.1  import matplotlib" in shown


def test_what_is_said_of_a_deck_has_a_line_of_its_own() -> None:
    for name in ("one", "two"):
        write(f"decks/{name}.md", GOOD)
    shown = on_a_terminal(["build", "decks"], {"TERM": "xterm", "COLUMNS": "80"})
    for line in shown.split("\r\n"):
        if ".html: " in line:
            visible = line.rpartition("\x1b[2K")[2]  # what stood in the line before is wiped out
            assert visible.startswith("build/"), line


def test_what_held_the_code_is_told_on_a_terminal_when_code_ran() -> None:
    write("talk/slides.md", GOOD)
    assert "sandbox: strict | held: " in on_a_terminal(["build", "talk/slides.md"], {"TERM": "dumb"})
    assert "sandbox: " not in on_a_terminal(["build", "talk/slides.md"], {"TERM": "dumb"}), (
        "the results come from the cache"
    )
    assert "sandbox: " not in on_a_terminal(["build", "talk/slides.md", "--no-run"], {"TERM": "dumb"})


def test_a_deck_cannot_steer_the_terminal_while_it_runs() -> None:
    write("talk.md", "# One\n\n```python\nx = '\x1b]0;stolen\x07'; 1 / 0\n```\n")
    shown = on_a_terminal(["check", "talk.md"], {"TERM": "xterm", "COLUMNS": "80"})
    assert "slide 1, block 1.1  x = ']0;stolen'; 1 / 0" in shown
    assert "\x1b]" not in shown
    assert "\x07" not in shown


@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full", "2>&1 | true", "| true"])
def test_nobody_has_to_listen(closed: str) -> None:
    write("talk.md", "# One\n\n```python\n1 / 0\n```\n")
    command = f"set -o pipefail; {shlex.join([*DECK, 'build', 'talk.md'])} {closed}"
    done = subprocess.run(["bash", "-c", command], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert pages() == ["talk.html"]
    said = done.stdout + done.stderr
    assert not any(word in said for word in ("Traceback", "Broken", "Exception", "not your deck's fault")), said


def test_a_full_disk_is_no_reader_that_went_away() -> None:
    write("talk.md", GOOD)
    command = shlex.join([*DECK, "check", "talk.md", "--format", "junit"])
    done = subprocess.run(
        ["bash", "-c", f"{command} > /dev/full"], env=environment(), stderr=subprocess.PIPE, text=True
    )
    assert done.returncode == 2
    assert "standard output can't be written: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_build_that_is_stopped_leaves_nothing_behind(here: Path, number: signal.Signals) -> None:
    seconds = f"300.{os.getpid()}{number:02}"  # by which this very child is known among all processes
    process = sleeping(here, seconds)
    assert list((here / "tmp").iterdir()), "there is nothing to tidy up"
    assert processes(seconds)
    for again in (number, signal.SIGTERM, signal.SIGINT):
        process.send_signal(again)
    out, err = process.communicate(timeout=60)
    assert process.returncode in (128 + number, 128 + signal.SIGTERM, 128 + signal.SIGINT)
    assert (out, err) == ("", "stopped\n")
    assert processes(seconds) == []
    assert list((here / "tmp").iterdir()) == []
    assert pages() == []


def test_decks_and_sessions_side_by_side_that_are_stopped_leave_nothing_behind(here: Path) -> None:
    seconds = f"300.{os.getpid()}98"
    (here / "tmp").mkdir()
    for deck in ("a", "b"):
        code = f"import subprocess\nsubprocess.run(['sleep', '{seconds}'])"
        write(f"decks/{deck}.md", "# One\n" + f"\n```python {{all}}{{from: 'start'}}\n{code}\n```\n" * 2)
    process = subprocess.Popen(
        [*DECK, "build", "decks", "-j", "4"],
        env=environment() | {"TMPDIR": str(here / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_for(4, seconds, process)
    process.terminate()
    assert process.communicate(timeout=60)[0] == "stopped\n"
    assert process.returncode == 128 + signal.SIGTERM
    assert processes(seconds) == []
    assert list((here / "tmp").iterdir()) == []


def test_a_closed_terminal_ends_a_build_in_good_order(here: Path) -> None:
    seconds = f"300.{os.getpid()}99"
    controller, terminal = os.openpty()
    # The command takes the terminal as its own: when that is closed, the system sends SIGHUP.
    code = "import fcntl, termios; fcntl.ioctl(2, termios.TIOCSCTTY); from deck_builder.cli import main; main()"
    process = sleeping(here, seconds, [sys.executable, "-c", code], terminal)
    os.close(terminal)
    os.close(controller)
    assert process.wait(60) == 128 + signal.SIGHUP
    assert processes(seconds) == []
    assert list((here / "tmp").iterdir()) == []


def test_what_nohup_ignores_stays_ignored(here: Path) -> None:
    code = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); from deck_builder.cli import main; main()"
    process = sleeping(here, f"2.{os.getpid()}", [sys.executable, "-c", code])
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == 0


def sleeping(
    here: Path, seconds: str, command: list[str] = DECK, terminal: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """A build whose code waits for a child that sleeps, once that is so."""
    (here / "tmp").mkdir()
    write("talk.md", f"# One\n\n```python\nimport subprocess\nsubprocess.run(['sleep', '{seconds}'])\n```\n")
    process = subprocess.Popen(
        [*command, "build", "talk.md"],
        env=environment() | {"TMPDIR": str(here / "tmp")},
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        text=True,
    )
    wait_for(1, seconds, process)
    return process


def wait_for(count: int, seconds: str, process: subprocess.Popen[str]) -> None:
    """Wait until a build has so many processes that sleep: slide code has no other way to be heard of."""
    while len(processes(seconds)) < count:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def processes(seconds: str) -> list[Path]:
    """The processes that sleep for a number of seconds."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may have ended meanwhile
            if (process / "cmdline").read_bytes() == f"sleep\0{seconds}\0".encode():
                found.append(process)
    return found


def run(*args: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, with a real worker."""
    return subprocess.run([*DECK, *args], env=environment(), capture_output=True, text=True, check=False)


def test_decks_run_side_by_side_and_are_told_in_order() -> None:
    seconds = f"300.{os.getpid()}97"
    code = (
        f"import pathlib, subprocess, time\nchild = subprocess.Popen(['sleep', '{seconds}'])\n"
        "while not pathlib.Path('{folder}/go').exists():\n    time.sleep(0.01)\nprint('met')"
    ).replace("{folder}", str(Path.cwd()))
    for name in ("a", "b"):
        write(f"{name}.md", f"# {name}\n\n```python {{timeout: 60}}\n{code}\n```\n")
    command = [*DECK, "build", "a.md", "b.md", "-j", "2"]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        wait_for(2, seconds, process)
        Path("go").touch()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert [line.partition(":")[0] for line in out.splitlines()] == ["build/a.html", "build/b.html"]
    assert all("met" in Path("build", page).read_text() for page in pages())


def test_a_deck_that_is_built_twice_anew_has_the_same_bytes() -> None:
    code = (
        "import random, torch\nimport matplotlib.pyplot as plt\n"
        "print(random.random(), torch.rand(2), {'a', 'b', 'c'})\nplt.plot(torch.rand(9).numpy())\nplt.show()\nobject()"
    )
    write("talk.md", f"# One\n\n```python {{all|1|2}}\n{code}\n```\n\n```python\n1 / 0\n```\n")
    made = []
    for _ in range(2):
        assert run("build", "talk.md", "--no-cache").returncode == 1
        made.append(Path("build/talk.html").read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_decks_that_run_side_by_side_are_stopped_together(number: signal.Signals, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    seconds = f"300.{os.getpid()}{number:02}1"
    code = f"import os, time\nif not os.fork():\n    os.setsid()\n    os.execvp('sleep', ['sleep', '{seconds}'])\n"
    for name in ("a", "b", "c"):
        block = f"{code}time.sleep(1000)"
        write(f"{name}.md", f"# {name}\n\n```python\n{block}\n```\n\n```python {{from: 'start'}}\n{block}\n```\n")
    process = subprocess.Popen(
        [*DECK, "build", "a.md", "b.md", "c.md", "-j", "6"],
        env=environment() | {"TMPDIR": str(scratch)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for(6, seconds, process)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert err.strip().endswith("stopped")
    assert processes(seconds) == []
    assert not list(scratch.iterdir()), "no folder is left"
    assert not pages()
