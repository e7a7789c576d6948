"""Layouts: every one renders, slots go where they belong, nothing is lost."""

from __future__ import annotations

import pytest

from deck_builder.model import Theme
from tests.render.conftest import Render

LAYOUTS = ["center", "cover", "default", "end", "fact", "full", "iframe", "iframe-left", "iframe-right", "image"]
LAYOUTS += [
    "image-left",
    "image-right",
    "intro",
    "none",
    "quote",
    "section",
    "statement",
    "two-cols",
    "two-cols-header",
]


def test_slidevs_layouts_are_all_there(theme: Theme) -> None:
    assert sorted(theme.layouts) == LAYOUTS


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_shows_its_text(rendered: Render, layout: str) -> None:
    page = rendered(
        f"# A\n\n---\nlayout: {layout}\nimage: x.png\nurl: https://example.org\nclass: mine\n---\n\n# Seen\n"
    )
    assert f'<section class="slide layout-{layout}" data-no="2"' in page.html
    assert "<h1>Seen</h1>" in page.html
    known = (f"the layout {layout} has no place for", "what an <iframe> would show is not loaded")
    assert all(problem.message.startswith(known) for problem in page.problems)
    assert "mine" in page.html.split('data-no="2"')[1]


@pytest.mark.parametrize("layout", ["cover", "intro", "section"])
def test_a_title_slide_without_text_shows_its_title(rendered: Render, layout: str) -> None:
    text = f"# A\n\n---\nlayout: {layout}\ntitle: T & more\nsubtitle: S\n---\n"
    assert "<h1>T &amp; more</h1><p>S</p>" in rendered(text).html
    assert "<h1>T" not in rendered(text + "\nwords\n").html
    assert "<h1>T" not in rendered(text.replace("subtitle: S", "background: red")).html


def test_slots_fill_the_columns(rendered: Render) -> None:
    text = "# A\n\n---\nlayout: two-cols-header\n---\n\n# Head\n\n::left::\n\nL\n\n::right::\n\nR\n\n::bottom::\n\nB\n"
    slide = rendered(text).html.split('data-no="2"')[1]
    places = [
        slide.index(piece)
        for piece in ('class="header', "<h1>Head", 'class="column', "<p>L", "<p>R", 'class="bottom', "<p>B")
    ]
    assert places == sorted(places)


def test_the_long_form_of_a_slot(rendered: Render) -> None:
    text = "# A\n\n---\nlayout: two-cols\n---\n\nL\n\n<template #right>\n\nR\n\n</template>\n\nmore\n"
    page = rendered(text)
    left, right = page.html.split('data-no="2"')[1].split('<div class="column ">')[1:3]
    assert "<p>L</p>" in left and "<p>more</p>" in left and "<p>R</p>" in right
    assert page.problems == ()


def test_a_slot_that_the_layout_lacks_is_shown_all_the_same(rendered: Render) -> None:
    page = rendered("# A\n\n---\n\n# B\n\n::right::\n\nkept\n")
    assert "<p>kept</p>" in page.html
    (problem,) = page.problems
    assert problem.code == "D021" and problem.span is not None and problem.span.start == 7


def test_an_end_without_words_says_so(rendered: Render) -> None:
    assert "<p>END</p>" in rendered("# A\n\n---\nlayout: end\n---\n").html


def test_a_layout_around_a_picture_takes_a_colour_and_asks_for_what_is_missing(rendered: Render) -> None:
    page = rendered(
        "---\nlayout: image-left\nimage: '#123456'\n---\n\n---\nlayout: image\n---\n\n---\nlayout: iframe-left\n---\n"
    )
    assert '<div class="picture"><div style="background:#123456;width:100%;height:100%"></div></div>' in page.html
    assert [each.message for each in page.problems] == [
        "the layout image has no picture",
        "the layout iframe-left has no page",
    ]
