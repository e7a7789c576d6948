"""Components on the stage: what they look like, where they lead, what shows when."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from deck_builder.load import load_theme
from deck_builder.model import ExecutedDeck, Image, Source
from deck_builder.parse import parse
from deck_builder.render import render
from tests.client.conftest import CANVAS, Opened, place

ICON = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="currentColor" d="M0 0h8v8H0z"/></svg>'
TOC = "# One\n\n<Toc/>\n\n---\n\n## Two\n\n---\nrouteAlias: end\n---\n\n# Three\n\n[back](/1)\n"


def font_size(page: Page, selector: str) -> float:
    return float(page.locator(selector).evaluate("text => parseFloat(getComputedStyle(text).fontSize)"))


def test_contents_lead_to_slides_by_click_and_by_key(opened: Opened) -> None:
    page = opened(TOC)
    page.get_by_role("link", name="Three").click()
    assert place(page) == (3, 0)
    page.get_by_role("link", name="back").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.documentElement.dataset.no === '1'")
    page.get_by_role("link", name="Two").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.documentElement.dataset.no === '2'")


@pytest.mark.parametrize(
    ("props", "text", "least", "most"),
    [
        (':max="200"', "fits the slide", 125, 160),
        (':max="60"', "short", 60, 60),
        (':min="25"', "so long that it breaks " * 12, 25, 25),
        ('class="w-50"', "narrow", 50, 70),
        ('class="h-10" :max="90"', "low", 30, 34),
    ],
)
def test_text_fits_its_box(opened: Opened, props: str, text: str, least: float, most: float) -> None:
    page = opened(f"---\nlayout: default\n---\n\n<AutoFitText {props}>{text}</AutoFitText>\n")
    inner = ".autofit > :first-child"
    assert least <= font_size(page, inner) <= most
    fits = "box => box.scrollWidth <= box.clientWidth && box.firstElementChild.offsetWidth <= box.clientWidth"
    assert page.locator(".autofit").evaluate(fits)


@pytest.mark.parametrize("layout", ["default", "center", "two-cols"])
def test_text_fits_in_any_layout_and_on_any_screen(opened: Opened, layout: str) -> None:
    deck = f"---\nlayout: {layout}\n---\n\n<AutoFitText modelValue='一行大字在这里'/>\n"
    page = opened(deck)
    width = page.locator(".autofit").evaluate("box => box.clientWidth")
    assert width > 300
    assert font_size(page, ".autofit > *") == pytest.approx(min(width / 7, 100), rel=0.02)
    small = opened(deck, viewport={"width": 380, "height": 600})
    small.get_by_role("button", name="整页阅读").click()
    assert small.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_text_that_fits_does_not_push_the_rest_off_the_slide(opened: Opened) -> None:
    page = opened("---\nlayout: default\n---\n\n<AutoFitText modelValue='large'/>\n\n" + "- item\n" * 14)
    assert page.locator(".slide.overfull").count() == 0
    assert page.locator(".content").evaluate("box => box.scrollHeight <= box.clientHeight")


def test_one_thing_for_light_pages_another_for_dark_ones(opened: Opened) -> None:
    slots = "".join(f"<template #{name}>\n\n{name} words\n\n</template>\n" for name in ("light", "dark"))
    for scheme, other in (("light", "dark"), ("dark", "light")):
        page = opened(f"# A\n\n<LightOrDark>\n{slots}</LightOrDark>\n", color_scheme=scheme)
        for shown, hidden in ((scheme, other), (other, scheme)):
            assert page.get_by_text(f"{shown} words").is_visible()
            assert not page.get_by_text(f"{hidden} words").is_visible()
            page.keyboard.press("d")


@pytest.mark.parametrize(
    ("context", "stage", "paper"),
    [
        ("main", True, False),
        ("slide", True, False),
        ("print", False, True),
        ("visible", True, True),
        ("presenter", False, False),
        ("['print', 'slide']", True, True),
    ],
)
def test_some_things_are_for_the_stage_and_some_for_paper(
    opened: Opened, context: str, stage: bool, paper: bool
) -> None:
    text = (
        f'# A\n\n<RenderWhen :context="{context}">\n\nyes\n\n<template #fallback>\n\nno\n\n</template>\n</RenderWhen>\n'
    )
    page = opened(text)
    for shown in (stage, paper):
        assert page.get_by_text("yes", exact=True).is_visible() is shown
        assert page.get_by_text("no", exact=True).is_visible() is not shown
        page.emulate_media(media="print")


def test_scaled_content_takes_its_own_room_and_no_more(opened: Opened) -> None:
    text = "---\nlayout: default\n---\n\n<Transform :scale='{}'>\n\n{}\n\n</Transform>\n\nafter\n"
    words = "many words " * 20
    tops = []
    for scale in (0.5, 1, 1.5):
        page = opened(text.format(scale, words))
        tops.append(page.get_by_text("after").bounding_box()["y"])  # type: ignore[index]
        assert page.locator(".content").evaluate("box => box.scrollWidth <= box.clientWidth")
    assert tops == sorted(tops) and tops[0] < tops[1] < tops[2]


@pytest.mark.parametrize("layout", ["default", "center", "cover", "two-cols", "image"])
def test_places_count_from_the_slides_corner(opened: Opened, layout: str) -> None:
    deck = f"---\nlayout: {layout}\nbackground: '#ddd'\n---\n\n# A\n\n<Arrow x1='0' y1='0' x2='300' y2='200'/>\n"
    page = opened(deck + "\n<VDrag pos='400,100,200,50'>b</VDrag>\n")
    arrow, box = (page.locator(selector).bounding_box() for selector in (".arrow", ".placed"))
    assert arrow and box
    assert (arrow["x"], arrow["y"]) == (0, 0)
    assert (box["x"], box["y"], box["width"], box["height"]) == (400, 100, 200, 50)
    page.mouse.click(600, 40)  # an arrow is nothing to click on
    assert page.locator(".arrow").evaluate("arrow => getComputedStyle(arrow).pointerEvents") == "none"


With = Callable[..., Page]


@pytest.fixture
def with_images(browser: Browser, tmp_path: Path) -> Iterator[With]:
    """Open a deck with pictures that were had."""
    contexts = []
    forbidden: list[str] = []

    def of(text: str, images: dict[str, Image], **context: object) -> Page:
        theme = load_theme("default", tmp_path)
        file = tmp_path / "deck.html"
        deck = ExecutedDeck(parse(Source(Path("deck.md"), text)), {})
        file.write_text(render(deck, theme, images).html, encoding="utf-8")
        contexts.append(browser.new_context(**({"viewport": CANVAS} | context)))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.on("console", lambda said: forbidden.append(said.text) if "Content Security" in said.text else None)
        page.goto(file.as_uri())
        return page

    yield of
    for one in contexts:
        one.close()
    assert forbidden == []


def colour_at(page: Page, selector: str) -> tuple[int, ...]:
    """The colour in the middle of what a selector finds."""
    box = page.locator(selector).bounding_box()
    assert box
    clip = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2, "width": 1, "height": 1}
    shot = "data:image/png;base64," + b64encode(page.screenshot(clip=clip)).decode()  # type: ignore[arg-type]
    read = """async address => {
        const canvas = new OffscreenCanvas(1, 1).getContext("2d");
        canvas.drawImage(await createImageBitmap(await (await fetch(address)).blob()), 0, 0);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    }"""
    other = page.context.new_page()
    return tuple(other.evaluate(read, shot))


def test_an_icon_has_the_colour_and_the_size_of_its_text(with_images: With) -> None:
    images = {
        "icon:carbon:x": Image("image/svg+xml", ICON),
        "icon:logos:y": Image("image/svg+xml", ICON.replace(b"currentColor", b"#0000ff")),
    }
    text = "---\nlayout: default\n---\n\n<p style='color:#ff0000;font-size:40px'><carbon-x/> <logos-y/></p>\n"
    page = with_images(text, images)
    assert colour_at(page, ".icon.plain") == (255, 0, 0)
    assert colour_at(page, ".icon.drawn") == (0, 0, 255)
    box = page.locator(".icon.plain").bounding_box()
    assert box and (round(box["width"]), round(box["height"])) == (40, 40)


def test_a_diagram_is_seen_as_large_as_there_is_room(with_images: With) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="600" viewBox="0 0 200 600"/>'
    page = with_images("# A\n\n---\n\n# B\n\n```mermaid\na\n```\n", {"mermaid:\na\n": Image("image/svg+xml", drawing)})
    page.keyboard.press("ArrowRight")
    image = page.get_by_role("img", name="Diagram: a").bounding_box()
    assert image and 300 < image["height"] < 480 and abs(image["height"] / image["width"] - 3) < 0.1
    unseen = page.locator(".unseen").bounding_box()
    assert unseen and unseen["width"] <= 1


def test_a_video_plays_while_its_slide_shows(with_images: With) -> None:
    talk = "# A\n\n---\n\n<video autoplay src='a.webm'></video>\n\n---\n\n# C\n"
    page = with_images(talk, {"media:a.webm": Image("video/webm", b"\x1a\x45\xdf\xa3")})
    page.evaluate(
        """() => {
        window.told = [];
        const video = document.querySelector("video");
        video.play = async () => { told.push("play"); };
        video.pause = () => told.push("pause");
    }"""
    )
    page.keyboard.press("ArrowRight")
    assert page.evaluate("told") == ["play"]
    page.keyboard.press("ArrowRight")
    assert page.evaluate("told") == ["play", "pause"]


def test_a_card_is_one_large_link(opened: Opened) -> None:
    page = opened('# A\n\n<Youtube id="abc" width="400" height="200"/>\n')
    box = page.locator(".media").bounding_box()
    assert box and (box["width"], box["height"]) == (400, 200)
    hit = "([x, y]) => document.elementFromPoint(x, y).closest('a')?.href"
    for x, y in ((5, 5), (395, 195), (200, 100)):
        assert page.evaluate(hit, [box["x"] + x, box["y"] + y]) == "https://www.youtube.com/watch?v=abc"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.href") == "https://www.youtube.com/watch?v=abc"
