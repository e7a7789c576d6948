"""What slide code says, as it may be shown: nothing in it steers a terminal, a browser or the reader's eye."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deck_builder.steering import CONTROL, unsteered

CASES = {
    "a colour": ("\x1b[1;31mred\x1b[0m", "red"),
    "the cursor": ("\x1b[2J\x1b[1;1H\x1b[?25lx", "x"),
    "a title": ("\x1b]0;title\x07x", "x"),
    "a link": ("\x1b]8;;https://example.org\x1b\\x\x1b]8;;\x1b\\", "x"),
    "a picture": ("\x1bPq#0;2;0;0;0~\x1b\\x", "x"),
    "a message to another program": ("\x1b_G1\x1b\\\x1b^2\x1b\\\x1bX3\x1b\\x", "x"),
    "what tput sgr0 prints": ("\x1b(B\x1b[mx", "x"),
    "a cursor that is kept": ("\x1b7\x1b8\x1b=\x1bcx", "x"),
    "a code that has not ended": ("\x1b]0;title", "0;title"),
    "a lone escape": ("\x1b", ""),
    "NUL, bells and their like": ("a\0b\ac\x7fd\x9be\x85", "abcde"),
    "directions that are turned": ("\u202a\u202e\u2066a\u2069\u202c", "a"),
    "tabs and lines": ("a\tb\r\nc", "a\tb\r\nc"),
    "words from right to left, and their marks": ("שלום\u200f عربي\u061c", "שלום\u200f عربي\u061c"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_left(case: str) -> None:
    text, left = CASES[case]
    assert unsteered(text) == left


@given(st.text(st.sampled_from("a;0\x1b[]P\\m\x07\x9b\u202e\n\r\t ") | st.characters()))
def test_no_text_keeps_a_character_that_steers(text: str) -> None:
    left = unsteered(text)
    assert not CONTROL.search(left)
    assert re.sub(r"[^\n]", "", left) in re.sub(r"[^\n]", "", text)
