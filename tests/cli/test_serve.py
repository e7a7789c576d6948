"""The command that serves: what it prints, what it refuses, and that it ends without a trace."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path

import pytest

from deck_builder import cli
from deck_builder.cli import addresses
from deck_builder.cli.addresses import hosts_for, qr_code
from deck_builder.cli.serve import math_font, named_decks
from deck_builder.cli.settings import Settings
from deck_builder.serve.listen import PortError, holder, host_names, listen
from tests.cli.decks import GOOD, write
from tests.cli.test_process import environment, processes, signals_that_are_heard

__all__ = ["signals_that_are_heard"]
DECK = [sys.executable, "-m", "tests.serve.still"]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def test_decks_of_one_name_have_addresses_of_their_own() -> None:
    decks = [Path("a/talk.md"), Path("b/talk.md"), Path("c/talk/slides.md"), Path("线性.md"), Path("...md")]
    assert list(named_decks(decks)) == ["talk", "talk-2", "talk-3", "线性", "deck"]


def test_the_authors_machine_is_always_listened_at() -> None:
    assert hosts_for(None, remote=False) == ["127.0.0.1"]
    assert hosts_for(None, remote=True) == ["0.0.0.0"]
    assert hosts_for("192.0.2.7", remote=True) == ["192.0.2.7", "127.0.0.1"]
    assert hosts_for("::", remote=False) == ["::", "127.0.0.1"]
    assert hosts_for("::1", remote=False) == ["::1"]
    assert host_names(["192.0.2.7"], 80) == {"127.0.0.1", "localhost", "192.0.2.7"}
    assert host_names(["0.0.0.0"], 3030) == {"127.0.0.1:3030", "localhost:3030"}


def test_a_port_that_is_taken_is_told_with_who_has_it(taken: int) -> None:
    with pytest.raises(PortError, match=rf"port {taken} is taken by .+ \(process {os.getpid()}\)"):
        listen(["127.0.0.1"], taken)
    assert f"(process {os.getpid()})" in holder(taken)


def test_the_next_port_that_is_free_is_taken_where_none_was_asked_for(taken: int) -> None:
    (found,) = listen(["127.0.0.1"], taken, or_next=True)
    with closing(found):
        assert taken < found.getsockname()[1] <= taken + 20


def test_two_hosts_share_one_port() -> None:
    sockets = listen(["127.0.0.1", "127.0.0.2"], 0)
    assert len({each.getsockname()[1] for each in sockets}) == 1
    for each in sockets:
        each.close()


@pytest.mark.parametrize(
    "args, why",
    [(["--host", "192.0.2.77"], "no address of this machine"), (["--host", "no such host"], "there is no host"),
     (["--port", "70000"], "is not in the range"), (["--theme", "nowhere"], "nowhere"),
     (["--port", "{taken}"], "is taken")],
)  # fmt: skip
def test_what_cannot_be_had_is_told(args: list[str], why: str, taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    write("talk.md", GOOD)
    assert cli.run(["serve", "talk.md", *(arg.format(taken=taken) for arg in args)]) == 2
    assert why in capsys.readouterr().err


def test_a_code_to_scan_is_dark_on_light() -> None:
    rows = qr_code("http://192.0.2.7:3030/talk/?presenter&key=0123456789abcdef012345").splitlines()
    assert len({len(row) for row in rows}) == 1
    assert all("\x1b[97m\x1b[40m" in row for row in rows)
    assert len(rows) < 25, "it fits a terminal"


@pytest.mark.parametrize("no_cache", [False, True])
def test_the_whole_font_of_formulas_is_served(no_cache: bool) -> None:
    settings = Settings(None, offline=True, no_cache=no_cache, no_run=False, sandbox="auto")
    font = math_font(settings)
    assert len(font) > 400_000
    assert math_font(settings) == font


def test_no_browser_in_the_terminal_is_opened(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    browser = webbrowser.GenericBrowser("w3m")
    monkeypatch.setattr(browser, "open", opened.append)
    monkeypatch.setattr(webbrowser, "get", lambda: browser)
    monkeypatch.delenv("BROWSER", raising=False)
    addresses._open("http://127.0.0.1/")
    assert not opened
    assert "open the address yourself" in capsys.readouterr().err


def started(here: Path, *args: str, stdout: int = subprocess.PIPE) -> tuple[subprocess.Popen[str], str]:
    """The command in a process of its own, and its author's address, once it answers there."""
    (here / "tmp").mkdir()
    env = environment() | {"TMPDIR": str(here / "tmp")}
    command = [*DECK, "serve", "--port", "0", *args]
    process = subprocess.Popen(
        command, env=env, stdout=stdout, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    address = process.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:"), (address, process.communicate())
    return process, address


def ask(address: str) -> tuple[int, str]:
    """What is answered at an address."""
    host, _, path = address.removeprefix("http://").partition("/")
    connection = HTTPConnection(host, timeout=20)
    connection.request("GET", f"/{path}")
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_server_that_is_stopped_leaves_nothing_behind(here: Path, number: signal.Signals) -> None:
    seconds = f"300.{os.getpid()}{number:02}3"
    code = (
        f"import os\nif not os.fork():\n    os.setsid()\n    os.execvp('sleep', ['sleep', '{seconds}'])\nprint('ran')"
    )
    write("talk.md", f"# One\n\n```python\n{code}\n```\n")
    process, address = started(here, "talk.md")
    assert ask(address)[0] == 303
    assert "ran" in ask(f"{address.partition('?')[0]}talk/")[1]
    with socket.create_connection(("127.0.0.1", int(address.split(":")[2].partition("/")[0]))) as waits:
        for again in (number, signal.SIGTERM, signal.SIGINT):
            process.send_signal(again)
        out, err = process.communicate(timeout=60)
        waits.setblocking(False)
    assert process.returncode in (128 + number, 128 + signal.SIGTERM, 128 + signal.SIGINT)
    assert (out, err) == ("", "stopped\n")
    assert processes(seconds) == []
    assert list((here / "tmp").iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        ask(address)


def test_a_closed_terminal_ends_it(here: Path) -> None:
    write("talk.md", "# One\n")
    controller, terminal = os.openpty()
    code = (
        "import fcntl, termios; fcntl.ioctl(2, termios.TIOCSCTTY)\n"
        "from importlib import import_module; from tests.serve.still import still\n"
        "import_module('deck_builder.cli.serve').live = still; import_module('deck_builder.cli').main()"
    )
    command = [sys.executable, "-c", code, "serve", "talk.md", "--port", "0", "--remote"]
    process = subprocess.Popen(command, env=environment(), stdout=terminal, stderr=terminal, start_new_session=True)
    os.close(terminal)
    shown = b""
    while b"Ctrl-C ends" not in shown:
        shown += os.read(controller, 65536)
    assert b"?token=" in shown
    os.close(controller)
    assert process.wait(60) == 128 + signal.SIGHUP


def test_nobody_has_to_read_what_it_prints(here: Path) -> None:
    write("talk.md", "# One\n")
    process, address = started(here, "talk.md")
    assert process.stdout
    process.stdout.close()
    assert ask(address)[0] == 303
    process.terminate()
    assert process.wait(60) == 128 + signal.SIGTERM
    assert process.stderr
    assert process.stderr.read() == "stopped\n"
    process.stderr.close()


def test_a_pipe_gets_the_addresses_alone(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.serve.still import still

    write("talk.md", GOOD)
    module = import_module("deck_builder.cli.serve")
    monkeypatch.setattr(module, "live", still)
    from deck_builder.serve.server import Server

    monkeypatch.setattr(Server, "run", lambda self, tell: tell())
    monkeypatch.setattr("deck_builder.cli.addresses.own_addresses", lambda host: ["192.0.2.7"])
    assert cli.run(["serve", "talk.md", "--port", "0", "--remote"]) == 0
    own, presenter, audience = capsys.readouterr().out.splitlines()
    assert own.startswith("http://127.0.0.1:")
    assert "/?token=" in own
    assert presenter.startswith("presenter http://192.0.2.7:")
    assert "/talk/?presenter&key=" in presenter
    assert audience.startswith("audience http://192.0.2.7:")
    assert "key" not in audience
