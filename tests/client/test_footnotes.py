"""Footnotes on the page: below what they belong to, above the footer, and out of the way of the address."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.client.conftest import Opened, place

NOTE = "\n\n[^1]: A note that is long enough to need more than one line where half of the slide belongs to a picture.\n"
LIST = "\n".join(f"- item {no}" for no in range(30))


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(f".slide.current {selector}").first.bounding_box()
    assert found is not None
    return {
        "left": found["x"],
        "top": found["y"],
        "right": found["x"] + found["width"],
        "bottom": found["y"] + found["height"],
    }


def slide(layout: str, body: str = "Text[^1].", more: str = "") -> str:
    return f"---\nlayout: {layout}\n{more}---\n\n# Title\n\n{body}{NOTE}"


@pytest.mark.parametrize(
    "text",
    [slide("default"), slide("two-cols", "Left[^1].\n\n::right::\n\nRight."), slide("default", f"Text[^1].\n\n{LIST}")],
    ids=["default", "two columns", "overfull"],
)
def test_notes_stand_between_content_and_footer(opened: Opened, text: str) -> None:
    page = opened(text)
    content, notes, footer = box(page, ".content"), box(page, ".footnotes"), box(page, "footer")
    assert content["bottom"] - 10 <= notes["top"], (
        "ten of the content's pixels are padding, which may lie under the rule"
    )
    assert notes["bottom"] <= footer["top"]
    assert notes["right"] - notes["left"] > 800


@pytest.mark.parametrize(("layout", "side"), [("image-right", "left"), ("image-left", "right")])
def test_notes_stand_beside_a_picture(opened: Opened, layout: str, side: str) -> None:
    page = opened(slide(layout, more="image: '#123'\n"))
    content, notes, picture = box(page, ".content"), box(page, ".footnotes"), box(page, ".picture")
    assert content["bottom"] - 10 <= notes["top"]
    if side == "left":
        assert max(content["right"] - 10, notes["right"]) <= picture["left"]
    else:
        assert picture["right"] <= min(content["left"] + 10, notes["left"])
    assert notes["bottom"] <= picture["bottom"]


def test_notes_lie_over_a_background(opened: Opened) -> None:
    page = opened(slide("cover", more="background: '#203040'\n"))
    top = "note => document.elementFromPoint(note.getBoundingClientRect().x + 5, note.getBoundingClientRect().y + 5)"
    assert page.locator(".footnotes li").evaluate(f"note => note.contains(({top})(note))")


def test_a_number_lights_its_note_and_leaves_slide_and_address_alone(opened: Opened) -> None:
    page = opened(f"# A\n\n{slide('default', 'Text[^1] and^[Other.].')}", at="#/2")
    number = page.locator(".footnote-ref").first
    note, other = page.locator(".footnotes li").all()
    paper = "note => getComputedStyle(note).backgroundColor"
    dark = note.evaluate(paper)
    number.click()
    page.mouse.move(490, 300)
    lit = note.evaluate(paper)
    assert lit != dark
    page.keyboard.press("Tab")
    assert [note.evaluate(paper), other.evaluate(paper)] == [dark, lit]
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#/2"
    assert place(page) == (2, 0)
    assert page.locator(f"#{number.get_attribute('aria-describedby')}").inner_text().startswith("A note")
