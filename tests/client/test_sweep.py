"""Sweeps: a slider puts the results of another value in the place of the deck's own, on every slide."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deck_builder.execute import execute
from deck_builder.execute.running import worker_runner
from deck_builder.load import load_theme
from deck_builder.model import BlockResult, ExecutedDeck, Figure, Source, Variant
from deck_builder.parse import parse
from deck_builder.render import render
from tests.client.conftest import Opened, beforeprint, lit, place, settle
from tests.client.test_fit import MEASURE

DECK = """# Sweep

```python {all|1|5}{sweep: {lr: [0.1, 0.25, 0.5, 1.5]}, trace: 'off'}
lr = 0.25
w = 1.0
for step in range(4):
    w -= lr * w
    print(step, round(w, 4))
```

---

# Later

```python
print("later", round(w, 6))
if lr > 1:
    raise ValueError("too long a step")
```

```python
print("the same for all")
```

```python {hide}
assert lr < 1
```

---

# Two

```python {sweep: {name: ['Ann', 'Bob']}}
name = 'Ann'
print(name, lr)
```
"""


def now(page: Page) -> str:
    """What shows of the results on the slide."""
    settle(page)
    return "\n".join(
        text for one in page.locator(".current .results:visible").all() if (text := one.inner_text().strip())
    )


@pytest.fixture
def page(opened: Opened) -> Page:
    return opened(DECK, run=True)


def test_a_slider_moves_results_and_code(page: Page) -> None:
    slider = page.get_by_role("slider", name="lr")
    expect(slider).to_have_attribute("aria-valuetext", "lr = 0.25")
    assert "0.3164" in now(page)
    slider.fill("2")
    expect(slider).to_have_attribute("aria-valuetext", "lr = 0.5")
    assert "0.0625" in now(page) and "0.3164" not in now(page)
    assert page.locator(".current .line").first.inner_text().strip() == "lr = 0.5"
    assert page.locator(".current .sweep output").inner_text() == "lr = 0.5"


def test_what_it_shows_is_what_a_deck_with_that_value_does(page: Page, opened: Opened) -> None:
    page.get_by_role("slider").fill("2")
    swept = now(page)
    alone = opened(DECK.replace("{sweep: {lr: [0.1, 0.25, 0.5, 1.5]}}", "").replace("0.25", "0.5"), run=True)
    assert now(alone) == swept


def test_it_stands_where_it_was_left_on_other_slides(page: Page) -> None:
    page.get_by_role("slider").fill("2")
    page.get_by_role("slider").blur()
    page.keyboard.press("ArrowDown")
    assert place(page) == (2, 0)
    assert "later 0.0625" in now(page)
    expect(page.locator(".current .sweep")).to_have_count(1)
    page.get_by_role("slider").fill("0")
    page.get_by_role("slider").blur()
    assert "later 0.6561" in now(page)
    page.keyboard.press("ArrowUp")
    assert "0.6561" in now(page)


def test_a_value_that_fails_shows_its_error_a_hidden_block_s_too(page: Page) -> None:
    page.keyboard.press("ArrowDown")
    assert "ValueError" not in now(page)
    page.get_by_role("slider").fill("3")
    assert "ValueError: too long a step" in now(page) and "AssertionError" in now(page)


def test_what_is_the_same_for_all_is_there_once(page: Page) -> None:
    assert page.content().count("the same for all</pre>") == 1


def test_keys_move_it_while_it_has_the_focus_and_the_slides_else(page: Page) -> None:
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert (place(page), slider.input_value()) == ((1, 0), "0")
    page.keyboard.press("End")
    assert slider.input_value() == "3"
    box = slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + 8)
    page.mouse.up()
    assert (place(page), slider.input_value()) == ((1, 0), "1")
    page.keyboard.press("ArrowRight")
    assert (place(page), slider.input_value()) == ((1, 1), "1")


def test_steps_light_the_outputs_of_every_value(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert lit(page, "1.1") == [5]
    page.get_by_role("slider").fill("0")
    assert lit(page, "1.1") == [5]
    expect(page.locator(".current .results:visible .output.lit")).to_have_count(1)
    expect(page.locator(".current .results[data-of] .output.lit")).to_have_count(4)


def test_panes_and_their_passes_move_with_it(opened: Opened) -> None:
    page = opened(DECK.replace(", trace: 'off'", "").replace("{all|1|5}", "{all|4-5}"), run=True)
    page.keyboard.press("ArrowRight")
    pane = page.locator(".current .pane:visible")
    held, printed = pane.locator("tr:has(.held)").last, pane.locator(".wrote code")
    assert ["1 → 0.75" in held.inner_text(), printed.inner_text()] == [True, "0 0.75"]
    page.locator(".current .sweep input").fill("2")
    assert ["1 → 0.5" in held.inner_text(), printed.inner_text()] == [True, "0 0.5"]
    pane.get_by_label("Pass after").click()
    assert ["0.5 → 0.25" in held.inner_text(), printed.inner_text()] == [True, "1 0.25"]
    page.locator(".current .sweep input").fill("3")
    assert ["-0.5 → 0.25" in held.inner_text(), printed.inner_text()] == [True, "1 0.25"]


def test_a_figure_elsewhere_moves_with_it(browser: Browser, tmp_path: Path) -> None:
    text = """# A\n\n```python {hide}{id: 'drawn', sweep: {lr: [1, 2, 3]}}\nlr = 2\n```\n\n![a curve](figure:drawn)\n"""
    deck = parse(Source(Path("deck.md"), text))
    figures = [
        Figure(f'<svg xmlns="http://www.w3.org/2000/svg"><text>{no}</text></svg>', 300, 200, (1,)) for no in (1, 2)
    ]
    results = [BlockResult((figure,)) for figure in figures] + [BlockResult(())]
    variants = tuple(Variant(f"lr = {no}", {"1.1": result}) for no, result in enumerate(results, 1))
    executed = ExecutedDeck(deck, {"1.1": results[1]}, {"1.1": variants})
    file = tmp_path / "deck.html"
    file.write_text(render(executed, load_theme("default", tmp_path), {}).html, encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    image, slider = page.locator(".current img"), page.get_by_role("slider", name="lr")

    def drawn() -> str:
        return str(image.evaluate("image => atob(image.src.split(',')[1]).match(/<text>(.*?)</)[1]"))

    assert drawn() == "2"
    slider.fill("0")
    assert drawn() == "1"
    slider.fill("2")
    assert not image.is_visible(), "nothing was drawn with it"
    slider.fill("1")
    assert drawn() == "2" and image.is_visible()
    page.close()


def test_features_hear_of_it_and_of_two_one_goes_back(page: Page) -> None:
    page.get_by_role("slider").fill("2")
    page.get_by_role("slider").blur()
    page.keyboard.press("End")
    assert now(page).endswith("Ann 0.5")
    page.get_by_role("slider", name="name").fill("1")
    assert now(page).endswith("Bob 0.25")
    expect(page.get_by_role("slider", name="lr")).to_have_attribute("aria-valuetext", "lr = 0.25")
    page.get_by_role("slider", name="lr").fill("3")
    assert now(page).endswith("Ann 1.5")


def test_nothing_is_cut_and_nothing_moves_whatever_the_value(page: Page) -> None:
    what = "e => [e.offsetTop, e.offsetWidth, e.offsetHeight]"
    boxes = f"[...document.querySelectorAll('.current :is(.block, .sweep, h1)')].map({what})"
    for no in (1, 2, 3):
        slider = page.locator(".current .sweep input").first
        seen = []
        for at in range(4):
            slider.fill(str(at))
            settle(page)
            assert page.evaluate(MEASURE) == [], (no, at)
            seen.append(page.evaluate(boxes))
        assert seen[1:] == seen[:-1], no
        slider.blur()
        page.keyboard.press("ArrowDown")


def test_the_copied_code_is_the_one_that_shows(page: Page) -> None:
    page.get_by_role("slider").fill("2")
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.locator(".current .block").hover()
    page.locator(".copy").click()
    assert page.evaluate("window.copied").startswith("lr = 0.5\nw = 1.0")


def test_paper_and_a_page_without_scripts_have_the_decks_own_and_say_it(page: Page, opened: Opened) -> None:
    page.get_by_role("slider").fill("2")
    beforeprint(page)
    assert "0.3164" in now(page) and page.locator(".current .sweep output").inner_text() == "lr = 0.25"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert "0.0625" in now(page)
    plain = opened(DECK, run=True, java_script_enabled=False)
    assert plain.locator(".sweep input:visible").count() == 0
    assert plain.locator(".sweep output").first.inner_text() == "lr = 0.25"
    assert plain.locator(".results[data-for='1.1']:visible").count() == 1


def test_it_moves_the_page_to_read_too(page: Page) -> None:
    page.evaluate("document.querySelector('[data-go=read]').click()")
    assert page.locator(".results[data-for='1.1']:visible").count() == 1
    page.locator(".sweep input").first.fill("2")
    assert "0.0625" in page.locator(".results[data-for='1.1']:visible").inner_text()
    assert "later 0.0625" in page.locator(".results[data-for='2.1']:visible").inner_text()


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    deck = parse(Source(Path("deck.md"), DECK))
    pages = {render(execute(deck, worker_runner(), jobs), load_theme("default", tmp_path), {}).html for jobs in (1, 3)}
    assert len(pages) == 1
