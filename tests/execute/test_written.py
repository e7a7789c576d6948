"""What outputs are written down in a block."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from deck_builder.errors import Span
from deck_builder.execute.written import fences, marks, program, written
from deck_builder.model import BlockOptions, CodeBlock, Origin
from tests.execute.decks import deck_of

RUNS = BlockOptions(run=True)


def block_of(text: str) -> CodeBlock:
    """A block whose language is the first line of a text, in a file of which it fills the lines from 1 on."""
    lang, _, code = text.removesuffix("\n").partition("\n")
    return CodeBlock("1.1", lang, code, RUNS, Span(Path("slides.md"), 0, code.count("\n") + 2))


def outline(block: CodeBlock) -> str:
    rows = []
    for entry in written(block):
        raises = f" raises {entry.raises!r}" if entry.raises else ""
        rows.append(f"{entry.first}-{entry.last} at {entry.lines.start}-{entry.lines.stop - 1} {entry.text!r}{raises}")
    for name, marked in marks(block).items():
        parts = (f"{mark[0]}-{mark[1]}{'!' * mark[2]}" if isinstance(mark, list) else str(mark) for mark in marked)
        rows.append(" ".join([name, *parts]))
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(text, expected, id=title)
        for _, title, text, expected in read_fixture_file(Path(__file__).with_name("written.md"))
    ],
)
def test_what_is_written(text: str, expected: str) -> None:
    assert outline(block_of(text)) == expected.removesuffix("\n")


def test_the_program_of_a_transcript_stands_in_its_own_lines() -> None:
    block = block_of("pycon\nbanner\n>>> for i in x:\n...     i\n...\n0\n>>>  y\n...z\n")
    assert program(block) == "\nfor i in x:\n    i\n\n\n y\n"
    assert program(block_of("python\nx = 1")) == "x = 1"


def test_the_worker_is_told_lines_of_the_file() -> None:
    block = replace(block_of("pycon\n>>> 1\n1\n>>> 2"), origin=Origin(Path("a.py"), (3, 5, 9)))
    assert marks(block) == {"prompts": [[3, 3, False], [9, 9, False]]}


def test_fences_belong_to_the_block_that_runs_above_them_on_their_slide() -> None:
    deck = deck_of("a", ("out", BlockOptions(expect=True)))
    first, second = deck.slides
    assert fences(deck) == {}, "a fence that stands alone on its slide"
    shown, fence = replace(first.blocks[0], id="1.2", options=BlockOptions()), replace(second.blocks[0], id="1.3")
    deck = replace(deck, slides=(replace(first, blocks=(*first.blocks, shown, fence)),))
    assert fences(deck) == {"1.1": [fence]}
    assert [(entry.way, entry.text, entry.lines) for entry in written(first.blocks[0], [fence])] == [
        ("fence", "out", range(1, 2))
    ]
    empty = replace(fence, code="", span=Span(Path("slides.md"), 4, 5))
    assert [entry.lines for entry in written(first.blocks[0], [empty])] == [range(1, 1)]
    blank = replace(empty, span=Span(Path("slides.md"), 4, 6))
    assert [entry.lines for entry in written(first.blocks[0], [blank])] == [range(1, 2)]


ROWS = st.lists(
    st.sampled_from([">>> x", ">>> f(", "... y", "...", ">>>", "out", "", "#> a", "  #> b", "x = '''"]), max_size=12
)


@given(ROWS, st.sampled_from(["pycon", "python"]))
def test_every_line_is_written_once_at_most_and_behind_its_code(rows: list[str], lang: str) -> None:
    block = block_of("\n".join([lang, *rows]))
    entries = written(block)
    taken = [no for entry in entries for no in (*range(entry.first, entry.last + 1), *entry.lines)]
    assert taken == sorted(set(taken))
    assert all(1 <= no <= max(1, len(rows)) for no in taken)
    assert program(block).count("\n") == block.code.count("\n")
