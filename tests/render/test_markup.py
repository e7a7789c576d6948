"""Raw HTML: attributes that are classes, styles that stay on their slide, tags that match; and the utilities' CSS."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from deck_builder.render.markup import balanced, rewrite_tags, scoped_styles
from deck_builder.render.utilities import declaration, stylesheet

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize(("line", "title", "source", "expected"), read_fixture_file(FIXTURES / "tags.md"))
def test_tags(line: int, title: str, source: str, expected: str) -> None:
    assert rewrite_tags(source, lambda tag, attributes: None) == expected


@pytest.mark.parametrize(("line", "title", "source", "expected"), read_fixture_file(FIXTURES / "balance.md"))
def test_balance(line: int, title: str, source: str, expected: str) -> None:
    assert balanced(source.rstrip("\n"))[0] == expected.rstrip("\n")


@pytest.mark.parametrize(("line", "title", "source", "expected"), read_fixture_file(FIXTURES / "utilities.md"))
def test_utilities(line: int, title: str, source: str, expected: str) -> None:
    assert stylesheet(source.split()) + "\n" == expected


def test_a_style_holds_for_its_own_slide() -> None:
    rest, styles = scoped_styles("a<style lang='css'>\nimg{margin:0}\n</style>b")
    assert (rest, styles) == ("ab", ["<style>@scope{img{margin:0}}</style>"])


@given(st.lists(st.sampled_from(["<div>", "</div>", "<p>", "</p>", "<br>", "</b>", "x", "\n"])))
def test_what_is_balanced_stays_as_it_is(pieces: list[str]) -> None:
    once, _ = balanced("".join(pieces))
    assert balanced(once) == (once, ())


@given(st.text(max_size=20))
def test_no_name_breaks_out_of_the_stylesheet(name: str) -> None:
    assert not set("{}<") & set(declaration(name))
