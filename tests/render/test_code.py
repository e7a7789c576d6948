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
from deck_builder.remember import make_anew
from deck_builder.render.code import code_html, lines_html, steps_attribute
from deck_builder.render.colour import coloured


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


def test_a_single_step_lights_its_lines_without_the_client() -> None:
    assert '<figure class="block stepped"' in code_html(block("a\nb", steps=((2,),)), label="Code")
    assert '<figure class="block"' in code_html(block("a\nb", steps=(None, (2,))), label="Code")


@given(st.text(alphabet="ab \n'\"#(\t", max_size=40))
def test_no_line_is_lost(code: str) -> None:
    rows = coloured(code, "python", make_anew)
    assert [unescape(re.sub(r"<[^>]+>", "", row)) for row in rows] == code.split("\n")


def test_an_unknown_language_is_plain_text() -> None:
    assert coloured("<a>", "nosuch", make_anew) == ("&lt;a&gt;",)


def test_what_was_remembered_can_colour_wrongly_and_inject_nothing() -> None:
    rows = coloured("a < b", "python", lambda key, make: 'x"><script>:3 k:1 </span>:9')
    assert unescape(re.sub(r'<span class="[a-z0-9]*">|</span>', "", rows[0])) == "a < b"


@given(st.text(alphabet="ab \n'\"#(\t", max_size=40), st.text(alphabet=":0129 akn\n", max_size=30))
def test_whatever_was_remembered_no_line_is_lost(code: str, spans: str) -> None:
    rows = coloured(code, "python", lambda key, make: spans)
    assert [unescape(re.sub(r"<[^>]+>", "", row)) for row in rows] == code.split("\n")
