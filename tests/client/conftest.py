"""Decks in Debian's Chromium, driven by keys and read by classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from deck_builder.fetch import fetch
from deck_builder.layers import with_layers
from deck_builder.load import deck_files, load_source, load_theme
from deck_builder.memory import Memory
from deck_builder.model import ExecutedDeck, Source
from deck_builder.parse import parse
from deck_builder.remember import Remember, make_anew
from deck_builder.render import pictures, render
from tests.client.running import ran, running
from tests.client.served import Fake, Results

ROOT = Path(__file__).resolve().parents[2]
LECTURE = ROOT / "slides" / "linear-regression" / "slides.md"
GALLERY = ROOT / "slides" / "gallery" / "slides.md"
LECTURES = sorted(set((ROOT / "slides").glob("*/slides.md")) - {GALLERY})
CHROMIUM = "/usr/bin/chromium-headless-shell"
"""The same Chromium without windows: a page opens in a third of the time."""
CANVAS = {"width": 980, "height": 552}

Opened = Callable[..., Page]
Served = Callable[..., tuple[Page, Fake]]


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture(scope="module", autouse=True)
def engine() -> Iterator[None]:
    """What runs the decks of a file's tests."""
    with running():
        yield


@lru_cache
def page_of(source: Source, results: Path | None) -> str:
    """The page of a deck, its code run for real or not at all; one with a folder of its own has what lies there."""
    if results is None or not source.path.is_file():
        return _page_of(source, results, make_anew)
    memory = Memory(results.with_name("made.db"), "tests")
    html = _page_of(source, results, memory.remember)
    memory.save()
    return html


def _page_of(source: Source, results: Path | None, remember: Remember) -> str:
    folder = source.path.parent
    deck = parse(source, deck_files(folder), remember)
    executed = ran(deck, results) if results else ExecutedDeck(deck, {})
    theme = load_theme(str(deck.headmatter.get("theme", "default")), folder)
    if not source.path.is_file():
        return render(executed, theme, {}).html
    images, _ = fetch(pictures(deck), folder, cache_dir=None, offline=True)
    return render(executed, with_layers(theme, folder), images, remember).html


@pytest.fixture(scope="session")
def usual(browser: Browser) -> BrowserContext:
    """Where pages are opened that want nothing of their own: to make one takes as long as to open a page."""
    return browser.new_context(viewport=CANVAS)  # type: ignore[arg-type]


@pytest.fixture
def opened(browser: Browser, usual: BrowserContext, results: Path, tmp_path: Path) -> Iterator[Opened]:
    """Open a deck: Markdown, or the path of one. The page's own errors fail the test."""
    contexts = []
    complaints: list[str] = []

    def of(deck: str | Path, *, run: bool = False, at: str = "", **context: object) -> Page:
        source = load_source(deck) if isinstance(deck, Path) else Source(Path("deck.md"), deck)
        file = tmp_path / "deck.html"
        file.write_text(page_of(source, results if run else None), encoding="utf-8")
        if context:
            contexts.append(browser.new_context(**({"viewport": CANVAS} | context)))  # type: ignore[arg-type]
        page = (contexts[-1] if context else usual).new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{file.as_uri()}{at}")
        return page

    yield of
    for page in usual.pages:
        page.close()
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def served(browser: Browser) -> Iterator[Served]:
    """Serve a deck and open it. The page's own errors fail the test, but for those of a connection that is lost."""
    contexts, servers = [], []
    complaints: list[str] = []

    def of(
        text: str, *, run: bool = False, role: str = "author", at: str = "", results: Results = (), **context: object
    ) -> tuple[Page, Fake]:
        servers.append(Fake(text, run=run, role=role, results=results))
        contexts.append(browser.new_context(**({"viewport": CANVAS} | context)))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.set_default_timeout(10_000)
        page.goto(f"{servers[-1].url}{at}")
        page.wait_for_selector(f"html[data-role={role}]")
        return page, servers[-1]

    yield of
    for context in contexts:
        context.close()
    for server in servers:
        server.stop()
    assert [told for told in complaints if "WebSocket" not in told and "favicon" not in told] == []


def place(page: Page) -> tuple[int, int]:
    """The slide and the click that the document's root names."""
    no, click = page.evaluate("[document.documentElement.dataset.no, document.documentElement.dataset.click]")
    return int(no), int(click)


def lit(page: Page, block: str) -> list[int]:
    """The lit lines of a block."""
    found = page.locator(f'[data-block="{block}"] .line.lit').all()
    return [int(line.get_attribute("data-line") or 0) for line in found]


def settle(page: Page) -> None:
    """Wait until nothing moves."""
    page.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")


def pressed(page: Page, key: str, then: str) -> Any:
    """What an expression of JavaScript says at the very moment after a key, before anything has moved."""
    event = "new KeyboardEvent('keydown', { key, bubbles: true })"
    return page.evaluate(f"key => {{ document.body.dispatchEvent({event}); return {then}; }}", key)


def moving(selector: str) -> str:
    """JavaScript: how many animations run on an element and below it."""
    return f"document.querySelector({selector!r}).getAnimations({{ subtree: true }}).length"


def held(milliseconds: int) -> str:
    """JavaScript: stop everything that moves at a time of its way."""
    return f"document.getAnimations().forEach(a => {{ a.pause(); a.currentTime = {milliseconds}; }})"


def beforeprint(page: Page) -> None:
    """Get ready for paper, as the browser does."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
