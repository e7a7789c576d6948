"""LaTeX -> MathML, by math-core. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape

from math_core import LatexError, LatexToMathML

from deck_builder.render.dialect import rewrite, rewrite_macro
from deck_builder.render.mathml import Formula, FormulaError, MacroError
from deck_builder.render.standins import StandIns

_OFFSET = re.compile(r"(\d+):\s*")
_BAD_MACRO = re.compile(r"macro(\d+):\d+:\s*")
_LABELLED = re.compile(r' id="([^"]*)"(?:><mtext>(.*?)</mtext>)?', re.DOTALL)
_ID = re.compile(r' id="[^"]*"')
_LINK = re.compile(r'<a href="#([^"]*)">.*?</a>', re.DOTALL)
_FRACTION = re.compile(r"<mfrac(?![^>]*linethickness)")
_SIGNS = {
    "\u0332</mo>": "\u203e</mo>",  # a line that grows to any length, where this one has six
    '<mo stretchy="true">~': '<mo stretchy="true">\u02dc',
    ">\u20d7</mo>": ' style="padding-left:.436em">\u20d7</mo>',  # combining, it would stand left of its box
    ">\u20db</mo>": ' style="padding-left:.48em">\u20db</mo>',
    ">\u20dc</mo>": ' style="padding-left:.65em">\u20dc</mo>',
}
"""Signs above and below that the math font sets better otherwise than math-core writes them."""

_ANNOTATION = '<annotation encoding="application/x-tex">'
_MOST = 2000
"""Commands and braces in one formula: math-core recurses, and some 3000 levels of them would end our process."""

MACROS = {
    "part": r"\partial",
    "substack": r"\begin{subarray}{c}#1\end{subarray}",
    "mbox": r"\text{#1}",
    "hbox": r"\text{#1}",
    "textnormal": r"\text{#1}",
    "textup": r"\text{#1}",
    "textmd": r"\text{#1}",
    "mathnormal": "{#1}",
    "mathclap": "{#1}",
    "pmb": r"\boldsymbol{#1}",
    "varlimsup": r"\mathop{\overline{\mathrm{lim}}}",
    "varliminf": r"\mathop{\underline{\mathrm{lim}}}",
    "varinjlim": r"\mathop{\underrightarrow{\mathrm{lim}}}",
    "varprojlim": r"\mathop{\underleftarrow{\mathrm{lim}}}",
    "thicksim": r"\sim",
    "thickapprox": r"\approx",
    "shortmid": r"\mid",
    "shortparallel": r"\parallel",
    "varpropto": r"\propto",
    "smallsetminus": r"\setminus",
    "smallsmile": r"\smile",
    "smallfrown": r"\frown",
    "centerdot": r"\cdot",
    "sdot": r"\cdot",
    "intop": r"\int",
    "dotsc": r"\ldots",
    "dotso": r"\ldots",
    "mathellipsis": r"\ldots",
    "dotsm": r"\cdots",
    "dotsi": r"\cdots",
    "ordinarycolon": r"\mathord{:}",
    "enskip": r"\enspace",
    "allowbreak": "",
    "nobreak": "",
}
"""Commands of KaTeX's that math-core lacks and can say."""


class Typesetter:
    """Sets the formulas of one deck, in their order: they share its macros, and the count of its equations."""

    def __init__(self, macros: Mapping[str, str], used: str = "") -> None:
        """Macros go by their names without the backslash; `used` are all formulas. Raises MacroError."""
        self.macros = tuple(macros)
        self._standins = StandIns("".join([used, *macros.values()]))
        known = MACROS | {name: rewrite_macro(latex, self._standins) for name, latex in macros.items()}
        try:
            self._converter = LatexToMathML(
                macros=known, fancy_error=False, annotation=True, allow_unreliable_rendering=True
            )
        except LatexError as error:
            bad = _BAD_MACRO.match(str(error))
            name = list(known)[int(bad[1])] if bad else ""
            raise MacroError(name, _said(_BAD_MACRO.sub("", str(error)))) from None

    def set(self, latex: str, *, block: bool, rows: bool = False) -> Formula:
        """Set one formula; with `rows` it has some, even if it is but one. Raises FormulaError."""
        if latex.count("\\") + latex.count("{") > _MOST:
            raise FormulaError(f"it has more than {_MOST} commands and braces", 0)
        standins = self._standins.of_one()
        rewritten = rewrite(latex, standins, block=block, rows=rows)
        try:
            mathml = self._converter.convert_with_global_state(rewritten.latex, displaystyle=block)
        except LatexError as error:
            offset = _OFFSET.match(str(error))
            place = rewritten.place(int(offset[1])) if offset else 0
            raise FormulaError(_said(_OFFSET.sub("", str(error), count=1)), place) from None
        shown, _, _ = mathml.partition(_ANNOTATION)  # it would show what was rewritten
        source = f"{_ANNOTATION}{escape(latex.strip(), quote=False)}</annotation></semantics></math>"
        numbers: dict[str, str] = {}
        if rewritten.labels:
            numbers = {standins.labelled(code)[0]: number for code, number in _LABELLED.findall(shown)}
            shown = _ID.sub("", shown)
        wrapped = r"\begin{equation" in rewritten.latex
        set_ = _bettered(standins.restore(shown)) + source
        return Formula(set_, wrapped, numbers, rewritten.labels, rewritten.references)

    def with_references(self, mathml: str, equations: Mapping[str, tuple[str, str]]) -> tuple[str, list[str]]:
        """MathML whose references show an equation's number and lead to its address, and the labels that none has.

        `equations` are the numbers and addresses by label.
        """
        unknown: list[str] = []

        def refer(found: re.Match[str]) -> str:
            label, bare = self._standins.labelled(unescape(found[1]))
            if label not in equations:
                unknown.append(label)
                return "(??)"
            number, address = equations[label]
            return f'<a href="{escape(address)}">{number.strip("()") if bare else number}</a>'

        return _LINK.sub(refer, mathml), unknown


def _bettered(mathml: str) -> str:
    """MathML as our font sets it well. Bars have whole pixels: with a fraction more, some would be thicker."""
    for sign, better in _SIGNS.items():
        mathml = mathml.replace(sign, better)
    return _FRACTION.sub('<mfrac linethickness="1px"', mathml)


def _said(message: str) -> str:
    """A message of math-core's as a part of a sentence."""
    return (message[:1].lower() + message[1:]).removesuffix(".")
