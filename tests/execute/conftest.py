"""What the tests of running share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A deck's folder."""
    path = tmp_path / "talk"
    path.mkdir()
    return path
