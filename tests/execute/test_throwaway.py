"""Folders that are there for a run: nothing of them is left, and nothing that another run uses is taken."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from deck_builder.execute.throwaway import Throwaway, sweep

LONG_AGO = 1_000_000_000


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def age(path: Path) -> None:
    """Let a folder look old."""
    os.utime(path, (LONG_AGO, LONG_AGO))


def test_a_folder_goes_with_all_that_is_in_it() -> None:
    made = Throwaway()
    (made.path / "a" / "b").mkdir(parents=True)
    made.remove()
    assert not made.path.exists()


def test_what_a_killed_process_left_is_removed_and_what_one_uses_is_not(temporary: Path) -> None:
    used = Throwaway()
    code = (
        "import os\nfrom deck_builder.execute.throwaway import Throwaway\n"
        "print(Throwaway().path, flush=True)\nos.kill(os.getpid(), 9)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    left = Path(told.stdout.strip())
    (left / "big").write_text("x")
    others = temporary / "someone-else"
    others.mkdir()
    sweep()
    assert left.is_dir()  # it may just be in the making
    for path in (left, used.path, others):
        age(path)
    sweep()
    assert not left.exists() and used.path.is_dir() and others.is_dir()
    used.remove()


def test_a_link_of_such_a_name_is_not_followed(temporary: Path) -> None:
    precious = temporary / "precious"
    precious.mkdir()
    age(precious)
    (temporary / "deck-x").symlink_to(precious)
    sweep()
    assert precious.is_dir()


def test_however_deep_folders_are_and_whatever_is_in_them_they_go() -> None:
    made = Throwaway()
    precious = made.path.with_name("precious")
    precious.mkdir()
    (precious / "file").touch()
    within = os.open(made.path, os.O_RDONLY)
    for no in range(3000):  # more than Python calls itself, and than files may be open
        os.symlink(precious, "link", dir_fd=within)
        os.mkfifo("\udcff\n", dir_fd=within)
        os.mkdir("d" * (200 if no % 2 else 1), dir_fd=within)
        deeper = os.open("d" * (200 if no % 2 else 1), os.O_RDONLY, dir_fd=within)
        os.fchmod(within, 0 if no % 3 else 0o500)
        os.close(within)
        within = deeper
    os.close(within)
    made.remove()
    assert not made.path.exists() and (precious / "file").exists() and precious.stat().st_mode & 0o055
