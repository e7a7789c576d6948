"""Slidev's components, icons and diagrams as HTML."""

from __future__ import annotations

import re

import pytest

from deck_builder.model import Image, RenderedDeck
from deck_builder.render.icon_names import icon_of_class, icon_of_tag
from tests.render.conftest import Render

PLAIN = Image("image/svg+xml", b'<svg viewBox="0 0 32 16"><path fill="currentColor" d="M0 0h9v9z"/></svg>')
DRAWN = Image("image/svg+xml", b'<svg viewBox="0 0 24 24"><path fill="#c33" d="M0 0h9v9z"/></svg>')
DAY = {"light": "day", "dark": "night"}
DRAWING = Image("image/svg+xml", b'<svg width="300" height="150" viewBox="0 0 300 150"></svg>')
TALK = """# One

---

## Two `x`

---

### Three $y^2$

---
hideInToc: true
---

# Four

---

## Below four

---

# Six [link](#1) ![](a.png) **bold**

"""


def slide(page: RenderedDeck, no: int) -> str:
    """The HTML of one slide."""
    return page.html.split(f'id="slide-{no}"')[1].split("</section>")[0]


def entries(html: str) -> list[tuple[str, str]]:
    """The links of a table of contents: where each leads, and its text without formulas."""
    found = re.findall(r'<a href="#/(\d+)"[^>]*>(.*?)</a>', html.split("<nav")[1].split("</nav>")[0])
    return [(no, re.sub("<[^>]+>", "", re.sub("<math.*</math>", "M", text))) for no, text in found]


def test_contents_follow_slidevs_tree(rendered: Render) -> None:
    page = rendered(TALK + "<Toc/>")
    assert entries(slide(page, 6)) == [("1", "One"), ("2", "Two x"), ("3", "Three M"), ("6", "Six link bold")]
    assert '<ol><li><a href="#/1">One</a><ol><li><a href="#/2">Two <code>x</code></a><ol>' in slide(page, 6)
    assert slide(page, 6).count("aria-current") == 1 and '<a href="#/6" aria-current="page">' in slide(page, 6)


@pytest.mark.parametrize(
    ("props", "seen"),
    [
        ('maxDepth="1"', ["1", "6"]),
        ('max-depth="2"', ["1", "2", "6"]),
        (':minDepth="2"', []),
        ('mode="onlyCurrentTree"', ["6"]),
        ('mode="onlySiblings"', ["1", "6"]),
    ],
)
def test_contents_in_part(rendered: Render, props: str, seen: list[str]) -> None:
    assert [no for no, _ in entries(slide(rendered(TALK + f"<Toc {props}/>"), 6))] == seen


def test_contents_below_the_slide_they_stand_on(rendered: Render) -> None:
    page = rendered(TALK.replace("## Two `x`", '## Two `x`\n\n<Toc minDepth="2" mode="onlyCurrentTree"/>'))
    assert [no for no, _ in entries(slide(page, 2))] == ["2", "3"]


def test_contents_look_as_they_are_told_to(rendered: Render) -> None:
    page = rendered(TALK + '<Toc columns="2" listClass="big tight" :listStyle="[\'upper-roman\', \'none\']" text-sm/>')
    contents = slide(page, 6).split("<nav")[1]
    assert contents.startswith(' aria-label="Contents" class="toc text-sm" style="column-count:2">')
    assert [*re.findall(r'<ol class="big tight" style="list-style:([^"]*)"', contents)] == [
        "upper-roman",
        "none",
        "none",
    ]


def test_long_contents_stand_in_two_columns(rendered: Render) -> None:
    page = rendered("<Toc/>\n\n" + "\n\n---\n\n".join(f"# Slide {no}" for no in range(13)))
    assert 'style="column-count:2"' in slide(page, 1)


def test_a_wrong_property_is_told_and_the_rest_is_shown(rendered: Render) -> None:
    page = rendered(
        '<Toc mode="some"/>\n\n<Arrow x1="a" y1="0" x2="9" y2="9"/>\n\n<Transform :scale="big">kept</Transform>'
    )
    assert [(one.code, one.message, one.span and one.span.start) for one in page.problems] == [
        ("D011", "<Toc> has mode='some'", 1),
        ("D011", "<Arrow> has x1='a'", 3),
        ("D011", "<Transform> has scale='big'", 5),
    ]
    assert "kept" in slide(page, 1)


@pytest.mark.parametrize("tag", ["script", "img src=x", "div><script"])
def test_a_switch_is_an_element_of_html(rendered: Render, tag: str) -> None:
    page = rendered(f'<v-switch tag="{tag}">\n\n<template #1>kept</template>\n\n</v-switch>')
    assert [(one.code, one.message) for one in page.problems] == [("D011", f"<v-switch> has tag={tag!r}")]
    assert f"<{tag}" not in slide(page, 1) and "kept" in slide(page, 1)


def test_an_arrow_to_nowhere_is_told(rendered: Render) -> None:
    page = rendered('<Arrow x1="1e308" y1="0" x2="-1e308" y2="9" width="1e308"/>')
    assert [one.message for one in page.problems] == ["<Arrow> has no length"]


def test_links_lead_to_slides_by_number_and_by_alias(rendered: Render) -> None:
    text = (
        '# A\n\nto <Link to="2">two</Link> <Link :to="2" title="Go & see"/> <Link to="/start">alias</Link> '
        '<Link to="https://example.org/x">away</Link> <Link to="strat">lost</Link> [md](/start)\n\n'
        "---\nrouteAlias: start\n---\n\n# B\n"
    )
    page = rendered(text)
    html = slide(page, 1)
    assert '<a href="#/2">two</a>' in html and '<a href="#/2">Go &amp; see</a>' in html
    assert '<a href="#/start">alias</a>' in html and '<a href="#/start">md</a>' in html
    assert '<a href="https://example.org/x" target="_blank" rel="noopener noreferrer">away</a>' in html
    (problem,) = page.problems
    assert (problem.code, problem.hint) == ("D021", "did you mean start?") and "lost" in html


def test_a_link_to_a_slide_that_is_not_there_is_told_where_it_stands(rendered: Render) -> None:
    text = "# A\n\n[b](/2) [c](/3) [d](4)\n[e](/strat)\n\n<Link to='9'>f</Link> [g](//example.org)\n\n---\n\n# B\n"
    page = rendered(text.replace("---\n", "---\nrouteAlias: start\n---\n"))
    assert [(each.span and (each.span.start, each.span.column), each.message, each.hint) for each in page.problems] == [
        ((3, 9), "the link to '/3' leads to no slide", "the deck has 2 slides"),
        ((3, 17), "the link to '4' leads to no slide", "the deck has 2 slides"),
        ((4, 1), "the link to '/strat' leads to no slide", "did you mean start?"),
        ((6, 1), "the link to '9' leads to no slide", "the deck has 2 slides"),
    ]


def test_numbers_and_titles_of_slides(rendered: Render) -> None:
    page = rendered('# A\n\n<SlideCurrentNo/>/<SlidesTotal/> <TitleRenderer no="2"/>\n\n---\n\n# B `c` & d\n')
    assert re.sub("<(?!code|/code)[^>]+>", "", slide(page, 1)).split(">", 1)[1].split() == [
        *("A", "1/2", "B", "<code>c</code>", "&amp;", "d")
    ]


def test_an_arrow_lies_on_the_slide_and_names_nothing(rendered: Render) -> None:
    page = rendered(
        '# A\n\n<arrow x1="350" y1="310" x2="195" y2="334" color="#953" width="2" arrowSize="1" v-click/>\n'
    )
    html = slide(page, 1)
    assert (
        '<svg class="arrow click" data-from="1" style="color:#953" width="370" height="354" aria-hidden="true">' in html
    )
    assert "id=" not in html.split("<svg")[1] and html.count("<path") == 2
    both = rendered('<Arrow x1="0" y1="0" x2="90" y2="0" two-way/>')
    assert slide(both, 1).count("z") - slide(page, 1).count("z") == 1, "a head more"


def test_what_can_be_dragged_has_its_place(rendered: Render) -> None:
    text = """---
dragPos:
  box: 10,20,300,_,15
---

<VDrag pos="1,2,3,4">a</VDrag>

<div v-drag="'box'" class="mine">b</div>

<img v-drag="[5,6,7,8]" src="data:image/png;base64,aa">

<v-drag>c</v-drag>

<v-drag-arrow pos="10,20,30,40"/>
"""
    page = rendered(text)
    html = slide(page, 1)
    place = "position:absolute;z-index:100;"
    assert f'class="placed" style="{place}left:1px;top:2px;width:3px;height:4px"' in html
    assert f'<div class="placed mine" style="{place}left:10px;top:20px;width:300px;rotate:15deg">b</div>' in html
    assert '<span class="placed">c</span>' in html
    assert f"{place}left:5px;top:6px;width:7px;height:8px" in html
    assert [problem.code for problem in page.problems] == ["D020"], "a deck is told once"


def test_text_that_fits_has_a_size_without_a_script(rendered: Render) -> None:
    html = slide(rendered('<AutoFitText :max="80" :min="20" modelValue="一二三四五六七八九"/>'), 1)
    assert 'class="autofit" style="--max:80;--min:20"' in html and '<div style="--size:10">一二三' in html
    html = slide(rendered("<AutoFitText>\n\nten **ems** ok\n\n</AutoFitText>"), 1)
    assert re.search(
        r'style="--max:100;--min:30"><div style="--size:[\d.]+">\s*<p>ten <strong>ems</strong> ok</p>', html
    )


def test_templates_of_both_schemes_are_in_the_page(rendered: Render) -> None:
    slots = "".join(f"<template #{name}>\n\n*{word}*\n\n</template>\n" for name, word in DAY.items())
    text = f"<LightOrDark>\n{slots}</LightOrDark>"
    html = re.sub(r"\s+(?=<)", "", slide(rendered(text), 1))
    assert '<div class="in-light"><p><em>day</em></p></div><div class="in-dark"><p><em>night</em></p></div>' in html


def test_a_fallback_stands_beside_what_it_stands_for(rendered: Render) -> None:
    text = "<RenderWhen :context=\"['print', 'main']\">\n\na\n\n<template #fallback>\n\nb\n\n</template>\n</RenderWhen>"
    html = re.sub(r"\s+(?=<)", "", slide(rendered(text), 1))
    shown = (
        '<div class="when" data-context="print main"><div class="then"><p>a</p></div><div class="else"><p>b</p></div>'
    )
    assert shown + '<div class="then"></div></div>' in html
    (problem,) = rendered('<RenderWhen context="paper">a</RenderWhen>').problems
    assert (problem.code, problem.message) == ("D011", "<RenderWhen> has no context paper")


def test_what_would_be_loaded_is_a_card_and_told_once(rendered: Render) -> None:
    text = """# A

<Youtube id="abc?start=10" width="400" height="200"/>
<Youtube id="def"/>

<Tweet id="20"></Tweet>

<iframe src="https://www.youtube.com/embed/ghi?si=1" title="YouTube video player" allowfullscreen></iframe>

<iframe src="https://example.org/a/b?c" class="mine" frameborder="0"></iframe>

<video controls><source src="https://example.org/v.mp4" type="video/mp4">no <b>video</b></video>
"""
    page = rendered(text)
    html = slide(page, 1)
    assert re.findall(r'<a href="([^"]*)" target="_blank" rel="noopener noreferrer">', html) == [
        "https://www.youtube.com/watch?v=abc&amp;t=10",
        "https://www.youtube.com/watch?v=def",
        "https://x.com/i/status/20",
        "https://www.youtube.com/watch?v=ghi",
        "https://example.org/a/b?c",
        "https://example.org/v.mp4",
    ]
    assert 'class="media video" style="width:400px;height:200px;max-height:none"' in html
    assert 'class="media page mine"' in html and "<small>example.org/a/b</small>" in html
    assert not re.search("<(iframe|video|source)", html) and "no <b>video</b>" in html
    assert [(one.code, one.message.split(" is not")[0]) for one in page.problems] == [
        ("D020", "a YouTube video"),
        ("D020", "a post on X"),
        ("D020", "what an <iframe> would show"),
        ("D020", "a video from the web"),
    ]


def test_a_card_never_leads_to_a_script(rendered: Render) -> None:
    urls = ["javascript:alert(1)", "http://[x", "https://&quot; onclick=&quot;x"]
    page = rendered("\n\n".join(f'<iframe src="{url}"></iframe>' for url in urls))
    assert 'href="javascript' not in page.html and 'onclick="' not in slide(page, 1)


def test_a_video_beside_the_deck_is_played(rendered: Render) -> None:
    images = {"media:talk.mp4": Image("video/mp4", b"abc"), "first.png": Image("image/png", b"png")}
    text = '<SlidevVideo autoplay class="w-60" poster="first.png"><source src="talk.mp4">old</SlidevVideo>\n'
    page = rendered(text, images=images)
    html = slide(page, 1)
    assert (
        '<video class="w-60" src="data:video/mp4;base64,YWJj" playsinline data-autoplay poster="data:image/png' in html
    )
    assert "<source" not in html and "old</video>" in html and page.problems == ()
    assert " controls>" in slide(rendered('<video src="talk.mp4"></video>', images=images), 1)


def test_a_paragraph_ends_after_the_component_in_it(rendered: Render) -> None:
    html = slide(rendered('before <Youtube id="a"></Youtube> after\n\nplain\n'), 1)
    assert re.search(r'<div class="paragraph">before <span class="media.*</span> after</div>\s*<p>plain</p>', html)


@pytest.mark.parametrize(
    ("tag", "icon"),
    [
        ("carbon-logo-github", "carbon:logo-github"),
        ("carbon:arrow-right", "carbon:arrow-right"),
        ("material-symbols-light-house-rounded", "material-symbols-light:house-rounded"),
        ("fa6-brands-python", "fa6-brands:python"),
        ("fluent-emoji-flat-rocket", "fluent-emoji-flat:rocket"),
        ("uim-rocket", "uim:rocket"),
        ("i-ph-x", "ph:x"),
        ("v-click", ""),
        ("carbon", ""),
        ("my-thing", ""),
        ("Carbon-x", ""),
    ],
)
def test_names_of_icons_as_tags(tag: str, icon: str) -> None:
    assert icon_of_tag(tag) == icon


@pytest.mark.parametrize(
    ("word", "icon"),
    [
        ("i-carbon:arrow-up", "carbon:arrow-up"),
        ("i-carbon-arrow-up", "carbon:arrow-up"),
        ("i-[mdi/account]", "mdi:account"),
        ("i-mine:dot", "mine:dot"),
        ("i-logos:vue?mask", "logos:vue"),
        ("i-am-text", ""),
        ("italic", ""),
        ("carbon:x", ""),
    ],
)
def test_names_of_icons_as_classes(word: str, icon: str) -> None:
    assert icon_of_class(word) == icon


def test_icons_are_pictures_never_markup(rendered: Render) -> None:
    images = {"icon:carbon:wide": PLAIN, "icon:logos:vue": DRAWN}
    tags = [
        'carbon-wide class="text-red"',
        'logos-vue title="Vue"',
        "div i-logos-vue text-3xl",
        'span class="i-carbon:wide x"',
    ]
    text = " ".join(f"<{tag} />" for tag in tags)
    page = rendered(text, images=images)
    html = slide(page, 1)
    plain, drawn, bare, mine = re.findall(r"<(?:span|div) [^>]*class=\"icon[^>]*>", html)
    assert 'class="icon plain text-red"' in plain and ";--ratio:2" in plain and 'aria-hidden="true"' in plain
    assert 'class="icon drawn"' in drawn and 'role="img" aria-label="Vue"' in drawn and 'title="Vue"' in drawn
    assert 'class="icon drawn text-3xl"' in bare and "i-logos" not in bare
    assert 'class="icon plain x"' in mine
    assert "<path" not in html and page.problems == ()


def test_an_icon_that_is_not_there_has_a_name(rendered: Render) -> None:
    html = slide(rendered("<ph-nothing/>"), 1)
    assert '<span class="icon" role="img" aria-label="ph:nothing" title="ph:nothing"></span>' in html


MERMAID = "# A\n\n- x\n\n  ```mermaid {theme: 'forest', scale: 0.5}\n  pie title Parts & more\n    \"a\" : 1\n  ```\n"
SOURCE = 'pie title Parts & more\n  "a" : 1\n'


def test_a_diagram_is_a_picture_with_its_text(rendered: Render) -> None:
    page = rendered(MERMAID, images={f"mermaid:forest\n{SOURCE}": DRAWING})
    html = slide(page, 1)
    assert 'alt="Diagram: Parts &amp; more" width="150" height="75" style="--natural:75px;--ratio:2.0000"' in html
    assert '<pre class="unseen">pie title Parts &amp; more\n' in html and "<li>" in html and page.problems == ()
    assert 'src="data:image/svg+xml;base64,' in html and "figure.block" not in html


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("%% note\n\nflowchart LR\n A-->B", "flowchart LR"),
        ("---\ntitle: 'Whole'\n---\nflowchart LR", "Whole"),
        ("sequenceDiagram\n accTitle: Who asks\n A->>B: x", "Who asks"),
    ],
)
def test_a_diagram_says_what_it_is(rendered: Render, source: str, said: str) -> None:
    page = rendered(f"```mermaid\n{source}\n```", images={f"mermaid:\n{source}\n": DRAWING})
    assert f'alt="Diagram: {said}"' in page.html
    named = f"```mermaid {{alt: 'mine'}}\n{source}\n```"
    assert 'alt="mine"' in rendered(named, images={f"mermaid:\n{source}\n": DRAWING}).html


def test_a_diagram_that_could_not_be_drawn_shows_its_text(rendered: Render) -> None:
    html = slide(rendered(MERMAID), 1)
    assert "pie title Parts &amp; more" in re.sub("<[^>]+>", "", html) and "<img" not in html
