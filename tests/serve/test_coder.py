"""What is to run -> what runs: what is wanted again while it is being let go is begun anew."""

from __future__ import annotations

from collections.abc import Generator
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from deck_builder.execute.engine import Stop
from deck_builder.model import BlockResult
from deck_builder.serve import coder as coding
from deck_builder.serve.coder import Coder

RESULT = BlockResult((), 0.0)


def job(name: str) -> Any:
    """A job of one block."""
    plan = SimpleNamespace(entries={}, waves=lambda: [[("1.1",)]])
    return SimpleNamespace(session=name, plan=plan, missing=("1.1",), names={"1.1": name})


KNOWN: Any = SimpleNamespace(of=lambda name: (job(name), {}), store=None, keep=lambda *_: None, end=lambda *_: None)


class Runs:
    """Runs blocks that end when they are told to."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.ends, self.begins, self.came, self.is_kept = Event(), Event(), Event(), Event()

    def resume(self, name: Any, plan: Any, store: Any, stop: Stop) -> Generator[tuple[str, BlockResult], None, None]:
        self.began.append(name)
        self.begins.set()
        assert self.ends.wait(20)
        if not stop.is_set:
            yield "1.1", RESULT
            self.is_kept.set()


def begun() -> tuple[Runs, Coder]:
    """A coder at work on a job, a."""
    runs = Runs()
    coder = Coder(runs.resume, KNOWN, lambda *_: None, runs.came.set)
    coder.start()
    coder.want([job("a")])
    assert runs.begins.wait(20)
    return runs, coder


def test_what_is_wanted_again_while_it_is_let_go_is_begun_anew() -> None:
    runs, coder = begun()
    coder.want([job("b")])
    coder.want([job("a")])
    runs.ends.set()
    assert runs.came.wait(20), "nothing runs, and everybody waits"
    coder.close()
    assert runs.began == ["a", "a"]


def test_what_runs_and_is_wanted_still_goes_on() -> None:
    runs, coder = begun()
    coder.want([job("a")])
    runs.ends.set()
    assert runs.came.wait(20)
    coder.close()
    assert runs.began == ["a"]


def test_what_came_is_shown_before_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coding, "_GIVES_WAY_S", 20)
    runs, coder = begun()
    runs.ends.set()
    assert runs.came.wait(20)
    assert not runs.is_kept.wait(0.3)
    coder.shown()
    assert runs.is_kept.wait(20)
    coder.close()
