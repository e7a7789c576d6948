"""The presenter's view, and how the windows of a talk stay at one place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from deck_builder.load import load_theme
from deck_builder.render import render
from tests.client.conftest import Opened, Served, place
from tests.render import training

DECK = """---
layout: default
duration: 10min
---

# One

```python {all|2,5|4}
a = 1
b = 2
c = 3
d = 4
e = 5
```

---
clicks: 2
---

# Two

<v-clicks>

- first
- second

</v-clicks>

<!--
Begin.

[click] Go on.

[click] End.
-->

---

# Three
"""

GRAPH = """---
layout: default
---

# A number

```python {graph: 'loss'}
import torch
x = torch.tensor(2.0, requires_grad=True)
loss = (x * 3 - 1) ** 2
loss.backward()
```
"""

KINDS = """---
layout: default
---

# Moving

````md magic-move
```python
a = 1
```
```python
a = 1
b = 2
```
````

<v-switch>

<template #1>

one

</template>

<template #2>

two

</template>

</v-switch>

---
layout: default
---

# Tabs <span v-mark.circle.red="1" id="mine">marked</span>

::code-group

```python [first.py]
a = 1
```

```python [second.py]
b = 2
```

::

$$ {1|2}
\\begin{aligned}
a &= 1 \\\\
b &= 2
\\end{aligned}
$$

<video src="film.mp4" autoplay></video>

---
layout: two-cols
clicksStart: 1
clicks: 3
---

# Two columns

::right::

right
"""

STATE = """(slide) => {
  const ours = (name) => !/^(current|leaving|swapping|slidev-nav)/.test(name);
  const of = (element) => [
    element.tagName,
    [...element.classList].filter(ours).sort().join(" "),
    element.matches(".slide, .run") ? element.style.cssText : "",
    element.matches("input") ? element.value : element.children.length ? "" : element.textContent,
  ].join(" | ");
  const all = [slide, ...slide.querySelectorAll("*")];
  return all.filter((element) => !element.closest("button.copy, svg.drawing, .unseen")).map(of);
}"""
"""JavaScript: what of a slide its clicks and its readers change."""

REGIONS = [".now", ".next", ".notes", ".where", ".timer", "[data-go=reset]", ".clock", ".go"]


def presented(opened: Opened, deck: str | Path, at: str = "", **more: object) -> Page:
    """The presenter's view of a deck."""
    page = opened(deck, at=f"?presenter{at}", **({"viewport": {"width": 1280, "height": 800}} | more))
    ready(page)
    return page


def ready(page: Page) -> None:
    """Wait until the next step is the one that follows."""
    page.wait_for_function(
        "() => document.querySelector('.presenter > .next.over') || document.querySelector('.preview > .slide')"
    )
    page.evaluate("new Promise((done) => requestIdleCallback(() => requestIdleCallback(done)))")


def beside(page: Page, query: str = "?presenter") -> Page:
    """Another window of the same file: the presenter's view, unless it is said otherwise."""
    other = page.context.new_page()
    other.goto(re.sub(r"[?#].*", "", page.url) + query)
    return other


def arrives(page: Page, no: int, click: int) -> None:
    page.wait_for_function(
        "([no, click]) => document.documentElement.dataset.no == no && document.documentElement.dataset.click == click",
        arg=[no, click],
    )


def ahead(page: Page) -> list[str]:
    return page.locator(".preview > .slide").evaluate(STATE)  # type: ignore[no-any-return]


def shown(page: Page) -> list[str]:
    return page.locator(".stage > .slide.current").evaluate(STATE)  # type: ignore[no-any-return]


@pytest.fixture
def trained(opened: Opened, tmp_path: Path) -> Callable[[str], Page]:
    """Opens a deck with a training whose passes were recorded."""

    def of(at: str) -> Page:
        page = opened("# Nothing", viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        html = render(training.executed(training.STEPS, ""), load_theme("default", tmp_path), {}).html
        (tmp_path / "training.html").write_text(html, "utf-8")
        page.goto((tmp_path / "training.html").as_uri() + at)
        return page

    return of


# Windows of one talk


def test_two_windows_of_a_file_follow_each_other(opened: Opened) -> None:
    page = opened(DECK)
    other = beside(page, "?presenter")
    page.keyboard.press("ArrowRight")
    arrives(other, 1, 1)
    other.keyboard.press("ArrowDown")
    arrives(page, 2, 0)
    page.mouse.click(600, 300)
    arrives(other, 2, 1)
    other.get_by_role("button", name="Next").click()
    arrives(page, 2, 2)
    page.evaluate("location.hash = '#/1?clicks=2'")
    arrives(other, 1, 2)
    assert other.url.endswith("?presenter#/1?clicks=2")
    assert page.url.endswith(".html#/1?clicks=2")


def test_who_comes_later_comes_to_where_the_talk_is(opened: Opened) -> None:
    page = opened(DECK)
    page.keyboard.press("ArrowRight")
    other = beside(page, "?presenter#/3")
    arrives(other, 1, 1)
    page.close()
    arrives(beside(other), 1, 1)


def test_a_talk_that_has_not_begun_moves_nobody(opened: Opened) -> None:
    page = opened(DECK, at="#/2")
    other = beside(page, "?presenter#/3")
    other.keyboard.press("ArrowRight")  # there is no more: nothing moves
    assert (place(page), place(other)) == ((2, 0), (3, 0))


def test_two_windows_of_a_reader_leave_each_other_alone(opened: Opened) -> None:
    page = opened(DECK)
    page.keyboard.press("ArrowRight")
    other, view = beside(page, "#/2"), beside(page)
    arrives(view, 1, 1)
    page.keyboard.press("ArrowRight")
    arrives(view, *place(page))
    view.keyboard.press("Home")
    arrives(other, 1, 0)
    view.close()
    other.keyboard.press("End")
    third = beside(page, "")
    assert (place(page), place(other), place(third)) == ((1, 0), (3, 0), (1, 0))


def test_another_file_is_another_talk(opened: Opened, tmp_path: Path) -> None:
    page = opened(DECK)
    (tmp_path / "other.html").write_text((tmp_path / "deck.html").read_text("utf-8"), "utf-8")
    other = page.context.new_page()
    other.goto((tmp_path / "other.html").as_uri())
    third = beside(page)
    page.keyboard.press("ArrowRight")
    arrives(third, 1, 1)
    assert place(other) == (1, 0)


def test_p_opens_the_presenters_view_where_the_talk_is(opened: Opened) -> None:
    page = opened(DECK, at="#/2?clicks=1")
    with page.expect_popup() as opening:
        page.keyboard.press("p")
    view = opening.value
    ready(view)
    assert view.url.endswith("deck.html?presenter#/2?clicks=1") and place(view) == (2, 1)
    page.mouse.move(300, 300)
    view.keyboard.press("p")
    view.keyboard.press("ArrowRight")
    arrives(page, 2, 2)
    assert len(page.context.pages) == 2


def test_the_button_opens_it_too(opened: Opened) -> None:
    page = opened(DECK)
    page.mouse.move(300, 300)
    with page.expect_popup() as opening:
        page.get_by_role("button", name="Presenter's view").click()
    ready(opening.value)


def test_where_a_browser_keeps_files_apart_the_window_that_was_opened_follows(opened: Opened) -> None:
    page = opened(DECK, locale="en-GB")  # a context of its own
    page.context.add_init_script("delete window.BroadcastChannel")
    page.reload()
    assert page.evaluate("window.BroadcastChannel") is None
    with page.expect_popup() as opening:
        page.keyboard.press("p")
    view = opening.value
    ready(view)
    page.keyboard.press("ArrowRight")
    arrives(view, 1, 1)
    view.keyboard.press("ArrowDown")
    arrives(page, 2, 0)


CHANNEL = "new BroadcastChannel(location.href.split(/[?#]/)[0])"
STRANGE = [
    {"type": "place", "no": "3", "click": 0, "from": 2, "turn": 2},
    {"type": "place", "no": 3, "click": None, "from": 2, "turn": 3},
    {"type": "place", "no": 3, "from": 2, "turn": 4},
    {"type": "slider", "no": 99, "at": -1, "value": "x", "from": 2, "turn": 5},
    {"type": "slider", "no": 2, "at": 1e9, "value": {}, "from": 2, "turn": 6},
    {"type": "place", "no": 3, "click": 0, "from": 2, "turn": "x"},
    {"type": "place", "no": 3, "click": 0, "from": 2, "turn": 6},
    {"type": "hello", "from": 2, "turn": 8},
    {"type": "place", "no": 2, "click": 99, "from": 2, "turn": 9},
]


@pytest.mark.parametrize("message", ["null", "3", "'place'", "[]", "{}", "{ type: 'place' }"])
def test_what_arrives_is_not_trusted(opened: Opened, message: str) -> None:
    page = opened(DECK, at="#/2")
    other = beside(page)
    say = f"const channel = {CHANNEL}; channel.postMessage({message}); "
    say += "told.forEach(one => channel.postMessage({ ...one, view: true }))"
    other.evaluate(f"told => {{ {say} }}", STRANGE)
    arrives(page, 2, 2)


def test_a_stranger_that_opened_the_page_is_heard_only_as_a_window_of_the_deck(opened: Opened) -> None:
    page = opened(DECK)
    view = beside(page)
    view.evaluate(
        "postMessage({ deck: location.href, told: { type: 'place', no: 3, click: 0, from: 5, turn: 1 } }, '*')"
    )
    page.keyboard.press("ArrowRight")
    arrives(view, 1, 1)


def test_a_loops_pass_follows(trained: Callable[[str], Page]) -> None:
    page = trained("#/1?clicks=1")
    other = beside(page)
    page.keyboard.press("ArrowRight")
    arrives(other, 1, 2)
    name = "document.querySelector('.pane:not(.away) .where').textContent"
    page.locator(".pane:not(.away) .passes > button").last.click()
    there = page.evaluate(name)
    other.wait_for_function(f"(there) => {name} === there", arg=there)
    slider = other.locator(".stage .pane:not(.away) .passes > input")
    slider.focus()
    other.keyboard.press("End")
    there = other.evaluate(name)
    page.wait_for_function(f"(there) => {name} === there", arg=there)


# A served talk


def test_the_audience_follows_until_it_moves_by_itself_and_comes_back(served: Served) -> None:
    page, server = served(DECK, role="audience")
    follow = page.get_by_role("button", name="Follow the presenter")
    server.tell(type="place", no=2, click=1)
    arrives(page, 2, 1)
    assert not follow.is_visible()
    page.keyboard.press("ArrowUp")
    expect(follow).to_be_visible()
    server.tell(type="place", no=3, click=0)
    server.show(DECK.replace("# Three", "# Trois"))
    expect(page.locator(".stage > .slide h1").last).to_have_text("Trois")  # so the place before it has arrived
    assert place(page) == (1, 0)
    follow.click()
    assert place(page) == (3, 0) and not follow.is_visible()
    server.tell(type="place", no=2, click=0)
    arrives(page, 2, 0)
    assert server.heard.empty()


def test_the_presenter_of_a_served_deck_says_where_it_is_once(served: Served) -> None:
    page, server = served(DECK, role="presenter", at="?presenter")
    ready(page)
    page.keyboard.press("ArrowRight")
    assert server.heard.get(timeout=9) == {"type": "place", "no": 1, "click": 1}
    server.tell(type="place", no=2, click=2)
    arrives(page, 2, 2)
    page.keyboard.press("ArrowRight")
    assert server.heard.get(timeout=9) == {"type": "place", "no": 3, "click": 0}
    server.tell(type="place", no="x", click=0)
    server.tell(type="place", no=99, click=-4)
    server.tell(type="place", no=1, click=2)
    arrives(page, 1, 2)


def test_who_joins_a_served_talk_comes_to_where_it_is(served: Served) -> None:
    page, server = served(DECK, role="audience")
    server.first = [{"type": "place", "no": 2, "click": 1}]
    page.reload()
    arrives(page, 2, 1)


def test_what_a_server_swaps_shows_in_the_next_step(served: Served) -> None:
    page, server = served(DECK, at="?presenter#/1?clicks=2")
    ready(page)
    server.show(DECK.replace("# Two", "# Zwei"))
    expect(page.locator(".preview h1")).to_have_text("Zwei")
    server.show(DECK.replace("# Two", "# Deux").replace("# One", "# Un"))
    expect(page.locator(".preview h1")).to_have_text("Deux")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".preview h1")).to_have_text("Un")
    ready(page)
    walks(page, 5)


# The next step


def walks(page: Page, least: int) -> None:
    """From the place on to the end, each press shows what was said to come."""
    steps = 0
    while page.locator(".presenter > .next.over").count() == 0:
        said, before = ahead(page), place(page)
        page.keyboard.press("ArrowRight")
        assert place(page) != before
        assert shown(page) == said
        ready(page)
        steps += 1
    assert steps >= least


@pytest.mark.parametrize(("deck", "least"), [(DECK, 6), (KINDS, 6)], ids=["steps", "kinds"])
def test_the_next_step_is_what_the_next_press_shows(opened: Opened, deck: str, least: int) -> None:
    walks(presented(opened, deck, reduced_motion="reduce"), least)


def test_of_a_replay_too(opened: Opened) -> None:
    page = opened(GRAPH, run=True, at="?presenter", viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    ready(page)
    walks(page, 5)


def test_and_of_panes_wherever_their_loops_stand(trained: Callable[[str], Page]) -> None:
    page = trained("?presenter#/1?clicks=1")
    ready(page)
    page.locator(".stage .pane:not(.away) .passes > button").last.click()
    ready(page)
    walks(page, 3)


def test_after_the_last_step_is_the_end(opened: Opened) -> None:
    page = presented(opened, DECK, at="#/3")
    assert page.locator(".presenter .room").inner_text() == "End"
    assert page.locator(".preview").is_hidden()
    page.keyboard.press("ArrowUp")
    ready(page)
    expect(page.locator(".preview")).to_be_visible()
    expect(page.locator(".presenter .caption")).to_have_text("Next step 1 of 2")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".presenter .caption")).to_have_text("Next Slide 2 of 3")


def test_the_next_step_is_out_of_reach(opened: Opened) -> None:
    page = presented(opened, KINDS, at="#/2")
    assert page.locator(".preview").evaluate("stage => stage.inert && stage.ariaHidden === 'true'")
    assert page.locator(".preview > .slide").count() == 1
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(({ id }) => id)")
    assert "mine" in ids and len(ids) == len(set(ids))
    assert page.evaluate(
        "[...document.querySelectorAll('.preview video')].every(one => one.muted && !one.autoplay && one.paused)"
    )
    page.keyboard.press("Tab")
    for _ in range(12):
        assert not page.evaluate("document.activeElement.closest('.preview')")
        page.keyboard.press("Tab")


def test_it_keeps_its_place_when_the_window_changes(opened: Opened) -> None:
    page = presented(opened, DECK)
    for size in ({"width": 1280, "height": 800}, {"width": 1600, "height": 700}, {"width": 600, "height": 1000}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.evaluate("new Promise(requestAnimationFrame)")
        for stage, around in ((".stage", ".now"), (".preview", ".room")):
            inner, outer = page.locator(stage).bounding_box(), page.locator(f".presenter {around}").bounding_box()
            assert inner and outer
            assert outer["x"] - 1 <= inner["x"] and inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1
            assert outer["y"] - 1 <= inner["y"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"] + 1
            assert abs(inner["width"] - outer["width"]) < 2 or abs(inner["height"] - outer["height"]) < 2


# Notes, time and place


def test_the_notes_follow_the_clicks(opened: Opened) -> None:
    page = presented(opened, DECK)
    notes = page.get_by_role("complementary", name="Notes")
    assert notes.inner_text() == "No notes on this slide"
    page.keyboard.press("ArrowDown")
    parts = []
    for _ in range(3):
        parts.append("".join(page.locator(".notes .part:not(.dim)").all_inner_texts()).strip())
        page.keyboard.press("ArrowRight")
    assert parts == ["Begin.", "Go on.", "End."]
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    assert notes.is_visible()


def test_a_deck_without_notes_says_so(opened: Opened) -> None:
    page = presented(opened, "# One\n\n---\n\n# Two\n")
    assert page.locator(".notes").inner_text() == "No notes on this slide"
    page.keyboard.press("ArrowRight")
    assert page.locator(".notes").inner_text() == "No notes on this slide"


def clocked(opened: Opened, deck: str) -> Page:
    page = opened(deck)
    page.clock.install(time="2026-11-30T14:05:00")
    page.goto(page.url.split("#")[0] + "?presenter")
    page.clock.pause_at("2026-11-30T14:06:00")
    return page


def times(page: Page) -> tuple[str, str]:
    return page.locator(".presenter .big").inner_text(), page.locator(".presenter .small").inner_text()


def test_the_timer_begins_with_the_first_move(opened: Opened) -> None:
    page = clocked(opened, DECK)
    assert times(page) == ("0:00", "10:00")
    assert "06" in page.locator(".presenter .clock").inner_text()
    page.keyboard.press("ArrowRight")
    page.clock.run_for(65_000)
    assert times(page) == ("1:05", "8:55")
    assert page.locator(".presenter").evaluate("view => view.style.getPropertyValue('--passed')").startswith("10.8")
    page.keyboard.press("t")
    page.clock.run_for(60_000)
    assert times(page) == ("1:05", "8:55")
    page.locator(".presenter .timer").click()
    page.clock.run_for(600_000)
    assert times(page) == ("11:05", "−1:05")
    assert page.locator(".presenter.late").count() == 1
    page.keyboard.press("r")
    assert times(page) == ("0:00", "10:00")
    page.clock.run_for(5_000)
    assert times(page) == ("0:00", "10:00")
    page.keyboard.press("ArrowRight")
    page.clock.run_for(3_725_000)
    assert times(page)[0] == "1:02:05"


def test_the_timer_goes_on_when_the_page_is_loaded_again(opened: Opened) -> None:
    page = clocked(opened, DECK)
    page.keyboard.press("ArrowRight")
    page.clock.run_for(65_000)
    page.reload()
    assert times(page)[0] in ("1:05", "1:06")


def test_a_countdown_shows_the_rest_large_and_a_deck_without_a_duration_none(opened: Opened) -> None:
    page = clocked(opened, DECK.replace("duration: 10min", "duration: 10min\ntimer: countdown"))
    assert times(page) == ("10:00", "0:00")
    page = clocked(opened, "# One\n")
    assert times(page) == ("0:00", "")
    assert page.locator(".presenter.timed").count() == 0


def test_the_place_is_told(opened: Opened) -> None:
    page = presented(opened, DECK, at="#/2?clicks=1")
    assert page.locator(".presenter .where").inner_text().split("\n") == ["2 / 3", "step 1 of 2"]
    assert page.locator("[aria-live]").count() == 1
    assert page.get_by_role("main", name="Current slide").count() == 1


# The room


@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080), (1024, 768), (768, 1024), (390, 844), (844, 390)])
@pytest.mark.parametrize("ratio", ["16/9", "4/3"])
def test_nothing_is_clipped_and_nothing_overlaps(opened: Opened, size: tuple[int, int], ratio: str) -> None:
    deck = DECK.replace("duration: 10min", f"duration: 10min\naspectRatio: {ratio}")
    page = presented(opened, deck, at="#/2", viewport={"width": size[0], "height": size[1]})
    boxes = {name: page.locator(f".presenter {name}").bounding_box() for name in REGIONS}
    for name, box in boxes.items():
        assert box and box["width"] > 20 and box["height"] > 16, name
        assert box["x"] >= -1 and box["y"] >= -1, name
        assert box["x"] + box["width"] <= size[0] + 1 and box["y"] + box["height"] <= size[1] + 1, name
        for other, its in boxes.items():
            apart = its is None or name == other
            apart = apart or box["x"] + box["width"] <= its["x"] + 1 or its["x"] + its["width"] <= box["x"] + 1  # type: ignore[index]
            apart = apart or box["y"] + box["height"] <= its["y"] + 1 or its["y"] + its["height"] <= box["y"] + 1  # type: ignore[index]
            assert apart, (name, other)
    notes, button = boxes[".notes"], page.get_by_role("button", name="Next").bounding_box()
    assert notes and notes["height"] > 60 and notes["width"] > 200
    assert button and button["height"] >= 48 and button["width"] >= 90


def test_on_a_phone_a_thumb_drives(opened: Opened) -> None:
    page = presented(opened, DECK, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    button = page.get_by_role("button", name="Next")
    box = button.bounding_box()
    assert box and box["y"] > 844 * 0.8
    button.tap()
    assert place(page) == (1, 1)
    page.get_by_role("button", name="Previous").tap()
    assert place(page) == (1, 0)
    stage = page.locator(".stage").bounding_box()
    assert stage
    page.touchscreen.tap(stage["x"] + stage["width"] * 0.8, stage["y"] + stage["height"] * 0.9)
    assert place(page) == (1, 1)
    page.touchscreen.tap(stage["x"] + stage["width"] * 0.1, stage["y"] + stage["height"] * 0.9)
    assert place(page) == (1, 0)


def test_a_page_without_it_is_as_ever(opened: Opened) -> None:
    page = opened(DECK)
    assert page.locator(".presenter, .preview").count() == 0
    assert not page.locator(".follow").is_visible()
    page.keyboard.press("t")
    page.keyboard.press("r")
    page.keyboard.press("?")
    keys = page.locator("dialog.help dd").all_inner_texts()
    assert "Presenter's view" in keys and not [key for key in keys if "imer" in key]


def test_its_help_names_its_keys(opened: Opened) -> None:
    page = presented(opened, DECK)
    page.keyboard.press("?")
    keys = page.locator("dialog.help dd").all_inner_texts()
    assert len([key for key in keys if "imer" in key]) == 2
    assert "Presenter's view" not in keys and "Notes" not in keys


def test_paper_has_the_deck(opened: Opened) -> None:
    page = presented(opened, DECK, at="#/2")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 3
    page.emulate_media(media="print")
    assert not page.locator(".presenter, .preview").first.is_visible()
    assert [slide.is_visible() for slide in page.locator(".stage > .slide").all()] == [True] * 3
    page.emulate_media(media="screen")
    ready(page)
    assert page.locator(".stage > .slide:visible").count() == 1
