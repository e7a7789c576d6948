"""Braces are read in decks that ask for it, and the others are told once how to."""

from __future__ import annotations

import pytest

from tests.parse.reading import deck, told

UNREAD = "attributes in braces are not read: they are shown as written"
HINT = "put `comark: true` into the first front matter to have them read"


@pytest.mark.parametrize("flag", ["comark", "mdc"])
def test_a_deck_asks_for_it_in_its_headmatter(flag: str) -> None:
    slides = deck(f"---\n{flag}: true\n---\n\n# One {{.a}}\n\n---\n\n# Two {{.b}}\n").slides
    assert [slide.tokens[0].attrs for slide in slides] == [{"class": "a"}, {"class": "b"}]
    assert [slide.title for slide in slides] == ["One", "Two"]  # Slidev keeps the braces in the title


@pytest.mark.parametrize("front", ["", "---\nmdc: false\n---\n", "---\ntitle: x\n---\n\n---\nmdc: true\n---\n"])
def test_other_decks_show_braces_as_written(front: str) -> None:
    slide = deck(f"{front}\n# One {{.a}}\n").slides[-1]
    assert slide.tokens[0].attrs == {}
    assert slide.tokens[1].content == "One {.a}"


@pytest.mark.parametrize(
    "text",
    ["a {.b}", "*a*{#b .c}", "[a]{style='b'}", 'a{b="c d" e}', "a :b{c=1}", "a :b[c d]{}", "- a {.text-red-500}"],
)
def test_what_looks_like_attributes_is_told_of_once(text: str) -> None:
    read = deck(f"none\n\n{text}\n\n---\n\n{text}\n")
    place = 1 + min(at for at in map(text.find, ("{", ":b")) if at >= 0)
    assert [told(problem) for problem in read.problems] == [f"D021 3:{place} {UNREAD} | {HINT}"]


@pytest.mark.parametrize("text", ["{a b}", "{{ a }}", "`{.a}`", "$a_{.b}$", "f{1, 2}", "{.5}", "10:30{a}", "{x: 1}"])
def test_other_braces_are_nobodys_business(text: str) -> None:
    assert [problem for problem in deck(text + "\n").problems if problem.message == UNREAD] == []
