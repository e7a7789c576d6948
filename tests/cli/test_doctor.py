"""deck doctor: the page, the data, the exit codes; what a machine has is tested in tests/test_doctor.py."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from deck_builder import cli
from deck_builder.cli.doctor import Tried
from deck_builder.doctor import Fact, Section, Tell, examining
from deck_builder.doctor.running import Run
from tests.cli.test_process import on_a_terminal

TRIED = [Tried("reads a key", True, "EACCES", True), Tried("calls \x1b]0;home\x07", False, "connected", False)]


@pytest.fixture(autouse=True)
def without_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "run_one", lambda run: Run(Fact("slide code", "runs"), ("DejaVu Sans", "SimHei")))


@pytest.fixture
def attacked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was told of each attack before it began."""
    told: list[str] = []

    def trials(sandbox: str, tell: Tell) -> Iterator[Tried]:
        for tried in TRIED:
            told.append(tried.title)
            tell(tried.title)
            yield tried

    monkeypatch.setattr(importlib.import_module("deck_builder.cli.doctor"), "trials", trials)
    return told


def test_a_page_that_says_how_it_is(capsys: pytest.CaptureFixture[str], attacked: list[str]) -> None:
    assert cli.run(["doctor"]) == 0
    out, err = capsys.readouterr()
    assert err == "", "nothing moves where nobody watches"
    rows = out.splitlines()
    for name in ("versions", "extras", "machine", "folders", "fonts", "sandbox"):
        assert name in rows
    assert "  figures        DejaVu Sans, then SimHei" in rows
    assert "! NOT stopped    calls ]0;home (connected)" in rows
    assert "\x1b" not in out
    assert rows[-1].startswith("decks can be built here; 1 of the attacks")
    assert len(attacked) == 2
    left = {path.name for path in Path("cache").glob("deck-builder/*")}
    assert left <= {"sandbox"}, "to look leaves nothing behind but what the try of the sandbox found"


def test_the_same_as_data(capsys: pytest.CaptureFixture[str], attacked: list[str]) -> None:
    assert cli.run(["doctor", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data.keys() == {"good", "facts", "attacks"}
    assert data["good"] is True
    assert data["facts"].keys() == {"versions", "extras", "machine", "room", "fonts", "sandbox"}
    assert data["facts"]["sandbox"]["slide code"] == {"value": "runs", "state": "good", "hint": ""}
    assert data["attacks"][0] == {"title": "reads a key", "stopped": True, "how": "EACCES", "promised": True}


def test_what_keeps_decks_from_being_built_is_a_failure(
    capsys: pytest.CaptureFixture[str], attacked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.cli.test_doctor.TRIED", TRIED[:1])
    broken = Fact("torch", "not installed", "broken", "pip install torch")
    monkeypatch.setattr(examining, "versions_here", lambda: iter([Section("versions", (broken,))]))
    assert cli.run(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "x torch          not installed\n" in out and "hint: pip install torch\n" in out
    assert out.splitlines()[-1] == "decks can't be built here: see torch"
    assert cli.run(["doctor", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["good"] is False


def test_an_attack_that_the_sandbox_is_to_stop_and_does_not_is_a_failure(
    attacked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.cli.test_doctor.TRIED", [Tried("reads a key", False, "", promised=True)])
    assert cli.run(["doctor"]) == 1
    assert cli.run(["doctor", "--sandbox", "off"]) == 0


def test_each_sandbox_stops_what_it_is_to_stop(capsys: pytest.CaptureFixture[str]) -> None:
    for sandbox, stops_all in {"strict": True, "off": False}.items():
        assert cli.run(["doctor", "--json", "--sandbox", sandbox]) == 0
        attacks = json.loads(capsys.readouterr().out)["attacks"]
        assert len(attacks) > 10
        assert all(one["stopped"] or not one["promised"] for one in attacks)
        assert all(one["stopped"] for one in attacks) is stops_all


def test_a_terminal_has_colours_and_hears_what_goes_on() -> None:
    shown = on_a_terminal(["doctor"], {"TERM": "xterm", "COLUMNS": "80", "NO_COLOR": ""})
    assert "\x1b[1mversions" in shown
    assert "slide code: imports torch" in shown
    assert shown.rstrip().splitlines()[-1].startswith("decks can be built here")
