"""Footnotes: raised numbers that know their notes, and the notes below the slide's content."""

from __future__ import annotations

import re

from tests.render.conftest import Render

DECK = """\
# A

One[^a] and two^[*inline* "note"], one again[^a].

::right::

Three[^b].

[^a]: First, with $x$.
[^b]: Third.

---

# B

Other[^a].

[^a]: Of B.
"""


def sections(html: str) -> list[str]:
    return re.findall(r'<section class="slide.*?(?=<section class="slide|</main>)', html, re.S)


def test_every_number_names_its_note(rendered: Render) -> None:
    first, second = sections(rendered(DECK).html)
    references = re.findall(r'class="footnote-ref" id="([^"]+)"[^>]*aria-describedby="([^"]+)"[^>]*>(\d)<', first)
    assert references == [
        ("fnref-1-1", "fn-1-1", "1"),
        ("fnref-1-2", "fn-1-2", "2"),
        ("fnref-1-1-2", "fn-1-1", "1"),
        ("fnref-1-3", "fn-1-3", "3"),
    ]
    assert re.findall(r'<li id="([^"]+)"', first) == ["fn-1-1", "fn-1-2", "fn-1-3"]
    assert re.findall(r'<li id="([^"]+)"', second) == ["fn-2-1"]


def test_a_number_says_its_note_as_text(rendered: Render) -> None:
    html = rendered(DECK).html
    assert 'aria-label="Footnote 2"' in html
    assert 'title="inline &quot;note&quot;"' in html


def test_notes_stand_behind_all_slots_and_before_the_footer(rendered: Render) -> None:
    first = sections(rendered(DECK.replace("# A", "---\nlayout: two-cols\n---\n\n# A", 1)).html)[0]
    places = [first.index(part) for part in ("Three", '<section class="footnotes"', '<li id="fn-1-1"', "<footer>")]
    assert places == sorted(places)
    assert first.count('class="footnotes"') == 1
    assert 'aria-label="Footnotes"' in first


def test_a_chinese_deck_calls_them_so(rendered: Render) -> None:
    html = rendered("---\nhtmlAttrs: {lang: zh-CN}\n---\n\n文[^一]。\n\n[^一]: 注。\n").html
    assert 'aria-label="脚注 1"' in html
    assert 'aria-label="脚注"' in html


def test_a_speakers_note_has_none(rendered: Render) -> None:
    html = rendered("# A\n\n<!-- say it[^1] ^[so] -->\n").html
    assert "say it[^1] ^[so]" in html
    assert "footnote-ref" not in html.partition("<main")[2]


def test_a_slide_without_notes_has_no_place_for_them(rendered: Render) -> None:
    assert 'class="footnotes"' not in rendered("# A\n").html
