"""From slide to slide: which transition, which way, and never in anyone's way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.client.conftest import Opened, held, place, pressed, settle


def deck(first: str = "", second: str = "", style: str = "") -> str:
    def head(transition: str) -> str:
        return f"---\nlayout: default\ntransition: {transition}\n---" if transition else "---\nlayout: default\n---"

    return f"{head(first)}\n\n# One\n\n{style}\n\n{head(second)}\n\n# Two\n\n---\n\n# Three\n"


CLASSES = """[...document.querySelectorAll(".slide")].map((slide) => \
[...slide.classList].filter((name) => /-(enter|leave)-/.test(name)).sort().join(" "))"""


def turned(page: Page, key: str) -> str:
    """The transition that a key starts: `NAME` if both slides wear its classes."""
    classes = pressed(page, key, CLASSES)
    names = {name.rsplit("-", 2)[0] for both in classes for name in both.split()}
    assert len(names) <= 1
    return names.pop() if names else ""


def test_forwards_it_is_that_of_the_slide_before_backwards_that_of_the_slide_itself(opened: Opened) -> None:
    page = opened(deck("fade", "slide-up"))
    names = [turned(page, key) for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft")]
    assert names == ["fade", "slide-up", "slide-down", "fade"]


def test_vues_classes_are_put_on_and_taken_off(opened: Opened) -> None:
    page = opened(deck("fade"))
    classes = pressed(page, "ArrowRight", CLASSES)
    assert classes == ["fade-leave-active fade-leave-to", "fade-enter-active fade-enter-to", ""]
    settle(page)
    assert page.locator(".slide.leaving").count() == 0
    assert page.evaluate(CLASSES) == ["", "", ""]
    assert page.locator(".slide:visible").count() == 1


@pytest.mark.parametrize(
    ("name", "back"),
    [
        ("slide-left", "slide-right"),
        ("slide-right", "slide-left"),
        ("slide-up", "slide-down"),
        ("slide-down", "slide-up"),
        ("fade-out", "fade-out"),
        ("slide-left | fade", "fade"),
        ("mine", "mine"),
    ],
)
def test_the_way_back_is_the_way_there_reversed_or_what_the_author_says(opened: Opened, name: str, back: str) -> None:
    page = opened(deck(name))
    assert turned(page, "ArrowRight") == name.split(" | ")[0]
    assert turned(page, "ArrowLeft") == back


def test_slides_move_the_way_they_say(opened: Opened) -> None:
    page = opened(deck("slide-left"))
    pressed(page, "ArrowRight", held(250))
    left = "slide => slide.getBoundingClientRect().left"
    old, new = (page.locator(f"#slide-{no}").evaluate(left) for no in (1, 2))
    assert -980 < old < 0 < new < 980
    assert new - old == pytest.approx(980, abs=1)


def test_a_press_is_never_held_up(opened: Opened) -> None:
    page = opened(deck("slide-left", "slide-left"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert place(page) == (3, 0)
    classes = page.locator("#slide-1").get_attribute("class") or ""
    assert "leav" not in classes and not page.locator("#slide-1").is_visible(), "the first turn is over at once"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    settle(page)
    assert place(page) == (1, 0)
    assert page.locator(".leaving").count() == 0


@pytest.mark.parametrize("key", ["ArrowRight", "End"])
def test_there_is_none_unless_asked_for(opened: Opened, key: str) -> None:
    page = opened(deck())
    assert turned(page, key) == ""
    assert page.locator(".slide:visible").count() == 1


def test_there_is_none_on_opening_by_address_or_for_who_wants_less_motion(opened: Opened) -> None:
    page = opened(deck("fade", "fade"), at="#/2")
    assert page.locator(".fade-enter-active").count() == 0
    page.evaluate("location.hash = '#/3'")
    page.wait_for_function("() => document.documentElement.dataset.no === '3'")
    assert page.locator(".fade-enter-active").count() == 0 and page.locator(".slide:visible").count() == 1
    assert turned(opened(deck("fade"), reduced_motion="reduce"), "ArrowRight") == ""


def test_an_author_can_make_one(opened: Opened) -> None:
    style = "<style>@keyframes spin { to { rotate: 1turn } } .slide.turn-enter-active { animation: spin 1000s }</style>"
    # The page's own style sheet, as a style of a slide holds for that slide only.
    page = opened(deck("turn"))
    page.evaluate("style => document.head.insertAdjacentHTML('beforeend', style)", style)
    page.keyboard.press("ArrowRight")
    names = "slide => slide.getAnimations().map(animation => animation.animationName)"
    assert page.locator("#slide-2").evaluate(names) == ["spin"]
    assert page.locator("#slide-2.turn-enter-active").count() == 1
    page.evaluate("document.getAnimations().forEach(a => a.finish())")
    settle(page)
    assert page.locator(".turn-enter-active").count() == 0


def test_the_browsers_own_transition_swaps_the_slides(opened: Opened) -> None:
    page = opened(deck("view-transition", "view-transition"))
    page.evaluate("document.documentElement.style.setProperty('--slidev-transition-duration', '1000s')")
    page.keyboard.press("ArrowRight")
    assert place(page) == (2, 0)
    running = "document.getAnimations().some(a => a.effect.pseudoElement?.startsWith('::view-transition'))"
    page.wait_for_function(f"() => {running}")
    assert page.locator("#slide-2").is_visible() and not page.locator("#slide-1").is_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert place(page) == (2, 0)
    page.wait_for_function("() => !document.querySelector('.waiting, .leaving')")
    assert page.locator(".slide:visible").count() == 1
    page.wait_for_function(f"() => {running}")
    page.evaluate("document.getAnimations().forEach(a => a.finish())")
    page.wait_for_function(f"() => !{running}")
    assert page.locator(".slide:visible").count() == 1


def test_where_the_browser_has_none_it_fades(opened: Opened) -> None:
    page = opened(deck("view-transition"))
    page.evaluate("delete Document.prototype.startViewTransition")
    assert turned(page, "ArrowRight") == "fade"
