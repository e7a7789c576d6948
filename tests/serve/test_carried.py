"""While blocks run, the slides show what they did before: but nothing that belongs to other code."""

from __future__ import annotations

from pathlib import Path

from deck_builder.model import BlockResult, Deck, ExecutedDeck, Source, Stream, Variant, Watched
from deck_builder.parse import parse
from deck_builder.serve.carried import carried, guessed


def deck_of(*blocks: str) -> Deck:
    slides = (f"```python {block}\n```" if block.startswith("{") else f"```python\n{block}\n```" for block in blocks)
    return parse(Source(Path("deck.md"), "\n\n---\n\n".join(slides)))


def ran(deck: Deck) -> ExecutedDeck:
    def result(code: str) -> BlockResult:
        return BlockResult((Stream("stdout", code, (1, 2, 3)), Watched((1,), ())), 1.0)

    return ExecutedDeck(deck, {block.id: result(block.code) for block in deck.blocks})


def texts(executed: ExecutedDeck) -> dict[str, list[str]]:
    return {
        block: [output.text for output in result.outputs if isinstance(output, Stream)]
        for block, result in executed.results.items()
    }


def test_blocks_that_are_as_they_were_show_what_they_did() -> None:
    old = ran(deck_of("a", "b"))
    new = guessed(old, deck_of("a", "changed"))
    assert new.stale == {"2.1"} and new.results["1.1"] is old.results["1.1"]
    assert texts(new)["2.1"] == ["b"], "what stood there before"


def test_what_belongs_to_other_code_is_left_out() -> None:
    new = guessed(ran(deck_of("a\nb\nc")), deck_of("x"))
    (output,) = new.results["1.1"].outputs
    assert output.lines == (1,), "it has one line only, and no pane"


def test_code_is_known_again_where_slides_have_come() -> None:
    new = guessed(ran(deck_of("a", "b")), deck_of("new", "a", "b"))
    assert texts(new) == {"1.1": ["a"], "2.1": ["a"], "3.1": ["b"]}
    assert new.stale == {"1.1", "2.1", "3.1"}


def test_a_name_is_known_again() -> None:
    new = guessed(ran(deck_of("{id: 'it'}\nold", "b")), deck_of("b", "{id: 'it'}\nnew"))
    assert texts(new)["2.1"] == ["old"]


def test_a_block_that_is_new_has_nothing_yet() -> None:
    new = guessed(ran(deck_of("a")), deck_of("a", "b"))
    assert "2.1" not in new.results and new.stale == {"2.1"}


def test_what_is_known_goes_before_what_was() -> None:
    old, deck = ran(deck_of("a", "b")), deck_of("a", "c")
    known = ExecutedDeck(deck, {"1.1": BlockResult((Stream("stdout", "known", (1,)),))})
    assert texts(carried(old, known, frozenset({"2.1"}))) == {"1.1": ["known"], "2.1": ["b"]}


SWEEP = "{sweep: {x: [1, 2]}}\nx = 1"


def test_sweeps_stay_while_their_values_do() -> None:
    deck = deck_of(SWEEP, "y = x")
    results = ran(deck).results
    old = ExecutedDeck(deck, results, {"1.1": (Variant("x = 1", results), Variant("x = 2", results))})
    new = guessed(old, deck_of(SWEEP, "z = x\nz"))
    assert [one.said for one in new.variants["1.1"]] == ["x = 1", "x = 2"]
    assert new.variants["1.1"][0].results["1.1"] is results["1.1"]
    assert len(new.variants["1.1"][0].results["2.1"].outputs) == 1
    assert guessed(old, deck_of(SWEEP.replace("2]", "3]"), "z = x")).variants == {}
