"""Walking through a deck: keys, clicks, touch, addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.client.conftest import Opened, lit, place

DECK = """# One

---

# Two

```python {all|2,5|4}
a = 1
b = 2
c = 3
d = 4
e = 5
```

---

# Three
"""


def walk(page: Page, key: str, times: int) -> list[tuple[int, int]]:
    places = []
    for _ in range(times):
        page.keyboard.press(key)
        places.append(place(page))
    return places


@pytest.mark.parametrize("key", ["ArrowRight", "Space", "PageDown", "Enter"])
def test_forward_goes_click_by_click(opened: Opened, key: str) -> None:
    assert walk(opened(DECK), key, 5) == [(2, 0), (2, 1), (2, 2), (3, 0), (3, 0)]


@pytest.mark.parametrize("key", ["ArrowLeft", "Shift+Space", "PageUp"])
def test_back_enters_a_slide_at_its_last_click(opened: Opened, key: str) -> None:
    assert walk(opened(DECK, at="#/3"), key, 5) == [(2, 2), (2, 1), (2, 0), (1, 0), (1, 0)]


@pytest.mark.parametrize(
    ("key", "expected"), [("ArrowDown", (3, 0)), ("ArrowUp", (1, 0)), ("End", (3, 0)), ("Home", (1, 0))]
)
def test_whole_slides(opened: Opened, key: str, expected: tuple[int, int]) -> None:
    page = opened(DECK, at="#/2?clicks=1")
    page.keyboard.press(key)
    assert place(page) == expected


def test_an_authors_class_is_no_part_of_the_page(opened: Opened) -> None:
    names = "slide controls position announcer notes console brief autofit magic code-group click mark layer part"
    page = opened("\n\n".join(f'<div class="{name}">mine</div>' for name in names.split()) + "\n\n---\n\n# Two\n")
    page.keyboard.press("ArrowRight")
    assert place(page) == (2, 0)


def test_steps_light_their_lines_and_dim_the_others(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    assert lit(page, "2.1") == [1, 2, 3, 4, 5]
    page.keyboard.press("ArrowRight")
    assert lit(page, "2.1") == [2, 5]
    assert page.locator('[data-block="2.1"] .line.dim').count() == 3
    page.keyboard.press("ArrowRight")
    assert lit(page, "2.1") == [4]


def test_an_address_opens_where_it_says(opened: Opened) -> None:
    page = opened(DECK, at="#/2?clicks=1")
    assert place(page) == (2, 1) and lit(page, "2.1") == [2, 5]


@pytest.mark.parametrize(
    ("at", "expected"), [("#/99", (3, 0)), ("#/2?clicks=9", (2, 2)), ("#nonsense", (1, 0)), ("#/0", (1, 0))]
)
def test_an_address_out_of_range_is_held_within_the_deck(opened: Opened, at: str, expected: tuple[int, int]) -> None:
    assert place(opened(DECK, at=at)) == expected


def test_the_address_follows(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("location.hash") == "#/2?clicks=1"
    page.evaluate("location.hash = '#/3'")
    page.wait_for_function("() => document.documentElement.dataset.no === '3'")


NAMED = """# One

[to the end](#/end) <a href="#slide-2">by its element</a>

---
routeAlias: 引言
---

# Two

```python {all|1}
x = 1
```

---
routeAlias: end
---

# Three
"""


def test_a_slide_may_have_a_name_in_the_address(opened: Opened) -> None:
    page = opened(NAMED, at="#/end")
    assert place(page) == (3, 0) and page.evaluate("location.hash") == "#/end"
    page.keyboard.press("ArrowLeft")
    assert place(page) == (2, 1) and page.evaluate("decodeURI(location.hash)") == "#/引言?clicks=1"
    page.reload()
    assert place(page) == (2, 1)
    assert place(opened(NAMED, at="#/3")) == (3, 0), "its number still leads there"
    assert place(opened(NAMED, at="#/nowhere")) == (1, 0)


@pytest.mark.parametrize(("link", "expected"), [("to the end", "3"), ("by its element", "2")])
def test_links_within_the_deck_lead_to_slides(opened: Opened, link: str, expected: str) -> None:
    page = opened(NAMED)
    page.get_by_role("link", name=link).click()
    page.wait_for_function("no => document.documentElement.dataset.no === no", arg=expected)


def test_a_click_goes_on_and_one_at_the_left_edge_back(opened: Opened) -> None:
    page = opened(DECK)
    page.mouse.click(700, 300)
    assert place(page) == (2, 0)
    page.mouse.click(40, 300)
    assert place(page) == (1, 0)


def test_marking_text_is_not_a_click(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    box = page.locator('[data-line="1"]').bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 8)
    page.mouse.up()
    assert place(page) == (2, 0)


def swipe(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    session = page.context.new_cdp_session(page)
    for kind, points in (("touchStart", [start]), ("touchMove", [end]), ("touchEnd", [])):
        touches = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def test_a_swipe_turns_the_page(opened: Opened) -> None:
    page = opened(DECK, has_touch=True)
    swipe(page, (700, 300), (300, 300))
    assert place(page) == (2, 0)
    swipe(page, (300, 300), (700, 300))
    assert place(page) == (1, 0)
    swipe(page, (500, 400), (500, 100))
    assert place(page) == (2, 0)


def test_the_buttons_do_what_the_keys_do(opened: Opened) -> None:
    page = opened(DECK)
    page.mouse.move(400, 300)
    page.get_by_role("button", name="Next").click()
    assert place(page) == (2, 0)
    page.get_by_role("button", name="Previous").click()
    assert place(page) == (1, 0)


def test_a_screen_reader_hears_where_it_is(opened: Opened) -> None:
    page = opened(DECK)
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("status").text_content() == "Slide 2 of 3, Two, step 0 of 2"
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("status").text_content() == "Slide 2 of 3, step 1 of 2"
    assert page.locator(".slide[inert]").count() == 2


def test_the_original_lecture_takes_the_clicks_that_slidev_takes(opened: Opened, lecture_000: Path) -> None:
    page = opened(lecture_000)
    clicks = dict.fromkeys(range(1, 16), 0)
    for no, click in [place(page), *walk(page, "ArrowRight", 27)]:
        clicks[no] = max(clicks[no], click)
    assert place(page) == (15, 2)
    assert {no: count for no, count in clicks.items() if count} == {9: 4, 13: 4, 14: 3, 15: 2}


def test_two_blocks_step_one_after_the_other(opened: Opened, lecture_000: Path) -> None:
    page = opened(lecture_000, at="#/9?clicks=1")
    assert (lit(page, "9.1"), len(lit(page, "9.2"))) == ([12, 13, 14], 21)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert (len(lit(page, "9.1")), lit(page, "9.2")) == (19, [9, 10, 11, 12, 13, 14, 15, 16])
