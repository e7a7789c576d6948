"""Nothing is clipped, nothing overlaps, nothing is too small to read: measured on every click of every slide."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.client.conftest import GALLERY, LECTURE, LECTURES, Opened, place

MEASURE = Path(__file__).with_name("measure.js").read_text(encoding="utf-8")

WALK = f"""async () => {{
  const measure = {MEASURE};
  const {{ dataset }} = document.documentElement;
  const walked = [];
  for (;;) {{
    const at = `slide ${{dataset.no}}, click ${{dataset.click}}`;
    if (at === walked.at(-1)?.at) return walked;
    await new Promise(requestAnimationFrame);
    walked.push({{ at, flaws: measure() }});
    document.body.dispatchEvent(new KeyboardEvent("keydown", {{ key: "ArrowRight", bubbles: true }}));
  }}
}}"""
"""Goes through a deck within the page: to ask for each click from here takes longer than to measure it."""

PLACES = """[...document.querySelectorAll(".slide")].flatMap(({ dataset: { no, clicksStart, clicks } }) => {
  const first = Number(clicksStart ?? 0), last = Math.max(first, Number(clicks ?? 0));
  return Array.from({ length: last - first + 1 }, (_, click) => `slide ${no}, click ${first + click}`);
})"""

HARD = Path(__file__).with_name("hard")
"""Slides that have far too much on them."""


def flaws(page: Page) -> list[str]:
    """Everything wrong with any click of any slide, where nothing moves on the way."""
    page.emulate_media(reduced_motion="reduce")
    walked = page.evaluate(WALK)
    assert [one["at"] for one in walked] == page.evaluate(PLACES)
    return [f"{one['at']}: {flaw}" for one in walked for flaw in one["flaws"]]


@pytest.fixture
def settled(opened: Opened) -> Opened:
    """Open a deck and wait for its fonts."""

    def of(*args: object, **options: object) -> Page:
        page = opened(*args, **options)
        page.evaluate("document.fonts.ready")
        return page

    return of


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda deck: deck.parent.name)
def test_our_lectures(settled: Opened, lecture: Path) -> None:
    assert flaws(settled(lecture, run=True)) == []


def test_the_gallery(settled: Opened) -> None:
    assert flaws(settled(GALLERY, run=True)) == []


def test_our_lecture_in_a_large_window(settled: Opened) -> None:
    assert flaws(settled(LECTURE, run=True, viewport={"width": 1920, "height": 1080})) == []


def test_the_original_lecture_with_its_errors(settled: Opened, lecture_000: Path) -> None:
    assert flaws(settled(lecture_000, run=True)) == []


@pytest.mark.parametrize("deck", sorted(HARD.glob("*.md")), ids=lambda deck: deck.stem)
def test_hard_slides(settled: Opened, deck: Path) -> None:
    assert flaws(settled(deck, run=True)) == []


def test_the_measure_sees_what_it_should(settled: Opened) -> None:
    text = """# Wrong

<div style="position:absolute;left:900px;top:100px;white-space:nowrap">this runs out of the slide</div>
<div style="position:absolute;left:60px;top:200px">one text</div>
<div style="position:absolute;left:70px;top:204px">another text</div>
<small style="font-size:9px">tiny</small>
"""
    found = "\n".join(flaws(settled(text)))
    assert "outside" in found and "overlaps" in found and "9px type" in found


def test_a_panel_scrolls_by_itself_to_the_lit_lines(settled: Opened) -> None:
    page = settled(HARD / "long-code.md", at="#/1?clicks=2")
    panel = page.locator(".block pre")
    assert panel.evaluate("panel => panel.scrollTop") > 0
    page.keyboard.press("ArrowRight")
    assert panel.evaluate("panel => panel.scrollTop + panel.clientHeight >= panel.scrollHeight - 20")


def test_results_stand_beside_short_lines_and_below_long_ones(settled: Opened) -> None:
    loop = "for i in range(9):\n    print(i)\n"
    wide = "values = [" + ", ".join(str(i) for i in range(22)) + "]\n" + loop
    page = settled(f"# A\n\n```python\n{loop}```\n\n---\n\n# B\n\n```python\n{wide}```\n", run=True)
    beside, below = page.locator(".run").all()
    assert "side" in (beside.get_attribute("class") or "").split()
    page.keyboard.press("ArrowRight")
    assert "side" not in (below.get_attribute("class") or "").split()


@pytest.mark.parametrize("show", ["below", "right", "left"])
def test_the_author_may_say_where_results_stand(settled: Opened, show: str) -> None:
    page = settled(f"# A\n\n```python {{all}}{{show: '{show}'}}\nprint(1)\n```\n", run=True)
    code, results = page.locator(".block").bounding_box(), page.locator(".results").bounding_box()
    assert code and results
    where = {
        "below": results["y"] > code["y"] + 20,
        "right": results["x"] > code["x"] + 20,
        "left": results["x"] < code["x"] - 20,
    }
    assert [name for name, holds in where.items() if holds] == [show]


def test_a_panel_is_no_higher_than_its_author_says(settled: Opened) -> None:
    code = "x = 1\n" * 20
    page = settled(f"# A\n\n```python {{2|19}}{{maxHeight: '120px'}}\n{code}```\n", at="#/1?clicks=1")
    panel = page.locator(".block pre")
    assert panel.evaluate("panel => panel.offsetHeight") == 120
    assert panel.evaluate("panel => panel.scrollTop") > 0


def test_columns_do_not_push_the_header_away(settled: Opened) -> None:
    header = "---\nlayout: two-cols-header\n---\n\n# A\n\n" + "words over both columns " * 8
    page = settled(f"{header}\n\n::left::\n\n" + "- a point\n" * 17 + "\n::right::\n\nb\n")
    heights = page.locator(".header").evaluate("box => [box.scrollHeight, box.clientHeight]")
    assert heights[0] == heights[1]


def test_folded_output_opens_over_the_slide_and_closes_again(settled: Opened) -> None:
    page = settled("# A\n\n```python\nfor i in range(200):\n    print('row', i)\n```\n\n---\n\n# B\n", run=True)
    page.get_by_text("192 more lines").click()
    sheet = page.get_by_role("dialog")
    assert sheet.get_by_text("row 100").is_visible() or "row 100" in (sheet.text_content() or "")
    page.keyboard.press("Escape")
    assert not sheet.is_visible()
    assert place(page) == (1, 0)
    page.keyboard.press("Space")
    assert place(page) == (2, 0), "the key goes on, it does not open the sheet again"


def test_a_slide_with_too_much_text_scrolls_and_shows_it(settled: Opened) -> None:
    page = settled("# A\n\n" + "- a point\n" * 60)
    assert page.locator(".slide.overfull").count() == 1
    content = page.locator(".content")
    assert content.evaluate("content => content.scrollHeight > content.clientHeight")
    assert "gradient" in content.evaluate("content => getComputedStyle(content).maskImage")


def test_formulas_have_their_font_before_their_slide_is_fitted(opened: Opened) -> None:
    page = opened("# A\n\n---\n\n# B\n\n---\n\n# C\n\n$$\n\\sum_{i=1}^n \\hat y_i\n$$\n")
    page.wait_for_function("() => document.fonts.check('16px \"Deck Math\"')", timeout=5000)
    assert place(page) == (1, 0), "the font is there although no formula has been shown yet"
