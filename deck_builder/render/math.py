"""LaTeX -> MathML, and the font -> the part of it that a deck's formulas need. Pure.

MathML needs a font with a MATH table, or hats vanish and sums stay small; so a subset of one travels with the deck.
"""

from __future__ import annotations

import html
import io
import re
from functools import lru_cache

from math_core import LatexError, LatexToMathML

_TAGS = re.compile(r"<[^>]+>")
_OFFSET = re.compile(r"^(\d+):\s*")

# Signs that the layout of MathML draws without any text asking for them: roots, bars, brackets that stretch.
_DRAWN = {"msqrt": "√", "mroot": "√", "mover": "^~¯→⏞⏟", "munder": "_⏟", "menclose": "−"}


class FormulaError(Exception):
    """A formula that can't be set; `offset` counts characters of its LaTeX, from 0."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def mathml(latex: str, *, block: bool) -> str:
    """One formula as MathML, with its LaTeX as annotation for copying and screen readers. Raises FormulaError."""
    converter = LatexToMathML(fancy_error=False, annotation=True)
    # LaTeX drops a top-level \\; authors mean a line break.
    open_, close = (
        (r"\begin{gathered}", r"\end{gathered}") if block and r"\\" in latex and r"\begin" not in latex else ("", "")
    )
    try:
        return converter.convert_with_local_state(f"{open_}{latex}{close}", displaystyle=block)
    except LatexError as error:
        offset = _OFFSET.match(str(error))
        at = int(offset[1]) - len(open_) if offset else 0
        raise FormulaError(_OFFSET.sub("", str(error)), min(max(at, 0), len(latex))) from None


def characters(formulas: str) -> str:
    """Every character that setting this MathML may draw, sorted."""
    shown = set(html.unescape(_TAGS.sub("", re.sub(r"<annotation.*?</annotation>", "", formulas, flags=re.S))))
    for tag, drawn in _DRAWN.items():
        if f"<{tag}" in formulas:
            shown |= set(drawn)
    for variable in re.findall(r"<mi>(\w)</mi>", formulas):
        shown.add(_italic(variable))
    return "".join(sorted(char for char in shown if char.isprintable() and char != " "))


def _italic(letter: str) -> str:
    """The mathematical italic that a browser shows for a one-letter `<mi>` (MathML Core, appendix D)."""
    if letter == "h":
        return "ℎ"
    for first, last, base in (("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("Α", "Ω", 0x1D6E2), ("α", "ω", 0x1D6FC)):
        if first <= letter <= last:
            return chr(base + ord(letter) - ord(first))
    return {"∂": "𝜕", "ϵ": "𝜖", "ϑ": "𝜗", "ϕ": "𝜙", "ϱ": "𝜚", "ϖ": "𝜛"}.get(letter, letter)


@lru_cache(maxsize=8)
def subset(font: bytes, wanted: str) -> bytes:
    """The font cut down to these characters, as WOFF2; the same bytes for the same input."""
    from fontTools import subset as cutter
    from fontTools.ttLib import TTFont

    options = cutter.Options()
    options.flavor = "woff2"
    options.layout_features = ["ssty", "kern", "mark", "mkmk", "ccmp"]
    options.notdef_outline = False
    options.name_IDs = [1, 2]
    options.hinting = False
    source = TTFont(io.BytesIO(font), recalcTimestamp=False)
    cut = cutter.Subsetter(options)
    cut.populate(text=wanted)
    cut.subset(source)
    out = io.BytesIO()
    source.flavor = "woff2"
    source.save(out, reorderTables=False)
    return out.getvalue()
