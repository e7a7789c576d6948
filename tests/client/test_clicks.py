"""What comes and goes by clicks: classes, geometry, and what a keyboard and a screen reader can reach."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.client.conftest import Opened, beforeprint, place, pressed, settle

DECK = """---
layout: default
---

# One

---
clicks: 3
---

# Two

<p id="a" v-click>from one, <a href="#/1">a link</a></p>

<p id="b" v-click.up="[2, 3]">from two until three</p>

<p id="c" v-click.hide="2">until two</p>

<p id="below">below</p>

---

# Three
"""

SWITCH = """---
layout: default
---

# Switch

<v-switch>
<template #1><p id="a">short</p></template>
<template #2><p id="b">tall<br>tall<br>tall</p></template>
<template #3><p id="c">short again</p></template>
</v-switch>

<p id="below">below</p>
"""


def seen(page: Page, ids: str = "abc") -> str:
    """The ids of what can be seen."""
    opaque = "e => e.checkVisibility({ opacityProperty: true, visibilityProperty: true })"
    settle(page)
    return "".join(name for name in ids if page.locator(f"#{name}").evaluate(opaque))


def read_aloud(page: Page) -> int:
    """How many links a screen reader finds."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return sum(not node["ignored"] and node["role"]["value"] == "link" for node in nodes)


def test_things_come_and_go_click_by_click(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    shown = [seen(page)]
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        shown.append(seen(page))
    assert shown == ["c", "ac", "ab", "a"]
    page.keyboard.press("ArrowLeft")
    assert seen(page) == "ab"


def test_what_is_hidden_keeps_its_space(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    before = page.locator("#below").bounding_box()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert page.locator("#below").bounding_box() == before


def test_what_is_hidden_can_be_neither_reached_nor_read(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    link = page.locator("#a a")
    assert read_aloud(page) == 0
    link.evaluate("link => link.focus()")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.keyboard.press("ArrowRight")
    assert read_aloud(page) == 1
    link.evaluate("link => link.focus()")
    assert page.evaluate("document.activeElement.tagName") == "A"


def test_classes_say_how_things_stand_in_slidevs_names_too(opened: Opened) -> None:
    page = opened(DECK, at="#/2?clicks=1")
    classes = [set((page.locator("#a").get_attribute("class") or "").split())]
    for key in ("ArrowRight", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
        classes.append(set((page.locator("#a").get_attribute("class") or "").split()))
    current = {"click", "shown", "current", "slidev-vclick-target", "slidev-vclick-current"}
    prior = {"click", "shown", "prior", "slidev-vclick-target", "slidev-vclick-prior"}
    assert classes == [current, prior, current, {"click", "slidev-vclick-target", "slidev-vclick-hidden"}]


def test_an_author_may_dim_what_is_to_come(opened: Opened) -> None:
    page = opened(DECK.replace("# Two", "# Two\n\n<style>.slidev-vclick-hidden { opacity: .25 }</style>"), at="#/2")
    assert page.locator("#a").evaluate("element => getComputedStyle(element).opacity") == "0.25"


def test_nothing_flashes_when_a_slide_is_entered(opened: Opened) -> None:
    page = opened(DECK)
    opacities = "[...document.querySelectorAll('.click')].map(element => getComputedStyle(element).opacity)"
    forwards = pressed(page, "ArrowRight", opacities)
    page.keyboard.press("End")
    backwards = pressed(page, "ArrowLeft", opacities)
    assert forwards == ["0", "0", "1"]
    assert backwards == ["1", "0", "0"], "the last click"


def test_on_paper_a_slide_shows_its_last_click(opened: Opened) -> None:
    page = opened(DECK)
    hidden = "[...document.querySelectorAll('.slidev-vclick-hidden')].map(element => element.id).join('')"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(hidden) == "ab"
    beforeprint(page)
    assert page.evaluate(hidden) == "bc"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(hidden) == "ab"


def test_as_a_page_all_slides_show_their_last_click(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    page.locator("[data-go=read]").click()
    assert seen(page) == "a"
    page.keyboard.press("ArrowRight")
    assert place(page) == (2, 0), "the keys scroll the page"
    page.locator("[data-go=read]").click()
    assert seen(page) == "c"


def test_without_scripts_everything_shows(opened: Opened) -> None:
    page = opened(DECK, java_script_enabled=False)
    assert all(page.locator(f"#{name}").is_visible() for name in "abc")
    assert page.locator(".slidev-vclick-hidden").count() == 0


def test_a_switch_shows_one_thing_at_a_time_and_nothing_below_it_moves(opened: Opened) -> None:
    page = opened(SWITCH)
    shown, tops = [], set()
    for _ in range(4):
        shown.append(seen(page))
        tops.add(page.locator("#below").evaluate("element => element.getBoundingClientRect().top"))
        page.keyboard.press("ArrowRight")
    assert shown == ["", "a", "b", "c"]
    assert len(tops) == 1
    assert len({page.locator(f"#{name}").evaluate("e => e.getBoundingClientRect().top") for name in "abc"}) == 1


@pytest.mark.parametrize("java_script", [True, False])
def test_as_a_page_a_switch_shows_its_last_thing_and_leaves_no_gap(opened: Opened, java_script: bool) -> None:
    page = opened(SWITCH, java_script_enabled=java_script)
    if java_script:
        page.locator("[data-go=read]").click()
    assert [page.locator(f"#{name}").is_visible() for name in "abc"] == [False, False, True]


def test_presets_move_unless_less_motion_is_asked_for(opened: Opened) -> None:
    deck = DECK.replace("v-click.up", "v-click.up.scale")
    where = "element => getComputedStyle(element).transform"
    page = opened(deck, at="#/2")
    settle(page)
    assert page.locator("#b").evaluate(where) == "matrix(0.8, 0, 0, 0.8, 0, 24)"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert page.locator("#b").evaluate(where) == "none"
    still = opened(deck, at="#/2", reduced_motion="reduce").locator("#b")
    assert still.evaluate(where) == "none"
    assert still.evaluate("element => getComputedStyle(element).transitionDuration") == "0s"


STARTS = "# One\n\n---\nclicks: 4\nclicksStart: 2\n---\n\n# Two\n\n---\n\n# Three\n"


def test_a_slide_may_begin_at_a_later_click(opened: Opened) -> None:
    page = opened(STARTS, at="#/2")
    assert place(page) == (2, 2)
    assert page.evaluate("location.hash") == "#/2"
    page.keyboard.press("ArrowRight")
    assert place(page) == (2, 3) and page.evaluate("location.hash") == "#/2?clicks=3"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert place(page) == (1, 0)
    page.keyboard.press("ArrowRight")
    assert place(page) == (2, 2)
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert place(page) == (2, 4)
    assert place(opened(STARTS, at="#/2?clicks=1")) == (2, 2)
