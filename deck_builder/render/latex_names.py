"""An unknown name in a formula -> the one that was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

_UNKNOWN = re.compile(r'unknown (command|environment|color) "\\?([^"]+)"')

COMMANDS = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau
    upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega partial nabla infty ell hbar
    frac dfrac tfrac cfrac binom sqrt sum prod int iint oint lim max min sup inf arg log ln exp sin cos tan det dim
    argmax argmin operatorname limits nolimits left right middle big Big bigg Bigg times cdot div pm mp ast star circ
    bullet oplus otimes odot cup cap setminus in notin ni subset subseteq supset supseteq emptyset forall exists neg
    land lor leq geq neq approx equiv sim simeq cong propto ll gg mid parallel perp to gets mapsto rightarrow leftarrow
    leftrightarrow Rightarrow Leftarrow Leftrightarrow implies iff longrightarrow xrightarrow uparrow downarrow hat
    widehat tilde widetilde bar vec dot ddot overline underline overbrace underbrace overrightarrow overset underset
    stackrel substack mathbb mathbf mathcal mathfrak mathrm mathsf mathtt mathit mathscr boldsymbol bm text textbf
    textit textrm quad qquad ldots cdots vdots ddots dots prime top bot angle lfloor rfloor lceil rceil langle rangle
    lvert rvert lVert rVert boxed cancel phantom color textcolor begin end tag label eqref ref nonumber displaystyle
    textstyle bmod pmod newcommand def
""".split()  # noqa: SIM905
"""Commands that formulas on slides use: what a slip of the pen may have meant."""

ENVIRONMENTS = """
    aligned align align* gathered gather gather* equation equation* cases dcases array matrix pmatrix bmatrix Bmatrix
    vmatrix Vmatrix smallmatrix split multline alignat alignedat subarray
""".split()  # noqa: SIM905

_WAYS_OUT = {
    "may only appear in a numbered equation environment": "align numbers its rows, aligned does not",
    "math mode within text mode": r"end the text before it: \text{the }j\text{-th}",
    "which may only appear in a table-like environment": r"put the rows between \begin{aligned} and \end{aligned}",
}
_INSTEAD = {
    "ce": r"write \mathrm{H_2O}",
    "SI": r"write 10\,\mathrm{m}",
    "si": r"write \mathrm{m}",
    "href": "put the link around the formula: [$x$](https://…)",
    "url": "write the address outside of the formula",
    "htmlClass": "put the formula into an element: <span class=…>",
    "includegraphics": "put the picture outside of the formula",
}


def way_out(message: str, macros: Iterable[str]) -> str:
    """A hint for what math-core said; `macros` are the deck's own."""
    if unknown := _UNKNOWN.search(message):
        kind, name = unknown.groups()
        if kind == "command":
            return _INSTEAD.get(name) or did_you_mean(name, [*COMMANDS, *macros], "\\")
        return did_you_mean(name, ENVIRONMENTS) if kind == "environment" else "write it as #ff6600, or as CSS names it"
    return next((hint for part, hint in _WAYS_OUT.items() if part in message), "")


def did_you_mean(name: str, known: Iterable[str], sign: str = "") -> str:
    """The known name that is near to one, if any is."""
    near = get_close_matches(name, known, n=1, cutoff=0.7)
    return f"did you mean {sign}{near[0]}?" if near else ""
