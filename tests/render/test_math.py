"""Formulas: MathML, where they are wrong, and the part of the font that they need."""

from __future__ import annotations

import pytest

from deck_builder.model import Theme
from deck_builder.render.math import FormulaError, characters, mathml, subset


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [(r"\hat{y}", "^𝑦"), (r"\sqrt{x}", "√𝑥"), ("w_1", "1𝑤"), (r"\omega", "𝜔"), ("h", "ℎ"), (r"\partial L", "𝐿")],
)
def test_the_font_gets_every_sign_that_is_drawn(latex: str, wanted: str) -> None:
    assert set(wanted) <= set(characters(mathml(latex, block=False)))


def test_a_line_break_at_the_top_level_breaks_the_line() -> None:
    assert mathml(r"a \\ b", block=True).count("<mtr>") == 2


def test_chinese_stands_in_a_formula() -> None:
    assert "损失" in mathml(r"\text{损失}=1", block=False)


def test_a_mistake_is_named_with_its_offset() -> None:
    with pytest.raises(FormulaError) as caught:
        mathml(r"a + \nosuch{b}", block=False)
    assert caught.value.offset == 4 and "nosuch" in caught.value.message


def test_the_subset_is_small_and_stable(theme: Theme) -> None:
    cut = subset(theme.math_font, "=^𝑦")
    assert cut[:4] == b"wOF2" and len(cut) < 12_000
    subset.cache_clear()
    assert subset(theme.math_font, "=^𝑦") == cut


def test_the_offset_counts_characters_of_what_the_author_wrote() -> None:
    for latex, block in ((r"\text{损失} + \nosuch", False), ("\na \\\\\n\\nosuch\n", True)):
        with pytest.raises(FormulaError) as caught:
            mathml(latex, block=block)
        assert caught.value.offset == latex.index(r"\nosuch")
