"""The page as a file: offline, safe, printable, readable without scripts and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request

from tests.client.conftest import LECTURE, Opened

HOSTILE = """# Hostile

```python
print("<script>document.title = 'owned'</script><img src=x onerror=\\"document.title = 'owned'\\">")
```

<img src="data:image/png;base64,AA" onerror="document.title = 'owned'">
<script>document.title = 'owned'</script>
"""


def test_no_request_leaves_the_page(opened: Opened, lecture_000: Path) -> None:
    for deck in (LECTURE, lecture_000):
        page = opened(deck, run=deck == LECTURE)
        requests: list[str] = []

        def heard(request: Request, into: list[str] = requests) -> None:
            into.append(request.url)

        page.on("request", heard)
        page.reload()
        for _ in range(45):
            page.keyboard.press("ArrowRight")
        outside = [url for url in requests if not url.startswith(("file:", "data:"))]
        assert outside == [] and sum(url.startswith("file:") for url in requests) == 1


def test_nothing_that_is_printed_or_written_runs(browser_page: Page) -> None:
    browser_page.wait_for_timeout(200)
    assert browser_page.title() == "Hostile"
    assert "<script>" in (browser_page.locator(".output.stream").text_content() or "")


@pytest.fixture
def browser_page(browser, results: Path, tmp_path: Path) -> Page:  # type: ignore[no-untyped-def]
    """The hostile deck, opened without the check for complaints: its policy is meant to complain."""
    from deck_builder.model import Source
    from tests.client.conftest import page_of

    file = tmp_path / "hostile.html"
    file.write_text(page_of(Source(Path("deck.md"), HOSTILE), results), encoding="utf-8")
    page: Page = browser.new_page()
    page.goto(file.as_uri())
    return page


def test_without_scripts_it_reads_as_a_document(opened: Opened) -> None:
    page = opened(LECTURE, run=True, java_script_enabled=False)
    slides = page.locator(".slide")
    assert slides.count() == 15
    tops = [box["y"] for slide in slides.all() if (box := slide.bounding_box())]
    assert tops == sorted(tops) and len(tops) == 15
    assert all(slide.is_visible() for slide in slides.all())


def test_print_puts_each_slide_on_a_page_of_its_own(opened: Opened) -> None:
    page = opened(LECTURE, run=True)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 15


@pytest.mark.parametrize(("width", "height"), [(390, 844), (844, 390)], ids=["upright", "turned"])
def test_on_a_phone_the_whole_slide_shows(opened: Opened, width: int, height: int) -> None:
    page = opened(LECTURE, run=True, viewport={"width": width, "height": height}, is_mobile=True, has_touch=True)
    box = page.locator(".slide.current").bounding_box()
    assert box and box["x"] >= -1 and box["y"] >= -1
    assert box["width"] == pytest.approx(min(width, height * 980 / 552), abs=1)


def test_all_slides_can_be_read_as_one_page(opened: Opened) -> None:
    page = opened(LECTURE, run=True, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page.get_by_role("button", name="整页阅读").click()
    assert all(slide.is_visible() for slide in page.locator(".slide").all())
    assert page.locator(".slide[inert]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="整页阅读").click()
    assert page.locator(".slide:visible").count() == 1


def test_the_canvas_follows_the_headmatter(opened: Opened) -> None:
    page = opened("---\naspectRatio: 4/3\ncanvasWidth: 800\n---\n\n# A\n")
    assert page.locator(".slide").evaluate("slide => [slide.offsetWidth, slide.offsetHeight]") == [800, 600]


def test_dark_follows_the_system_the_headmatter_and_the_key(opened: Opened) -> None:
    def background(page: Page) -> str:
        return str(page.locator(".slide").evaluate("slide => getComputedStyle(slide).backgroundColor"))

    text = "---\nlayout: default\n---\n\n# A\n"
    light, dark = background(opened(text)), background(opened(text, color_scheme="dark"))
    assert light != dark
    page = opened("---\nlayout: default\ncolorSchema: dark\n---\n\n# A\n")
    assert background(page) == dark
    page.keyboard.press("d")
    assert background(page) == light


def test_nothing_moves_for_who_asked_for_less_motion(opened: Opened) -> None:
    text = "# A\n\n```python {all|1}\nx = 1\n```\n"
    moving = opened(text).locator(".line").first.evaluate("line => getComputedStyle(line).transitionDuration")
    still = opened(text, reduced_motion="reduce").locator(".line").first
    assert moving != "0s" and still.evaluate("line => getComputedStyle(line).transitionDuration") == "0s"
