"""What a build makes hangs on the program, too: its own text, and what is installed beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import deck_builder
from deck_builder.cli.program import program


@pytest.fixture
def now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What the program is at this moment, if it lay in `own/` and found packages in `site/`."""
    for name in ("own/__init__.py", "own/client/keys.js", "own/__pycache__/x.pyc", "site/jinja2-3.1.dist-info/RECORD"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.setattr(deck_builder, "__file__", str(tmp_path / "own" / "__init__.py"))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site"), str(tmp_path / "nowhere")])
    return program.__wrapped__


@pytest.mark.parametrize("edited", ["own/__init__.py", "own/client/keys.js", "own/client/new.js"])
def test_its_own_text_counts(edited: str, now: Callable[[], str], tmp_path: Path) -> None:
    before = now()
    assert now() == before
    (tmp_path / edited).write_text("changed")
    assert now() != before


def test_an_installed_version_counts(now: Callable[[], str], tmp_path: Path) -> None:
    before = now()
    (tmp_path / "site" / "jinja2-3.1.dist-info").rename(tmp_path / "site" / "jinja2-3.2.dist-info")
    assert now() != before


def test_what_python_compiles_does_not_count(now: Callable[[], str], tmp_path: Path) -> None:
    before = now()
    (tmp_path / "own" / "__pycache__" / "y.pyc").write_text("compiled")
    (tmp_path / "site" / "notes.txt").write_text("no package")
    assert now() == before


def test_a_process_stays_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    before = program()
    monkeypatch.setattr(sys, "path", [])
    assert program() == before, "what is upgraded while it runs is not what runs"
