"""Terminal colours in fences of `ansi`: codes become classes, and nothing becomes markup."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deck_builder.render.ansi import ansi_rows


def looks(text: str) -> list[tuple[str, str, str]]:
    """The classes, the style and the text of each piece, in all rows."""
    pieces = re.findall(r'<span class="ansi([^"]*)"(?: style="([^"]*)")?>([^<]*)</span>', "\n".join(ansi_rows(text)))
    return [(names.replace(" ansi-", " ").strip(), style, said) for names, style, said in pieces]


@pytest.mark.parametrize(
    ("codes", "names", "style"),
    [
        ("31", "red", ""),
        ("91", "red", ""),
        ("1;32", "bold green", ""),
        ("2;3;4;9", "faint italic strike underline", ""),
        ("41;97", "white on-red", ""),
        ("104", "on-blue", ""),
        ("7", "inverse", ""),
        ("38;5;9", "red", ""),
        ("38;5;208", "", "color:#ff8700"),
        ("38;5;250", "", "color:#bcbcbc"),
        ("48;2;1;2;300", "", "background:#0102ff"),
        ("38;5", "black", ""),
        ("1;22;31;39;32", "green", ""),
    ],
)
def test_a_code_changes_the_look(codes: str, names: str, style: str) -> None:
    assert looks(f"\x1b[{codes}mx\x1b[0my") == [(names, style, "x")]


@pytest.mark.parametrize("codes", ["", "0", "99", "38;9", "1;22", "31;0"])
def test_other_codes_do_not(codes: str) -> None:
    assert ansi_rows(f"\x1b[{codes}mx") == ("x",)


def test_a_look_lasts_over_lines_until_it_ends() -> None:
    assert ansi_rows("a\x1b[31mb\nc\x1b[md") == (
        'a<span class="ansi ansi-red">b</span>',
        '<span class="ansi ansi-red">c</span>d',
    )


def test_what_moves_a_cursor_goes() -> None:
    assert ansi_rows("a\x1b[2J\x1b[1;1Hb\x1b]0;title\x07c\x1bMd\r") == ("abcd",)


def test_what_tput_prints_is_no_text() -> None:
    assert ansi_rows("\x1b[1ma\x1b(B\x1b[mb\u202e\x1bPq~\x1b\\") == ('<span class="ansi ansi-bold">a</span>b',)


@given(
    st.lists(
        st.sampled_from(["a", "<b>", "&", "\n", "\x1b[31m", "\x1b[38;2;", "1m", "\x1b[", "\x1b", '"']), max_size=20
    )
)
def test_nothing_becomes_markup_and_no_line_is_lost(parts: list[str]) -> None:
    text = "".join(parts)
    rows = ansi_rows(text)
    assert len(rows) == text.count("\n") + 1
    bare = re.sub(r'</?span(?: class="[a-z -]+")?(?: style="[a-z0-9#;:]+")?>', "", "\n".join(rows))
    assert "<" not in bare
    assert unescape(bare).replace("\x1b", "").startswith(re.split("\x1b", text)[0])
