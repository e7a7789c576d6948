"""v-motion: where things come from, move to and leave for."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.client.conftest import Opened, moving, pressed, settle

DECK = """# One

---
clicks: 3
---

# Two

<div id="a" v-motion :initial="{ x: -80, opacity: 0 }" :enter="{ x: 0, opacity: 1 }" \
:click-1="{ y: 30 }" :click-2-3="{ scale: 2, y: 50 }">moves</div>

---

# Three
"""

COMING = """---
layout: default
clicks: 3
---

# One

<div id="a" v-click="[1, 2]" v-motion :initial="{ x: -50 }" :enter="{ x: 0 }" :leave="{ x: 50 }">comes and goes</div>
"""


def stands(page: Page) -> tuple[str, str, str]:
    settle(page)
    style = "e => { const s = getComputedStyle(e); return [s.translate, s.scale, s.opacity]; }"
    translate, scale, opacity = page.locator("#a").evaluate(style)
    return translate, scale, opacity


def test_variants_follow_the_clicks(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    forwards = [stands(page)]
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        forwards.append(stands(page))
    assert forwards[0] == ("0px", "none", "1")
    assert forwards[1] == forwards[3] == ("0px 30px", "none", "1")
    assert forwards[2] == ("0px 50px", "2", "1")
    page.keyboard.press("ArrowLeft")
    assert stands(page) == forwards[2]


def test_it_comes_from_its_initial_place_when_the_slide_is_entered(opened: Opened) -> None:
    page = opened(DECK)
    moves = "document.querySelector('#a').getAnimations().map(animation => animation.transitionProperty)"
    assert sorted(pressed(page, "ArrowRight", moves)) == ["opacity", "translate"]
    assert stands(page) == ("0px", "none", "1")


def test_it_is_there_at_once_by_address_and_for_who_wants_less_motion(opened: Opened) -> None:
    assert opened(DECK, at="#/2").evaluate(moving("#a")) == 0
    page = opened(DECK, reduced_motion="reduce")
    assert pressed(page, "ArrowRight", moving("#a")) == 0
    assert stands(page) == ("0px", "none", "1")


def test_what_a_click_shows_waits_at_its_initial_place_and_leaves_for_its_last(opened: Opened) -> None:
    page = opened(COMING)
    places = [stands(page)]
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        places.append(stands(page))
    assert places == [("-50px", "none", "0"), ("0px", "none", "1"), ("50px", "none", "0")]
