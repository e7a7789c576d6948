"""When results show and where: with their lines, in the end, behind a button, in the place of their code."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.client.conftest import Opened, place, settle

LINES = "print('one')\nprint('two')\nprint('three')\n"


def deck(info: str, code: str = LINES, more: str = "") -> str:
    return f"---\nlayout: default\n---\n\n# A\n\n```python {info}\n{code}```\n{more}\n---\n\n# B\n"


def seen(page: Page, selector: str = ".current .output") -> list[str]:
    """What can be seen of the outputs, in their order."""
    settle(page)
    return [(one.text_content() or "").strip() for one in page.locator(selector).all() if one.is_visible()]


def walk(page: Page, clicks: int) -> list[list[str]]:
    found = [seen(page)]
    for _ in range(clicks):
        page.keyboard.press("ArrowRight")
        found.append(seen(page))
    return found


def boxes(page: Page) -> Any:
    """Where everything on the slide stands."""
    return page.evaluate(
        "[...document.querySelectorAll('.current :is(.block, .results, .output, p)')].map(e => "
        "[e.tagName, e.offsetLeft, e.offsetTop, e.offsetWidth, e.offsetHeight])"
    )


def test_results_show_with_the_lines_that_made_them(opened: Opened) -> None:
    page = opened(deck("{1|2-3|none|all}{output: step}"), run=True)
    before = boxes(page)
    assert walk(page, 3) == [["one"], ["two", "three"], [], ["one", "two", "three"]]
    assert boxes(page) == before, "and nothing moves"
    assert place(page) == (1, 3)


def test_one_step_is_enough_for_that(opened: Opened) -> None:
    assert seen(opened(deck("{2}{output: step}"), run=True)) == ["two"]
    assert seen(opened(deck("{all}{output: step}"), run=True)) == ["one", "two", "three"]


def test_of_nothing_that_shows_there_is_no_empty_frame(opened: Opened) -> None:
    page = opened(deck("{none|1}{output: step}"), run=True)
    assert not page.locator(".current .results").is_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator(".current .results").is_visible()


def test_what_no_line_is_known_to_have_made_comes_in_the_end_and_an_error_is_always_there(opened: Opened) -> None:
    code = "import subprocess\nx = subprocess.run(['echo', 'shell'])\n1 / 0\n"
    page = opened(deck("{1|2}{output: step, raises: 'ZeroDivisionError', trace: 'off'}", code), run=True)
    error = "ZeroDivisionError: division by zero"
    assert walk(page, 1) == [[error], ["shell", error]]


def test_folded_rows_show_with_their_lines_too(opened: Opened) -> None:
    code = "for i in range(40): print('row', i)\nprint('end')\n"
    page = opened(deck("{2|1}{output: step, show: below, trace: 'off'}", code), run=True)
    summary = page.locator(".current summary")
    assert seen(page) == ["end"] and not summary.is_visible()
    page.keyboard.press("ArrowRight")
    assert summary.is_visible()
    summary.click()
    assert page.locator("dialog .output").last.is_visible(), "opened, it shows all"


def test_results_may_wait_for_the_last_step(opened: Opened) -> None:
    page = opened(deck("{1|2|3}{output: end}", more="\nwords below\n"), run=True)
    before = boxes(page)
    assert walk(page, 2) == [[], [], ["one", "two", "three"]]
    assert boxes(page) == before
    page.keyboard.press("ArrowLeft")
    assert seen(page) == []


def test_results_behind_a_button_open_over_the_slide(opened: Opened) -> None:
    code = "for i in range(40): print('row', i)\n1 / 0\n"
    page = opened(deck("{output: fold, raises: 'ZeroDivisionError'}", code), run=True)
    assert seen(page) == ["ZeroDivisionError: division by zero"], "an error is not hidden"
    before = boxes(page)
    page.locator(".current .whole > summary").click()
    sheet = page.get_by_role("dialog")
    assert len((sheet.text_content() or "").split("row")) == 41
    assert boxes(page) == before
    page.keyboard.press("Escape")
    assert not sheet.is_visible() and place(page) == (1, 0)


def test_figures_behind_a_button_take_no_room(opened: Opened) -> None:
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n"
    page = opened(deck("{output: fold, show: below}", code), run=True)
    assert page.locator(".current").evaluate("slide => slide.style.getPropertyValue('--fit')") == "1.00"
    page.locator(".current .whole > summary").click()
    assert page.locator("dialog img").evaluate("image => image.offsetWidth") > 200


def test_results_take_the_place_of_their_code(opened: Opened) -> None:
    page = opened(deck("{1|2}{show: next}", more="\nwords below\n"), run=True)
    code, results = page.locator(".current .block"), page.locator(".current .results")
    before = boxes(page)
    shown = [(code.is_visible(), results.is_visible())]
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        shown.append((code.is_visible(), results.is_visible()))
    assert shown == [(True, False), (True, False), (False, True)]
    assert boxes(page) == before
    assert place(page) == (1, 2)
    assert code.evaluate("box => box.offsetTop") == results.evaluate("box => box.offsetTop")
    page.keyboard.press("ArrowRight")
    assert place(page) == (2, 0)
    page.keyboard.press("ArrowLeft")
    assert results.is_visible() and not code.is_visible()


def test_there_all_of_them_are_seen(opened: Opened) -> None:
    page = opened(deck("{1|2|3}{show: next, output: step}"), run=True)
    assert walk(page, 3) == [[], [], [], ["one", "two", "three"]]


def test_a_table_that_is_too_wide_beside_its_code_stands_below(opened: Opened) -> None:
    code = (
        "class Table:\n"
        "    def _repr_html_(self):  # " + "a comment wider than a slide " * 6 + "\n"
        "        return '<table><tr><th>' + '很长的文字' * 9 + '</th></tr></table>'\n\n"
        "Table()\n"
    )
    page = opened(deck("", code), run=True)
    assert page.locator(".current .data-table").evaluate("table => table.scrollWidth <= table.clientWidth")


def test_code_without_results_stays(opened: Opened) -> None:
    page = opened(deck("{show: next}", "x = 1\n"), run=True, at="#/1?clicks=1")
    assert place(page) == (1, 1)
    assert page.locator(".current .block").is_visible()


def test_the_page_to_read_shows_code_and_all_results(opened: Opened) -> None:
    text = deck("{1|2}{output: step}") + "\n```python {show: next}\nprint('next')\n```\n"
    page = opened(text, run=True)
    page.get_by_role("button", name="Read as a page").click()
    assert seen(page, ".output") == ["one", "two", "three", "next"]
    assert all(block.is_visible() for block in page.locator(".block").all())
    code, results = (page.locator(f".run[data-turn] > {part}").bounding_box() for part in (".block", ".results"))
    assert code and results and results["y"] >= code["y"] + code["height"]


def test_without_scripts_all_is_there(opened: Opened) -> None:
    page = opened(
        deck("{1|2}{output: step}", more="\n```python {show: next}\nprint('next')\n```\n"),
        run=True,
        java_script_enabled=False,
    )
    assert [one.is_visible() for one in page.locator(".output").all()] == [True] * 4
