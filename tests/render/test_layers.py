"""The deck's own templates: what they can show, what they can't do, and what becomes of a broken one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deck_builder.model import ExecutedDeck, Problem, RenderedDeck, Source, Theme
from deck_builder.parse import parse
from deck_builder.render import render

TEXT = "---\ntitle: A talk\nkind: deck\n---\n\n# One\n\n---\nlayout: center\nkind: <b>\n---\n\n# Two & more\n"


@pytest.fixture
def laid(theme: Theme):  # type: ignore[no-untyped-def]
    """Render two slides between layers, or in layouts, given as templates."""

    def of(text: str = TEXT, *, layouts: dict[str, str] | None = None, **layers: str) -> RenderedDeck:
        named = {name.replace("_", "-"): text for name, text in layers.items()}
        files = {name: Path(f"{name}.html") for name in named} | {
            name: Path(f"layouts/{name}.html") for name in layouts or {}
        }
        own = replace(theme, layers=named, layouts={**theme.layouts, **(layouts or {})}, places=files)
        return render(ExecutedDeck(parse(Source(Path("deck.md"), text)), {}), own, {})

    return of


def told(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{found.code} {found.span} {found.message} | {found.hint}" for found in problems]


def test_a_layer_shows_what_it_knows_of_each_slide(laid) -> None:  # type: ignore[no-untyped-def]
    page = laid(
        slide_bottom="<p>{{ no }}/{{ total }} {{ title }} {{ deck_title }} {{ layout }}</p>",
        slide_top="<p>{{ frontmatter.kind }} {{ headmatter.kind }}{% if no > 1 %}!{% endif %}</p>",
    )
    assert page.problems == ()
    first, second = page.html.split('data-no="2"')
    assert '<div class="layer slide-bottom"><p>1/2 A talk A talk cover</p></div>' in first
    assert '<div class="layer slide-bottom"><p>2/2 Two &amp; more A talk center</p></div>' in second
    assert '<div class="layer slide-top"><p>deck deck</p></div></section>' in first
    assert '<div class="layer slide-top"><p>&lt;b&gt; deck!</p></div></section>' in second


def test_a_global_layer_is_there_once(laid) -> None:  # type: ignore[no-untyped-def]
    page = laid(global_top="<b>{{ deck_title }}, {{ total }}</b>", global_bottom="<i>x</i>")
    stage = page.html.split("<main")[1].split("</main>")[0]
    assert page.problems == ()
    layers = '<div class="layer global-bottom"><i>x</i></div><div class="layer global-top"><b>A talk, 2</b></div>'
    assert f"{layers}<section" in stage


def test_a_footer_in_a_layer_takes_the_place_of_the_pages_own(laid) -> None:  # type: ignore[no-untyped-def]
    mine, layouts = TEXT.replace("layout: center", "layout: mine"), {"mine": "<i></i>"}
    assert "<footer><span>A talk</span><span>2 / 2</span></footer>" in laid(mine, layouts=layouts).html
    assert "<span>2 / 2</span>" not in laid(mine, layouts=layouts, slide_top="<footer>mine</footer>").html
    assert "<span>2 / 2</span>" not in laid(mine, layouts=layouts, global_bottom="<footer>mine</footer>").html


def test_utilities_of_a_layer_are_in_the_page(laid) -> None:  # type: ignore[no-untyped-def]
    assert ".bottom-13" in laid(slide_top='<p class="absolute bottom-13">x</p>').html


def test_a_layout_of_the_decks_own(laid) -> None:  # type: ignore[no-untyped-def]
    page = laid(layouts={"center": '<div class="content {{ classes }}">{{ no }} {{ content }}</div>'})
    assert '<div class="content ">2 <h1>Two &amp; more</h1></div>' in page.html


def test_a_name_that_stands_for_nothing(laid) -> None:  # type: ignore[no-untyped-def]
    page = laid(
        slide_top="{% set a = no %}{% for x in [a] %}{{ x }}{% endfor %}\n{{ page }}",
        global_top="\n\n{{ no }}",
        layouts={"center": "{{ content }}{{ range(3) | list }}{{ slots.left }}\n\n\n{{ slidev.nav }}"},
    )
    assert [line.replace(" there | ", "|").split("|")[0] for line in told(page.problems)] == [
        "D021 slide-top.html:2:1 slide-top.html shows `page`, which stands for nothing",
        "D021 global-top.html:3:1 global-top.html shows `no`, which stands for nothing",
        "D021 layouts/center.html:4:1 center.html shows `slidev`, which stands for nothing",
        "D022 layouts/center.html:4:1 the template center.html can't be filled in: 'slidev' is undefined ",
    ]
    assert "slide-top.html" in page.problems[1].hint


@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        ("a\n{{ $page }}", 2, "unexpected char '$' at 5"),
        ("a\n\n{% if no %}", 3, "Unexpected end of template."),
        ("a\n\n\n{{ 1 / 0 }}", 4, "division by zero"),
        ("{{ frontmatter.a.b }}", 1, "has no attribute"),
        ("{% include 'nowhere' %}", 1, "nowhere"),
        ("\n{{ range(999999) }}", 2, "Range too big"),
        ("{{ range.__globals__.os.getcwd() }}", 1, "unsafe"),
        ("{{ lipsum(n=10000000) }}", 1, "'lipsum' is undefined"),
        ("{{ content.__class__.__mro__ }}", 1, "unsafe"),
    ],
)
def test_a_broken_template_is_an_error_with_its_line(  # type: ignore[no-untyped-def]
    laid, template: str, line: int, message: str
) -> None:
    page = laid(layouts={"center": template}, slide_top=template)
    broken = [problem for problem in page.problems if problem.code == "D022"]
    assert {problem.span and (problem.span.path.name, problem.span.start) for problem in broken} == {
        ("center.html", line),
        ("slide-top.html", line),
    }
    assert all(problem.severity == "error" and message in problem.message for problem in broken)
    assert "<h1>Two &amp; more</h1>" in page.html


def test_tags_of_a_layer_end_with_it(laid) -> None:  # type: ignore[no-untyped-def]
    page = laid(slide_top="<div><b>{{ no }}</div></section>")
    (problem,) = page.problems
    assert (problem.code, problem.span and problem.span.path.name) == ("D016", "slide-top.html")
    assert page.html.count("<section") == page.html.count("</section>") == 2
