"""Code that is edited where it stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.client.conftest import Served, place

DECK = """# One

```python
a = 1
for i in range(3):
    print(i)
```

---

# Two

```python {1|2}
b = 1
c = 2
```
"""
CODE = "a = 1\nfor i in range(3):\n    print(i)\n"


LINE = "document.querySelector('#slide-1 .line').getBoundingClientRect().height"
STEP = "f => parseFloat(getComputedStyle(f).lineHeight) * f.getBoundingClientRect().width / f.offsetWidth"


def field(page: Page) -> Locator:
    return page.locator(".editor textarea")


def said(page: Page) -> Locator:
    return page.locator(".editor .said")


def opened_field(page: Page) -> Locator:
    page.keyboard.press("e")
    expect(field(page)).to_be_focused()
    return field(page)


def end(page: Page) -> None:
    field(page).evaluate("field => field.setSelectionRange(field.value.length, field.value.length)")


def test_the_button_comes_to_the_block_that_is_pointed_at(served: Served) -> None:
    page, _ = served(DECK)
    page.locator("#slide-1 .block").hover()
    page.get_by_role("button", name="Edit the code").click()
    expect(field(page)).to_be_focused()
    assert field(page).input_value().rstrip() == CODE.rstrip()
    assert place(page) == (1, 0)


@pytest.mark.parametrize("role", ["audience", "presenter"])
def test_only_authors_edit(served: Served, role: str) -> None:
    page, _ = served(DECK, role=role)
    page.locator("#slide-1 .block").hover()
    page.keyboard.press("e")
    assert page.locator("button.edit").count() == 0
    assert page.locator(".editor").is_hidden()


def test_the_field_lies_letter_over_letter(served: Served) -> None:
    for context in ({}, {"viewport": {"width": 1280, "height": 720}}):
        page, _ = served(DECK.replace("# One", "---\nzoom: 0.8\n---\n\n# One", 1), **context)
        opened_field(page)
        panel, text = page.locator("#slide-1 figure").bounding_box(), field(page).bounding_box()
        assert panel and text
        assert (panel["x"], panel["width"]) == pytest.approx((text["x"], text["width"]), abs=1)
        assert field(page).evaluate(STEP) == pytest.approx(page.evaluate(LINE), abs=0.6)


def test_it_runs_and_saves_by_keys_that_turn_no_slide(served: Served) -> None:
    page, server = served(DECK)
    opened_field(page)
    end(page)
    page.keyboard.type("\nprint('x')")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("Backspace")
    code = field(page).input_value()
    page.keyboard.press("Control+Enter")
    run = server.heard.get(timeout=10)
    assert (run["type"], run["block"], run["was"].rstrip(), run["code"]) == ("run", "1.1", CODE.rstrip(), code)
    assert place(page) == (1, 0)
    page.keyboard.press("Control+s")
    news = server.heard.get(timeout=10)
    assert (news["type"], news["block"], news["code"]) == ("save", "1.1", code)
    assert page.locator("#slide-1 figure[data-drafted]").count() == 1
    server.tell(type="answer", to="save", block="1.1", ok=True, message="", conflict=False)
    expect(said(page)).to_have_text("Saved")
    expect(page.locator("#slide-1 figure[data-drafted]")).to_have_count(0)
    page.keyboard.press("Escape")
    assert page.locator(".editor").is_hidden()
    assert page.evaluate("document.activeElement.tagName") == "PRE"


def test_indentation(served: Served) -> None:
    page, _ = served(DECK)
    opened_field(page)
    page.keyboard.press("Control+a")
    page.keyboard.type("for x in y:\nfor z in x:\nprint(z)")
    assert field(page).input_value() == "for x in y:\n    for z in x:\n        print(z)"
    page.keyboard.press("Shift+Tab")
    assert field(page).input_value().endswith("\n    print(z)")
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    assert field(page).input_value().endswith("\n        print(z)")
    page.keyboard.press("Control+a")
    page.keyboard.press("Tab")
    assert field(page).input_value() == "    for x in y:\n        for z in x:\n            print(z)"
    page.keyboard.press("Shift+Tab")
    assert field(page).input_value() == "for x in y:\n    for z in x:\n        print(z)"
    for _ in range(80):
        page.keyboard.press("Control+z")
    assert field(page).input_value().rstrip() == CODE.rstrip(), "undo knows of all"


def test_nothing_typed_is_lost_by_a_swap(served: Served) -> None:
    page, server = served(DECK)
    opened_field(page)
    end(page)
    page.keyboard.type("# mine")
    server.show(f"# Zero\n\n---\n\n{DECK.replace('# One', '# Eins')}", order=[0, 1, 2])
    expect(page.locator(".slide")).to_have_count(3)
    expect(field(page)).to_be_focused()
    page.keyboard.type("!")
    assert field(page).input_value().endswith("# mine!")
    page.keyboard.press("Control+s")
    assert server.heard.get(timeout=10)["block"] == "2.1", "it is that block's number now"
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.locator("#slide-2 figure[data-drafted]").count() == 1
    assert opened_field(page).input_value().endswith("# mine!")


def test_nothing_typed_is_lost_by_a_reload(served: Served) -> None:
    page, server = served(DECK)
    opened_field(page)
    page.keyboard.type("# mine ")
    page.evaluate("document.documentElement.classList.add('old')")
    server.tell(type="reload")
    page.wait_for_selector("html[data-role]:not(.old)")
    assert page.locator("#slide-1 figure[data-drafted]").count() == 1
    assert opened_field(page).input_value().startswith("# mine ")


def test_nothing_typed_is_lost_when_the_server_goes_or_the_block(served: Served) -> None:
    page, server = served(DECK)
    opened_field(page)
    page.keyboard.type("# mine ")
    server.show("# One\n\nno code\n", order=[1])
    expect(said(page)).to_contain_text("no longer")
    assert field(page).input_value().startswith("# mine ")
    server.show(DECK, order=[1, 0])
    expect(page.locator("#slide-1 figure[data-drafted]")).to_have_count(1)
    server.stop()
    expect(page.locator(".corner > .lost")).to_be_visible()
    page.keyboard.press("Control+Enter")
    assert "No connection" in said(page).inner_text()
    assert field(page).input_value().startswith("# mine ")


@pytest.mark.parametrize("choice", ["Save mine", "Take the file's"])
def test_of_a_conflict_the_author_chooses(served: Served, choice: str) -> None:
    page, server = served(DECK)
    opened_field(page)
    page.keyboard.type("# mine ")
    mine = field(page).input_value()
    page.keyboard.press("Control+s")
    server.heard.get(timeout=10)
    server.tell(type="answer", to="save", block="1.1", ok=False, message="", conflict=True, code="theirs = 1")
    conflict = page.locator(".editor .conflict")
    expect(conflict).to_be_visible()
    assert conflict.locator("pre").inner_text() == "theirs = 1"
    page.get_by_role("button", name=choice).click()
    assert conflict.is_hidden()
    if choice == "Save mine":
        news = server.heard.get(timeout=10)
        assert (news["was"], news["code"]) == ("theirs = 1", mine)
    else:
        assert field(page).input_value() == "theirs = 1"
        page.keyboard.press("Control+z")
        assert field(page).input_value() == mine


def test_a_draft_can_be_dropped(served: Served) -> None:
    page, server = served(DECK)
    opened_field(page)
    page.keyboard.type("# mine ")
    page.keyboard.press("Control+Enter")
    assert server.heard.get(timeout=10)["type"] == "run"
    page.get_by_role("button", name="Drop").click()
    assert server.heard.get(timeout=10) == {"type": "drop", "block": "1.1"}
    assert page.locator("figure[data-drafted]").count() == 0
    assert opened_field(page).input_value().rstrip() == CODE.rstrip()


def test_an_editor_of_another_slide_waits_there(served: Served) -> None:
    page, _ = served(DECK)
    opened_field(page)
    page.keyboard.type("# mine ")
    page.evaluate("location.hash = '#/2'")
    expect(page.locator("#slide-2.current")).to_have_count(1)
    assert page.locator(".editor").is_hidden()
    page.evaluate("location.hash = '#/1'")
    expect(field(page)).to_be_visible()
    assert field(page).input_value().startswith("# mine ")
