from __future__ import annotations

from pathlib import Path

import pytest

from deck_builder.decks import find_decks
from deck_builder.errors import LoadError


def test_every_deck_under_a_folder_is_found_in_order(tmp_path: Path) -> None:
    for name in ("b/slides.md", "b/part.md", "a.md", "course/02.md", "course/01.md", "README.md", "_draft.md", "x.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("# One")
    found = [path.relative_to(tmp_path).as_posix() for path in find_decks(tmp_path)]
    assert found == ["a.md", "b/slides.md", "course/01.md", "course/02.md"]


def test_links_between_folders_are_followed_once(tmp_path: Path) -> None:
    for name in ("slides/a/one.md", "slides/b/slides.md", "elsewhere/two.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text("# One")
    slides = tmp_path / "slides"
    (slides / "0").symlink_to(".")
    (slides / "a" / "up").symlink_to("..")
    (slides / "a-b").symlink_to("b")
    (slides / "c").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(slides / "a")
    (slides / "itself").symlink_to("itself")
    found = [path.relative_to(slides).as_posix() for path in find_decks(slides)]
    assert found == ["a/one.md", "b/slides.md", "c/two.md"]


def test_decks_are_looked_for_in_folders_only(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="there is no folder"):
        find_decks(tmp_path / "nowhere")
