"""Slide code that gets at its end of the wall: what it sends can end its own worker, and does nothing to the parent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deck_builder.execute import link, listen, zygote
from deck_builder.execute.engine import Engine
from deck_builder.execute.running import runner
from deck_builder.execute.store import Store
from deck_builder.model import BlockResult, Error, Stream
from tests.execute.decks import session
from tests.execute.test_runner import children

# what slide code needs to speak for its worker
AT_THE_LINK = """\
import gc, json, os, socket, sys, threading, time
worker = next(one for one in gc.get_objects() if type(one).__name__ == 'Worker')
link, block = worker._link, worker._recorder.place.id
def raw(data):
    os.write(link.fileno(), data)
def say(**message):
    body = json.dumps({**message, 'nonce': link._nonce}).encode()
    raw(len(body).to_bytes(4, 'big') + body)
def end(**more):
    say(**{'kind': 'end', 'block': block, 'seconds': 0, 'reads': [], 'unknown': '', **more})
def error(*rows):
    told = {'type': 'error', 'ename': 'E', 'evalue': '', 'traceback': rows, 'lines': []}
    say(kind='output', block=block, output=told)
def after_end(do, end=type(worker._recorder).end):
    type(worker._recorder).end = lambda *all: (end(*all), do())
def to_freeze(do):
    type(worker)._freeze = lambda self, order: do(order.fds[0])
def orphan(do):
    if not os.fork():
        if os.fork(): os._exit(0)
        while os.getppid() != parent: time.sleep(0.01)
        do()
        time.sleep(999)
parent = os.getppid()
def greet(control):
    say(kind='frozen')
    def be():
        meet(control)
        then(control)
    orphan(be)
def meet(control):
    socket.socket(fileno=os.dup(control)).send(b'hello')
"""

FORGED = {
    "bytes that are no frame": "raw(b'x' * 99)",
    "bytes behind the end": "after_end(lambda: raw(b'x' * 99))",
    "two ends": "end(); end()",
    "an end, and on it goes": "end(); time.sleep(999)",
    "an end of files that are elsewhere": "end(reads=['/etc/passwd', '/dev/zero', '../x', '', chr(0), 'a' * 99999])",
    "an end of files whose names are no text": "end(reads=['\\ud800', '/\\ud800/x', 'a\\udc80', '\\U0010ffff'])",
    "an end for a reason that is no text": "end(unknown='\\ud800')",
    "an end that names a surrogate as its block": "say(kind='end', block='\\ud800')",
    "an end that is too long to be read": "end(reads=[[] for _ in range(200_000)])",
    "an error from where no text says": (
        "say(kind='output', block=block, output={'type': 'error', 'ename': '\\ud800', 'evalue': '\\ud800',"
        " 'traceback': [], 'lines': [], 'raised': {'path': '\\ud800' + chr(0), 'line': 2**31, 'name': '\\ud800'}})"
    ),
    "outputs of every kind that are hollow": (
        "for kind in ('stream', 'value', 'figure', 'animation', 'warning', 'error', [], None):\n"
        "    say(kind='output', block=block, output={'type': kind})"
    ),
    "a line of a traceback without end": "error('  File \"slides.md\", line ' + '9' * 5000)",
    "a line of a traceback in no block": "error('  File \"slides.md\", line \\ue0009:9\\ue001')",
    "a state that was frozen before it was asked for": "after_end(lambda: say(kind='frozen'))",
    "a frozen state without a process": "to_freeze(lambda control: say(kind='frozen'))",
    "a frozen state that is the worker": "to_freeze(lambda control: (say(kind='frozen'), meet(control)))",
    "no answer": "to_freeze(lambda control: None)",
    "an answer that is no word": "to_freeze(lambda control: say(kind='refused', why=[[1]]))",
    "an answer that is no frame": "to_freeze(lambda control: raw(b'x' * 99))",
    "a frozen state that hears nothing": "then = lambda control: None\nto_freeze(greet)",
    "a frozen state that sends no frames": (
        "def then(control):\n    _, (fd, *_), *_ = socket.recv_fds(socket.socket(fileno=control), 9999, 9)\n"
        "    socket.socket(fileno=fd).send(b'x' * 99)\nto_freeze(greet)"
    ),
    "a process that leads no group": "sys.modules['deck_builder.worker.waiting'].setsid = lambda: None",
}  # fmt: skip


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is waited for in vain is not waited for long; and in the end nothing is left of it."""
    monkeypatch.setattr(zygote, "PATIENCE_S", 1.0)
    monkeypatch.setattr(listen, "PATIENCE_S", 1.0)
    monkeypatch.setattr(link, "_PATIENCE_S", 1.0)
    before = children()
    yield
    assert children() == before


def run(folder: Path, store: Store | None, *runs: list[str]) -> list[dict[str, BlockResult]]:
    """What the blocks of a deck did, each time that it was run."""
    with Engine(mode="snapshot") as engine:
        return [dict(runner(engine, store)(session(folder, *codes, timeout_s=2))) for codes in runs]


@pytest.mark.parametrize("title", FORGED)
def test_whatever_is_sent_the_deck_is_run_to_its_end(tmp_path: Path, title: str) -> None:
    folder = tmp_path / "talk"
    folder.mkdir()
    codes = ["x = 1", AT_THE_LINK + FORGED[title], "print('third', x)"]
    first, edited = run(folder, Store(tmp_path / "store"), codes, [*codes[:2], "print('edited', x)"])
    for results, text in ((first, "third 1\n"), (edited, "edited 1\n")):
        assert list(results) == ["1.1", "2.1", "3.1"]
        assert results["3.1"].outputs == (Stream("stdout", text, (1,)),) or results["3.1"].error


def test_an_order_that_nobody_takes_is_not_sent_for_ever(tmp_path: Path) -> None:
    codes = [f"{AT_THE_LINK}\nend()\ntime.sleep(999)", f"x = {'x' * 1_000_000!r}"]
    (results,) = run(tmp_path, None, codes)
    assert isinstance(results["2.1"].error, Error)
