"""A button that copies code."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.client.conftest import Opened, settle

DECK = """---
layout: default
---

# One

```python {all}{lines:true}
def f(x):

    return x  # 返回
```
"""


def copied(page: Page) -> str:
    """What would be pasted."""
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<textarea id=paste></textarea>')")
    page.locator("#paste").focus()
    page.keyboard.press("Control+v")
    return str(page.locator("#paste").input_value())


def opacity(page: Page) -> str:
    settle(page)
    return str(page.locator(".copy").evaluate("button => getComputedStyle(button).opacity"))


@pytest.mark.parametrize("clipboard", [True, False], ids=["clipboard", "selection"])
def test_code_is_copied_without_its_numbers(opened: Opened, clipboard: bool) -> None:
    page = opened(DECK, permissions=["clipboard-read", "clipboard-write"])
    if not clipboard:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.locator(".block").hover()
    page.evaluate("window.setTimeout = () => 0")  # it stays done
    page.get_by_role("button", name="Copy the code").click()
    page.wait_for_selector(".copy.done")
    assert page.get_by_role("status").text_content() == "Code copied"
    assert copied(page) == "def f(x):\n\n    return x  # 返回"


def test_of_a_session_its_code_is_copied(opened: Opened) -> None:
    session = ">>> for x in [1]:\n...     x\n...\n1\n>>> ...\nEllipsis\n...\n>>> x\n"
    page = opened(
        f"# One\n\n```pycon {{all}}{{run: false}}\n{session}```\n", permissions=["clipboard-read", "clipboard-write"]
    )
    page.locator(".block").hover()
    page.evaluate("window.setTimeout = () => 0")  # it stays done
    page.get_by_role("button", name="Copy the code").click()
    page.wait_for_selector(".copy.done")
    assert copied(page) == "for x in [1]:\n    x\n\n...\nx"


def test_the_button_comes_to_what_is_pointed_at_or_focused_and_goes_again(opened: Opened) -> None:
    page = opened(DECK)
    assert page.locator(".copy").count() == 0
    page.locator(".block").hover()
    assert opacity(page) == "1"
    page.mouse.move(500, 520)
    assert opacity(page) == "0"
    page.locator(".block pre").focus()
    assert opacity(page) == "1"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "copy"


def test_a_tap_shows_it(opened: Opened) -> None:
    page = opened(DECK, has_touch=True)
    page.locator(".block .line").first.tap()
    assert page.locator(".block > .copy").count() == 1


def test_an_author_can_do_without(opened: Opened) -> None:
    page = opened(DECK)
    page.evaluate("document.querySelector('.slide').dataset.copy = 'false'")
    page.locator(".block").hover()
    assert page.locator(".copy").count() == 0


def test_it_is_not_printed(opened: Opened) -> None:
    page = opened(DECK)
    page.locator(".block").hover()
    page.emulate_media(media="print")
    assert not page.locator(".copy").is_visible()
