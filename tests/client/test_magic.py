"""Magic move: versions of a code in one place; lines that stay glide."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.client.conftest import Opened, held, lit, moving, pressed, settle


def deck(*versions: str) -> str:
    """A deck whose first slide has these versions: their letters are lines, or they are fences."""
    fences = (each if "`" in each else "```text\n" + "\n".join(each) + "\n```" for each in versions)
    magic = "````md magic-move\n" + "\n".join(fences) + "\n````"
    return f'---\nlayout: default\n---\n\n# A\n\n{magic}\n\n<p id="below">below</p>\n\n---\n\n# B\n'


SMALL = deck("ab", "xaby", "b")


def shown(page: Page) -> str:
    """The lines that can be seen."""
    return "".join(each.inner_text() for each in page.locator(".magic .line:visible").all()).replace("\n", "")


def line(page: Page, no: int, text: str) -> Locator:
    """A line of a version."""
    return page.locator(f"[data-version='{no}'] .line").filter(has_text=text)


def top(page: Page, no: int, text: str) -> float:
    return float(line(page, no, text).evaluate("line => line.getBoundingClientRect().top"))


def test_each_click_shows_its_version(opened: Opened) -> None:
    page = opened(SMALL)
    versions = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"):
        settle(page)
        versions.append(shown(page))
        page.keyboard.press(key)
    settle(page)
    assert [*versions, shown(page)] == ["ab", "xaby", "b", "xaby", "ab"]


def test_lines_that_stay_glide_and_the_others_fade(opened: Opened) -> None:
    page = opened(SMALL)
    start = top(page, 0, "a")
    pressed(page, "ArrowRight", held(1))
    assert abs(top(page, 1, "a") - start) < 1, "it starts where it was"
    opacity = "line => Number(getComputedStyle(line).opacity)"
    assert line(page, 1, "x").evaluate(opacity) == 0
    page.evaluate(held(400))
    end = float(line(page, 1, "a").evaluate("line => line.offsetTop"))
    assert start < top(page, 1, "a") < start + end
    page.evaluate("document.getAnimations().forEach(a => a.play())")
    settle(page)
    assert line(page, 1, "x").evaluate(opacity) == 1


def test_what_stands_below_never_moves(opened: Opened) -> None:
    page = opened(SMALL)
    below = "document.querySelector('#below').getBoundingClientRect().top"
    tops = {page.evaluate(below)}
    for _ in range(2):
        pressed(page, "ArrowRight", held(100))
        tops.add(page.evaluate(below))
        page.evaluate("document.getAnimations().forEach(a => a.finish())")
        tops.add(page.evaluate(below))
    assert len(tops) == 1


def test_a_press_while_lines_move_starts_from_where_they_are(opened: Opened) -> None:
    page = opened(SMALL)
    pressed(page, "ArrowRight", held(400))
    midway = top(page, 1, "a")
    pressed(page, "ArrowLeft", held(0))
    assert abs(top(page, 0, "a") - midway) < 1
    page.evaluate("document.getAnimations().forEach(a => a.play())")
    settle(page)
    assert shown(page) == "ab"


def test_many_quick_presses_end_at_the_last(opened: Opened) -> None:
    page = opened(SMALL)
    for _ in range(7):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert shown(page) == "xaby" and page.evaluate(moving(".magic")) == 0


def test_it_swaps_at_once_by_address_and_for_who_wants_less_motion(opened: Opened) -> None:
    page = opened(SMALL, at="#/1?clicks=1")
    assert shown(page) == "xaby" and page.evaluate(moving(".magic")) == 0
    page = opened(SMALL, reduced_motion="reduce")
    assert pressed(page, "ArrowRight", moving(".magic")) == 0
    assert shown(page) == "xaby"


def test_going_back_into_the_slide_shows_the_last_version(opened: Opened) -> None:
    page = opened(SMALL, at="#/2")
    page.keyboard.press("ArrowLeft")
    assert shown(page) == "b"


def test_a_version_takes_its_own_steps(opened: Opened) -> None:
    page = opened(deck("ab", "```text {all|2}\nabc\n```".replace("abc", "a\nb\nc"), "c"))
    seen = []
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        settle(page)
        seen.append((shown(page), lit(page, "1.2")))
    assert seen == [("abc", [1, 2, 3]), ("abc", [2]), ("c", [2])]


def test_all_versions_have_the_same_place_and_type_whatever_their_results(opened: Opened) -> None:
    long = "a_rather_long_name_that_is_wider_than_the_other_lines = range(9)"
    rows = f"```python\n{long}\nfor row in {long.split()[0]}:\n    print(row)\n```"
    page = opened(deck("```python\nx = 1\n```", rows, "```python\nprint(1)\n```"), run=True)
    panels = """[...document.querySelectorAll(".magic .block")].map((block) => {
        const { x, y, width } = block.getBoundingClientRect();
        return [x, y, width, getComputedStyle(block.firstElementChild).fontSize].join(" ");
    })"""
    places = page.evaluate(panels)
    assert len(places) == 3 and len(set(places)) == 1
    lefts = page.evaluate("[...document.querySelectorAll('.magic .results')].map(e => e.getBoundingClientRect().left)")
    assert len(lefts) == 2 and len(set(lefts)) == 1
    page.keyboard.press("ArrowRight")
    settle(page)
    assert page.locator(".magic .results:visible").count() == 1


def test_without_scripts_the_last_version_shows(opened: Opened) -> None:
    assert shown(opened(SMALL, java_script_enabled=False)) == "b"
