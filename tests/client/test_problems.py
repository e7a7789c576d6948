"""What is wrong with a deck, told over its slides."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from deck_builder.render.words import WORDS
from tests.client.conftest import Served, place

DECK = "# One\n\n---\n\n# Two\n"
FRAME = "  11 | x = 1\n> 12 | y = <b>\n     |     ^"


def item(**more: Any) -> dict[str, Any]:
    known = {
        "severity": "error",
        "code": "D004",
        "message": "name 'y' is not <i>defined</i>",
        "place": "slides.md:12:5",
    }
    return known | {"where": "slide 2", "slide": 2, "frame": FRAME, "hint": "did you mean x?", "origin": ""} | more


def news(*items: dict[str, Any], broken: bool = False) -> dict[str, Any]:
    errors = sum(one["severity"] == "error" for one in items)
    counts = {"errors": errors, "warnings": len(items) - errors}
    return {"type": "problems", "broken": broken, "items": list(items), **counts}


def badge(page: Page) -> Any:
    return page.locator(".corner > .badge")


def panel(page: Page) -> Any:
    return page.get_by_role("dialog", name="Problems")


def test_a_badge_counts_and_opens_the_panel(served: Served) -> None:
    page, server = served(DECK)
    assert badge(page).is_hidden()
    server.tell(**news(item(), item(severity="warning", slide=0, frame="", where="")))
    expect(badge(page)).to_have_text("1 error, 1 warning")
    assert panel(page).is_hidden(), "errors in slide code do not come over the slide by themselves"
    badge(page).click()
    assert place(page) == (1, 0), "a click on it turns no slide"
    assert panel(page).locator("li").count() == 2
    assert panel(page).locator(".frame").first.inner_text() == FRAME
    assert panel(page).locator("i, b b").count() == 0, "all of it is text"
    assert panel(page).locator(".at").first.inner_text() == "slides.md:12:5 · slide 2 · D004 to slide 2"
    page.keyboard.press("Escape")
    assert panel(page).is_hidden()


def test_a_problem_leads_to_its_slide(served: Served) -> None:
    page, server = served(DECK)
    server.tell(**news(item()))
    expect(badge(page)).to_be_visible()
    page.keyboard.press("w")
    panel(page).get_by_role("button", name="to slide 2").click()
    assert place(page) == (2, 0)
    page.keyboard.press("ArrowUp")
    assert place(page) == (1, 0), "the deck is still driven by keys"
    page.keyboard.press("w")
    assert panel(page).is_hidden()


def test_a_broken_deck_says_so_by_itself_until_it_is_mended(served: Served) -> None:
    page, server = served(DECK)
    server.tell(**news(item(slide=0), broken=True))
    expect(panel(page)).to_be_visible()
    assert panel(page).locator(".unread").is_visible()
    assert page.locator(".slide.current h1").inner_text() == "One"
    panel(page).get_by_role("button", name="Close").click()
    server.tell(**news(item(slide=0), item(slide=0), broken=True))
    expect(badge(page)).to_have_text("2 errors")
    assert panel(page).is_hidden(), "who has closed it has seen it"
    server.tell(**news())
    expect(badge(page)).to_be_hidden()
    server.tell(**news(item(slide=0), broken=True))
    expect(panel(page)).to_be_visible()
    server.tell(**news())
    expect(panel(page)).to_be_hidden()


def test_a_page_that_opens_later_is_told_too(served: Served) -> None:
    page, server = served(DECK)
    server.first = [news(item())]
    page.reload()
    expect(badge(page)).to_have_text("1 error")


@pytest.mark.parametrize("size", [{"width": 1280, "height": 720}, {"width": 390, "height": 780}], ids=["desk", "phone"])
def test_the_panel_never_covers_the_whole_slide(served: Served, size: dict[str, int]) -> None:
    page, server = served(DECK, viewport=size)
    page.locator(".controls [data-go=read]").click(force=True)
    server.tell(**news(*[item(message="long " * 60)] * 20, broken=True))
    expect(panel(page)).to_be_visible()
    box = panel(page).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    assert box["y"] >= size["height"] * 0.25 and box["y"] + box["height"] <= size["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_an_audience_is_not_told(served: Served) -> None:
    page, server = served(DECK, role="audience")
    server.tell(**news(item(), broken=True))
    server.show(DECK.replace("# One", "# Eins"))
    expect(page.locator("#slide-1 h1")).to_have_text("Eins")
    assert badge(page).is_hidden() and panel(page).is_hidden()


def test_it_speaks_chinese(served: Served) -> None:
    page, server = served("---\nlang: zh-CN\n---\n\n# 一\n")
    server.tell(**news(item(), item(severity="warning")))
    expect(badge(page)).to_have_text("1 个错误, 1 个警告")
    page.keyboard.press("?")
    help_ = page.locator("dialog.help")
    assert help_.get_by_text(WORDS["zh"]["problems"], exact=True).is_visible()
    assert help_.locator('[data-key="edit"] kbd').inner_text() == "e"
