"""What a page has of a sweep: each result once, a slider on each slide that shows some of it, all values of code."""

from __future__ import annotations

import re
from pathlib import Path

from deck_builder.load import load_theme
from deck_builder.model import BlockResult, ExecutedDeck, SafeHtml, Source, Stream, Value, Variant
from deck_builder.parse import parse
from deck_builder.render import render

SWEEP = "```python {sweep: {lr: [1, 2, 3]}}\nlr = 2\nfit(w < lr, lr=2)\n```\n"


def text(said: str) -> BlockResult:
    """A block that printed something, or nothing."""
    return BlockResult((Stream("stdout", f"{said}\n", (1,)),) if said else ())


def page(markdown: str, *swept: tuple[str, dict[str, list[str]]]) -> str:
    """The page of a deck: for each block that sweeps what each block that it reaches printed, by value."""
    deck = parse(Source(Path("deck.md"), markdown))
    sweeps = {block.id: block.options.sweep for block in deck.blocks if block.options.sweep}
    own: dict[str, BlockResult] = {}
    variants: dict[str, tuple[Variant, ...]] = {}
    for by, printed in swept:
        sweep = sweeps[by]
        rows = [{block: text(said[at]) for block, said in printed.items()} for at in range(len(sweep.values))]
        variants[by] = tuple(Variant(sweep.said(at), row) for at, row in enumerate(rows))
        own |= rows[sweep.at]
    html = render(ExecutedDeck(deck, own, variants), load_theme("none", Path()), {}).html
    return html.partition('<main class="stage"')[2].partition("</main>")[0]


def stacked(html: str) -> list[tuple[str, bool, str]]:
    """The values of each result that a slider moves, whether it shows at first, and what was printed."""
    found = re.findall(
        r'<div data-of="([^"]*)"( data-main data-now)? class="results"(.*?)(?=<div data-of|</section>)', html, re.S
    )
    return [(of, bool(main), "".join(re.findall(r"<pre[^>]*>(.*?)</pre>", rest))) for of, main, rest in found]


def test_each_result_is_there_once_and_the_decks_own_first() -> None:
    html = page(f"# A\n\n{SWEEP}", ("1.1", {"1.1": ["same", "own", "same"]}))
    assert stacked(html) == [("1.1=1", True, "own"), ("1.1=0 1.1=2", False, "same")]
    html = page(f"# A\n\n{SWEEP}", ("1.1", {"1.1": ["own", "own", ""]}))
    assert stacked(html) == [("1.1=0 1.1=1", True, "own"), ("1.1=2", False, "")]


def test_a_slider_stands_once_on_each_slide_that_shows_some_of_it() -> None:
    more = "```python\nprint()\n```\n"
    deck = f"# A\n\n{SWEEP}\n{more}\n---\n\n# B\n\n{more}\n---\n\n# C\n\n{more}"
    others = {"1.2": ["1", "2", "3"], "2.1": ["1", "2", "3"], "3.1": ["x", "x", "x"]}
    slides = page(deck, ("1.1", {"1.1": ["", "", ""], **others})).split("</section>")
    assert [slide.count('class="sweep"') for slide in slides[:3]] == [1, 1, 0]
    assert [slide.count("data-of=") for slide in slides[:3]] == [3, 3, 0]
    assert 'max="2" step="1" value="1" aria-label="lr" aria-valuetext="lr = 2"' in slides[0]


def test_of_blocks_that_take_turns_each_has_its_slider() -> None:
    group = f"# A\n\n::code-group\n\n{SWEEP}\n```python\nprint()\n```\n\n::\n\n```python\nprint()\n```\n"
    assert page(group, ("1.1", {name: ["1", "2", "3"] for name in ("1.1", "1.2", "1.3")})).count('class="sweep"') == 2


def test_every_value_stands_in_the_code() -> None:
    html = page(f"# A\n\n{SWEEP}", ("1.1", {"1.1": ["1", "2", "3"]}))
    rows = re.findall(r'<span class="line[^>]*>(.*?)\n</span>', html)
    shown = [re.sub(r"<span(?![^>]*data-now)[^>]*>(?=<span class=.m)[^\n]*?</span></span>", "", row) for row in rows]
    assert [re.sub("<.*?>", "", row) for row in shown] == ["lr = 2", "fit(w &lt; lr, lr=2)"]
    assert re.sub("<.*?>", "", rows[1]) == "fit(w &lt; lr, lr=123)"
    assert html.count('<span class="swept" data-sweep="1.1">') == 2


def test_of_a_block_that_two_sweeps_reach_all_is_there() -> None:
    deck = f"# A\n\n{SWEEP}\n```python {{sweep: {{b: [1, 2]}}}}\nb = 1\n```\n"
    html = page(deck, ("1.1", {"1.1": ["1", "2", "3"], "1.2": ["x", "own", "y"]}), ("1.2", {"1.2": ["own", "z"]}))
    assert stacked(html)[3:] == [
        ("1.1=1 1.2=0", True, "own"),
        ("1.1=0", False, "x"),
        ("1.1=2", False, "y"),
        ("1.2=1", False, "z"),
    ]
    assert 'data-sweeps="1.1 1.2"' in html


def test_names_within_results_are_no_other_variants() -> None:
    deck = parse(Source(Path("deck.md"), f"# A\n\n{SWEEP}"))
    table = [BlockResult((Value("t", (1,), html=SafeHtml(f'<table id="t"><td>{no}</td></table>')),)) for no in range(3)]
    variants = tuple(Variant(f"lr = {no}", {"1.1": result}) for no, result in enumerate(table, 1))
    html = render(ExecutedDeck(deck, {"1.1": table[1]}, {"1.1": variants}), load_theme("none", Path()), {}).html
    assert sorted(re.findall(r'<table id="(.*?)"', html)) == ["t", "t-1", "t-2"]


def test_a_deck_whose_code_did_not_run_has_no_slider() -> None:
    html = page(f"# A\n\n{SWEEP}")
    assert "sweep" not in html and "swept" not in html
