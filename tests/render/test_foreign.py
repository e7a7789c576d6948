"""What only Vue, or a program in the page, would heed: said once for a deck, and never lost in silence."""

from __future__ import annotations

import pytest

from tests.render.conftest import Render


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('<p v-if="open">x</p>', "v-if is not read: there is no Vue in the page"),
        ('<p v-bind:title="name">x</p>', "v-bind:title is not read: what it is bound to is known to Vue alone"),
        ('<p :class="{ a: $clicks > 1 }">x</p>', ":class is not read: what it is bound to is known to Vue alone"),
        ('<p @click.stop="next">x</p>', "@click does nothing: no program runs in the page"),
        ('<p onclick="next()">x</p>', "onclick does nothing: no program runs in the page"),
        ('<Toc v-show="open" />', "v-show is not read: there is no Vue in the page"),
        ("<card>x</card>", "<card> is not HTML and is not read"),
    ],
)
def test_what_vue_would_heed_is_told_once(rendered: Render, source: str, said: str) -> None:
    page = rendered(f"# A\n\n{source}\n\n{source}\n\n---\n\n# B\n\n{source}\n")
    assert [(each.code, each.message, each.span and each.span.start) for each in page.problems] == [("D020", said, 3)]


@pytest.mark.parametrize(
    "source",
    [
        '<p v-click="2" v-pre><b v-mark.red>x</b> <b v-after>y</b></p>',
        '<Transform :scale="0.5">x</Transform>',
        '<svg viewBox="0 0 9 9"><linearGradient id="a"/><path d="M0 0h9"/></svg>',
        '<math><mi>x</mi></math><kbd>Ctrl</kbd><details open="open"><summary>x</summary></details>',
    ],
)
def test_what_has_a_meaning_here_is_not_told(rendered: Render, source: str) -> None:
    assert rendered(source).problems == ()


def test_what_is_bound_to_a_text_or_a_number_is_an_attribute(rendered: Render) -> None:
    page = rendered("""<p :title="'hint'" :tabindex="3">x</p>""")
    assert '<p title="hint" tabindex="3">x</p>' in page.html and page.problems == ()


def test_a_template_within_a_line_fills_no_slot_and_that_is_told(rendered: Render) -> None:
    page = rendered(
        "---\nlayout: two-cols\n---\n\nA\n\n<template #right>B</template>\n\n<Foo><template #x>C</template></Foo>"
    )
    told = [(each.code, each.message, each.span and each.span.start) for each in page.problems]
    assert ("D021", "this template fills no slot: it stands within a line", 7) in told
    assert [code for code, _, _ in told] == ["D021", "D020"]
    assert "B" in page.html and "C" in page.html
