"""Code panels: one element a line, coloured, numbered, lit as at the first step."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deck_builder.errors import Span
from deck_builder.model import BlockOptions, CodeBlock, Step
from deck_builder.render.code import code_html, highlight, lines_html, steps_attribute


def block(code: str, **options: object) -> CodeBlock:
    return CodeBlock("1.1", "python", code, BlockOptions(**options), Span(Path("x"), 1, 2))  # type: ignore[arg-type]


def test_a_line_is_coloured_and_numbered() -> None:
    assert lines_html(block("x = 1\n\n# 注释")).split("</span>\n")[0].startswith('<span class="line" data-line="1">')
    assert '<span class="c1"># 注释</span>' in lines_html(block("# 注释"))


def test_numbers_start_where_the_author_says() -> None:
    assert re.findall(r'data-line="(\d+)"', lines_html(block("a\nb", start_line=7))) == ["7", "8"]


@pytest.mark.parametrize(
    ("first", "states"),
    [(None, ["lit", "lit", "lit"]), ((2,), ["dim", "lit", "dim"]), ((), ["dim", "dim", "dim"])],
)
def test_the_first_step_is_lit(first: Step, states: list[str]) -> None:
    html = lines_html(block("a\nb\nc", steps=(first, None)))
    assert re.findall(r'class="line (\w+)"', html) == states


def test_steps_travel_to_the_client() -> None:
    assert steps_attribute((None, (2, 5), ())) == "all|2,5|none"
    assert 'data-steps="all|1"' in code_html(block("a", steps=(None, (1,))), label="Code")
    assert "data-steps" not in code_html(block("a", steps=(None,)), label="Code")


@given(st.text(alphabet="ab \n'\"#(\t", max_size=40))
def test_no_line_is_lost(code: str) -> None:
    rows = highlight(code, "python")
    assert [unescape(re.sub(r"<[^>]+>", "", row)) for row in rows] == code.split("\n")


def test_an_unknown_language_is_plain_text() -> None:
    assert highlight("<a>", "nosuch") == ("&lt;a&gt;",)
