"""Formulas in the browser: their rows step, their signs grow, their references lead, and none is cut."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Page

from tests.client.conftest import Opened, place, settle

STEPPED = r"""# One

$$ {1|2-3|all}{finally: 1}
\begin{aligned}
L &= \frac1N \sum_i \ell_i \\
  &= \begin{bmatrix} 1 \\ 2 \end{bmatrix} \\
  &= c
\end{aligned}
$$

$$ {hide|2}
a \\
b
$$

---

# Two
"""
LONG = " + ".join(f"a_{{{n}}} x^{{{n}}}" for n in range(40))


def rows(page: Page, which: int, state: str) -> list[int]:
    found = page.locator(".current .formula").nth(which).locator(f"mtr.line.{state}").all()
    return [int(row.get_attribute("data-line") or 0) for row in found]


def ready(page: Page) -> Page:
    page.evaluate("document.fonts.ready")
    return page


def picture_of(page: Page, box: FloatRect) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot(clip=box))).convert("L")


def ink(page: Page, selector: str) -> list[bool]:
    """Whether anything is drawn in each column of pixels that an element takes."""
    box = page.locator(selector).bounding_box()
    assert box
    picture = picture_of(page, box)
    columns = [picture.crop((x, 0, x + 1, picture.height)).getextrema() for x in range(picture.width)]
    return [float(str(least)) < 128 for least, _ in columns]


def test_the_rows_of_a_formula_are_lit_click_by_click(opened: Opened) -> None:
    page = opened(STEPPED)
    states = []
    for _ in range(4):
        states.append((rows(page, 0, "lit"), rows(page, 0, "dim")))
        page.keyboard.press("ArrowRight")
    assert states == [([1], [2, 3]), ([2, 3], [1]), ([1, 2, 3], []), ([1], [2, 3])]
    assert place(page) == (2, 0)


def test_rows_that_are_dim_are_fainter_and_all_stay_rows(opened: Opened) -> None:
    page = opened(STEPPED)
    settle(page)
    styles = page.evaluate(
        """[...document.querySelectorAll('.current .line')].slice(0, 3)
        .map((row) => getComputedStyle(row)).map((style) => [style.display, Number(style.opacity)])"""
    )
    assert [display for display, _ in styles] == ["table-row"] * 3
    assert [opacity < 0.5 for _, opacity in styles] == [False, True, True]


def test_a_formula_comes_after_a_step_that_hides_it(opened: Opened) -> None:
    page = opened(STEPPED, at="#/1?clicks=2")
    second = page.locator(".current .formula").nth(1)
    assert not second.is_visible()
    page.keyboard.press("ArrowRight")
    assert second.is_visible() and rows(page, 1, "lit") == [2]


def test_a_reference_leads_to_its_equation(opened: Opened) -> None:
    page = opened("# One\n\nSee $\\eqref{eq:a}$.\n\n---\n\n# Two\n\n$$\na = b \\label{eq:a}\n$$")
    page.locator(".current math a").click()
    page.wait_for_function("() => document.documentElement.dataset.no === '2'")
    box, formula = (page.locator(f".current {part}").bounding_box() for part in ("mtd:last-child mtext", ".formula"))
    assert box and formula
    assert box["x"] + box["width"] > 0.95 * (formula["x"] + formula["width"])  # the number stands at the right


@pytest.mark.parametrize(
    "latex", [r"\overbrace{\hspace{30em}}", r"\xrightarrow{\hspace{30em}}", r"\overline{\hspace{30em}}"]
)
def test_signs_grow_to_their_whole_length(opened: Opened, latex: str) -> None:
    page = ready(opened(f"# One\n\n$$\n{latex}\n$$"))
    drawn = ink(page, ".current .formula mover >> nth=0")
    assert len(drawn) > 400
    gaps = "".join(" X"[there] for there in drawn[len(drawn) // 20 : -len(drawn) // 20])
    assert " " not in gaps


def test_a_hat_does_not_touch_its_letter(opened: Opened) -> None:
    page = ready(opened("# One\n\n$$\n\\Huge \\hat{x}\n$$"))
    page.add_style_tag(content=".slide { color: #000; background: #fff }")
    box = page.locator(".current math mover").bounding_box()
    assert box
    picture = picture_of(page, box)
    rows_drawn = [picture.crop((0, y, picture.width, y + 1)).getextrema()[0] for y in range(picture.height)]
    filled = "".join(" X"[float(str(least)) < 160] for least in rows_drawn).strip()
    assert len(filled.split()) == 2


def test_a_formula_too_wide_for_any_type_scrolls_and_nothing_else_does(opened: Opened) -> None:
    page = ready(opened(f"# One\n\n$$\n{LONG}\n$$"))
    page.wait_for_selector(".current.overfull")
    wide = page.locator(".current .formula")
    assert wide.evaluate("f => f.scrollWidth > f.clientWidth && getComputedStyle(f).overflowX === 'auto'")
    assert page.locator(".current .content").evaluate("c => c.scrollWidth <= c.clientWidth")


def test_colours_can_be_read_in_the_dark(opened: Opened) -> None:
    deck = "---\ncolorSchema: dark\n---\n\n# One\n\n$\\color{blue} a \\color{#600} b \\color{black} c$"
    page = opened(deck)
    lightness = page.evaluate(
        "[...document.querySelectorAll('.current [style^=\"--ink\"]')].map(e => getComputedStyle(e).color)"
    )
    assert len(lightness) == 3
    assert all(float(colour.removeprefix("oklch(").split()[0]) >= 0.74 for colour in lightness)


def test_colours_are_what_they_are_in_the_light(opened: Opened) -> None:
    page = opened("---\ncolorSchema: light\n---\n\n# One\n\n$\\color{green} a$")
    assert page.locator(".current [style^='--ink']").evaluate("e => getComputedStyle(e).color") == "rgb(0, 128, 0)"
