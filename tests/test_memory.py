"""What is remembered between builds: found again, bounded, and never in the way of a build."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from deck_builder.memory import Memory


class Maker:
    """Counts how often it is asked to make something."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, text: str) -> str:
        self.made.append(text)
        return text


def test_a_later_build_finds_what_an_earlier_one_made(tmp_path: Path) -> None:
    make = Maker()
    for _ in range(3):
        memory = Memory(tmp_path / "kept.db", "1")
        assert memory.remember("a", lambda: make("张量 <b>")) == "张量 <b>"
        assert memory.remember("a", lambda: make("again")) == "张量 <b>"
        memory.save()
    assert make.made == ["张量 <b>"]


def test_another_version_makes_its_own(tmp_path: Path) -> None:
    for salt in ("1", "2"):
        memory = Memory(tmp_path / "kept.db", salt)
        assert memory.remember("a", lambda salt=salt: salt) == salt  # type: ignore[misc]
        memory.save()


def test_an_empty_text_is_remembered_too(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "kept.db", "1")
    assert memory.remember("a", str) == ""
    memory.save()
    assert Memory(tmp_path / "kept.db", "1").remember("a", lambda: "made again") == ""


def test_the_least_used_goes_when_there_is_too_much(tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    for at in range(10):
        memory = Memory(file, "1", most=450)
        memory.remember(str(at), lambda: "x" * 100)
        memory.save()
        with sqlite3.connect(file) as kept:
            kept.execute("UPDATE kept SET used = used - 10")
    make = Maker()
    memory = Memory(file, "1", most=450)
    for at in range(10):
        memory.remember(str(at), lambda: make("anew"))
    assert 5 <= len(make.made) <= 7
    assert memory.remember("9", lambda: "gone") == "x" * 100


@pytest.mark.parametrize("broken", [b"not a database", b"SQLite format 3\0" + b"\1" * 5000])
def test_a_broken_file_is_put_away(tmp_path: Path, broken: bytes) -> None:
    file = tmp_path / "kept.db"
    file.write_bytes(broken)
    first = Memory(file, "1")
    assert first.remember("a", lambda: "made") == "made"
    first.save()
    second = Memory(file, "1")
    second.remember("a", lambda: "made")
    second.save()
    assert Memory(file, "1").remember("a", lambda: "made again") == "made"


def test_a_place_that_cannot_be_written_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = Memory(tmp_path / "file" / "kept.db", "1")
    assert memory.remember("a", lambda: "made") == "made"
    memory.save()


def test_a_busy_file_is_read_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    memory = Memory(file, "1")
    memory.remember("a", lambda: "kept")
    memory.save()
    other = sqlite3.connect(file)
    other.execute("BEGIN IMMEDIATE")
    busy = Memory(file, "1")
    assert busy.remember("a", lambda: "anew") == "kept"
    busy.remember("b", lambda: "new")
    busy.save()
    other.rollback()
    assert Memory(file, "1").remember("a", lambda: "anew") == "kept"


def test_text_that_is_no_text_is_not_kept_and_no_error(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "kept.db", "1")
    assert memory.remember("\ud800", lambda: "\ud800") == "\ud800"
    memory.save()


@pytest.mark.parametrize("change", ["text = x'ff00'", "used = 'x'", "text = CAST(x'ff' AS TEXT)"])
def test_what_was_never_written_here_is_made_anew(tmp_path: Path, change: str) -> None:
    memory = Memory(tmp_path / "kept.db", "1")
    memory.remember("a", lambda: "made")
    memory.save()
    with sqlite3.connect(tmp_path / "kept.db") as other:
        other.execute(f"UPDATE kept SET {change}")
    other.close()
    assert Memory(tmp_path / "kept.db", "1").remember("a", lambda: "anew") == "anew"
