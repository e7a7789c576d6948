"""What holds for every text, however hazardous."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.errors import ParseError
from deck_builder.model import Deck, Source
from deck_builder.parse import parse
from deck_builder.parse.info import read_info
from deck_builder.parse.literal import LiteralError, read_object
from deck_builder.parse.report import Report
from deck_builder.parse.split import SEPARATOR, split
from deck_builder.parse.steps import read_steps
from tests.parse.reading import NAME

HAZARDS = [
    *("---", "----", "--- ", "---x", "--- | ---", " ---", "--", "***", "===", ""),
    *("```", "```python {all|2}", "```python{1,3}{id: 'a'}", "````md", "  ```js", "```yaml", "~~~", "~~~py", "> ```"),
    *("<!--", "-->", "<!-- note -->", "`<!--`", "a <!-- b", "<!---->"),
    *("# Title", "## T ##", "#", "theme: x", "- a", "title: [a", "a: &a [*a]", "x: !t", "hide: true", "src: a.md"),
    *("clicks: 3", "level: two", "python: {run: no}", "defaults: {layout: z}", "lineNumbers: 1", "\tkey: v", "? [a]"),
    *("<div>", "</div>", "<img src='a.png'>", "$x$", "$$", "$$ a", "$a\\$", "| a | b |", "|---|---|", "| $x$ | \\| |"),
    *("- [ ] a $x$", "1. [x] <br>", "::right::", "<<< @/a.py", "{{ a }} [^1]", "$$ {1|2}", "| $|x|$ | b |", "Note: a"),
    *("a[^1] and^[b *c*]", "[^1]: note", "[^1]:", ":tada: {.a}", "::code-group", "::", "````md magic-move", "````"),
    *("```py {hide|1}{finally: 1}", "comark: true", "::div{.a}", "[x *y*]{.b} `c`{.d}", "#slot", ":kbd[a]{x=1}"),
    *(
        "**“张量”**的",
        "~~a~~",
        "![a](b)",
        "[a]: b",
        "&amp;",
        "\\",
        "    code",
        "1. a",
        "   text",
        "\u2028",
        "\x00",
        "\x01",
    ),
]
line = st.one_of(st.sampled_from(HAZARDS), st.sampled_from(HAZARDS), st.text(max_size=12))
FIRST = {
    "math_inline": "$",
    "math_inline_double": "$$",
    "image": "!",
    "footnote_ref": ("[^", "^["),
    "tag_open": ("<", "[", ":"),
    "tag": ("<", "[", ":"),
    "tag_close": ("<", "]"),
}

text = st.builds(
    lambda lines, ends: "".join(line + ends[at % len(ends)] for at, line in enumerate(lines)),
    st.lists(line, max_size=30),
    st.lists(st.sampled_from(["\n", "\n", "\n\n", "\r\n"]), min_size=1, max_size=4),
)


def read(written: str) -> Deck | None:
    """The deck, or None if it must be mended; any other failure fails the test."""
    try:
        return parse(Source(NAME, written))
    except ExceptionGroup as group:
        assert group.exceptions
        for error in group.exceptions:
            assert isinstance(error, ParseError)
            assert error.span is not None
            assert 1 <= error.span.start <= len(lines_of(written))
        return None


def lines_of(written: str) -> list[str]:
    return re.split(r"\r\n?|\n", written.removeprefix("\ufeff"))


@given(text)
@settings(max_examples=400, deadline=None)
def test_no_line_is_lost(written: str) -> None:
    lines = lines_of(written)
    slides = split(lines, Report(NAME))
    assert slides
    at = 0
    for slide in slides:
        assert slide.start in (at, at + 1)
        if slide.start == at + 1:
            assert lines[at].startswith(SEPARATOR), "what is no slide's is a separator"
        assert slide.start < slide.end
        assert slide.start <= slide.content
        at = slide.end
    assert at == len(lines) or (at == len(lines) - 1 and lines[at].startswith(SEPARATOR))


@given(text)
@settings(max_examples=400, deadline=None)
def test_a_text_is_a_deck_or_a_group_of_errors_with_places(written: str) -> None:
    deck = read(written)
    assert deck is None or deck.slides


@given(text)
@settings(max_examples=400, deadline=None)
def test_spans_point_at_their_text(written: str) -> None:
    lines = [line.replace("\0", "\ufffd") for line in lines_of(written)]
    deck = read(written)
    for slide in deck.slides if deck else ():
        assert 1 <= slide.span.start <= slide.span.end <= len(lines)
        for block in slide.blocks:
            opening = lines[block.span.start - 1]
            assert opening[block.span.column - 1 :].startswith(("```", "~~~"))
            if block.span.column == 1 and block.code:
                code = block.code.split("\n")
                assert lines[block.span.start : block.span.start + len(code)] == code
        for token in slide.tokens:
            if token.map:
                assert slide.span.start - 1 <= token.map[0] <= token.map[1] <= slide.span.end
            for child in token.children or ():
                if "span" in child.meta:
                    span = child.meta["span"]
                    assert slide.span.start <= span.start <= span.end <= slide.span.end
                    if span.column > 1:
                        assert lines[span.start - 1][span.column - 1 :].startswith(FIRST.get(child.type, ("<", "[")))


@given(text)
@settings(max_examples=200, deadline=None)
def test_problems_have_places_and_clicks_have_room(written: str) -> None:
    lines = lines_of(written)
    deck = read(written)
    for problem in deck.problems if deck else ():
        assert problem.span is not None
        assert 1 <= problem.span.start <= problem.span.end <= len(lines)
        assert problem.severity == "warning"
    for slide in deck.slides if deck else ():
        assert slide.clicks >= 0
        for block in slide.blocks:
            moves = len(block.options.steps) - 1
            if moves > 0 and "clicks" not in slide.frontmatter:
                assert 1 <= block.click <= slide.clicks - moves + 1


@given(st.text(alphabet="python c+[]{}'\"\\:,|-*1239 \tallhideat", max_size=60))
def test_every_info_string_can_be_taken_apart(info: str) -> None:
    parts = read_info(info)
    assert parts.ranges in info
    assert info[parts.ranges_offset :].startswith(parts.ranges)
    assert all(info[pair.offset :].startswith(pair.name) or "\\" in info for pair in parts.pairs)


@given(st.text(alphabet="ab:,'\"\\{}[]1. truefalsn", max_size=40))
def test_an_object_literal_is_read_or_refused_at_a_place(written: str) -> None:
    try:
        assert all(pair.offset < len(written) for pair in read_object(written))
    except LiteralError as error:
        assert 0 <= error.offset < len(written)


@given(st.text(alphabet="0123456789|,;- *alne", max_size=30), st.integers(0, 20), st.integers(0, 5))
def test_steps_light_lines_that_the_block_has(ranges: str, count: int, first: int) -> None:
    steps, strays = read_steps(ranges, count, first)
    assert len(steps) == ranges.count("|") + 1
    for step in steps:
        if step is not None:
            assert list(step) == sorted(set(step))
            assert all(first <= number < first + count for number in step)
    assert all(ranges[stray.offset :].startswith(stray.text) for stray in strays)
