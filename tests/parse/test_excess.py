"""What is too deep or too long to be read ends in a problem with a place, and no process with it."""

from __future__ import annotations

import pytest

from deck_builder.parse.balance import DEEPEST as ELEMENTS
from deck_builder.parse.yaml12 import DEEPEST, MOST, compose
from tests.parse.reading import deck, errors, told

WAY_OUT = "write it with fewer levels, and its values without & and *"
DEEP = f"this front matter is too much to read: it is nested more than {DEEPEST} levels deep | {WAY_OUT}"
LONG = f"this front matter is too much to read: its aliases stand for more than {MOST} values | {WAY_OUT}"


def test_aliases_that_multiply_are_refused() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{no}: &a{no} [{', '.join([f'*a{no - 1}'] * 10)}]" for no in range(1, 10)]
    assert errors("\n".join(["---", "title: a", *levels, "---", ""])) == [f"error 6:45 {LONG}"]


def test_an_alias_in_what_it_stands_for_is_refused() -> None:
    assert errors("---\na: &a [b, *a]\n---\n") == [f"error 2:11 {LONG}"]


def test_a_few_aliases_are_read() -> None:
    read = deck("---\na: &a {b: [1, 2]}\nc: [*a, *a]\n---\n")
    assert read.headmatter == {"a": {"b": [1, 2]}, "c": [{"b": [1, 2]}, {"b": [1, 2]}]}


def test_many_values_without_an_alias_are_read() -> None:
    _, values = compose(f"a: [{', '.join(['1'] * (MOST + 1))}]\nb: c\n")
    assert len(values["a"]) == MOST + 1


# where we count, or where newer releases of libyaml, which look ahead over brackets, do
BRACKETS = {f"2:{3 + DEEPEST}", "2:1003"}


@pytest.mark.parametrize(
    ("nested", "places"),
    [
        ("a: " + "[" * 200_000, BRACKETS),
        ("a: " + "{" * 200_000, BRACKETS),
        ("a:\n  " + "- " * 200_000, {f"3:{1 + 2 * DEEPEST}"}),
        ("\n".join(" " * depth + "a:" for depth in range(5000)), {f"{2 + DEEPEST}:{1 + DEEPEST}"}),
    ],
    ids=["brackets", "braces", "lists in a line", "indented keys"],
)
def test_what_is_nested_too_deeply_is_refused_where_it_is(nested: str, places: set[str]) -> None:
    (error,) = errors(f"---\n{nested}\n---\n")
    assert error in {f"error {place} {DEEP}" for place in places}


def test_what_is_nested_as_deeply_as_may_be_is_read() -> None:
    inner = DEEPEST - 1  # the mapping of the keys is a level too
    value = deck(f"---\na: {'[' * inner}{']' * inner}\n---\n").headmatter["a"]
    for _ in range(inner - 1):
        (value,) = value
    assert value == []


def test_brackets_in_text_are_no_levels() -> None:
    brackets = "[" * 2 * DEEPEST
    assert deck(f"---\na: '{brackets}'\nb: |\n  {brackets}\n---\n").headmatter == {"a": brackets, "b": brackets + "\n"}


@pytest.mark.parametrize("opening", ["<div>\n\n", "<v-click>\n\n", "<b>", "<Toc>\n\n"])
def test_elements_that_are_nested_without_end_are_left_out(opening: str) -> None:
    slide = deck(f"---\ncomark: true\n---\n\n{opening * 1000}the end\n").slides[0]
    stream = [token for outer in slide.tokens for token in (outer, *(outer.children or ()))]
    assert sum(token.type == "tag_open" for token in stream) <= 2 * ELEMENTS
    assert sum(token.nesting for token in stream) == 0
    assert any("the end" in token.content for token in stream)


def test_who_nests_without_end_is_told_where() -> None:
    read = deck("<div>\n\n" * (ELEMENTS + 1) + "</div>\n\n" * (ELEMENTS + 1))
    said = f"<div> is left out: it stands in more than {ELEMENTS} elements | is an end tag missing above?"
    assert [told(problem) for problem in read.problems] == [f"D016 {2 * ELEMENTS + 1}:1 {said}"]


@pytest.mark.parametrize(
    "line", ["<a ", "<Foo ", "<style ", "<a b=", "{{ ", "{", "x{.a", "x{a=b ", "<div\n", "</a ", "<script "]
)
def test_what_is_opened_over_and_over_is_read_in_passing(line: str) -> None:
    """Each of these took a time that grows with the square of its length, and so for ever."""
    slide = deck(f"{line * (50_000 // len(line))}\n\nthe end\n").slides[0]
    assert any("the end" in token.content for token in slide.tokens) or line in ("<style ", "<script ")
