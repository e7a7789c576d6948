"""Colours that can be read from the back row, in light and in dark (WCAG 2, contrast ratio)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deck_builder.load import load_theme, theme_names

TOKEN = re.compile(r"(--deck-[\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
DIM = re.compile(r"--deck-dim: ([\d.]+)")
INKS = ["text", "muted", "accent", "gradient", "forward", "caution"]
CODE = ["text", "keyword", "string", "number", "name", "comment"]

Colour = tuple[float, float, float]


def tokens(theme: str, scheme: int) -> dict[str, Colour]:
    """Colour tokens of a theme; `scheme` 0 is light, 1 dark. Later layers win, as in the browser."""
    found = TOKEN.findall(load_theme(theme, Path.cwd()).css)
    return {row[0].removeprefix("--deck-"): colour(row[1 + scheme]) for row in found}


def colour(code: str) -> Colour:
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def luminance(shade: Colour) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shade)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def dimmed(ink: Colour, paper: Colour, opacity: float) -> Colour:
    red, green, blue = (i * opacity + p * (1 - opacity) for i, p in zip(ink, paper, strict=True))
    return red, green, blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("theme", theme_names())
def test_ink_is_read_on_every_paper(theme: str, scheme: int) -> None:
    has = tokens(theme, scheme)
    for paper in ("background", "panel", "lit"):
        for ink in [*INKS, *(f"code-{name}" for name in CODE)]:
            assert contrast(has[ink], has[paper]) >= 4.5, f"{ink} on {paper}"


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("theme", theme_names())
def test_dimmed_code_can_still_be_read(theme: str, scheme: int) -> None:
    has = tokens(theme, scheme)
    dim = DIM.findall(load_theme(theme, Path.cwd()).css)
    for ink in ["muted", *(f"code-{name}" for name in CODE)]:
        assert contrast(dimmed(has[ink], has["panel"], float(dim[-1])), has["panel"]) >= 3, ink
