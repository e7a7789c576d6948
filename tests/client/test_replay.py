"""A replay in a browser: click by click the numbers of the run, the line at work, and at last everything."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.client.conftest import Opened, beforeprint, place

DECK = """---
layout: default
---

# A number

```python {graph: 'loss'}
import torch
x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(3.0, requires_grad=True)
z = x * w
loss = (z - 1) ** 2 / 2
loss.backward()
print(x.grad.item(), w.grad.item())
```

---
layout: default
---

# Elsewhere

<v-click>

First.

</v-click>

<Autograd of="loss" block="1.1"/>
"""


def numbers(page: Page) -> list[str]:
    """What stands on the graph of the slide that shows, and is not yet to come."""
    return page.evaluate(  # type: ignore[no-any-return]
        "[...document.querySelectorAll('.slide.current .graph :is(.forward, .gradient)')]"
        ".filter((text) => !text.classList.contains('pending')).map((text) => text.textContent)"
    )


def lit(page: Page) -> list[str]:
    return page.evaluate(  # type: ignore[no-any-return]
        "[...document.querySelectorAll('.slide.current .stepped .line.lit')].map((line) => line.dataset.line)"
    )


def heading(page: Page) -> str:
    return page.locator(".slide.current .card > section.now header").inner_text()


def test_click_by_click_the_numbers_of_the_run_come(opened: Opened) -> None:
    page = opened(DECK, run=True)
    assert sorted(numbers(page)) == ["2", "3"]
    assert lit(page) == []
    seen = []
    for _ in range(8):
        page.keyboard.press("ArrowRight")
        seen.append((lit(page), heading(page).split("\n")[0]))
    assert place(page) == (1, 8)
    assert [lines for lines, _ in seen] == [[line] for line in "45555554"]
    assert seen[0][1] == "Line 4 · multiplication"
    assert "Step 8 of 8" in heading(page)
    assert set(numbers(page)) == {
        *("2", "3", "z = 6", "v₁ = 5", "v₂ = 25", "12.5"),
        *("1", "0.5", "0.5 × 10 = 5", "5", "5 × 3 = 15", "5 × 2 = 10"),
    }
    assert "15.0 10.0" in page.locator(".slide.current .results").inner_text()
    page.keyboard.press("ArrowLeft")
    assert "5 × 3 = 15" not in numbers(page)


def test_elsewhere_it_comes_after_all_other_clicks_and_goes_back_to_its_start(opened: Opened) -> None:
    page = opened(DECK, run=True, at="#/2")
    page.keyboard.press("ArrowRight")
    assert sorted(numbers(page)) == ["2", "3"]
    page.keyboard.press("ArrowRight")
    assert "z = 6" in numbers(page)
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    assert place(page) == (2, 9)
    page.keyboard.press("ArrowRight")
    assert place(page) == (2, 9)


def test_on_paper_and_without_scripts_everything_is_there(opened: Opened) -> None:
    page = opened(DECK, run=True)
    beforeprint(page)
    assert "5 × 3 = 15" in numbers(page)
    still = opened(DECK, run=True, java_script_enabled=False)
    assert still.locator("#slide-1 .replay-table").is_visible()
    assert "5 × 3 = 15" in still.locator("#slide-1 .graph").inner_text()


def test_without_a_run_there_is_nothing_to_replay(opened: Opened) -> None:
    page = opened(DECK)
    assert page.locator(".replay").count() == 0
    page.keyboard.press("ArrowRight")
    assert place(page) == (2, 0)
