"""Where the command line is tested: an empty folder, without a worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.decks import fake_run, run_by


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with a cache of its own and no worker behind the wall."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    run_by(monkeypatch, fake_run)
    return tmp_path
