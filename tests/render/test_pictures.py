"""Pictures and colours behind slides."""

from __future__ import annotations

import pytest

from deck_builder.render.pictures import shade


@pytest.mark.parametrize(
    ("background", "text"),
    [
        ("#fff", "light"),
        ("navy", "dark"),
        ("rgb(10, 20, 30)", "dark"),
        ("hsl(200, 50%, 90%)", "light"),
        ("linear-gradient(to right, #123, #456)", "dark"),
        ("linear-gradient(white, #eee)", "light"),
        ("var(--mine)", ""),
    ],
)
def test_text_on_a_colour_stands_out(background: str, text: str) -> None:
    assert shade(background) == text
