"""What the headmatter says of the whole page, and what a slide's front matter says to the client."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from deck_builder.model import Deck, ExecutedDeck, Image, RenderedDeck, Source, Theme
from deck_builder.parse import parse
from deck_builder.render import pictures, render
from deck_builder.render.look import move_duration
from tests.render.conftest import Render


def deck(text: str) -> Deck:
    return parse(Source(Path("deck.md"), text))


def with_theme(theme: Theme, text: str) -> RenderedDeck:
    return render(ExecutedDeck(deck(text), {}), theme, {})


def head_of(page: RenderedDeck) -> str:
    return re.sub(r"<style>.*?</style>", "", page.html.split("</head>")[0], flags=re.DOTALL)


def own_css(page: RenderedDeck) -> str:
    """What the headmatter adds to the theme's styles."""
    (css,) = re.findall(r":root\{--slidev.*?(?=@page)", page.html)
    return str(css)


def test_the_head_says_what_the_headmatter_does(rendered: Render) -> None:
    head = head_of(
        rendered(
            "---\ntitle: A & B\ntitleTemplate: '%s | Course'\nauthor: [Jo, {name: Li}]\nkeywords: a, b\n"
            "info: |\n  # T\n\n  A *nice*\n  [talk](x) & more.\n\n  The rest.\n"
            "seoMeta: {ogTitle: '\"T\"', twitterCard: summary, ogImage: auto, ogUrl: 3}\n---\n\n# A\n"
        )
    )
    assert "<title>A &amp; B | Course</title>" in head
    assert '<meta name="description" content="A nice talk &amp; more.">' in head
    assert '<meta name="author" content="Jo, Li">' in head
    assert '<meta name="keywords" content="a, b">' in head
    assert '<meta property="og:title" content="&quot;T&quot;">' in head
    assert '<meta name="twitter:card" content="summary">' in head
    assert "og:image" not in head


def test_a_deck_that_says_nothing_has_its_title_and_an_icon(rendered: Render) -> None:
    head = head_of(rendered("# A\n"))
    assert "<title>A</title>" in head
    assert re.findall(r'<meta name="(\w+)"', head) == ["viewport", "generator"]
    assert head.count('<link rel="icon" href="data:image/svg+xml,') == 1


def test_an_icon_is_fetched_and_embedded(theme: Theme) -> None:
    read = deck("---\nfavicon: logo.png\n---\n\n# A\n")
    ((url, span),) = pictures(read)
    assert (url, span.start) == ("logo.png", 2)
    page = render(ExecutedDeck(read, {}), theme, {"logo.png": Image("image/png", b"\x89PNG")})
    assert '<link rel="icon" href="data:image/png;base64,iVBORw==">' in head_of(page)


def test_the_root_has_what_the_client_reads_and_the_authors_own(rendered: Render) -> None:
    page = rendered(
        "---\nhtmlAttrs: {lang: de, class: talk, style: 'color: red', data-no: 9, onclick: 'x()'}\n"
        "transition: fade-out | slide-up\nclickAnimation: fade up\ncolorSchema: dark\n"
        "aspectRatio: 4/3\ncanvasWidth: 800\n---\n\n# A\n"
    )
    assert (
        '<html lang="de" data-no="1" data-click="0" data-scheme="dark" data-transition="fade-out|slide-up"'
        ' style="--deck-width:800;--deck-height:600;color: red" class="talk">'
    ) in page.html


def test_a_slides_front_matter_reaches_its_section(rendered: Render) -> None:
    page = rendered(
        "# A\n\n---\nrouteAlias: intro\nzoom: 0.8\ntransition: {name: fade}\nclickAnimation: scale\ncodeCopy: false\n"
        "lang: zh-CN\nclicks: 3\nclicksStart: 1\n---\n\n# B\n\n"
        "---\ncodeCopy: true\nzoom: much\nlang: '\"'\n---\n\n# C\n"
    )
    first, second = re.findall(r"<section [^>]*>", page.html)[1:]
    assert first == (
        '<section class="slide layout-default" data-no="2" data-clicks="3" data-clicks-start="1"'
        ' data-transition="fade" data-alias="intro" data-copy="false"'
        ' id="slide-2" aria-roledescription="slide" aria-label="B" lang="zh-CN" style="--zoom:0.8">'
    )
    assert second == (
        '<section class="slide layout-default" data-no="3" data-clicks="0"'
        ' id="slide-3" aria-roledescription="slide" aria-label="C">'
    )


def test_the_deck_can_take_the_copy_button_away_and_a_slide_give_it_back(rendered: Render) -> None:
    page = rendered("---\ncodeCopy: false\n---\n\n# A\n\n---\n\n# B\n\n---\ncodeCopy: true\n---\n\n# C\n")
    assert [' data-copy="false"' in tag for tag in re.findall(r"<section [^>]*>", page.html)] == [True, True, False]


@pytest.mark.parametrize(
    ("scheme", "accent"),
    [
        ("auto", "light-dark(#4d7534,oklch(from #4d7534 max(l,.72) c h))"),
        ("dark", "light-dark(oklch(from #4d7534 min(l,.53) c h),#4d7534)"),
    ],
)
def test_the_primary_colour_is_the_accent(rendered: Render, scheme: str, accent: str) -> None:
    css = own_css(rendered(f"---\ncolorSchema: {scheme}\nthemeConfig: {{primary: '#4d7534', gap: 3}}\n---\n\n# A\n"))
    assert css == f":root{{--slidev-theme-primary:#4d7534;--slidev-theme-gap:3;--deck-accent:{accent}}}"


def test_without_a_primary_colour_it_is_the_themes(rendered: Render) -> None:
    assert own_css(rendered("# A\n")) == ":root{--slidev-theme-primary:var(--deck-accent)}"


def test_fonts_go_before_the_themes_own(rendered: Render) -> None:
    css = own_css(
        rendered("---\nfonts: {sans: 'Own, \"Two Words\", system-ui', mono: [M], fallbacks: true}\n---\n\n# A\n")
    )
    assert '--deck-font-sans:"Own", "Two Words", system-ui, "Source Sans 3",' in css
    assert '"Noto Sans CJK SC"' in css and '--deck-font-mono:"M", "JetBrains Mono",' in css
    assert "--deck-font-serif" not in css


def test_fonts_may_stand_alone(rendered: Render) -> None:
    css = own_css(rendered("---\nfonts: {serif: 'Own\\', fallbacks: false}\n---\n\n# A\n"))
    assert css.endswith(';--deck-font-serif:"Own"}')


def test_text_is_selected_unless_the_deck_forbids_it(rendered: Render) -> None:
    assert own_css(rendered("---\nselectable: false\n---\n\n# A\n")).endswith(".stage{user-select:none}")
    assert "user-select" not in own_css(rendered("---\nselectable: true\n---\n\n# A\n"))


def test_no_styles_can_end_their_element(theme: Theme) -> None:
    evil = "</style><script>x()</script>"
    page = with_theme(replace(theme, css=theme.css + evil, styles=evil), "# A\n").html
    assert page.count("<script>x()<\\/script>") == 2 and page.count("<script") == 4


def test_the_decks_own_styles_stand_after_all_others(theme: Theme) -> None:
    page = with_theme(replace(theme, styles=".own{}"), "---\nthemeConfig: {primary: red}\n---\n\n# A\n").html
    assert page.index("@layer base") < page.index("--slidev-theme-primary:red") < page.index("<style>.own{}</style>")


def test_utilities_can_be_applied_in_styles(theme: Theme) -> None:
    styles = ".a { @apply opacity-75 nothing hover:flex; } .b { --uno: !absolute; color: red }"
    page = with_theme(replace(theme, styles=styles), "# A\n\n<style>\nh1 { @apply opacity-10 }\n</style>\n").html
    assert ".a { opacity:0.75;@apply nothing hover:flex; } .b { position:absolute!important; color: red }" in page
    assert "<style>@scope{h1 { opacity:0.1}}</style>" in page


def test_moving_code_moves_as_long_as_the_slide_or_the_deck_says() -> None:
    read = deck("---\nmagicMoveDuration: 500\n---\n\n# A\n\n---\nmagicMoveDuration: 0\n---\n\n# B\n")
    assert [move_duration(read, slide) for slide in read.slides] == [500, 0]
    read = deck("---\nmagicMoveDuration: long\n---\n\n# A\n")
    assert move_duration(read, read.slides[0]) == 800


def test_moving_code_can_be_copied_but_where_it_is_forbidden(rendered: Render) -> None:
    moving = "````md magic-move\n```js\na\n```\n```js\nb\n```\n````\n"
    text = f"---\nmagicMoveCopy: false\n---\n\n{moving}\n---\nmagicMoveCopy: final\n---\n\n{moving}"
    first, second = re.findall(r'<div class="magic"[^>]*>', rendered(text).html)
    assert 'data-copy="false"' in first and "data-copy" not in second


def test_a_transition_that_nobody_made_is_named_once(theme: Theme) -> None:
    text = "---\ntransition: fade\n---\n\n# A\n\n---\ntransition: swirl | fade\n---\n\n# B\n"
    text += "\n---\ntransition: swirl\n---\n\n# C\n"
    (problem,) = with_theme(theme, text).problems
    assert (problem.code, problem.message) == ("D011", "there is no transition swirl")
    assert problem.span and problem.span.start == 8
    assert with_theme(replace(theme, styles=".swirl-enter-active {}"), text).problems == ()
    assert with_theme(theme, text + "\n<style>\n.swirl-leave-to {}\n</style>\n").problems == ()


def test_two_slides_with_one_alias(rendered: Render) -> None:
    page = rendered("---\nrouteAlias: a\n---\n\n[there](/a) and [back](#a)\n\n---\nrouteAlias: a\n---\n\n# B\n")
    (problem,) = page.problems
    assert (problem.code, problem.message) == ("D011", "the routeAlias a is that of slide 1 already")
    assert page.html.count('<a href="#/a">') == 2


def test_a_picture_that_the_layout_does_not_show_is_named(rendered: Render) -> None:
    page = rendered("# A\n\n---\nbackground: red\nimage: a.png\nlayout: center\nurl:\n---\n\n# B\n")
    (problem,) = page.problems
    assert (problem.code, problem.message) == ("D021", "the layout center has no place for `image`")
    assert problem.span and problem.span.start == 5 and "image-left, image-right" in problem.hint


@pytest.mark.parametrize(
    ("size", "style"),
    [
        ("contain", "object-fit:contain"),
        ("70%", "width:70%;height:auto;margin:auto;object-fit:fill"),
        ("20em 70%", "width:20em;height:70%;margin:auto;object-fit:fill"),
        ("nonsense", "object-fit:cover"),
    ],
)
def test_the_size_of_a_picture(rendered: Render, size: str, style: str) -> None:
    text = f"# A\n\n---\nlayout: image-right\nimage: a.png\nbackgroundSize: {size}\n---\n\n# B\n"
    page = rendered(text, images={"a.png": Image("image/png", b"\x89PNG")}).html
    assert f'<img src="data:image/png;base64,iVBORw==" alt="" style="{style}">' in page


def test_classes_of_the_columns(rendered: Render) -> None:
    page = rendered("# A\n\n---\nlayout: two-cols\nlayoutClass: [gap-4, {wide: true}]\n---\n\n# B\n").html
    assert '<div class="content columns gap-4 wide">' in page
