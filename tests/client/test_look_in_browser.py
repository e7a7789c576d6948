"""What front matter and the files beside a deck do to the page, as a browser computes it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from deck_builder.load import load_theme
from deck_builder.model import ExecutedDeck, Source
from deck_builder.parse import parse
from deck_builder.render import render
from tests.client.conftest import CANVAS, Opened, place

CONTRAST = """([element, against]) => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (name) => {
    const style = getComputedStyle(document.querySelector(element));
    paint.fillStyle = name === "text" ? style.color : getComputedStyle(document.querySelector(against)).backgroundColor;
    paint.fillRect(0, 0, 1, 1);
    const parts = [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255);
    const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low, high] = [light("text"), light("paper")].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""
LINKED = "---\ncolorSchema: {scheme}\nthemeConfig: {{primary: '{colour}'}}\n---\n\n# A\n\n---\n\n[link](https://example.org)\n"


@pytest.fixture
def laid(browser: Browser, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Open a deck with styles and layers of its own."""
    contexts = []

    def of(text: str, *, styles: str = "", **layers: str) -> Page:
        named = {name.replace("_", "-"): html for name, html in layers.items()}
        files = {name: Path(f"{name}.html") for name in named}
        theme = replace(load_theme("default", tmp_path), styles=styles, layers=named, places=files)
        page = render(ExecutedDeck(parse(Source(Path("deck.md"), text)), {}), theme, {})
        assert page.problems == ()
        (tmp_path / "deck.html").write_text(page.html, encoding="utf-8")
        contexts.append(browser.new_context(viewport=CANVAS))  # type: ignore[arg-type]
        opened = contexts[-1].new_page()
        opened.goto((tmp_path / "deck.html").as_uri())
        return opened

    yield of
    for context in contexts:
        context.close()


@pytest.mark.parametrize("colour", ["#4d7534", "#000080", "navy", "#8b0000", "#ffcc00", "hsl(300 100% 20%)", "#3ab9d5"])
def test_the_accent_can_be_read_on_the_paper_that_its_author_did_not_see(opened: Opened, colour: str) -> None:
    for shown, other in (("light", "dark"), ("dark", "light")):
        page = opened(LINKED.format(scheme=shown, colour=colour), at="#/2")
        page.evaluate(f"document.documentElement.dataset.scheme = '{other}'")
        assert page.evaluate(CONTRAST, [".current a", ".current"]) >= 4.5


def test_the_accent_is_as_written_where_its_author_saw_it(opened: Opened) -> None:
    page = opened(LINKED.format(scheme="light", colour="#4d7534"), at="#/2")
    assert page.locator(".current a").evaluate("a => getComputedStyle(a).color") == "rgb(77, 117, 52)"


def test_zoom_shrinks_what_is_on_the_slide_and_leaves_its_width(opened: Opened) -> None:
    text = "# A\n\n---\n\n# B\n\nsome words\n\n---\nzoom: 0.5\n---\n\n# B\n\nsome words\n"
    measure = """() => [".current h1", ".current .content"].map((name) => {
      const { width, height } = document.querySelector(name).getBoundingClientRect();
      return [width, height];
    })"""
    (_, plain), (around, _) = opened(text, at="#/2").evaluate(measure)
    (_, small), (zoomed, _) = opened(text, at="#/3").evaluate(measure)
    assert small == pytest.approx(plain / 2, rel=0.05)
    assert zoomed == pytest.approx(around, rel=0.03)


def test_a_zoomed_slide_overflows_no_further_than_another(opened: Opened) -> None:
    code = "\n".join(f"line_{no} = {no}" for no in range(14))
    page = opened(f"# A\n\n---\nzoom: 1.3\n---\n\n# B\n\n```text\n{code}\n```\n", at="#/2")
    slide, block = (page.locator(name).bounding_box() for name in (".current", ".current .block"))
    assert slide and block
    assert block["y"] + block["height"] <= slide["y"] + slide["height"]


def test_text_can_be_selected_but_where_the_deck_forbids_it(opened: Opened) -> None:
    style = "() => getComputedStyle(document.querySelector('.current h1')).userSelect"
    assert opened("# A\n").evaluate(style) == "auto"
    assert opened("---\nselectable: false\n---\n\n# A\n").evaluate(style) == "none"


def test_the_decks_own_styles_win(laid: Callable[..., Page]) -> None:
    page = laid("# A\n\n---\n\n# B {.x}\n", styles="h1 { color: rgb(1, 2, 3) }")
    assert page.locator(".current h1").evaluate("h => getComputedStyle(h).color") == "rgb(1, 2, 3)"


def test_layers_lie_over_and_under_a_slide_and_let_clicks_through(laid: Callable[..., Page]) -> None:
    page = laid(
        "# A\n\n---\nlayout: none\n---\n\n[next](/3)\n\n---\n\n# C\n",
        styles=".content { background: rgb(9, 9, 9) }",
        slide_top='<p class="absolute top-0 right-0 w-20 h-10">top {{ no }}</p>',
        slide_bottom='<p class="absolute top-0 left-0 w-20 h-10">under {{ no }}</p>',
        global_top='<a href="#/1" class="absolute bottom-0 right-0 w-20 h-10">home</a>',
    )
    page.keyboard.press("ArrowRight")
    at = "([x, y]) => document.elementFromPoint(x, y).textContent.trim()"
    assert page.evaluate(at, [970, 5]) == "top 2"
    assert page.evaluate(at, [970, 545]) == "home"
    box = page.locator(".current a").first.bounding_box()
    assert box
    all_there = "([x, y]) => document.elementsFromPoint(x, y).map((found) => found.textContent.trim())"
    found = page.evaluate(all_there, [box["x"] + 2, box["y"] + 10])
    assert found.index("next") < found.index("under 2")
    page.locator(".current a").first.click()
    assert place(page) == (3, 0)
    page.locator(".global-top a").click()
    assert place(page) == (1, 0)


def test_on_paper_a_global_layer_is_on_every_page(laid: Callable[..., Page]) -> None:
    page = laid("# A\n\n---\n\n# B\n", styles=".logo { color: rgb(1, 128, 255) }", global_top='<p class="logo">x</p>')
    paper = page.pdf(prefer_css_page_size=True)
    streams = [
        zlib.decompress(found) for found in re.findall(rb"Flate.*?stream\r?\n(.*?)\r?\nendstream", paper, re.DOTALL)
    ]
    assert paper.count(b"/Type /Page\n") == 2
    assert sum(b".0039 .502 1 rg" in stream for stream in streams) == 2
