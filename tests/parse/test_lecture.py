"""The original lecture: every slide, block and click of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deck_builder.model import Deck, Source
from deck_builder.parse import parse

# (layout, level, first line, last line, clicks) of each slide
SLIDES = [
    ("cover", 1, 1, 33, 0),
    ("center", 1, 34, 40, 0),
    ("default", 1, 42, 57, 0),
    ("default", 0, 59, 72, 0),
    ("default", 1, 74, 84, 0),
    ("default", 1, 86, 93, 0),
    ("default", 1, 95, 104, 0),
    ("image-right", 1, 105, 118, 0),
    ("default", 1, 120, 182, 4),
    ("center", 1, 183, 189, 0),
    ("default", 1, 191, 203, 0),
    ("default", 3, 205, 220, 0),
    ("default", 3, 222, 245, 4),
    ("default", 2, 247, 274, 3),
    ("default", 2, 276, 302, 2),
]
# id: (opening line, lines of code, click that first moves it)
BLOCKS = {
    "9.1": (129, 19, 1),
    "9.2": (156, 21, 3),
    "12.1": (210, 5, 1),
    "13.1": (229, 14, 1),
    "14.1": (252, 7, 1),
    "15.1": (281, 20, 1),
}


@pytest.fixture(scope="module")
def deck(lecture_000: Path) -> Deck:
    return parse(Source(lecture_000, lecture_000.read_text(encoding="utf-8")))


def test_its_slides_stand_where_slidev_puts_them(deck: Deck) -> None:
    read = [(slide.layout, slide.level, slide.span.start, slide.span.end, slide.clicks) for slide in deck.slides]
    assert read == SLIDES
    assert [slide.no for slide in deck.slides] == list(range(1, 16))


def test_its_titles_are_read(deck: Deck) -> None:
    titles = {slide.no: slide.title for slide in deck.slides}
    assert deck.title == titles[1] == "反向传播和基于PyTorch的线性回归"
    assert titles[4] == ""
    assert titles[5] == "反向传播的核心"
    assert titles[8] == "pytorch 的基本使用"
    assert titles[12] == "5.1准备数据集"


def test_its_blocks_have_their_lines_and_clicks(deck: Deck) -> None:
    read = {block.id: (block.span.start, block.code.count("\n") + 1, block.click) for block in deck.blocks}
    assert read == BLOCKS
    assert all(block.lang == "python" and block.options.run and block.options.lines for block in deck.blocks)


def test_its_steps_light_the_lines_that_were_written(deck: Deck) -> None:
    steps = {block.id: block.options.steps for block in deck.blocks}
    assert steps["9.1"] == (None, (12, 13, 14), None)
    assert steps["12.1"] == ()
    assert steps["13.1"] == (None, (2, 5), (7,), (9, 10, 11, 12), None)
    assert steps["15.1"] == (None, (5, 6, 10, 11, 12), None)


def test_its_code_is_that_of_the_file(deck: Deck) -> None:
    lines = deck.source.text.split("\n")
    for block in deck.blocks:
        assert block.code.split("\n") == lines[block.first_line - 1 : block.span.end - 1], block.id


def test_its_front_matter_is_the_headmatter(deck: Deck) -> None:
    assert deck.headmatter["theme"] == "seriph"
    assert deck.headmatter["drawings"] == {"persist": False}
    assert deck.headmatter["download"] is True
    assert deck.slides[7].frontmatter == {"layout": "image-right", "image": deck.slides[7].frontmatter["image"]}


def test_nothing_about_it_is_a_problem_but_the_pdf_that_it_asks_for(deck: Deck) -> None:
    (problem,) = deck.problems
    assert (problem.code, problem.message) == ("D020", "no PDF lies beside the page")


def test_its_pictures_and_its_formula_have_their_places(deck: Deck) -> None:
    lines = deck.source.text.split("\n")
    found: dict[str, list[str]] = {}
    for slide in deck.slides:
        for token in slide.tokens:
            for child in [token, *(token.children or ())]:
                if span := child.meta.get("span"):
                    found.setdefault(child.type, []).append(lines[span.start - 1][span.column - 1 :])
    assert all(text.startswith("$\\hat{y}$") for text in found["math_inline"])
    assert len(found["math_inline"]) == 1
    assert [text[:7] for text in found["image"]] == ["![img]("]
    assert all(text.startswith("<") for text in found["tag"] + found["tag_open"] + found["tag_close"] + found["style"])
    assert all(text.startswith("```python") for text in found["fence"])
