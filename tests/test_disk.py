"""What was noted of the disk holds until one of the answers would be another."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from deck_builder.disk import DISK, Disk, NotingDisk, still_so

LONG_AGO_NS = 1_600_000_000 * 10**9


def everything_asked(folder: Path, disk: Disk) -> list[object]:
    """Each question once, some of them of what is not there."""
    answers: list[object] = [
        disk.is_file(folder / "a.txt"),
        disk.is_dir(folder / "sub"),
        disk.exists(folder / "later"),
        disk.resolve(folder / "link"),
        disk.names(folder / "sub"),
        disk.glob(folder, "sub/*.html"),
        disk.read(folder / "a.txt", 100),
    ]
    with pytest.raises(FileNotFoundError):
        disk.read(folder / "b.txt", 100)
    return answers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x.html").write_text("x")
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "c.txt").write_text("two")
    (tmp_path / "link").symlink_to("a.txt")
    return tmp_path


def changed(notes: Disk) -> list[str]:
    assert isinstance(notes, NotingDisk)
    return [f"{note.question} {Path(note.path).name}" for note in notes.notes if not still_so(note)]


def test_one_that_notes_answers_like_one_that_does_not(folder: Path) -> None:
    assert everything_asked(folder, NotingDisk()) == everything_asked(folder, DISK)


def test_all_holds_while_nothing_changes(folder: Path) -> None:
    disk = NotingDisk()
    everything_asked(folder, disk)
    assert len(disk.notes) == 8
    assert changed(disk) == []


def edit(folder: Path) -> None:
    (folder / "a.txt").write_text("ONE")


def delete(folder: Path) -> None:
    (folder / "a.txt").unlink()


def replace_by_folder(folder: Path) -> None:
    (folder / "a.txt").unlink()
    (folder / "a.txt").mkdir()


def retarget(folder: Path) -> None:
    (folder / "link").unlink()
    (folder / "link").symlink_to("c.txt")


def add(folder: Path) -> None:
    (folder / "sub" / "y.html").write_text("y")


def appear(folder: Path) -> None:
    (folder / "b.txt").write_text("new")
    (folder / "later").mkdir()


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        (edit, ["read 100 a.txt"]),
        (delete, ["file a.txt", "read 100 a.txt"]),
        (replace_by_folder, ["file a.txt", "read 100 a.txt"]),
        (retarget, ["real link"]),
        (add, ["names sub", "glob sub/*.html " + "{folder}"]),
        (appear, ["exists later", "read 100 b.txt"]),
    ],
)
def test_a_change_is_noticed_where_it_matters(change: Callable[[Path], None], noticed: list[str], folder: Path) -> None:
    disk = NotingDisk()
    everything_asked(folder, disk)
    change(folder)
    assert changed(disk) == [text.replace("{folder}", folder.name) for text in noticed]


def test_an_edit_that_keeps_size_and_time_is_noticed(folder: Path) -> None:
    path = folder / "a.txt"
    os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    disk = NotingDisk()
    disk.read(path, 100)
    path.write_text("eno")
    os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    assert changed(disk) == ["read 100 a.txt"]


def test_a_file_that_was_only_touched_is_as_it_was(folder: Path) -> None:
    disk = NotingDisk()
    disk.read(folder / "a.txt", 100)
    os.utime(folder / "a.txt", ns=(LONG_AGO_NS, LONG_AGO_NS))
    assert changed(disk) == []


def test_a_settled_file_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deck_builder.disk._SETTLED_NS", -(10**18))  # as if the clock had gone on
    disk = NotingDisk()
    disk.read(folder / "a.txt", 100)
    monkeypatch.setattr("deck_builder.disk._read", None)
    assert changed(disk) == []


def test_of_a_large_file_only_so_much_is_read(folder: Path) -> None:
    assert DISK.read(folder / "a.txt", 1) == b"on"
    with pytest.raises(OSError, match="not a regular file"):
        DISK.read(folder / "sub", 1)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        DISK.read(tmp_path / "pipe", 1)
