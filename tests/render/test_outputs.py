"""What a block did, as its reader sees it."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from deck_builder.errors import Span
from deck_builder.model import (
    Animation,
    BlockOptions,
    BlockResult,
    CodeBlock,
    Error,
    Figure,
    FigureOptions,
    Mismatch,
    Output,
    SafeHtml,
    Skipped,
    Stream,
    Value,
    Warning,
)
from deck_builder.render.outputs import results_html
from deck_builder.render.words import WORDS


def html_of(*outputs: Output, **options: Any) -> str:
    block = CodeBlock("3.1", "python", "", BlockOptions(**options), Span(Path("x"), 1, 2))
    return results_html(block, BlockResult(outputs), WORDS["en"])


def rows(html: str) -> list[tuple[str, str]]:
    """(source lines, text) of every output in a console."""
    return re.findall(r'data-lines="([^"]*)"><pre>([^<]*)</pre>', html)


CASES: list[tuple[str, list[Output], list[tuple[str, str]]]] = [
    ("two lines of one print", [Stream("stdout", "a\nb\n", (1,))], [("1", "a\nb")]),
    ("two prints", [Stream("stdout", "a\n", (1,)), Stream("stdout", "b\n", (2,))], [("1", "a"), ("2", "b")]),
    (
        "print(end='') goes on",
        [Stream("stdout", "a", (1,)), Stream("stdout", "b\n", (2,))],
        [("1,2", "ab")],
    ),
    ("a carriage return starts its row again", [Stream("stderr", " 10%\r 50%\r100%\n", (4,))], [("4", "100%")]),
    ("what moves the cursor is no text", [Stream("stdout", "\x1b[2Ja\x07\x1b[1;1H\x1b]0;t\x07\n", (1,))], [("1", "a")]),
    ("a row may be erased", [Stream("stdout", "50%\r\x1b[K\n", (1,))], [("1", "")]),
    ("a carriage return at the end erases nothing", [Stream("stdout", "50%\r\n", (1,))], [("1", "50%")]),
    ("an empty line stays", [Stream("stdout", "a\n\nb\n", (1,))], [("1", "a\n\nb")]),
    (
        "a value has its own row",
        [Stream("stdout", "a", (1,)), Value("7", (2,))],
        [("1", "a"), ("2", "7")],
    ),
    ("markup is text", [Stream("stdout", "<b>&\n", (1,))], [("1", "&lt;b&gt;&amp;")]),
]


@pytest.mark.parametrize(("title", "outputs", "expected"), CASES, ids=[case[0] for case in CASES])
def test_rows(title: str, outputs: list[Output], expected: list[tuple[str, str]]) -> None:
    assert rows(html_of(*outputs)) == expected


def test_long_output_folds_and_loses_nothing() -> None:
    html = html_of(Stream("stdout", "".join(f"row {i}\n" for i in range(100)), (2,)))
    assert "<summary>92 more lines</summary>" in html
    assert re.findall(r"row (\d+)", html) == [str(i) for i in range(100)]
    assert 'data-rows="100"' in html


GREEN = '<span class="ansi ansi-green">{}</span>'
COLOURS: list[tuple[str, list[Output], str]] = [
    ("a colour", [Stream("stdout", "a \x1b[32mb<\x1b[0m c\n", (1,))], f"a {GREEN.format('b&lt;')} c"),
    (
        "it goes on in the next line",
        [Stream("stdout", "\x1b[32ma\nb\n", (1,))],
        f"{GREEN.format('a')}\n{GREEN.format('b')}",
    ),
    (
        "and where another line prints",
        [Stream("stdout", "\x1b[32m", (1,)), Stream("stdout", "b\n", (2,))],
        GREEN.format("b"),
    ),
    (
        "a bar has the colour it was begun in",
        [Stream("stderr", "\x1b[32m 10%\r 50%\x1b[0m\n", (1,))],
        GREEN.format(" 50%"),
    ),
    ("codes alone are no new row", [Stream("stderr", "\x1b[32m50%\r\x1b[0m\n", (1,))], GREEN.format("50%")),
    ("a value has its own", [Stream("stdout", "\x1b[32ma\n", (1,)), Value("b", (1,))], "b"),
]


@pytest.mark.parametrize(("title", "outputs", "expected"), COLOURS, ids=[case[0] for case in COLOURS])
def test_printed_colours(title: str, outputs: list[Output], expected: str) -> None:
    assert re.findall(r"<pre>(.*?)</pre>", html_of(*outputs), re.S)[-1] == expected


@pytest.mark.parametrize(
    ("most", "rows", "head", "tail"),
    [(0, 12, 12, 0), (0, 13, 4, 4), (1, 2, 0, 1), (2, 3, 1, 1), (20, 21, 7, 6), (20, 20, 20, 0), (300, 200, 200, 0)],
)
def test_the_author_says_how_much_output_folds(most: int, rows: int, head: int, tail: int) -> None:
    html = html_of(Stream("stdout", "row\n" * rows, (2,)), max_lines=most)
    before, _, rest = html.partition("<details")
    folded, _, after = rest.partition("</details>")
    assert (before.count("row\n") + ("row<" in before), after.count("row")) == (head, tail)
    assert not rest or f">{rows - head - tail} more lines<" in folded


def test_lines_are_named_as_the_reader_sees_them_numbered() -> None:
    assert 'data-lines="12,14"' in html_of(Figure("<svg/>", 10, 10, (3, 5)), start_line=10)


def test_the_author_says_what_a_figure_shows() -> None:
    html = html_of(Figure("<svg/>", 10, 10, (3,)), fig=FigureOptions(alt='a "curve"'))
    assert 'alt="a &quot;curve&quot;"' in html
    assert 'alt="Figure drawn by line 3"' in html_of(Figure("<svg/>", 10, 10, (3,)))


def test_an_animation_is_its_last_frame_with_the_others_at_hand() -> None:
    html = html_of(Animation(("<svg>1</svg>", "<svg>2</svg>", "<svg>9</svg>"), (1, 3, 9), 40, 20, (2,)))
    source, others = re.findall(r'<img class="plot vector" src="([^"]*)".* data-frames="([^"]*)">', html)[0]
    assert b64decode(source.partition(",")[2]) == b"<svg>9</svg>"
    assert [b64decode(frame) for frame in others.split(" ")] == [b"<svg>1</svg>", b"<svg>2</svg>"]
    assert '<input type="range" min="1" max="3" value="3" aria-label="Frames">' in html
    assert 'class="scrub" hidden data-numbers="1,3,9"' in html


def test_an_animation_with_pixels_in_any_frame_keeps_its_colours() -> None:
    assert 'class="plot"' in html_of(Animation(("<svg><image/></svg>", "<svg/>"), (1, 2), 40, 20, ()))


def test_a_block_that_did_nothing_has_no_panel() -> None:
    assert html_of() == html_of(Stream("stdout", "", (1,))) == ""


def test_facts_stand_below_their_value() -> None:
    html = html_of(Value("tensor([1.])", (2,), ("shape (1,)", "grad <b>")))
    assert '<pre>tensor([1.])</pre><p class="facts">shape (1,) · grad &lt;b&gt;</p>' in html


def test_a_table_stands_in_place_of_its_text() -> None:
    html = html_of(Stream("stdout", "a\n", (1,)), Value("text", (2,), (), SafeHtml("<table></table>")))
    assert rows(html) == [("1", "a")]
    assert re.search(r'data-lines="2"><div class="data-table" tabindex="0"[^>]*><table></table></div>', html)


def test_what_came_stands_beside_what_is_written() -> None:
    html = html_of(Mismatch("1\n<2>", "1\n", (3, 4), raised="ValueError: no", row=1))
    assert '<div class="output error mismatch" data-for="3.1" data-lines="4">' in html
    assert "<dt>written</dt><dd><pre>1\n&lt;2&gt;</pre></dd>" in html
    assert "<dt>came</dt><dd><pre>1\n\nValueError: no</pre></dd>" in html
    many = "\n".join(map(str, range(100)))
    assert "<pre>0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n…</pre>" in html_of(Mismatch("", many, (), fence="3.2"))


def test_a_block_that_is_skipped_says_what_it_needs() -> None:
    html = html_of(Skipped(("a", "<b>"), "pip install a"))
    assert "<p>Not run: it needs a, &lt;b&gt;, not installed here.</p>" in html
    assert "<code>pip install a</code>" in html


@pytest.mark.parametrize("failure", [Mismatch("1", "2", ()), Error("E", "no", (), ()), Skipped(("a",), "")])
def test_a_failure_is_not_folded_away(failure: Output) -> None:
    html = html_of(Stream("stdout", "folded", (1,)), failure, output="fold")
    folded, others = html.split("</details>")
    assert "folded" in folded
    assert re.search('class="output (error|skipped)', others)


def test_a_warning_says_how_often_it_came() -> None:
    assert "UserWarning: old (3 times)" in html_of(Warning("UserWarning", "old", (2,), 3))


def test_pixels_keep_their_colours_in_the_dark() -> None:
    assert 'class="plot vector"' in html_of(Figure("<svg><path/></svg>", 10, 10, ()))
    assert 'class="plot"' in html_of(Figure("<svg><image/></svg>", 10, 10, ()))


@pytest.mark.parametrize(
    ("style", "kind"), [('style="fill: none"', "plot vector"), ('style="fill: #fff"', "plot"), ("", "plot")]
)
def test_a_figure_on_paper_of_its_own_keeps_it(style: str, kind: str) -> None:
    svg = f'<svg><g id="patch_1">\n <path d="M 0 1 z\n" {style}/></g></svg>'
    assert f'class="{kind}"' in html_of(Figure(svg, 10, 10, ()))


def test_of_far_too_many_rows_the_middle_is_left_out() -> None:
    html = html_of(Stream("stdout", "".join(f"row {i}\n" for i in range(5000)), (2,)))
    assert "… 4000 lines left out …" in html and 'data-rows="5000"' in html
    assert len(re.findall(r"row \d+", html)) == 1000 and "row 4999" in html
