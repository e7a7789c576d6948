"""A deck that asks for a strict sandbox runs in one or not at all, whatever the command line says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from deck_builder import cli
from deck_builder.cli.runners import Runners
from deck_builder.cli.settings import Settings
from deck_builder.errors import SandboxError
from deck_builder.execute import engine, sandbox, stricter
from deck_builder.execute.session import Session
from deck_builder.load import load_source
from deck_builder.parse import parse
from tests.cli.decks import GOOD, pages, write

STRICT = "---\npython:\n  sandbox: strict\n---\n\n# One\n\n```python\nopen(MARK, 'w').close()\n```\n"
real_runner = Runners.runner


@pytest.fixture
def mark(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A strict deck, and another; if code of the former runs, this file is there."""
    monkeypatch.setattr(Runners, "runner", real_runner)
    write("strict.md", STRICT.replace("MARK", repr(str(here / "mark"))))
    write("other.md", GOOD)
    return here / "mark"


def policy(choice: sandbox.Sandbox) -> str:
    """That of a sandbox of which only its name can be told."""
    return f"as {choice} has it"


def no_strict(choice: sandbox.Sandbox) -> str:
    """The same, on a machine that has no strict one."""
    if choice == "strict":
        raise SandboxError("a strict sandbox can't be had")
    return policy(choice)


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a strict sandbox."""
    monkeypatch.setattr(stricter, "policy", no_strict)


@pytest.fixture
def within(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a strict sandbox, be it one that holds nothing."""
    for module in (sandbox, stricter, engine):
        monkeypatch.setattr(module, "policy", policy)
    for module in (sandbox, engine):
        monkeypatch.setattr(module, "tier", lambda choice: sandbox.Tier("off"))


@pytest.mark.parametrize("more", [[], ["--sandbox", "off"]])
def test_a_strict_deck_is_not_run_without_and_others_are_built(
    mark: Path, without: None, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["build", "strict.md", "other.md", *more]) == 4
    out, err = capsys.readouterr()
    assert "build/other.html: 1 slide, 1 block ran" in out
    assert "strict.md:3:3 this deck runs in a strict sandbox only, and a strict sandbox can't be had" in err
    assert "hint: build it where one can be had" in err
    assert "build/strict.html: not written" in err
    assert pages() == ["other.html"]
    assert not mark.exists()


def test_a_check_says_the_same(mark: Path, without: None, capsys: pytest.CaptureFixture[str]) -> None:
    write("broken.md", "---\ntitle: [never closed\n---\n")
    assert cli.run(["check", "strict.md", "broken.md"]) == 4, "that weighs more than what can't be read"
    assert "strict.md: not checked" in capsys.readouterr().out
    assert cli.run(["check", "strict.md", "--format", "junit"]) == 4
    assert '<error type="refused"' in capsys.readouterr().out
    assert not mark.exists()


def test_what_would_run_is_not_known_without(mark: Path, without: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["why", "strict.md"]) == 4
    assert "strict.md:3:3: this deck runs in a strict sandbox only" in capsys.readouterr().err


def test_a_deck_that_runs_nothing_needs_none(mark: Path, without: None) -> None:
    assert cli.run(["build", "strict.md", "--no-run"]) == 0
    write("silent.md", "---\npython: {sandbox: strict}\n---\n\n# One\n")
    assert cli.run(["build", "silent.md"]) == 0


@pytest.mark.parametrize("value", ["off", "false", "strct", "landlock", "[strict]"])
def test_a_deck_loosens_nothing(value: str, mark: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("loose.md", f"---\npython: {{sandbox: {value}}}\n---\n\n{GOOD}")
    assert cli.run(["build", "loose.md"]) == 3
    err = capsys.readouterr().err
    assert "loose.md:2:10 `python: sandbox` can't be " in err
    assert "only `--sandbox=off` on the command line can" in err


def test_each_deck_runs_in_what_holds_it(mark: Path, within: None) -> None:
    settings = Settings(None, offline=True, no_cache=True, no_run=False, sandbox="off")
    with Runners(settings) as runners:
        for name in ("strict.md", "other.md", "strict.md"):
            source = load_source(Path(name))
            run = runners.runner(source)
            assert run
            deck = parse(source)
            asked = deck.headmatter.get("python", {}).get("sandbox", "auto")
            list(run(Session(deck.source.path, Path(), deck.blocks, sandbox=asked)))
        assert {held: [one.path.name for one in sessions] for held, sessions in runners.engaged.items()} == {
            "strict": ["strict.md", "strict.md"],
            "off": ["other.md"],
        }
        assert {held: one.policy for held, one in runners._engines.items()} == {
            "strict": "as strict has it",
            "off": "as off has it",
        }


def test_what_is_known_of_a_strict_deck_holds_for_every_command_line(
    mark: Path, within: None, capsys: pytest.CaptureFixture[str]
) -> None:
    write("strict.md", STRICT.replace("open(MARK, 'w').close()", "1 + 1"))
    write("plain.md", GOOD)
    for name, hit in (("strict.md", True), ("plain.md", False)):
        assert cli.run(["build", name]) == 0
        capsys.readouterr()
        assert cli.run(["why", name, "--sandbox", "off"]) == 0
        assert ("1 known" in capsys.readouterr().out) is hit
        assert cli.run(["build", name, "--sandbox", "off"]) == 0
        assert ("(1 from the cache)" in capsys.readouterr().out) is hit


def test_a_page_of_a_strict_deck_is_not_recalled_without(
    mark: Path, within: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write("strict.md", STRICT.replace("open(MARK, 'w').close()", "1 + 1"))
    assert cli.run(["build", "strict.md"]) == 0
    assert list(Path("cache/deck-builder/stamps").iterdir())
    assert cli.run(["build", "strict.md"]) == 0
    monkeypatch.setattr(stricter, "policy", no_strict)
    assert cli.run(["build", "strict.md"]) == 4
    assert "build/strict.html: left as it was" in capsys.readouterr().err


def test_the_line_says_what_held_it(
    here: Path,
    mark: Path,
    within: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sandbox, "describe", lambda choice: f"sandbox: {choice}")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    write("strict.md", STRICT.replace("open(MARK, 'w').close()", "1 + 1"))
    assert cli.run(["build", "strict.md"]) == 0
    assert "sandbox: strict\x1b" in capsys.readouterr().err
    assert cli.run(["build", "strict.md", "other.md", "--no-cache"]) == 0
    err = capsys.readouterr().err
    assert "sandbox: strict (strict.md)\x1b" in err
    assert "sandbox: auto (other.md)\x1b" in err
    write("sets/a.csv", "1")
    write("talk/slides.md", "---\npython: {data: ../sets}\n---\n" + GOOD)
    assert cli.run(["build", "talk"]) == 0
    assert f"sandbox: auto | read besides: {here / 'sets'}\x1b" in capsys.readouterr().err


@pytest.mark.parametrize("choice", ["auto", "strict", "off", "landlock", "seccomp"])
def test_the_stricter_of_two(choice: sandbox.Sandbox) -> None:
    assert stricter.stricter(choice, "strict") == "strict"
    assert stricter.stricter(choice, "auto") == choice
