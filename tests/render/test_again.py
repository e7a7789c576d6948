"""A page that is kept up to date shows what a page made from nothing would."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.model import BlockResult, Deck, ExecutedDeck, Figure, Image, Source, Stream, Theme, Warning, Watched
from deck_builder.parse import parse
from deck_builder.remember import make_anew
from deck_builder.render import render
from deck_builder.render.live import Live, LivePage

SLIDES = [
    "# Title {n}\n\ntext {n}",
    "# Contents\n\n<Toc/>",
    "[there](#/2) and [elsewhere](https://example.org)",
    "$$\n\\begin{{equation}} x_{n} \\label{{e{n}}} \\end{{equation}}\n$$",
    "see $\\eqref{{e1}}$",
    "```python {{all|1}}\ndef f(x):\n    return x + {n}\n```",
    "```python {{id: 'drawn'}}\nplt.plot([{n}])\n```",
    "![](figure:drawn)",
    "![](pic.png)",
    "<Nowhere/>",
    "# {n}\n\n<SlidesTotal/>",
]
DECKS = st.lists(st.tuples(st.sampled_from(SLIDES), st.integers(1, 3)), min_size=1, max_size=6)
PICTURES = st.sampled_from([b"", b"one", b"two"])


def deck_of(slides: list[tuple[str, int]]) -> Deck:
    text = "\n\n---\n\n".join(text.format(n=n) for text, n in slides)
    return parse(Source(Path("deck.md"), text))


def executed(deck: Deck, chance: int) -> ExecutedDeck:
    """Results that are those of the code, but for what chance has of them."""
    results = {}
    for no, block in enumerate(deck.blocks):
        outputs: list[Stream | Figure | Warning | Watched] = [Stream("stdout", f"{block.code}", (1,))]
        if "plt" in block.code:
            outputs.append(Figure(f"<svg>{block.code}</svg>", 10, 10, (1,)))
        if (chance + no) % 3 == 0:
            outputs.append(Warning("UserWarning", str(chance), (1,)))
        if no:  # what a function of the first block did when this one called it
            outputs.append(Watched((1, 2), ((2, 1 + chance, -1),), (), (), deck.blocks[0].id))
        results[block.id] = BlockResult(tuple(outputs))
    return ExecutedDeck(deck, results, stale=frozenset(list(results)[: chance % 2]))


def images(data: bytes) -> Mapping[str, Image]:
    return {"pic.png": Image("image/png", data)} if data else {}


def shown(page: LivePage) -> tuple[object, ...]:
    return page.title, page.layers, page.sections, page.revisions, page.frame, page.problems


@settings(max_examples=50, deadline=None)
@given(states=st.lists(st.tuples(DECKS, st.integers(0, 5), PICTURES), min_size=2, max_size=4))
def test_what_is_taken_again_is_what_would_be_rendered(
    theme: Theme, states: list[tuple[list[tuple[str, int]], int, bytes]]
) -> None:
    live = Live()
    for slides, chance, picture in states:
        now = executed(deck_of(slides), chance)
        page = live.page(now, theme, images(picture), make_anew, loose=False)
        anew = Live().page(now, theme, images(picture), make_anew, loose=False)
        assert shown(page) == shown(anew)


@settings(max_examples=50, deadline=None)
@given(slides=DECKS, at=st.integers(0, 5), other=st.tuples(st.sampled_from(SLIDES), st.integers(1, 3)))
def test_soon_it_shows_the_edit_and_then_it_is_exact(
    theme: Theme, slides: list[tuple[str, int]], at: int, other: tuple[str, int]
) -> None:
    live = Live()
    live.page(executed(deck_of(slides), 0), theme, {}, make_anew, loose=False)
    edited = [other if no == at % len(slides) else slide for no, slide in enumerate(slides)]
    now = executed(deck_of(edited), 0)
    soon = live.page(now, theme, {}, make_anew, loose=True)
    page = live.page(now, theme, {}, make_anew, loose=False)
    anew = Live().page(now, theme, {}, make_anew, loose=False)
    assert shown(page) == shown(anew)
    assert soon.sections == page.sections


def test_styles_grow_and_do_not_shrink(theme: Theme) -> None:
    live = Live()

    def css(text: str) -> str:
        deck = parse(Source(Path("deck.md"), text))
        return live.page(ExecutedDeck(deck, {}), theme, {}, make_anew, loose=True).css

    plain, tall = css("# One"), css('<div class="pt-12">x</div>')
    assert "pt-12" not in plain and "pt-12" in tall
    assert css("# Two") == tall


def test_only_a_page_that_is_served_has_code_to_edit(theme: Theme) -> None:
    executed = ExecutedDeck(parse(Source(Path("deck.md"), "```python\nx = '<b>'\n```")), {})
    served = Live().page(executed, theme, {}, make_anew, loose=False).write()
    assert 'data-edit data-code="x = &#x27;&lt;b&gt;&#x27;"' in served
    assert "data-code" not in render(executed, theme, {}).html.replace("[data-code", "")


def test_results_of_a_block_that_runs_still_are_told(theme: Theme) -> None:
    deck = parse(Source(Path("deck.md"), "```python\nx\n```\n\n```python\ny\n```"))
    old = {"1.1": BlockResult((Stream("stdout", "old", (1,)),))}
    page = Live().page(ExecutedDeck(deck, old, stale=frozenset({"1.1", "1.2"})), theme, {}, make_anew, loose=False)
    assert page.stale == ("1.1", "1.2")
    assert "old" in page.sections[0] and "stale" not in page.sections[0]
