"""MathML -> the part of the font that it needs. Pure.

MathML needs a font with a MATH table, or hats vanish and sums stay small; so a subset of one travels with the deck.
"""

from __future__ import annotations

import html
import io
import re
from functools import lru_cache

_TAGS = re.compile(r"<[^>]+>")

# What is drawn, or grows, and no text asks for.
_DRAWN = {"<msqrt": "√", "<mroot": "√", "˜": "\u0303"}


_OF_SCRIPTS = ["GSUB", "GPOS", "GDEF"]
"""Tables of forms for scripts, which are as many glyphs again: few browsers use them."""


def characters(formulas: str) -> str:
    """Every character that setting this MathML may draw, sorted."""
    shown = set(html.unescape(_TAGS.sub("", re.sub(r"<annotation.*?</annotation>", "", formulas, flags=re.S))))
    shown |= {drawn for written, drawn in _DRAWN.items() if written in formulas}
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


def whole(font: bytes) -> bytes:
    """All of the font, mended as the parts of it are: for a page that is still written, and may need any of it."""
    from fontTools.ttLib import TTFont

    from deck_builder.render.math_font import mend

    made = TTFont(io.BytesIO(font), recalcTimestamp=False, lazy=True)
    for table in _OF_SCRIPTS:
        if table in made:
            del made[table]
    mend(made)
    out = io.BytesIO()
    made.save(out, reorderTables=False)
    return out.getvalue()


@lru_cache(maxsize=8)
def subset(font: bytes, wanted: str) -> bytes:
    """The font cut down to these characters, as WOFF2; the same bytes for the same input."""
    from fontTools import subset as cutter
    from fontTools.ttLib import TTFont

    from deck_builder.render.math_font import mend, primes

    options = cutter.Options()
    options.flavor = "woff2"
    options.drop_tables += _OF_SCRIPTS
    options.notdef_outline = False
    options.name_IDs = [1, 2]
    options.hinting = False
    source = TTFont(io.BytesIO(font), recalcTimestamp=False, lazy=True)
    cut = cutter.Subsetter(options)
    cut.populate(text=wanted, glyphs=primes(source, wanted).values())
    cut.subset(source)
    mend(source)
    out = io.BytesIO()
    source.flavor = "woff2"
    source.save(out, reorderTables=False)
    return out.getvalue()
