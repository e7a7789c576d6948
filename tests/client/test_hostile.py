"""Decks that want to get out of their page: whatever they print, draw, raise or write, it is shown and does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request

from deck_builder.load import load_source
from tests.client.conftest import CANVAS, page_of, place

HOSTILE = Path(__file__).with_name("hostile")
WATCH = """
window.complaints = [];
document.addEventListener("securitypolicyviolation", event =>
    window.complaints.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""
OF_NO_PAGE = "script:not([nonce]), iframe, object, embed, base, link:not([rel=icon]), meta[http-equiv=refresh i]"
"""Elements that neither slide code nor an author's HTML may make."""


class Opened:
    """A page, and what it tried: requests, dialogs, windows, other addresses."""

    def __init__(self, browser: Browser, file: Path) -> None:
        self.tried: list[str] = []
        self.refused: list[str] = []
        self.page: Page = browser.new_page(viewport=CANVAS)  # type: ignore[arg-type]
        self.page.on("request", lambda request: self.tried.append(request.url))
        self.page.on(
            "requestfailed",
            lambda request: self.refused.append(request.url) if "csp" in (request.failure or "") else None,
        )
        self.page.on("dialog", self._asked)
        self.page.on("popup", lambda page: self.tried.append("popup"))
        self.page.on("framenavigated", lambda frame: self.tried.append(f"to {frame.url}"))
        self.page.add_init_script(WATCH)
        self.page.goto(file.as_uri())
        self.file = file.as_uri()

    def _failed(self, request: Request) -> None:
        if "csp" in (request.failure or ""):
            self.refused.append(request.url)

    def _asked(self, dialog: Dialog) -> None:
        self.tried.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def walk(self) -> None:
        """Go through all clicks of all slides, and look at each."""
        before = (0, -1)
        while (now := place(self.page)) != before:
            before = now
            self.nothing_ran()
            self.page.keyboard.press("ArrowRight")

    def nothing_ran(self) -> None:
        assert [frame.url for frame in self.page.frames if frame.evaluate("'pwned' in window")] == []
        assert self.page.url.partition("#")[0] == self.file

    def left(self) -> list[str]:
        """What was tried but to show the page itself and what is in it."""
        urls = (one.removeprefix("to ").partition("#")[0] for one in self.tried)
        return [url for url in urls if url != self.file and not url.startswith(("data:image/", "data:font/"))]

    def complaints(self) -> list[str]:
        found: list[str] = self.page.evaluate("window.complaints")
        return found


def opened(browser: Browser, folder: Path, name: str, results: Path | None = None) -> Opened:
    file = folder / f"{name}.html"
    file.write_text(page_of(load_source(HOSTILE / f"{name}.md"), results), encoding="utf-8")
    return Opened(browser, file)


@pytest.fixture(scope="module")
def outputs(browser: Browser, tmp_path_factory: pytest.TempPathFactory, results: Path) -> Iterator[Opened]:
    hostile = opened(browser, tmp_path_factory.mktemp("hostile"), "outputs", results)
    yield hostile
    hostile.page.close()


@pytest.fixture(scope="module")
def text(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    hostile = opened(browser, tmp_path_factory.mktemp("hostile"), "text")
    yield hostile
    hostile.page.close()


STEERING = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
IN_OUTPUTS = ".output :is(script, style, link, meta, base, form, iframe, object, embed, svg, math, template, input, a)"
ACTING = """() => [...document.querySelectorAll("*")].flatMap(element => [...element.attributes]
    .filter(one => /^on/i.test(one.name) || /^\\s*(javascript|https?):/i.test(element.closest(".output") && one.value))
    .map(one => `${element.tagName} ${one.name}=${one.value}`))"""


def test_nothing_of_what_slide_code_says_runs_or_leaves_the_page(outputs: Opened) -> None:
    outputs.walk()
    assert place(outputs.page)[0] == 8, "all slides were looked at"
    for summary in outputs.page.locator("summary").all():
        summary.evaluate("summary => summary.click()")
    for image in outputs.page.locator(".output img").all():
        image.evaluate("image => image.click()")
    outputs.page.wait_for_timeout(300)  # for what would come late
    outputs.nothing_ran()
    assert outputs.left() == []
    assert outputs.complaints() == [], "the policy is the second wall: nothing has come as far as that"


def test_what_slide_code_says_becomes_no_element_that_acts(outputs: Opened) -> None:
    page = outputs.page
    assert page.locator(f"{OF_NO_PAGE}, form").count() == 0
    outputs_inside = page.locator(IN_OUTPUTS).evaluate_all("all => all.map(one => one.outerHTML)")
    assert [one for one in outputs_inside if 'type="range"' not in one] == [], "but for a film's slider"
    assert page.evaluate(ACTING) == []
    assert page.locator("h6, plaintext").count() == 0, "nothing has ended the panel that it stands in"
    assert page.locator(".slide").count() == 8
    assert page.title() == "Hostile outputs"


def test_all_of_it_is_shown_as_it_is(outputs: Opened) -> None:
    said = outputs.page.locator(".output").evaluate_all("all => all.map(one => one.textContent)")
    assert len(said) > 20
    for text in said:
        assert not re.search(STEERING, text), text
    whole = "\n".join(said)
    script = "<script>top.pwned = 1</script>"
    assert whole.count(script) > 200
    for part in (
        "</pre><h6>out</h6><pre>",
        "<base href=",
        "link  ",
        "nul  bell  del  c1  31m",
        "bidi  end",
        "cell [31mevil]0;ta",
    ):
        assert part in whole
    for kind in ("warning", "error"):
        assert outputs.page.locator(f".output.{kind}").first.evaluate("one => one.textContent").count("<") > 4
    assert re.search(r"shape \(2,\) · <script>top.pwned=1</script>", whole)


def test_a_hostile_figure_is_a_picture_and_no_more(outputs: Opened) -> None:
    images = outputs.page.locator(".output img, .slide img")
    assert images.count() >= 5
    for image in images.all():
        source, alt = image.evaluate("image => [image.src, image.alt]")
        assert source.startswith("data:image/svg+xml;base64,")
        assert "onerror" not in alt or "<" in alt
    drawn = outputs.page.locator(".output.figure img").evaluate_all("all => all.map(image => image.naturalWidth)")
    assert all(drawn), "what is in its names does not keep it from being shown"


def test_the_policy_lets_nothing_run_but_the_page_itself(outputs: Opened) -> None:
    (policy,) = outputs.page.locator("meta[http-equiv=Content-Security-Policy]").evaluate_all(
        "all => all.map(one => one.content)"
    )
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == ["'none'"]
    (nonce,) = rules["script-src"]
    assert re.fullmatch(r"'nonce-[0-9a-f]{32}'", nonce)
    others = {one for name in rules if name not in ("style-src", "script-src") for one in rules[name]}
    assert others == {"'none'", "data:"}
    before = outputs.page.evaluate("document.head.innerHTML").partition("Content-Security-Policy")[0]
    assert not re.search(r"<(?:script|style|link|img)", before), "it holds from the beginning"


def test_each_page_has_a_nonce_of_its_own(outputs: Opened, text: Opened) -> None:
    nonces = {one.page.evaluate("document.querySelector('script').nonce") for one in (outputs, text)}
    assert len(nonces) == 2 and all(nonces)


def test_an_authors_html_runs_nothing_and_reaches_nothing(text: Opened) -> None:
    text.walk()
    page = text.page
    assert place(page)[0] == 3
    assert page.locator(OF_NO_PAGE).count() == 0
    assert page.evaluate(ACTING) == []
    for selector in ("#js", "#press", "svg a", "#submit"):  # by script: Chromium's driver waits for what is refused
        click = "one.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))"
        page.evaluate(f"const one = document.querySelector('{selector}'); {click}")
        page.wait_for_timeout(100)
        text.nothing_ran()
    assert [url for url in text.left() if url not in text.refused] == []
    refused = " ".join(text.complaints())
    assert "form-action" in refused and "script-src" in refused, "all of it was tried"
