"""Blocks and formulas that go on step by step."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.client.conftest import Opened

BLOCK = """---
layout: default
clicks: 4
---

# A

<div class="run"><figure id="block" class="block" data-steps="{steps}" data-click="1"{more}><pre><code>\
<span class="line" data-line="1">one</span><span class="line" data-line="2">two</span>\
<span class="line" data-line="3">three</span></code></pre></figure></div>
"""


def lines(page: Page, holder: str = "#block") -> str:
    found = page.locator(f"{holder} .line.lit").all()
    return "".join(line.get_attribute("data-line") or "" for line in found)


def walk(page: Page, clicks: int) -> list[str]:
    lit = [lines(page)]
    for _ in range(clicks):
        page.keyboard.press("ArrowRight")
        lit.append(lines(page))
    return lit


def test_after_its_last_step_a_block_stays_there(opened: Opened) -> None:
    page = opened(BLOCK.format(steps="all|1|2,3", more=""))
    assert walk(page, 4) == ["123", "1", "23", "23", "23"]


def test_finally_says_how_a_block_stays(opened: Opened) -> None:
    page = opened(BLOCK.format(steps="1|2", more=' data-finally="all"'))
    assert walk(page, 4) == ["1", "2", "123", "123", "123"]


def test_a_block_may_wait_unseen_and_keeps_its_place(opened: Opened) -> None:
    page = opened(BLOCK.format(steps="!1|1|3", more=""))
    block = page.locator("#block")
    box = block.evaluate("block => block.offsetHeight")
    assert box > 0 and not block.is_visible()
    page.keyboard.press("ArrowRight")
    assert block.is_visible() and lines(page) == "1"
    assert block.evaluate("block => block.offsetHeight") == box


def test_a_formulas_rows_are_lit_like_lines(opened: Opened) -> None:
    text = """---
layout: default
clicks: 2
---

# A

<div id="block" class="formula" data-steps="1|2|all" data-click="1"><math display="block"><mtable>\
<mtr class="line" data-line="1"><mtd><mi>x</mi></mtd></mtr><mtr class="line" data-line="2"><mtd><mi>y</mi></mtd></mtr>\
</mtable></math></div>
"""
    page = opened(text)
    assert walk(page, 2) == ["1", "2", "12"]
    assert page.locator("#block .dim").count() == 0
