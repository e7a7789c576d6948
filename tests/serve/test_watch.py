"""What changes in a deck's folders is told once it is whole, however an editor writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchdog.events import DirModifiedEvent, FileClosedEvent, FileDeletedEvent, FileModifiedEvent, FileOpenedEvent

from deck_builder.serve.watch import Watch


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    (tmp_path / "deck.md").write_text("one")
    watch = Watch()
    watch.follow([tmp_path])
    watch.start()
    yield watch
    watch.close()


def by_name(found: frozenset[Path] | None) -> set[str]:
    return {path.name for path in found or ()}


def until(watch: Watch, name: str) -> set[str]:
    """Everything that is told until a file is."""
    seen: set[str] = set()
    while name not in seen:
        seen |= by_name(watch.wait())
    return seen


def plain(folder: Path) -> None:
    (folder / "deck.md").write_text("two")


def beside_and_renamed(folder: Path) -> None:
    (folder / ".deck.md.swx").write_text("two")
    (folder / ".deck.md.swx").rename(folder / "deck.md")


def moved_away_and_new(folder: Path) -> None:
    (folder / "deck.md").rename(folder / "deck.md~")
    (folder / "deck.md").write_text("two")


def in_pieces(folder: Path) -> None:
    with (folder / "deck.md").open("w") as file:
        for part in "two":
            file.write(part)
            file.flush()


def gone(folder: Path) -> None:
    (folder / "deck.md").unlink()


@pytest.mark.parametrize("save", [plain, beside_and_renamed, moved_away_and_new, in_pieces, gone])
def test_each_way_to_write_is_seen(watch: Watch, tmp_path: Path, save: Callable[[Path], None]) -> None:
    save(tmp_path)
    assert until(watch, "deck.md") == {"deck.md"}, "and nothing of what editors leave lying about"


def test_what_is_being_written_is_not_told_before_it_is_closed(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deck_builder.serve.watch.SETTLES_S", 3600.0)
    watch.on_any_event(FileModifiedEvent("a.md"))
    watch.on_any_event(FileDeletedEvent("b.md"))
    watch.call()
    assert by_name(watch.wait()) == {"a.md", "b.md"}, "who is called takes all"
    watch.on_any_event(FileModifiedEvent("a.md"))
    watch.on_any_event(FileClosedEvent("a.md"))
    assert by_name(watch.wait()) == {"a.md"}


def test_looking_is_no_change(watch: Watch) -> None:
    for event in (
        FileOpenedEvent("a.md"),
        DirModifiedEvent("folder"),
        FileClosedEvent(".git"),
        FileClosedEvent("4913"),
    ):
        watch.on_any_event(event)
    watch.on_any_event(FileClosedEvent("end.md"))
    assert by_name(watch.wait()) == {"end.md"}


def test_folders_that_come_later_are_watched(watch: Watch, tmp_path: Path) -> None:
    inner = tmp_path / "new" / "inner"
    watch.follow([tmp_path, inner])
    inner.mkdir(parents=True)
    until(watch, "new")
    watch.follow([tmp_path, inner])
    (inner / "pic.png").write_text("x")
    assert "pic.png" in until(watch, "pic.png")
    watch.follow([tmp_path])
    (inner / "other.png").write_text("x")
    (tmp_path / "last").write_text("x")
    assert until(watch, "last") == {"last"}


def test_who_waits_is_let_go_at_the_end(tmp_path: Path) -> None:
    watch = Watch()
    watch.follow([tmp_path])
    watch.start()
    watch.close()
    assert watch.wait() is None
