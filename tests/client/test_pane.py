"""Panes in a browser: each step shows what was recorded, and a scrubber moves all of it together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from deck_builder.load import load_theme
from deck_builder.model import Animation, BlockResult, ExecutedDeck, Figure, Output, Source, Stream, Watched
from deck_builder.parse import parse
from deck_builder.recorded import Assigned, Loop, Sample, Shown
from deck_builder.render import render
from tests.client.conftest import CANVAS, beforeprint, place
from tests.client.test_fit import flaws
from tests.render import training

Panes = Callable[..., Page]

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><text>{}</text></svg>'
EPOCHS = training.epochs()
NESTED = """---
layout: default
---

# Nested

```python {1-2|3-4|2,4|all}
for epoch in range(2):
    a = epoch
    for i in range(2):
        b = a + i
        plt.plot(b)
```
"""


@pytest.fixture
def panes(browser: Browser, tmp_path: Path) -> Iterator[Panes]:
    """Opens a deck that has run by hand: training's, or another with the outputs of its first block."""
    contexts = []
    complaints: list[str] = []

    def of(
        deck: str = "",
        *outputs: Output,
        steps: str = training.STEPS,
        options: str = "",
        at: str = "",
        **context: object,
    ) -> Page:
        executed = training.executed(steps, options)
        if deck:
            executed = ExecutedDeck(parse(Source(Path("deck.md"), deck)), {"1.1": BlockResult(outputs)})
        file = tmp_path / "deck.html"
        file.write_text(render(executed, load_theme("default", tmp_path), {}).html, encoding="utf-8")
        contexts.append(browser.new_context(**({"viewport": CANVAS} | context)))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{file.as_uri()}{at}")
        return page

    yield of
    for context in contexts:
        context.close()
    assert complaints == []


def held(page: Page) -> dict[str, str]:
    """What the pane that shows says of each name."""
    rows = page.locator(".pane:not(.away) tr:has(.held)").all()
    return {row.locator("th").inner_text(): row.locator(".held").inner_text() for row in rows}


def where(page: Page) -> str:
    return page.locator(".pane:not(.away) .where").inner_text()


def printed(page: Page) -> list[str]:
    return [text.replace("\n", " ") for text in page.locator(".pane:not(.away) .wrote p").all_inner_texts()]


def slider(page: Page) -> Locator:
    return page.locator(".pane:not(.away) .passes input")


def row_of(epoch: int) -> dict[str, str]:
    """The rows of lines 4-5 and 9-11 in an epoch, from the numbers themselves."""
    w, b, dw, db, loss, guess = EPOCHS[epoch]
    return {
        "y_pred": " ".join(f"{one:.4g}" for one in guess),
        "loss": f"{loss:.5g}",
        "∂loss/∂w": f"{dw:+.4f}",
        "∂loss/∂b": f"{db:+.4f}",
        "w": f"{w:.4f} → {w - 0.01 * dw:.4f}",
        "b": f"{b:.4f} → {b - 0.01 * db:.4f}",
    }


def test_each_step_shows_its_lines_and_the_results_make_room(panes: Panes) -> None:
    page = panes()
    assert page.locator(".results").is_visible() and page.locator(".pane:visible").count() == 0
    page.keyboard.press("ArrowRight")
    assert not page.locator(".results").is_visible()
    assert (held(page), where(page)) == (row_of(0), "epoch 0")
    page.keyboard.press("ArrowRight")
    assert list(held(page)) == ["y_pred", "loss"]
    page.keyboard.press("ArrowRight")
    assert list(held(page)) == ["∂loss/∂w", "∂loss/∂b", "w", "b"]
    page.keyboard.press("ArrowRight")
    assert page.locator(".results .figure.lit img").is_visible() and page.locator(".pane:not(.away)").count() == 0
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert page.locator(".results").is_visible() and page.locator(".pane:not(.away)").count() == 0


def test_the_scrubber_moves_rows_prints_and_the_point_together_and_is_remembered(panes: Panes) -> None:
    page = panes(at="#/1?clicks=1")
    dot = page.locator(".pane:not(.away) .dot")
    before = dot.evaluate("dot => dot.style.left")
    slider(page).fill("12")
    assert (held(page), where(page)) == (row_of(12), "epoch 12")
    assert printed(page) == [f"6 12 {EPOCHS[12][4]:.10f}"]
    assert slider(page).get_attribute("aria-valuetext") == "epoch 12"
    assert (before, dot.evaluate("dot => dot.style.left")) == ("0%", "12.1%")
    slider(page).blur()
    page.keyboard.press("ArrowRight")
    assert place(page) == (1, 2) and where(page) == "epoch 12"
    page.get_by_role("button", name="下一遍").click()
    assert where(page) == "epoch 13" and held(page)["loss"] == row_of(13)["loss"]
    page.keyboard.press("ArrowLeft")
    assert place(page) == (1, 1) and held(page) == row_of(13)


def test_keys_walk_while_the_slider_has_the_focus(panes: Panes) -> None:
    page = panes(at="#/1?clicks=1")
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    assert (place(page), where(page)) == ((1, 1), "epoch 1")
    page.keyboard.press("PageUp")
    assert int(slider(page).input_value()) > 5
    page.keyboard.press("End")
    assert held(page) == row_of(99)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert (place(page), held(page)) == ((1, 1), row_of(98))


def test_a_mouse_leaves_the_keys_to_the_slides(panes: Panes) -> None:
    page = panes(at="#/1?clicks=1")
    box = slider(page).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert int(slider(page).input_value()) in range(45, 55)
    page.keyboard.press("ArrowRight")
    assert place(page) == (1, 2)


def test_what_was_said_is_said_once_the_reader_rests(panes: Panes) -> None:
    page = panes(at="#/1?clicks=2")
    voice = page.locator(".pane:not(.away) > .unseen")
    assert voice.inner_text() == ""
    pulled = "slider => { slider.value = 3; slider.dispatchEvent(new Event('input', { bubbles: true })); "
    said_at_once = "return slider.closest('.pane').querySelector(':scope > .unseen').textContent; }"
    assert slider(page).evaluate(pulled + said_at_once) == ""
    expect(voice).to_have_text(f"y_pred {row_of(3)['y_pred']}, loss {row_of(3)['loss']}")


def test_the_rest_of_what_was_printed_opens_over_the_slide(panes: Panes) -> None:
    page = panes(at="#/1?clicks=1")
    page.locator(".pane:not(.away) .rest").click()
    sheet = page.locator("dialog.sheet")
    assert f"57 {EPOCHS[57][4]:.10f}" in sheet.inner_text() and "w = 1.9027" in sheet.inner_text()


def nested_outputs() -> tuple[Output, ...]:
    outer = Loop(1, "epoch", 2, (0, 1), ("0", "1"))
    inner = Loop(3, "i", 4, (0, 1, 2, 3), ("0", "1", "0", "1"), 0, (0, 0, 1, 1))
    assigned = (
        Assigned(2, "a", 0, 2, tuple(Sample(at, Shown(f"a{at}")) for at in range(2))),
        Assigned(4, "b", 1, 4, tuple(Sample(at, Shown(f"b{at}")) for at in range(4))),
    )
    counts = ((1, 1, -1), (2, 2, 0), (3, 2, 0), (4, 4, 1), (5, 4, 1))
    figures = (Figure(SVG.format(f"b{at}"), 300, 200, (5,), at) for at in range(4))
    film = Animation(tuple(SVG.format(f"f{at}") for at in range(4)), (1, 2, 3, 4), 300, 200, (5,), (0, 1, 2, 3))
    return (*figures, film, Watched((1, 2, 3, 4, 5), counts, (outer, inner), assigned))


def drawn(page: Page) -> list[str]:
    read = "images => images.map(image => atob(image.src.split(',')[1]).match(/<text>(\\w+)/)[1])"
    found: list[str] = page.locator(".pane:not(.away) .drawn img").evaluate_all(read)
    return found


def test_nested_loops_stand_together(panes: Panes) -> None:
    page = panes(NESTED, *nested_outputs())
    assert (held(page), where(page)) == ({"a": "a0"}, "epoch 0")
    page.keyboard.press("ArrowRight")
    assert (held(page), where(page)) == ({"b": "b0"}, "epoch 0 · i 0")
    slider(page).fill("2")
    assert (held(page), where(page)) == ({"b": "b2"}, "epoch 1 · i 0")
    slider(page).blur()
    page.keyboard.press("ArrowRight")
    assert held(page) == {"a": "a1", "b": "b2"}
    slider(page).fill("1")
    assert held(page) == {"a": "a0", "b": "b1"}


def test_figures_and_films_move_with_the_scrubber(panes: Panes) -> None:
    page = panes(NESTED.replace("1-2|", "4-5|"), *nested_outputs())
    assert drawn(page) == ["b0", "f0"]
    slider(page).fill("2")
    assert (drawn(page), held(page)) == (["b2", "f2"], {"b": "b2"})
    assert page.locator(".results .scrub input").input_value() == "3"


def test_on_paper_and_as_a_page_the_last_pass_stands(panes: Panes) -> None:
    page = panes(steps="all|4-5,9-11", at="#/1?clicks=1")
    assert held(page) == row_of(0)
    beforeprint(page)
    assert held(page) == row_of(99)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert held(page) == row_of(0)
    page.locator("body > .controls [data-go=read]").evaluate("button => button.click()")
    assert held(page) == row_of(99) and page.locator(".results").is_visible()


def test_without_scripts_the_first_step_shows_its_last_pass(panes: Panes) -> None:
    page = panes(steps="4-5,9-11|all", java_script_enabled=False)
    assert held(page) == row_of(99)
    assert not page.locator(".passes").first.is_visible()


@pytest.mark.parametrize(
    "options", ["", "{output: 'end'}", "{output: 'step'}", "{output: 'fold'}", "{show: 'below'}", "{show: 'left'}"]
)
def test_nothing_is_clipped_at_any_step(panes: Panes, options: str) -> None:
    assert flaws(panes(options=options)) == []


def test_nothing_moves_from_step_to_step(panes: Panes) -> None:
    page = panes()
    boxes = set()
    for _ in range(7):
        boxes.add(
            page.evaluate(
                "JSON.stringify([...document.querySelectorAll('.run > *')].map(e => e.getBoundingClientRect()))"
            )
        )
        page.keyboard.press("ArrowRight")
    assert len(boxes) == 1


def test_a_training_by_itself_can_be_walked(panes: Panes) -> None:
    page = panes(
        "# A\n\n```python\nx\n```\n",
        *[one for one in training.outputs() if not isinstance(one, (Figure, Watched, Stream))],
    )
    box = page.locator(".output.training")
    box.locator("input").fill("12")
    assert box.locator(".held").all_inner_texts() == [
        row_of(12)["loss"],
        row_of(12)["∂loss/∂w"],
        row_of(12)["∂loss/∂b"],
    ]
    assert box.locator(".where").inner_text() == "step 12"
    assert flaws(page) == []
