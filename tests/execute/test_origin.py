"""Where on another slide an error was raised, in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deck_builder.execute.origin import origin
from deck_builder.execute.session import Session, file_of, session_of
from deck_builder.model import BlockOptions, Origin
from tests.execute.decks import deck_of

HELPER = "def helper(x):\n    return 1 / x"


def where(session: Session, no: int, line: int, name: str = "helper") -> str:
    """What is said of a line of a block's file."""
    return origin(session, str(file_of(session, session.blocks[no].path)), line, name)


def test_a_function_of_another_slide_is_named_with_its_line_there() -> None:
    session = session_of(deck_of("x = 1", HELPER))
    first, second = session.blocks
    assert where(session, 1, second.first_line + 1) == "raised in helper(), slide 2, line 2: return 1 / x"
    assert where(session, 0, first.first_line, "<lambda>") == "raised in <lambda>, slide 1, line 1: x = 1"
    assert where(session, 0, 1) == ""


def test_lines_are_numbered_as_the_slide_shows_them() -> None:
    session = session_of(deck_of((HELPER, BlockOptions(run=True, start_line=10))))
    assert "line 11" in where(session, 0, session.blocks[0].first_line + 1)


def test_of_several_blocks_on_a_slide_the_block_is_named() -> None:
    session = session_of(deck_of("x = 1", HELPER))
    first, second = session.blocks
    session = replace(session, blocks=(replace(first, id="2.1"), replace(second, id="2.2")))
    assert "block 2.2, line 2" in where(session, 1, second.first_line + 1)


def test_lines_of_a_file_that_was_taken_in_are_those_that_were(tmp_path: Path) -> None:
    deck = deck_of("x = 1", HELPER, path=tmp_path / "slides.md")
    first, second = session_of(deck).blocks
    second = replace(second, origin=Origin(tmp_path / "lib" / "helper.py", (7, 9)))
    session = replace(session_of(deck), blocks=(first, second))
    assert where(session, 1, 9) == "raised in helper(), slide 2, line 2: return 1 / x"
    assert where(session, 1, 8) == ""
    assert where(session, 0, 9) == ""
