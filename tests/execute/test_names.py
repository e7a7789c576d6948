"""The names that code binds at its top level."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from deck_builder.execute.names import bound_names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param(code, names.split(), id=title)
        for _, title, code, names in read_fixture_file(Path(__file__).with_name("names.md"))
    ],
)
def test_bound_names(code: str, names: list[str]) -> None:
    assert sorted(bound_names(code)) == names


def test_each_name_has_its_first_line() -> None:
    assert bound_names("a = 1\nb = 2\na = 3\n") == {"a": 1, "b": 2}
    assert bound_names("a = 1\nprint 'x'\nb = 2\n") == {"a": 1, "b": 3}


@pytest.mark.parametrize("broken", ["-" * 200_000 + "1", "(" * 5000 + ")" * 5000, "1" + "+1" * 50_000, "a." * 50_000])
def test_code_that_is_too_deep_for_pythons_parser_gives_what_it_can(broken: str) -> None:
    assert bound_names(f"x = 1\ny = {broken}\n").keys() >= {"x"}


@given(st.text("ab=(): \n\t#'\"\\\0", max_size=60))
def test_no_code_is_too_broken(code: str) -> None:
    assert all(1 <= line <= code.count("\n") + 1 for line in bound_names(code).values())
