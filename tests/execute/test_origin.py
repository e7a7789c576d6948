"""Where on another slide an error was raised, in words."""

from __future__ import annotations

from dataclasses import replace

from deck_builder.execute.origin import origin
from deck_builder.model import BlockOptions
from tests.execute.decks import deck_of

HELPER = "def helper(x):\n    return 1 / x"


def test_a_function_of_another_slide_is_named_with_its_line_there() -> None:
    first, second = deck_of("x = 1", HELPER).blocks
    assert origin([first, second], second.first_line + 1, "helper") == (
        "raised in helper(), slide 2, line 2: return 1 / x"
    )
    assert origin([first, second], first.first_line, "<lambda>") == "raised in <lambda>, slide 1, line 1: x = 1"
    assert origin([first, second], 1, "helper") == ""


def test_lines_are_numbered_as_the_slide_shows_them() -> None:
    (block,) = deck_of((HELPER, BlockOptions(run=True, start_line=10))).blocks
    assert "line 11" in origin([block], block.first_line + 1, "helper")


def test_of_several_blocks_on_a_slide_the_block_is_named() -> None:
    first, second = deck_of("x = 1", HELPER).blocks
    blocks = [replace(first, id="2.1"), replace(second, id="2.2")]
    assert "block 2.2, line 2" in origin(blocks, second.first_line + 1, "helper")
