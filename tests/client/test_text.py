"""Text, code and tables as a browser lays them out, wherever an author puts them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.client.conftest import Opened


def style(page: Page, selector: str, name: str) -> str:
    """The value that the browser has computed for a property of CSS."""
    return str(page.locator(selector).evaluate("(element, name) => getComputedStyle(element)[name]", name))


@pytest.mark.parametrize("align", ["text-center", "text-right"])
def test_code_and_what_it_did_stay_on_the_left_of_their_panels(opened: Opened, align: str) -> None:
    page = opened(f"---\nlayout: center\nclass: {align}\n---\n\n# A\n\n```python\nprint(1)\n```\n", run=True)
    assert style(page, "h1", "textAlign") in align
    assert style(page, ".block .line", "textAlign") == "left"
    assert style(page, ".output pre", "textAlign") == "left"


@pytest.mark.parametrize("markup", ["<code>code</code>", "<kbd>key</kbd>"])
def test_words_of_code_and_keys_take_on_the_colours_around_them(opened: Opened, markup: str) -> None:
    page = opened(f"# A\n\n<p style='background: black; color: rgb(255, 255, 255)'>{markup}</p>\n")
    assert style(page, ".slide :is(code, kbd)", "color") == "rgb(255, 255, 255)"
    assert style(page, ".slide :is(code, kbd)", "backgroundColor") == "color(srgb 1 1 1 / 0.06)"


def test_readings_over_chinese_words_can_be_read(opened: Opened) -> None:
    page = opened("# A\n\n<ruby>汉<rt>hàn</rt></ruby>\n")
    assert float(style(page, "rt", "fontSize").removesuffix("px")) >= 11


def test_a_row_that_has_yet_to_come_has_no_rule(opened: Opened) -> None:
    page = opened("# A\n\n<v-clicks>\n\n| a |\n| --- |\n| b |\n| c |\n\n</v-clicks>\n", at="#/1?clicks=1")
    shown, hidden = (f"tbody tr:nth-child({no}) td" for no in (1, 2))
    assert style(page, hidden, "borderBottomColor") == "rgba(0, 0, 0, 0)"
    assert style(page, shown, "borderBottomColor") != "rgba(0, 0, 0, 0)"
