"""Where things stand: lines and columns stay those of the file, whatever it is made of."""

from __future__ import annotations

import pytest
from markdown_it.token import Token

from deck_builder.model import Deck
from tests.parse.reading import deck, errors, told

DECK = "---\ntheme: x\n---\n\n# A\n\n---\n\n```python {9}\nx = 1\n```\n\n$y$\n"


def places(read: Deck) -> list[str]:
    """`type line:column-end` of each token that has a place, in order."""
    found = []
    for slide in read.slides:
        for token in slide.tokens:
            found += [_place(each) for each in [token, *(token.children or ())] if "span" in each.meta]
    return found


def _place(token: Token) -> str:
    span = token.meta["span"]
    return f"{token.type} {span.start}:{span.column}-{span.end}"


@pytest.mark.parametrize("text", [DECK, DECK.replace("\n", "\r\n"), DECK.replace("\n", "\r"), "\ufeff" + DECK])
def test_line_ends_and_a_byte_order_mark_move_nothing(text: str) -> None:
    read = deck(text)
    assert read.headmatter == {"theme": "x"}
    assert [(slide.span.start, slide.span.end) for slide in read.slides] == [(1, 6), (8, 14)]
    assert read.blocks[0].code == "x = 1"
    assert places(read) == ["fence 9:1-11", "math_inline 13:1-13"]
    assert [told(problem) for problem in read.problems] == [
        "D015 9:12 9 reaches outside the block | the block has line 1 only"
    ]


def test_maps_count_lines_of_the_file() -> None:
    slide = deck("# A\n\n---\n\n\n# B\n\ntext\n").slides[1]
    assert [token.map for token in slide.tokens if token.map and token.type != "inline"] == [[5, 6], [7, 8]]


def test_nested_blocks_know_their_lines() -> None:
    text = (
        "- a\n\n  ```python\n\tx = 1\n  y\n  ```\n\n> $$\n> a\n> $$\n\n"
        "<div>\n\n1. b\n   ![i](i.png) <br> $z$\n\n</div>\n"
    )
    assert places(deck(text)) == [
        "fence 3:3-6",
        "math_block 8:3-10",
        "tag_open 12:1-12",
        "image 15:4-15",
        "tag 15:16-15",
        "math_inline 15:21-15",
        "tag_close 17:1-17",
    ]


def test_cells_that_look_alike_have_places_of_their_own() -> None:
    table = "| $x$ | $x$ |\n|---|---|\n| a | $x$ |\n"
    assert places(deck(table)) == ["math_inline 1:3-1", "math_inline 1:9-1", "math_inline 3:7-3"]


def test_what_follows_a_checkbox_keeps_its_place() -> None:
    assert places(deck("- [ ] a $x$\n  <br> $y$\n\n1. [x] $z$\n")) == [
        "tag 1:3-1",
        "math_inline 1:9-1",
        "tag 2:3-2",
        "math_inline 2:8-2",
        "tag 4:4-4",
        "math_inline 4:8-4",
    ]


def test_a_formula_over_lines_has_all_of_them() -> None:
    assert places(deck("text $a\n  = b$ and $$\nc\n$$\n")) == ["math_inline 1:6-2", "math_inline_double 2:12-4"]


def test_a_picture_in_a_picture_stands_where_that_does() -> None:
    image = deck("a ![see ![b](b.png)](a.png)\n").slides[0].tokens[1].children[1]  # type: ignore[index]
    assert image.children is not None
    inner = next(token for token in image.children if token.type == "image")
    assert inner.meta["span"] == image.meta["span"]


def test_fences_know_their_blocks() -> None:
    read = deck("```js\n```\n\n---\n\n- ```py\n  x\n  ```\n\n```\n```\n")
    fences = [token for slide in read.slides for token in slide.tokens if token.type == "fence"]
    assert [token.meta["block"] for token in fences] == ["1.1", "2.1", "2.2"]
    assert [read.slide_of(token.meta["block"]).no for token in fences] == [1, 2, 2]


def test_code_keeps_its_blank_lines() -> None:
    assert deck("```python\n\nx\n\n\n```\n").blocks[0].code == "\nx\n\n"


def test_a_character_that_yaml_does_not_know_has_its_place() -> None:
    assert errors("---\na: b\nc: d\x01\n---\n") == [
        "error 3:5 this front matter is not valid YAML: it holds a character that can't be read"
        " | check the quotes, the brackets and the indentation here"
    ]


def test_the_note_is_no_token_and_moves_no_line() -> None:
    slide = deck("# A\n\n<!-- one\n\ntwo -->\n\n---\n\n# B\n").slides[0]
    assert slide.note == "one\n\ntwo"
    assert [token.type for token in slide.tokens] == ["heading_open", "inline", "heading_close"]


def test_a_revision_changes_with_its_slide_only() -> None:
    before, after = deck("# A\n\n---\n\n# B\n"), deck("# AA\n\n\n---\n\n# B\n")
    assert before.slides[0].revision != after.slides[0].revision
    assert before.slides[1].revision == after.slides[1].revision


def test_two_readings_of_a_deck_are_alike() -> None:
    assert [slide.revision for slide in deck(DECK).slides] == [slide.revision for slide in deck(DECK).slides]
    assert deck(DECK).problems == deck(DECK).problems
