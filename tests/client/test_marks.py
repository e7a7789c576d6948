"""v-mark: strokes around, through and below words."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.client.conftest import Opened, beforeprint, moving, pressed, settle

KINDS = {"underline": 1, "strike-through": 1, "highlight": 1, "circle": 1, "crossed-off": 2, "bracket": 2, "box": 4}
"""The strokes of each kind of mark."""


def deck(kind: str, words: str = "a few words", more: str = "") -> str:
    mark = f'<span id="mark" v-mark.{kind}{more}>{words}</span>'
    return f"# One\n\n---\n\n# Two\n\nHere are {mark} to look at.\n\n---\n\n# Three\n"


def strokes(page: Page) -> list[str]:
    return [path.get_attribute("d") or "" for path in page.locator("#mark path").all()]


def frame(page: Page, selector: str) -> dict[str, float]:
    """What a selector finds, in the slide's own pixels."""
    box = page.locator(selector).first.bounding_box()
    slide = page.locator(".slide.current").bounding_box()
    assert box and slide
    unit = slide["width"] / 980
    return {"x": (box["x"] - slide["x"]) / unit, "y": (box["y"] - slide["y"]) / unit} | {
        side: box[side] / unit for side in ("width", "height")
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_mark_is_drawn_when_its_click_comes(opened: Opened, kind: str) -> None:
    page = opened(deck(kind), at="#/2")
    assert strokes(page) == []
    assert pressed(page, "ArrowRight", moving("#mark")) == KINDS[kind]
    assert len(strokes(page)) == KINDS[kind]
    page.keyboard.press("ArrowLeft")
    assert strokes(page) == []


@pytest.mark.parametrize("width", [980, 1960, 490])
def test_a_mark_sits_at_its_words_at_any_size(opened: Opened, width: int) -> None:
    page = opened(deck("underline"), at="#/2?clicks=1", viewport={"width": width, "height": 1200})
    words, stroke = frame(page, "#mark"), frame(page, "#mark path")
    assert stroke["x"] == pytest.approx(words["x"], abs=6)
    assert stroke["width"] == pytest.approx(words["width"], abs=12)
    assert stroke["y"] == pytest.approx(words["y"] + words["height"], abs=6)


def test_words_on_two_lines_get_two_strokes(opened: Opened) -> None:
    page = opened(deck("underline", "many words " * 14), at="#/2?clicks=1")
    assert len(strokes(page)) == 2
    first, second = (path.bounding_box() for path in page.locator("#mark path").all())
    assert first and second and second["y"] > first["y"] + 20


@pytest.mark.parametrize(("kind", "count"), [("underline", 2), ("box", 4)])
def test_a_paragraph_is_underlined_by_lines_and_boxed_as_a_whole(opened: Opened, kind: str, count: int) -> None:
    text = "# One\n\n" + f'<p id="mark" v-mark.{kind}="true">{"many words " * 14}</p>\n'
    assert len(strokes(opened(text))) == count


def test_the_same_words_are_always_marked_in_the_same_way(opened: Opened) -> None:
    page = opened(deck("circle"), at="#/2?clicks=1")
    before = strokes(page)
    page.reload()
    assert strokes(page) == before
    assert strokes(opened(deck("circle", "other words"), at="#/2?clicks=1")) != before


def test_a_mark_is_drawn_at_once_when_jumping_going_back_or_for_who_wants_less_motion(opened: Opened) -> None:
    page = opened(deck("box"), at="#/2?clicks=1")
    assert len(strokes(page)) == 4 and page.evaluate(moving("#mark")) == 0
    page.keyboard.press("End")
    assert pressed(page, "ArrowLeft", moving("#mark")) == 0
    assert len(strokes(page)) == 4
    still = opened(deck("box"), at="#/2", reduced_motion="reduce")
    assert pressed(still, "ArrowRight", moving("#mark")) == 0
    assert len(strokes(still)) == 4


def test_a_mark_is_in_nobodys_way(opened: Opened) -> None:
    page = opened(deck("highlight", '<a id="link" href="#/3">a link</a>'), at="#/2?clicks=1")
    page.locator("#link").click()
    page.wait_for_function("() => document.documentElement.dataset.no === '3'")


def test_a_mark_moves_with_its_words(opened: Opened) -> None:
    page = opened(deck("circle"), at="#/2?clicks=1")
    words, stroke = frame(page, "#mark"), frame(page, "#mark path")
    page.locator("#mark").evaluate("mark => mark.parentElement.style.paddingTop = '60px'")
    assert frame(page, "#mark")["y"] == pytest.approx(words["y"] + 60, abs=1)
    assert frame(page, "#mark path")["y"] == pytest.approx(stroke["y"] + 60, abs=1)


def test_marks_are_printed(opened: Opened) -> None:
    page = opened(deck("underline"))
    beforeprint(page)
    assert len(strokes(page)) == 1
    assert page.locator("#mark path").evaluate("path => path.getTotalLength()") > 50


def test_a_mark_has_the_colour_its_author_gave_it_or_the_accent(opened: Opened) -> None:
    colour = "path => getComputedStyle(path).stroke"
    assert opened(deck("underline"), at="#/2?clicks=1").locator("#mark path").evaluate(colour) == "rgb(41, 100, 127)"
    page = opened(deck("underline.red"), at="#/2?clicks=1")
    assert page.locator("#mark path").evaluate(colour) == "rgb(220, 38, 38)"


def test_a_highlight_lies_behind_its_words(opened: Opened) -> None:
    page = opened(deck("highlight"), at="#/2?clicks=1")
    settle(page)
    assert page.locator("#mark svg").evaluate("drawing => getComputedStyle(drawing).zIndex") == "-1"
    assert page.locator("#mark").evaluate("mark => getComputedStyle(mark).isolation") == "isolate"


def test_a_picture_can_be_marked(opened: Opened) -> None:
    gif = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
    text = f'# One\n\n<img id="photo" v-mark.box="true" src="{gif}" width="100" height="80">\n'
    page = opened(text)
    assert page.locator(".slide path").count() == 4
    picture, stroke = frame(page, "#photo"), frame(page, ".slide path")
    assert stroke["x"] == pytest.approx(picture["x"], abs=8) and stroke["y"] == pytest.approx(picture["y"], abs=8)
