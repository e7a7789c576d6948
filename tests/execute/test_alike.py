"""Written text against what came: numbers count as exactly as they are written, all else to the letter."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from deck_builder.execute.alike import alike, plain


@pytest.mark.parametrize(
    ("written", "came"),
    [
        ("0.3333", "0.33333334"),
        ("0.3333", "0.33335"),
        ("1e-3", "0.001"),
        ("0.001", "1.0000001e-03"),
        ("1.5e+10", "15000000000.0"),
        ("1.", "1.0"),
        ("3.\nx", "3.0  \nx\n\n"),
        ("nan, inf, -inf", "nan, inf, -inf"),
        ("tensor([ 0.5, -0.2], grad_fn=<MulBackward0>)", "tensor([ 0.5001, -0.2000], grad_fn=<MulBackward0>)"),
        ("loss  0.33", "loss    0.3333"),
        (" 0.00", "-0.0001"),
        ("0.3333333432674408", "0.3333333134651184"),
        ("1.53s, 25.0%", "1.5312s, 25.04%"),
        ("<f at 0x7fabcdef12>", "<f at 0x…>"),
        ("a...b", "axx\nxxb"),
        ("...", ""),
        ("0.33...", "0.3312 and more"),
        ("[1., 2.,  ..., 3.]", "[1., 2., 7., 3.]"),
        ("a\n<BLANKLINE>\nb", "a\n\nb"),
        ("done", "10%\r50%\rdone"),
        ("red", "\x1b[31mred\x1b[0m"),
        ("", "\n\n"),
    ],
)
def test_alike(written: str, came: str) -> None:
    assert alike(written, came)


@pytest.mark.parametrize(
    ("written", "came"),
    [
        ("3", "4"),
        ("3", "3.0"),
        ("3.0", "3"),
        ("3", "3.2"),
        ("0.5", "0.56"),
        ("0.3333", "0.3334"),
        ("1.", "1.4"),
        ("1234567.0", "1234568.0"),
        ("nan", "inf"),
        ("inf", "-inf"),
        ("1e999", "5.0"),
        ("5.0", "1e999"),
        ("0.5 0.5", "0.5"),
        ("v0.5", "v0.6"),
        ("2.13.0", "2.14.0"),
        ("2.1.0", "2.13.0"),
        ("MulBackward0", "MulBackward1"),
        ("0x7f", "0x8f"),
        ("a", "a b"),
        ("a  b", "a b"),
        ("A", "a"),
        ("a...b", "ba"),
        ("a...b...a", "aba b"),
        ("...x", "xy"),
        ("ab...ba", "aba"),
    ],
)
def test_not_alike(written: str, came: str) -> None:
    assert not alike(written, came)


TEXT = st.text("ab 01.5e-+\n\r\t>#.<naninf\x1b[m…\u2028", max_size=40) | st.text(max_size=20)


@given(TEXT)
@example("BLANKLINE")
@example("<BLANKLINE>\n...\n1e5.")
def test_what_came_is_alike_to_itself_and_to_what_a_terminal_shows_of_it(text: str) -> None:
    assert alike(text, text)
    assert alike(plain(text), text)
    assert plain(plain(text)) == plain(text)


FLOATS = st.floats(-1e300, 1e300)


@given(FLOATS, st.integers(0, 17))
def test_a_number_is_alike_to_itself_rounded(number: float, digits: int) -> None:
    for written in (f"{number:.{digits}e}", f"{number:.{digits + 1}f}"):
        assert alike(written, repr(number)) == ("." in repr(number) or "e" in repr(number))
        assert alike(f"x = {written},", f"x = {number!r},")


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(1, 5))
def test_numbers_that_differ_where_they_are_written_are_not_alike(one: float, other: float, digits: int) -> None:
    written = f"{one:.{digits}f}"
    assume(abs(float(written) - other) > 0.51 * 10**-digits + 2e-6 * abs(one))
    assert not alike(written, repr(other))


@given(st.integers(), st.integers())
def test_whole_numbers_are_alike_only_if_they_are_one(one: int, other: int) -> None:
    assert alike(str(one), str(other)) == (one == other)


@given(st.lists(st.text("ab\n", max_size=3), min_size=2, max_size=5), st.text("ab 5-\n", max_size=12))
def test_an_ellipsis_stands_for_any_text(parts: list[str], between: str) -> None:
    assume(parts[-1][-1:] not in ("", "\n"))  # blank lines at the end don't count
    assert alike("...".join(parts), between.join(parts))
    assert not alike("...".join(["c", *parts]), between.join(parts))
