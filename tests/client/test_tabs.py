"""Code groups: one block at a time, by tabs."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.client.conftest import Opened, beforeprint, place


def fence(title: str, lines: int) -> str:
    return "\n".join([f"```text [{title}]", *(f"{title} {no}" for no in range(1, lines + 1)), "```"])


FENCES = "\n".join(fence(title, lines) for title, lines in (("a.py", 3), ("b.py", 8), ("c.py", 1)))
GROUP = f"::code-group\n{FENCES}\n::"
DECK = f'---\nlayout: default\nmdc: true\n---\n\n# One\n\n{GROUP}\n\n<p id="below">below</p>\n\n---\n\n# Two\n'


def chosen(page: Page) -> tuple[str, str]:
    """The tab that is chosen, and the lines that show."""
    tab = page.get_by_role("tab", selected=True).inner_text()
    return tab, " ".join({line.inner_text().split()[0] for line in page.locator(".line:visible").all()})


def test_a_click_on_a_tab_shows_its_block_and_turns_no_slide(opened: Opened) -> None:
    page = opened(DECK)
    assert chosen(page) == ("a.py", "a.py")
    below = page.locator("#below").bounding_box()
    page.get_by_role("tab", name="b.py").click()
    assert chosen(page) == ("b.py", "b.py")
    assert place(page) == (1, 0)
    assert page.locator("#below").bounding_box() == below, "nothing below moves"


def test_arrow_keys_choose_within_the_tabs_and_turn_slides_elsewhere(opened: Opened) -> None:
    page = opened(DECK)
    page.get_by_role("tab", name="a.py").focus()
    names = []
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "Home", "End"):
        page.keyboard.press(key)
        names.append(chosen(page)[0])
        assert page.evaluate("document.activeElement.textContent") == names[-1]
    assert names == ["b.py", "c.py", "a.py", "c.py", "a.py", "c.py"]
    assert place(page) == (1, 0)
    page.keyboard.press("PageDown")
    assert place(page) == (2, 0)


def test_tabs_and_panels_belong_together(opened: Opened) -> None:
    page = opened(DECK)
    page.get_by_role("tab", name="b.py").click()
    assert page.get_by_role("tabpanel", name="b.py").count() == 1
    assert page.get_by_role("tabpanel", name="b.py").is_visible()
    tabs = page.get_by_role("tab").all()
    assert [tab.get_attribute("tabindex") for tab in tabs] == ["-1", "0", "-1"]
    ids = [tab.get_attribute("aria-controls") for tab in tabs]
    assert [panel.get_attribute("id") for panel in page.locator("[role=tabpanel]").all()] == ids


def test_titles_stand_in_the_tabs_alone(opened: Opened) -> None:
    assert opened(DECK).locator("figcaption:visible").count() == 0


def test_without_scripts_all_blocks_show_with_their_titles(opened: Opened) -> None:
    page = opened(DECK, java_script_enabled=False)
    assert page.locator("figcaption:visible").all_inner_texts() == ["a.py", "b.py", "c.py"]
    assert page.locator(".line:visible").count() == 12


def test_on_paper_all_blocks_show_and_fit(opened: Opened) -> None:
    page = opened(DECK)
    beforeprint(page)
    assert page.locator("figcaption:visible").all_inner_texts() == ["a.py", "b.py", "c.py"]
    assert page.get_by_role("tablist").count() == 0
    bottom = "element => element.getBoundingClientRect().bottom"
    assert page.locator("#below").evaluate(bottom) < 552
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert chosen(page) == ("a.py", "a.py")
