from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from deck_builder import load
from deck_builder.errors import LoadError, ParseError
from deck_builder.load import deck_files, load_source, load_theme, theme_names
from deck_builder.parse import parse


def test_a_deck_is_read_as_it_stands(tmp_path: Path) -> None:
    deck = tmp_path / "talk.md"
    deck.write_bytes("\ufeff# 你好\r\n".encode())
    source = load_source(deck)
    assert source.path == deck
    assert source.text == "\ufeff# 你好\r\n"


def test_a_missing_deck_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "lecture.md").write_text("# One")
    with pytest.raises(LoadError) as caught:
        load_source(tmp_path / "lectrue.md")
    assert caught.value.message == f"there is no file {tmp_path / 'lectrue.md'}"
    assert caught.value.hint == f"did you mean {tmp_path / 'lecture.md'}?"


def test_a_deck_in_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="there is no file"):
        load_source(tmp_path / "nowhere" / "talk.md")


def test_a_folder_without_slides_is_no_deck(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"is a folder without a slides\.md"):
        load_source(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(LoadError, match="is not a regular file"):
        load_source(tmp_path / "pipe.md")


def test_a_byte_that_is_not_utf8_is_found(tmp_path: Path) -> None:
    deck = tmp_path / "latin.md"
    for end in ("\n", "\r", "\r\n"):
        deck.write_bytes(f"# eins{end}好 caf".encode() + b"\xe9\n")
        with pytest.raises(LoadError) as caught:
            load_source(deck)
        assert caught.value.message == "byte 0xe9 is not UTF-8"
        assert str(caught.value.span) == f"{deck}:2:6"
        assert caught.value.hint == "save the file as UTF-8"


def test_a_huge_file_is_no_deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "LARGEST_DECK", 1 << 20)
    deck = tmp_path / "huge.md"
    deck.write_bytes(b"a" * ((1 << 20) + 1))
    with pytest.raises(LoadError, match="is larger than 1 MB"):
        load_source(deck)


@pytest.mark.parametrize("name", ["default", "seriph", "@slidev/theme-seriph", "slidev-theme-seriph"])
def test_a_theme_is_the_base_and_its_own_layer(name: str, tmp_path: Path) -> None:
    theme = load_theme(name, tmp_path)
    assert theme.css.startswith("@layer base, theme;\n@layer base{\n")
    assert "\n@layer theme{\n" in theme.css
    assert "default" in theme.layouts
    assert theme.math_font[:4] == b"\x00\x01\x00\x00" or theme.math_font[:4] == b"OTTO"


def test_the_theme_none_is_the_base_alone(tmp_path: Path) -> None:
    assert load_theme("none", tmp_path).css.endswith("@layer theme{\n}\n")


def test_a_theme_in_a_folder_lies_over_the_base(tmp_path: Path) -> None:
    (tmp_path / "my-theme" / "layouts").mkdir(parents=True)
    (tmp_path / "my-theme" / "theme.css").write_text(":root { --deck-accent: #b00020 }\n")
    (tmp_path / "my-theme" / "layouts" / "cover.html").write_text("mine")
    theme = load_theme("./my-theme", tmp_path)
    assert "@layer theme{\n:root { --deck-accent: #b00020 }\n}" in theme.css
    assert theme.layouts["cover"] == "mine"
    assert theme.layouts["default"] == load_theme("default", tmp_path).layouts["default"]


def test_an_unknown_theme_gets_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        load_theme("serif", tmp_path)
    assert caught.value.message == "there is no theme 'serif'"
    assert caught.value.hint == "did you mean 'seriph'?"


def test_a_folder_that_is_no_theme_is_reported(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        load_theme("./mine", tmp_path)
    assert caught.value.hint == "a theme is a folder with a theme.css"


def test_an_installed_theme_is_found_by_its_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "deck_theme_chalk"
    package.mkdir()
    (package / "__init__.py").write_text("raise AssertionError('a theme is not imported')")
    (package / "theme.css").write_text("b { color: white }")
    entry = metadata.EntryPoint("chalk", "deck_theme_chalk", load.ENTRY_POINTS)
    monkeypatch.setattr(metadata, "entry_points", lambda **wanted: metadata.EntryPoints([entry]).select(**wanted))
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "b { color: white }" in load_theme("chalk", tmp_path).css
    assert "chalk" in theme_names()


def test_loading_a_theme_imports_no_font_library() -> None:
    code = "import sys, pathlib, deck_builder.load as load; load.load_theme('default', pathlib.Path()); "
    code += "sys.exit('ziamath' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A deck's folder, with a file in it and a secret beside it."""
    folder = tmp_path / "talk"
    (folder / "parts").mkdir(parents=True)
    (folder / "parts" / "intro.md").write_text("# 你好\r\n", encoding="utf-8", newline="")
    (tmp_path / "secret.md").write_text("# Secret", encoding="utf-8")
    return folder


def refused(folder: Path, name: str) -> LoadError:
    with pytest.raises(LoadError) as caught:
        deck_files(folder)(folder / name)
    return caught.value


def test_the_files_of_a_deck_are_read_as_they_stand(talk: Path) -> None:
    path = talk / "parts" / "intro.md"
    assert (deck_files(talk)(path).path, deck_files(talk)(path).text) == (path, "# 你好\r\n")
    (talk / "link.md").symlink_to(path)
    assert deck_files(talk)(talk / "link.md").path == path, "a link is called what it leads to"


def test_nothing_outside_of_the_decks_folder_is_read(talk: Path) -> None:
    (talk / "link.md").symlink_to(talk.parent / "secret.md")
    (talk / "folder").symlink_to(talk.parent)
    for name in ("link.md", "folder/secret.md", "../secret.md", "parts/../../secret.md", "../talk-2/a.md", ".."):
        assert refused(talk, name).message == f"{talk / name} lies outside of the deck's folder", name
    assert refused(talk, "folder/talk/parts/intr.md").hint.startswith("did you mean")


def test_a_deck_in_a_folder_that_is_a_link_has_the_files_beside_it(talk: Path) -> None:
    (talk.parent / "link").symlink_to(talk)
    folder = talk.parent / "link"
    assert deck_files(folder)(folder / "parts" / "intro.md").text.startswith("# 你好")


def test_what_is_no_file_of_a_deck_is_told_with_a_way_out(talk: Path) -> None:
    os.mkfifo(talk / "pipe.md")
    (talk / "ring.md").symlink_to("ring.md")
    (talk / "latin.md").write_bytes(b"caf\xe9")
    near = refused(talk, "parts/into.md")
    assert near.message == f"there is no file {talk / 'parts' / 'into.md'}"
    assert near.hint == f"did you mean {talk / 'parts' / 'intro.md'}?"
    (talk / "parts" / "before.txt").touch()
    assert refused(talk, "parts/befor.py").hint.startswith("a path begins"), "a program is no other file"
    (talk / "parts" / "beforehand.py").touch()
    assert refused(talk, "parts/before.py").hint == f"did you mean {talk / 'parts' / 'beforehand.py'}?"
    assert "begins in the folder of the file that names it" in refused(talk, "nowhere/x.md").hint
    assert refused(talk, "parts").message == f"{talk / 'parts'} is a folder"
    assert refused(talk, "pipe.md").message.endswith("is not a regular file")
    assert "can't be read" in refused(talk, "ring.md").message
    assert "can't be read" in refused(talk, "parts/\0.md").message
    assert str(refused(talk, "latin.md").span) == f"{talk / 'latin.md'}:1:4"


def test_every_file_that_cannot_be_taken_in_is_told_at_once_where_it_is_named(talk: Path) -> None:
    (talk / "link.md").symlink_to(talk.parent / "secret.md")
    deck = talk / "slides.md"
    deck.write_text(
        "---\nsrc: link.md\n---\n\n---\nlayout: center\nsrc: parts/into.md\n---\n\n---\n\n<<< ../secret.md\n\n"
        "---\nsrc: ./sub/slides.md\n---\n",
        encoding="utf-8",
    )
    (talk / "sub").symlink_to(".")
    with pytest.raises(ExceptionGroup) as caught:
        parse(load_source(deck), deck_files(talk))
    errors = [error for error in caught.value.exceptions if isinstance(error, ParseError) and error.span]
    assert {error.span.path for error in errors if error.span} == {deck}
    assert [(error.span.start, error.span.column, error.message) for error in errors if error.span] == [
        (2, 1, f"{talk / 'link.md'} lies outside of the deck's folder"),
        (7, 1, f"there is no file {talk / 'parts' / 'into.md'}"),
        (12, 1, f"{talk / '../secret.md'} lies outside of the deck's folder"),
        (15, 1, "a file can't take in itself: slides.md takes in slides.md"),
    ]
