"""Output messages: what a well-behaved worker sends comes through, anything else is refused."""

from __future__ import annotations

import contextlib
import re
import time
from typing import Any

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.execute.frames import Assembly, decode, encode
from deck_builder.execute.nesting import nodes
from deck_builder.execute.safe_html import safe_html
from deck_builder.model import Animation, Error, Figure, Output, Stream, Value, Warning
from deck_builder.worker.protocol import MAX_HTML, ProtocolError

text = st.text(max_size=20)
lines = st.sets(st.integers(1, 9), max_size=3).map(lambda found: tuple(sorted(found)))
sizes = st.floats(0, 3840, exclude_min=True)
outputs: st.SearchStrategy[Output] = st.one_of(
    st.builds(Stream, st.sampled_from(["stdout", "stderr"]), text, lines),
    st.builds(Value, text, lines, st.lists(text, max_size=3).map(tuple), text.map(safe_html)),
    st.builds(Figure, text, sizes, sizes, lines),
    st.integers(2, 5).flatmap(
        lambda count: st.builds(
            Animation,
            st.tuples(*[text] * count),
            st.sets(st.integers(1, 99), min_size=count, max_size=count).map(lambda found: tuple(sorted(found))),
            sizes,
            sizes,
            lines,
        )
    ),
    st.builds(Warning, text, text, lines, st.integers(1, 10**6)),
    st.builds(
        Error,
        text,
        text,
        st.lists(text, max_size=3).map(tuple),
        lines,
        column=st.integers(0, 10_000),
        origin=text,
        near=st.sampled_from(["", "ones", "größe"]),
    ),
)
json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["stream", "error", "figure", "stdout"])
    | text,
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "lines", "name", "text", "svg", "width", "traceback"]), children)
    ),
)


FILM = {"type": "animation", "width": 1, "height": 1, "lines": []}


@given(outputs)
def test_an_output_survives_its_message(output: Output) -> None:
    assert decode(encode(output), 9) == output


@given(json)
def test_any_message_is_an_output_or_refused(message: Any) -> None:
    with contextlib.suppress(ProtocolError):
        decode(message, 9)


@pytest.mark.parametrize(
    "message",
    [
        None,
        {"type": "stream", "name": "stdin", "text": "", "lines": []},
        {"type": "stream", "name": "stdout", "text": 1, "lines": []},
        {"type": "stream", "name": "stdout", "text": "x" * 2_000_000, "lines": []},
        {"type": "value", "text": "", "lines": [10]},
        {"type": "value", "text": "", "lines": [0]},
        {"type": "value", "text": "", "lines": [2, 1]},
        {"type": "value", "text": "", "lines": [1, 1]},
        {"type": "value", "text": "", "lines": [True]},
        {"type": "value", "text": ""},
        {"type": "value", "text": "", "html": 1, "lines": []},
        {"type": "value", "text": "", "html": "x" * 300_000, "lines": []},
        {"type": "value", "text": "", "facts": "shape", "lines": []},
        {"type": "value", "text": "", "facts": [1], "lines": []},
        {"type": "value", "text": "", "facts": [""] * 100, "lines": []},
        {"type": "figure", "svg": "", "width": float("inf"), "height": 1, "lines": []},
        {"type": "figure", "svg": "", "width": 1, "height": 10**6, "lines": []},
        {"type": "figure", "svg": "", "width": 10**400, "height": 1, "lines": []},
        {"type": "figure", "svg": "", "width": float("nan"), "height": 1, "lines": []},
        {"type": "figure", "svg": "", "width": 0, "height": 1, "lines": []},
        {"type": "figure", "svg": "", "width": 1, "height": 0.0, "lines": []},
        {"type": "figure", "svg": "", "width": 1, "height": -1, "lines": []},
        FILM | {"frames": ["a"], "numbers": [1]},
        FILM | {"frames": ["a", 1], "numbers": [1, 2]},
        FILM | {"frames": ["a", "b"], "numbers": [1]},
        FILM | {"frames": ["a", "b"], "numbers": [2, 2]},
        FILM | {"frames": ["a", "b"], "numbers": [0, 1]},
        FILM | {"frames": ["a", "b"], "numbers": [1, 10**400]},
        FILM | {"frames": ["a", "b"], "numbers": [1, 2], "width": 0},
        FILM | {"frames": ["a"] * 201, "numbers": [*range(1, 202)]},
        FILM | {"frames": ["a" * 5_000_000] * 2, "numbers": [1, 2]},
        {"type": "warning", "category": "", "message": "", "count": 10**400, "lines": []},
        {"type": "value", "text": "", "lines": [10**400]},
        {"type": "error", "ename": "", "evalue": "", "traceback": [], "lines": [], "column": -(10**400)},
        {"type": "error", "ename": "", "evalue": "", "traceback": [], "lines": [], "origin": 1},
        {"type": "error", "ename": "", "evalue": "", "traceback": [], "lines": [], "raised": {"line": "x"}},
        {"type": "error", "ename": "", "evalue": "", "traceback": [1], "lines": []},
        {"type": "html", "text": "<script>", "lines": []},
    ],
)
def test_a_message_that_is_no_output_is_refused(message: Any) -> None:
    with pytest.raises(ProtocolError):
        Assembly(9).take(message)


def test_markup_in_a_message_is_made_safe() -> None:
    value = decode({"type": "value", "text": "t", "html": "<p onclick=x()>a<script>x()</script>", "lines": []}, 9)
    assert value == Value("t", (), (), safe_html("<p>a</p>"))


HEAVY = {
    "what each paragraph opens again": "<p>" + "".join(f"<b a={no}>" for no in range(9000)) + "<p>x" * 30_000,
    "the same in cells": "<table>" + "".join(f"<tr><td><i a={no}></td></tr>" for no in range(9000)) + "</table>",
    "what seems to be closed": "<p>" + "".join(f"<b a={no} title='</b>'>" for no in range(9000)) + "<p>x" * 9000,
    "what is closed in a comment": "<p>" + "".join(f"<b a={no}><!--</b>-->" for no in range(9000)) + "<p>x" * 9000,
    "a quote in a name": "<p>" + "".join(f'<b a={no} x"y="></b>' for no in range(9000)) + "<p>x" * 9000,
    "ends in another cell": "".join(f"<b a={no}><table><td></b></table>" for no in range(6000)),
    "deep": "<div>" * 20_000 + "<p></p>" * 20_000,
    "deep tables": "<table><tr><td>" * 15_000,
    "an attribute without end": "<td " + "a " * 100_000,
    "a quote without end": "<td a='" * 30_000,
}


@pytest.mark.parametrize("title", HEAVY)
def test_markup_that_costs_more_than_its_length_is_no_markup(title: str) -> None:
    assert len(HEAVY[title]) < MAX_HTML
    began = time.process_time()
    assert safe_html(HEAVY[title]) == ""
    assert time.process_time() - began < 5, "it takes milliseconds; the first of these took minutes and all memory"


NESTING = [
    ("<table><thead><tr><th>a<th>b<tbody><tr><td>1<td><b>2</b></table>", True),
    ("<ul><li>a<li><p>b<p>c</ul><br><p>d", True),
    ("<style scoped>.a > .b { c: d }</style><!-- x --><p title='a>b' hidden>a < b</p >", True),
    ("</div></section><p>a</p>", True),
    ("<b>a</i>", False),
    ("<p><b>a</p></b>", False),
    ("<b><table><tr><td></b>", False),
    ("<!--> <b> -->", False),
    ("<script><!-- <script> </script> --></script>", False),
    ("<style></script>", False),
    ("<title><b></title>", False),
    ("<p a", False),
    ("<b>" * 101 + "</b>" * 101, False),
    ("<b>" * 90 + "<p>x</p>" * 1000 + "</b>" * 90, False),
]


@pytest.mark.parametrize(("html", "does"), NESTING)
def test_what_nests(html: str, does: bool) -> None:
    assert (nodes(html) is not None) is does


TAGS = "<p> </p> <b a=1> <b> </b> <i> </i> <a> <nobr> <table> <tr> <td> </td> </table> <caption> <li> </ul>"
PARTS = [
    *TAGS.split(),
    "<div>",
    "</div>",
    "x",
    "<!--</b>-->",
    "<style>",
    "</style>",
    "</script>",
    "<marquee>",
    "</marquee>",
    "<h1>",
    "</h1>",
    "<hr>",
    "<b title='</b>'>",
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PARTS), max_size=60).map("".join))
def test_a_parser_makes_no_more_than_was_counted(html: str) -> None:
    if count := nodes(html):
        tags = {found.lower() for found in re.findall(r"<([a-z]\w*)", html)} - {"script", "style"} | {"tbody", "tr"}
        made = nh3.clean(html, tags=tags, attributes={"b": {"a", "title"}}, link_rel=None)
        parts_of_tables = 2 * len(re.findall("<t[rd]", html))
        assert len(re.findall(r"<(?!/)", made)) <= count + parts_of_tables


def test_what_steers_a_reader_is_taken_out_of_markup_and_its_tags_stay_whole() -> None:
    cell = "<table><tr><td>a\x1b[31m\u202eb&#x202e;&#27;]0;t</td></tr></table>"
    assert safe_html(cell) == "<table><tbody><tr><td>a[31mb]0;t</td></tr></tbody></table>"


def test_what_one_line_prints_is_joined_and_a_warning_is_counted() -> None:
    assembly = Assembly(9)
    for output in (
        Stream("stdout", "a", (1,)),
        Stream("stdout", "b", (1,)),
        Stream("stderr", "c", (1,)),
        Warning("W", "w", (2,)),
        Stream("stderr", "d", (1,)),
        Warning("W", "w", (2,), count=3),
        Stream("stderr", "e", (1,)),
    ):
        assembly.add(output)
    assert assembly.result(1.0).outputs == (
        Stream("stdout", "ab", (1,)),
        Stream("stderr", "c", (1,)),
        Warning("W", "w", (2,), count=3),
        Stream("stderr", "de", (1,)),
    )


def test_where_an_error_was_raised_is_put_in_words() -> None:
    assembly = Assembly(9, lambda path, line, name: f"{path}:{name}:{line}")
    message = {"type": "error", "ename": "E", "evalue": "", "traceback": [], "lines": []}
    assembly.take({**message, "raised": {"path": "a.md", "line": 3, "name": "f"}})
    assert assembly.result().outputs == (Error("E", "", (), (), origin="a.md:f:3"),)


def test_a_worker_that_sends_too_much_is_refused() -> None:
    assembly = Assembly(9)
    with pytest.raises(ProtocolError, match="more than"):
        for _ in range(3):
            assembly.take({"type": "stream", "name": "stdout", "text": "x" * 900_000, "lines": []})
