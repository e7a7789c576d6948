"""The math font, mended where Chromium sets it badly (seen in 156 with STIX Two Math 2.11). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

_PRIMES = "′″‴⁗"
_WIDER, _ROOT = 1.25, 1.1
"""How much wider than the small sign a tall fence may be, and a tall root."""


def mend(font: Any) -> None:
    """Mend a fontTools font, in place."""
    variants = font["MATH"].table.MathVariants
    _connect_arrows(variants)
    _stretch_tilde(font, variants)
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format != 14:  # 14 knows variants, by other means
            table.cmap.update(primes(font, _PRIMES))
    _level_scripts(font["MATH"].table.MathConstants)
    root = (font.getBestCmap() or {}).get(ord("√"))
    placed: set[str] = set()
    for glyph, construction in _constructions(variants, "Vert"):
        width = font["hmtx"][glyph][0]
        if glyph == root:
            _squeeze(font, construction, round(width * _ROOT))
        elif width < font["head"].unitsPerEm // 2:  # a fence; sums and integrals are as wide as they should be
            _narrow(font, glyph, construction, round(width * _WIDER), placed)


def primes(font: Any, wanted: str) -> dict[int, str]:
    """The glyphs of the primes among some characters in their form for scripts: they stand nowhere else."""
    names, glyphs = font.getBestCmap() or {}, set(font.getGlyphOrder())
    forms = {ord(sign): f"{names.get(ord(sign))}.ssty" for sign in wanted if sign in _PRIMES}
    return {sign: glyph for sign, glyph in forms.items() if glyph in glyphs}


def _constructions(variants: Any, direction: str) -> Iterator[tuple[str, Any]]:
    """The glyphs that grow, and how."""
    coverage = getattr(variants, f"{direction}GlyphCoverage")
    yield from zip(coverage.glyphs if coverage else (), getattr(variants, f"{direction}GlyphConstruction"), strict=True)


def _parts(construction: Any) -> list[Any]:
    return construction.GlyphAssembly.PartRecords if construction.GlyphAssembly else []


def _connect_arrows(variants: Any) -> None:
    """Let pieces overlap as they must: the head of → says that nothing may, and so it never grows."""
    for _, construction in _constructions(variants, "Horiz"):
        for part in _parts(construction)[1:]:
            part.StartConnectorLength = max(part.StartConnectorLength, variants.MinConnectorOverlap)


def _stretch_tilde(font: Any, variants: Any) -> None:
    """Let ˜ grow as its combining twin does: browsers stretch that one upwards only."""
    names = font.getBestCmap() or {}  # a font of which a deck needs no character has none
    tilde, twin = names.get(0x2DC), names.get(0x303)
    grows = dict(_constructions(variants, "Horiz"))
    if tilde and twin in grows and tilde not in grows:
        order = sorted([*grows, tilde], key=font.getGlyphID)
        variants.HorizGlyphCoverage.glyphs = order
        variants.HorizGlyphConstruction = [grows[twin if glyph == tilde else glyph] for glyph in order]
        variants.HorizGlyphCount = len(order)


def _level_scripts(constants: Any) -> None:
    """Keep what stands beside ŷ and (…) level with what stands beside x, as TeX does for single signs."""
    constants.SuperscriptBaselineDropMax.Value = 400
    constants.SubscriptBaselineDropMin.Value = 0


def _squeeze(font: Any, construction: Any, width: int) -> None:
    """Make tall roots about as wide as the small one: Chromium leaves room for the widest, and its bar begins there."""
    parts = {part.glyph for part in _parts(construction)}
    for name in sorted({record.VariantGlyph for record in construction.MathGlyphVariantRecord} | parts):
        outline, wide = font["glyf"][name], font["hmtx"][name][0]
        outline.coordinates.scale((width / wide, 1))
        outline.coordinates.toInt()
        outline.recalcBounds(font["glyf"])
        font["hmtx"][name] = (width, outline.xMin)
    _move(font, parts, min((font["glyf"][name].xMin for name in parts), default=0), width)


def _narrow(font: Any, glyph: str, construction: Any, widest: int, placed: set[str]) -> None:
    """Keep tall fences about as wide as the small one, and let them stand out of their boxes."""
    for name in sorted({record.VariantGlyph for record in construction.MathGlyphVariantRecord} - placed):
        wide = font["hmtx"][name][0]
        if wide > widest:
            _shift(font, name, (widest - wide) // 2, widest)
    for part in _parts(construction):
        if part.glyph == glyph:
            part.glyph = _copy(font, glyph)
    parts = {part.glyph for part in _parts(construction)} - placed
    placed |= parts
    if parts:
        outlines = [font["glyf"][name] for name in parts]
        ink = max(outline.xMax for outline in outlines) - min(outline.xMin for outline in outlines)
        width = min(widest, max(font["hmtx"][name][0] for name in parts))
        _move(font, parts, (width - ink) // 2, width)


def _move(font: Any, parts: set[str], left: int, width: int) -> None:
    """Have a sign of several parts begin at `left`: Chromium counts the room at its left twice."""
    start = min((font["glyf"][name].xMin for name in parts), default=0)
    for name in parts:
        _shift(font, name, left // 2 - start, width)


def _shift(font: Any, name: str, by: int, width: int) -> None:
    outline = font["glyf"][name]
    if outline.isComposite():
        for component in outline.components:
            component.x += by
    else:
        outline.coordinates.translate((by, 0))
    outline.recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, outline.xMin)


def _copy(font: Any, glyph: str) -> str:
    """A glyph of its own for a part that is the small sign, too."""
    name = f"{glyph}.part"
    if name not in font["glyf"].glyphs:
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"].glyphs[name] = deepcopy(font["glyf"][glyph])
        font["glyf"].glyphOrder = font.getGlyphOrder()
        font["hmtx"].metrics[name] = font["hmtx"][glyph]
    return name
