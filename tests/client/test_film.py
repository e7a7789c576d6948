"""Animations: played once when they come, then by a button and a slider, by mouse and by keys."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deck_builder.load import load_theme
from deck_builder.model import Animation, BlockResult, ExecutedDeck, Source
from deck_builder.parse import parse
from deck_builder.render import render
from tests.client.conftest import CANVAS, beforeprint, place

Film = Callable[..., Page]

FRAMES = tuple(f'<svg xmlns="http://www.w3.org/2000/svg"><text>{no}</text></svg>' for no in (1, 3, 5, 7, 8))
FILM = Animation(FRAMES, (1, 3, 5, 7, 8), 300, 200, (1,))
DECK = """---
layout: default
---

# A

---
layout: default
---

# B

```python {}
film
```

---
layout: default
---

# C
"""


@pytest.fixture
def film(browser: Browser, tmp_path: Path) -> Iterator[Film]:
    """Opens a deck whose second slide has an animation of five frames."""
    contexts = []
    complaints: list[str] = []

    def of(info: str = "{all}", at: str = "", **context: object) -> Page:
        deck = parse(Source(Path("deck.md"), DECK.replace("{}", info)))
        executed = ExecutedDeck(deck, {"2.1": BlockResult((FILM,))})
        file = tmp_path / "deck.html"
        file.write_text(render(executed, load_theme("default", tmp_path), {}).html, encoding="utf-8")
        contexts.append(browser.new_context(**({"viewport": CANVAS} | context)))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.clock.install(time=0)
        page.goto(f"{file.as_uri()}{at}")
        page.clock.pause_at(60_000)
        return page

    yield of
    for context in contexts:
        context.close()
    assert complaints == []


def shown(page: Page) -> int:
    """The number that the frame on the slide shows, and that the words beside it say."""
    image = page.locator(".animation img").first
    number = int(image.evaluate("image => atob(image.src.split(',')[1]).match(/<text>(\\d+)/)[1]"))
    assert page.locator(".scrub span").first.text_content() == f"{number} / 8"
    assert page.locator(".scrub input").first.get_attribute("aria-valuetext") == f"Frame {number} of 8"
    return number


def test_it_plays_once_when_its_slide_comes(film: Film) -> None:
    page = film()
    page.keyboard.press("ArrowRight")
    assert shown(page) == 1
    seen = []
    for _ in range(6):
        page.clock.run_for(160)
        seen.append(shown(page))
    assert seen == [3, 5, 7, 8, 8, 8]
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_whoever_asks_for_less_motion_sees_its_end_and_plays_it_by_hand(film: Film) -> None:
    page = film(reduced_motion="reduce")
    page.keyboard.press("ArrowRight")
    page.clock.run_for(1000)
    assert shown(page) == 8
    page.get_by_role("button", name="Play").click()
    assert shown(page) == 1
    page.clock.run_for(320)
    assert shown(page) == 5
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(1000)
    assert shown(page) == 5


def test_neither_its_address_nor_a_step_back_plays_it(film: Film) -> None:
    page = film(at="#/2")
    assert shown(page) == 8
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.clock.run_for(160)
    assert (place(page), shown(page)) == ((2, 0), 8)


def test_it_ends_when_its_slide_goes(film: Film) -> None:
    page = film()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.clock.run_for(160)
    assert (place(page), shown(page)) == ((3, 0), 8)


def test_one_that_comes_with_a_step_plays_then(film: Film) -> None:
    page = film("{none|1}{output: end}")
    page.keyboard.press("ArrowRight")
    page.clock.run_for(1000)
    assert shown(page) == 8
    page.keyboard.press("ArrowRight")
    assert (place(page), shown(page)) == ((2, 1), 1)


def test_the_slider_stops_it_and_takes_keys_while_it_has_the_focus(film: Film) -> None:
    page = film()
    page.keyboard.press("ArrowRight")
    slider = page.get_by_role("slider", name="Frames")
    slider.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.clock.run_for(1000)
    assert (place(page), shown(page)) == ((2, 0), 7)
    button = page.get_by_role("button", name="Play")
    page.keyboard.press("Shift+Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Space")
    page.clock.run_for(160)
    assert (place(page), shown(page)) == ((2, 0), 8)


def test_a_mouse_pulls_it_and_leaves_the_keys_to_the_slides(film: Film) -> None:
    page = film(at="#/2")
    box = page.get_by_role("slider").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.up()
    assert (place(page), shown(page)) == ((2, 0), 5)
    page.keyboard.press("ArrowRight")
    assert place(page) == (3, 0)


def test_it_plays_in_the_sheet_too(film: Film) -> None:
    page = film("{output: fold}", at="#/2")
    page.locator(".whole > summary").click()
    page.locator("dialog .scrub button").click()
    page.clock.run_for(160)
    image = page.locator("dialog .animation img")
    assert "<text>3" in image.evaluate("image => atob(image.src.split(',')[1])")


def test_on_paper_and_without_scripts_the_last_frame_stands(film: Film) -> None:
    page = film(at="#/2")
    page.get_by_role("slider").fill("2")
    assert shown(page) == 3
    beforeprint(page)
    assert shown(page) == 8
    page = film(java_script_enabled=False)
    source = page.locator(".animation img").get_attribute("src") or ""
    assert b64decode(source.partition(",")[2]).decode() == FRAMES[-1]
    assert not page.locator(".scrub").is_visible()


def test_nothing_moves_when_it_plays(film: Film) -> None:
    page = film(at="#/2")
    boxes = (
        "[...document.querySelectorAll('.current :is(.block, .results, img, input)')]"
        ".map(e => [e.offsetLeft, e.offsetTop, e.offsetWidth, e.offsetHeight])"
    )
    before = page.evaluate(boxes)
    page.get_by_role("slider").fill("1")
    assert page.evaluate(boxes) == before
