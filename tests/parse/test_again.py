"""A deck that is read over and over while it is written reads as it does the first time."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.model import Deck, Source
from deck_builder.parse import parse
from deck_builder.parse.again import Again

PIECES = [
    *("# One", "A line\nof text", "- a\n- b", "$$ x_1 $$", "$\\frac{1}{2}$", "<v-click>\n\nlater\n\n</v-click>"),
    *("```python {all|1|2}\nx = 1\nprint(x)\n```", "```python {id: 'a'}\ny = 2\n```", "```python {from: 'a'}\ny\n```"),
    *(
        "```python {lines:\n1\n```",
        "<Foreign/>",
        "<Autograd of='y'/>",
        "<!-- a note -->",
        "[to](#/2)",
        "a[^1]\n\n[^1]: b",
    ),
    *("```python {run: false, nonsense: 1}\nz\n```", "::right::", "**bold", "<div>", "| a | b |\n|---|---|\n| 1 | 2 |"),
]
FRONTS = ["", "layout: center", "clicks: 3", "hide: true", "layuot: x", "title: [a"]
SLIDES = st.tuples(st.sampled_from(FRONTS), st.lists(st.sampled_from(PIECES), max_size=4))
HEADS = st.sampled_from(["title: A", "title: A\ndefaults: {layout: center}", "python: {seed: 3}", "comark: true"])
DECKS = st.tuples(HEADS, st.lists(SLIDES, min_size=1, max_size=6))


def written(deck: tuple[str, list[tuple[str, list[str]]]]) -> str:
    head, slides = deck
    parts = [f"---\n{head}\n---\n\n"]
    for no, (front, pieces) in enumerate(slides):
        if no:
            parts.append(f"---\n{front}\n---\n\n" if front else "---\n\n")
        parts += [f"{piece}\n\n" for piece in pieces]
    return "".join(parts)


def read(text: str, again: Again | None = None) -> Deck | list[str]:
    try:
        return parse(Source(Path("deck.md"), text), again=again)
    except ExceptionGroup as errors:
        return [repr((str(error), getattr(error, "span", None))) for error in errors.exceptions]


@settings(max_examples=60, deadline=None)
@given(st.lists(DECKS, min_size=2, max_size=4))
def test_slides_that_are_taken_again_are_those_that_would_be_read(
    decks: list[tuple[str, list[tuple[str, list[str]]]]],
) -> None:
    again = Again()
    for deck in decks:
        assert read(written(deck), again) == read(written(deck))


@settings(max_examples=40, deadline=None)
@given(DECKS, st.integers(0, 5), st.sampled_from(PIECES))
def test_an_edit_is_read_as_if_all_were(deck: tuple[str, list[tuple[str, list[str]]]], at: int, piece: str) -> None:
    again = Again()
    read(written(deck), again)
    slides = list(deck[1])
    slides[at % len(slides)] = (slides[at % len(slides)][0], [*slides[at % len(slides)][1], piece])
    text = written((deck[0], slides))
    again.loose = True
    soon = read(text, again)
    assert again.is_off or soon == read(text)
    again.loose = False
    assert read(text, again) == read(text)
    assert not again.is_off


def test_loosely_a_slide_that_only_moved_is_the_very_same() -> None:
    again = Again()
    before = read("# One\n\n---\n\n# Two\n", again)
    again.loose = True
    after = read("# One\n\nmore\n\n---\n\n# Two\n", again)
    assert isinstance(before, Deck) and isinstance(after, Deck)
    assert after.slides[1] is before.slides[1] and after.slides[0] != before.slides[0]
    assert again.is_off


def test_code_of_another_file_is_always_read(tmp_path: Path) -> None:
    again, texts = Again(), {"a.py": "x = 1\n"}

    def reader(path: Path) -> Source:
        return Source(path, texts[path.name])

    source = Source(Path("deck.md"), "# One\n\n<<< @/a.py\n")
    assert parse(source, reader, again=again).blocks[0].code == "x = 1"
    texts["a.py"] = "x = 2\n"
    assert parse(source, reader, again=again).blocks[0].code == "x = 2"
