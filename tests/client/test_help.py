"""The keys, over the slide."""

from __future__ import annotations

import re
from pathlib import Path

from deck_builder.render.words import WORDS
from tests.client.conftest import Opened, place

KEYS_JS = Path(__file__).resolve().parents[2] / "deck_builder" / "client" / "keys.js"


def test_the_help_is_made_from_the_table_of_keys(opened: Opened) -> None:
    rows = re.findall(r'says: "(\w+)"', KEYS_JS.read_text(encoding="utf-8"))
    assert len(rows) > 8
    only = {"timer", "reset"}
    view = opened("# One\n\n<!-- a note -->\n", at="?presenter")
    assert all(view.locator(f".help [data-key={word}] kbd").count() == 1 for word in only)
    page = opened("# One\n\n<!-- a note -->\n")
    for word in rows:
        if word in only:
            continue
        row = page.locator(f".help [data-key={word}]")
        assert row.locator("kbd").count() > 0, f"the help has no row for {word}"
        assert row.locator("xpath=following-sibling::dd[1]").text_content() == WORDS["en"][word]
    assert page.locator(".help dt:not(:has(kbd))").count() == 0


def test_it_opens_and_closes_by_the_same_key(opened: Opened) -> None:
    page = opened("# One\n\n---\n\n# Two\n")
    help_ = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    assert help_.is_visible()
    page.keyboard.press("ArrowRight")
    assert place(page) == (1, 0), "no key moves the deck below it"
    page.keyboard.press("?")
    assert not help_.is_visible()
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    assert not help_.is_visible()
    page.keyboard.press("ArrowRight")
    assert place(page) == (2, 0)


def test_it_speaks_the_language_of_the_page(opened: Opened) -> None:
    page = opened("# 按键\n")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name=WORDS["zh"]["keys"])
    assert sheet.get_by_text(WORDS["zh"]["next_slide"], exact=True).is_visible()
    assert sheet.get_by_text(WORDS["zh"]["space"], exact=True).first.is_visible()
    assert sheet.get_by_text(WORDS["zh"]["notes"], exact=True).count() == 0, "this deck has none"
