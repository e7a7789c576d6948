"""The speaker's notes, below the slide."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.client.conftest import Opened, place

DECK = """---
layout: default
---

# One

---
clicks: 2
---

# Two

<!--
Begin.

[click] Go on.

[click] End.
-->
"""


def current(page: Page) -> str:
    return "".join(page.locator(".notes .part:not(.dim)").all_inner_texts()).strip()


def test_notes_open_and_close_by_key(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    strip = page.get_by_role("complementary", name="Notes")
    assert not strip.is_visible()
    page.keyboard.press("n")
    assert strip.is_visible()
    page.keyboard.press("n")
    assert not strip.is_visible()
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    assert not strip.is_visible()


def test_the_part_of_the_click_stands_out(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    page.keyboard.press("n")
    parts = [current(page)]
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        parts.append(current(page))
    assert parts == ["Begin.", "Go on.", "End."]
    page.keyboard.press("ArrowLeft")
    assert current(page) == "Go on."


def test_the_strip_scrolls_to_the_part(opened: Opened) -> None:
    page = opened(DECK.replace("Begin.", "Begin.\n\n" * 30).replace("End.", "End.\n\n" * 30), at="#/2")
    page.keyboard.press("n")
    strip = page.locator(".notes")
    assert strip.evaluate("strip => strip.scrollTop") == 0
    page.keyboard.press("ArrowRight")
    assert page.locator(".notes .part").nth(1).is_visible()
    box, part = strip.bounding_box(), page.locator(".notes .part").nth(1).bounding_box()
    assert box and part and box["y"] <= part["y"] < box["y"] + 60


def test_the_slide_makes_room(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    page.keyboard.press("n")
    slide, strip = page.locator(".slide.current").bounding_box(), page.locator(".notes").bounding_box()
    assert slide and strip and slide["y"] >= -1 and slide["y"] + slide["height"] <= strip["y"] + 1
    page.keyboard.press("n")
    whole = page.locator(".slide.current").bounding_box()
    assert whole and whole["height"] > slide["height"] * 1.4


def test_a_slide_without_notes_says_so(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("n")
    assert place(page) == (1, 0)
    assert page.locator(".notes").inner_text() == "No notes on this slide"


def test_a_deck_without_notes_has_neither_button_nor_key(opened: Opened) -> None:
    page = opened("# One\n")
    page.keyboard.press("n")
    assert not page.locator(".notes").is_visible()
    assert page.get_by_role("button", name="Notes", include_hidden=True).count() == 0
