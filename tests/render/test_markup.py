"""Raw HTML: attributes that are classes, styles that stay on their slide, tags that match; and the utilities' CSS."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from deck_builder.model import Deck, ExecutedDeck, Source
from deck_builder.parse import parse
from deck_builder.render.formula import Formulas
from deck_builder.render.markup import attributes_html, balanced, scoped_style
from deck_builder.render.outcomes import Outcomes
from deck_builder.render.pictures import Pictures
from deck_builder.render.slide import Content, Shared, slide_content
from deck_builder.render.utilities import declaration, stylesheet
from deck_builder.render.words import words_for

FIXTURES = Path(__file__).parent / "fixtures"


def content(text: str) -> Content:
    """What a deck of one slide shows."""
    deck: Deck = parse(Source(Path("slides.md"), text))
    executed, words = ExecutedDeck(deck, {}), words_for("en")
    return slide_content(
        deck.slides[0], Shared(executed, Pictures(executed, {}, words), Formulas(deck, words), words, Outcomes(words))
    )


@pytest.mark.parametrize(("line", "title", "source", "expected"), read_fixture_file(FIXTURES / "tags.md"))
def test_tags(line: int, title: str, source: str, expected: str) -> None:
    assert content(source).slots["default"] == expected


@pytest.mark.parametrize(("line", "title", "source", "expected"), read_fixture_file(FIXTURES / "balance.md"))
def test_balance(line: int, title: str, source: str, expected: str) -> None:
    assert balanced(source.rstrip("\n"))[0] == expected.rstrip("\n")


@pytest.mark.parametrize(("line", "title", "source", "expected"), read_fixture_file(FIXTURES / "utilities.md"))
def test_utilities(line: int, title: str, source: str, expected: str) -> None:
    assert stylesheet(source.split()) + "\n" == expected


@pytest.mark.parametrize("end", ["</style x>", "</style/>", "</STYLE\n>"])
def test_a_style_ends_where_browsers_end_it(end: str) -> None:
    found = content(f"<style>\na{{}}{end}<i>shown</i>\n</style>\n")
    assert found.styles == ("<style>@scope{a{}}</style>",)
    assert "<i>shown</i>" in found.slots["default"]


@pytest.mark.parametrize(
    "tag", ['<meta http-equiv="refresh" content="0;url=x">', "<plaintext>", "<base href=x>", "<body hidden>"]
)
def test_what_speaks_for_the_whole_page_is_left_out(tag: str) -> None:
    found = content(f"{tag}\n\nkept\n")
    assert found.slots["default"].strip() == "<p>kept</p>"
    (problem, *_) = found.problems
    assert problem.code == "D020" and problem.message.endswith("is left out: it would change the whole page")


def test_a_name_that_is_no_attributes_is_left_out() -> None:
    found = content("---\ncomark: true\n---\n\n  ::div\n  ---\n  '><script>': a\n  title: b\n  ---\n  c\n  ::\n")
    assert found.slots["default"] == '<div title="b">c</div>'
    assert attributes_html({"><b": "", 'a"b': None, "ok": None}) == " ok"


def test_a_style_holds_for_its_own_slide() -> None:
    found = content("a\n\n<style lang='css'>\nimg{margin:0}\n</style>\nb")
    assert found.styles == (scoped_style("img{margin:0}"),) == ("<style>@scope{img{margin:0}}</style>",)
    assert "style" not in found.slots["default"]


@given(st.lists(st.sampled_from(["<div>", "</div>", "<p>", "</p>", "<br>", "</b>", "x", "\n"])))
def test_what_is_balanced_stays_as_it_is(pieces: list[str]) -> None:
    once, _ = balanced("".join(pieces))
    assert balanced(once) == (once, ())


@given(st.text(max_size=20))
def test_no_name_breaks_out_of_the_stylesheet(name: str) -> None:
    assert not set("{}<") & set(declaration(name))
