r"""`katex: {macros: {"\\RR": "\\mathbb{R}"}}` in the headmatter -> the macros of a deck's formulas. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from deck_builder.model import Deck, Problem

_NAME = re.compile(r"\\?([A-Za-z]+|[^A-Za-z\s\\])")
_KEY = "katex.macros"


def read_macros(deck: Deck, problems: list[Problem]) -> dict[str, str]:
    """The macros by name, without the backslash; what can't be one goes to the problems."""
    options = deck.headmatter.get("katex") or {}
    if not isinstance(options, Mapping):
        hint = r'write katex: {macros: {"\\RR": "\\mathbb{R}"}}'
        problems.append(Problem("D011", f"katex can't be {options!r}", deck.place("katex"), hint, "warning"))
        return {}
    for other in options.keys() - {"macros"}:
        said = f"katex.{other} does nothing here"
        problems.append(Problem("D011", said, deck.place(f"katex.{other}"), "known is macros", "warning"))
    written = options.get("macros") or {}
    if not isinstance(written, Mapping):
        problems.append(bad_macro(deck, "", "macros are names and what they stand for"))
        return {}
    macros: dict[str, str] = {}
    for name, latex in written.items():
        if not (found := _NAME.fullmatch(str(name))):
            problems.append(bad_macro(deck, str(name), "a name is letters, or one sign"))
        elif not isinstance(latex, str):
            problems.append(bad_macro(deck, str(name), f"it stands for {latex!r}, which is no text"))
        else:
            macros[found[1]] = latex
    return macros


def bad_macro(deck: Deck, name: str, reason: str) -> Problem:
    """What is wrong with a macro of the headmatter's."""
    hint = r'write it in quotes, each backslash twice: "\\norm": "\\lVert #1 \\rVert"'
    what = f"the macro \\{name.removeprefix(chr(92))}" if name else "katex.macros"
    return Problem("D014", f"{what} can't be read: {reason}", deck.place(_KEY), hint)
