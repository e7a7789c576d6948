"""Formulas: MathML, what is wrong with them, their steps and references, and the part of the font that they need."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.latex import groups, rows
from deck_builder.model import Problem, Source, Theme
from deck_builder.parse import parse
from deck_builder.render.dialect import rewrite
from deck_builder.render.formula import Formulas
from deck_builder.render.math import characters, subset
from deck_builder.render.mathml import Formula, FormulaError, MacroError
from deck_builder.render.standins import StandIns
from deck_builder.render.typeset import MACROS, Typesetter
from deck_builder.render.words import words_for
from tests.parse.reading import told
from tests.render.conftest import Render

KINDS = r"""
\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}
\begin{aligned} a &= b \\ &= c \end{aligned}
\begin{cases} x & x > 0 \\ 0 & \text{else} \end{cases}
\begin{array}{c|cc} a & b & c \\ \hline d & e & f \end{array}
a = b \tag{1}
\begin{align} a &= b \tag{*} \\ c &= d \end{align}
\textcolor{steelblue}{x} + {\color{#f60} y} + \color{BrickRed} z
\sum_{\substack{i = 1 \\ j = 2}}^n a_{ij}
\boxed{E = mc^2}
\cancel{x} + \bcancel{y} + \xcancel{z} + \sout{w} + \text{\sout{v}} \require{cancel}
\overbrace{a + b}^{n} + \underbrace{c + d}_{m}
A \xrightarrow[b]{a} B \xleftarrow{f} C
\bra{\psi} \ket{\phi}
\lim_{n \to \infty} \limsup_x \varlimsup_x
\binom{n}{k} {n \choose k}
X \stackrel{\text{def}}{=} Y \overset{!}{=} Z
\mathbb{R} \mathcal{L} \mathfrak{g} \mathscr{F} \bm{x} \pmb{x}
\operatorname*{arg\,max}_\theta \DeclareMathOperator{\tr}{tr} \tr A
\text{损失} = 1
\phantom{x} \hphantom{y} \vphantom{z}
\underset{x}{\operatorname{argmin}}
\begin{multline} a + b \\ + c \end{multline}
\begin{align*} a &= b \\ &= c \end{align*}
\begin{equation} \begin{split} a &= b \\ &= c \end{split} \end{equation}
\left( \begin{smallmatrix} a & b \\ c & d \end{smallmatrix} \right)
\big( \Big[ \bigg\{ \Bigg| \left. \frac{x}{y} \right|_0
\dfrac{a}{b} \cfrac{1}{1 + \cfrac{1}{2}}
a \bmod b \equiv c \pmod n
\overline{AB} \underline{x} \widehat{abc} \widetilde{abc}
\hat x \tilde y \bar z \vec v \dot a \ddot b \dddot c
\not= \not\in f'(x) + f'' + x'_i
\text{the $j$-th and the $k$-th} \mbox{so}
\begin{alignedat}{2} a &= b & c &= d \\ e &= f & g &= h \end{alignedat}
\begin{alignat*}{2} a &= b & c &= d \end{alignat*}
\begin{aligned}[t] a \\[2pt] b \\* c \cr d \end{aligned}
\Large x \colorbox{yellow}{so $y$}
\part f \partial f
""".strip().split("\n")


def mathml(latex: str, *, block: bool = False) -> str:
    return Typesetter({}, latex).set(latex, block=block).mathml


def formulas_of(text: str) -> Formulas:
    return Formulas(parse(Source(Path("slides.md"), text)), words_for("en"))


def wrong(text: str) -> list[str]:
    return [told(problem) for problem in formulas_of(text).problems]


def shown(text: str) -> str:
    return "".join(formulas_of(text)._html.values())


@pytest.mark.parametrize("latex", KINDS)
def test_what_authors_write_is_set(latex: str) -> None:
    made = mathml(latex, block=True)
    assert made.startswith("<math") and "#" not in re.sub(r"<annotation.*|style=\"[^\"]*\"", "", made, flags=re.S)


def test_every_formula_of_the_lectures_is_set(shared: Path) -> None:
    files = sorted((shared / "lectures").glob("*.txt"))
    found = [formulas_of(file.read_text(encoding="utf-8")) for file in files]
    assert sum(len(formulas._html) for formulas in found) == 73
    assert [problem for formulas in found for problem in formulas.problems] == []


@pytest.mark.parametrize(
    ("latex", "count"),
    [
        (r"a \\ b", 2),
        (r"a \\[1em] b \\* c \\", 3),
        (r"a &= b \\ c &= d", 2),
        (r"\left( a \\ b \right)", 2),
        (r"\frac{a \\ b}{c}", 2),
        (r"\begin{equation} a \\ b \end{equation}", 3),  # one is the equation's own, which holds its number
        (r"\begin{aligned} a \\ b \\ \end{aligned}", 2),
        (r"\begin{array}{c} a \\ b \\ \hline \end{array}", 3),  # the rule below stands in a row of its own
    ],
)
def test_a_line_break_breaks_the_line_and_the_last_makes_no_row(latex: str, count: int) -> None:
    made = mathml(latex, block=True)
    assert made.count("<mtr>") == count and "[" not in made.partition("<annotation")[0]


def test_what_is_copied_is_what_was_written() -> None:
    latex = r"\color{#f60} a \\[2pt] \text{b $c$ < d} \label{eq:x}"
    copied = re.search(r"<annotation[^>]*>(.*)</annotation>", mathml(latex, block=True), re.S)
    assert copied and copied[1] == latex.replace("<", "&lt;")


def test_colours_are_those_of_css_and_of_dvips() -> None:
    made = mathml(r"\textcolor{green}{a} \color{#228B22} b \textcolor{BrickRed}{c} \small d")
    assert re.findall(r'style="([^"]*)"', made) == ["--ink:green", "--ink:#228B22", "--ink:#C43119", "font-size:0.9em"]
    spare = mathml(r"\textcolor{WildStrawberry}{a} \textcolor{teal}{b}")
    assert re.findall(r'style="([^"]*)"', spare) == ["--ink:#FF3769", "--ink:teal"]


def test_chinese_stands_in_a_formula() -> None:
    assert "损失" in mathml(r"\text{损失}=1")


@pytest.mark.parametrize(
    "latex",
    [
        r"\nosuch",
        r"\text{损失} + \nosuch",
        "\na \\\\\n\\nosuch\n",
        r"\color{#f60} a \\[2pt] \text{b $c$ d} \begin{split} x \end{split} \ref{eq:x} \nosuch \label{y}",
        r"\DeclareMathOperator{\tr}{tr} \colorbox{red}{b} \Large \nosuch",
    ],
)
def test_a_mistake_is_named_with_its_place_in_what_the_author_wrote(latex: str) -> None:
    with pytest.raises(FormulaError) as caught:
        mathml(latex, block=True)
    assert caught.value.offset == latex.index(r"\nosuch") and "nosuch" in caught.value.message


def test_a_formula_too_deep_for_the_stack_is_a_mistake_like_others() -> None:
    for latex in ("{" * 5000, r"\frac" * 5000, r"\sqrt{" * 3000):
        with pytest.raises(FormulaError):
            mathml(latex)
    assert wrong("$" + "{" * 3000 + "$") == [
        "D014 1:2 this formula can't be set: it has more than 2000 commands and braces | "
    ]


SCRAPS = r"\\ \[ { } $ & % _ ^ a 中 x \text{ \left( \right) \cr \label{ \tag{ \color{#f00} \Large \\[2pt]"
ENVIRONMENTS = r"\begin{aligned} \end{aligned} \begin{equation} \end{equation} \begin{split} \end{split}"
LATEX = st.lists(st.sampled_from([*SCRAPS.split(), *ENVIRONMENTS.split(), "\n", " "]), max_size=30).map("".join)


@settings(deadline=None)
@given(latex=LATEX, block=st.booleans(), rowed=st.booleans())
def test_whatever_is_written_is_set_or_refused_at_a_place_within_it(latex: str, block: bool, rowed: bool) -> None:
    assert rows(latex) >= 1
    assert all(0 <= group.start <= group.end <= len(latex) for group in groups(latex).walk())
    rewritten = rewrite(latex, StandIns(latex), block=block, rows=rowed)
    places = [rewritten.place(offset) for offset in range(len(rewritten.latex) + 1)]
    assert places == sorted(places) and all(0 <= place <= len(latex) for place in places)
    try:
        Typesetter({}).set(latex, block=block, rows=rowed)
    except FormulaError as error:
        assert 0 <= error.offset <= len(latex)


def test_an_equation_is_referred_to_across_slides() -> None:
    deck = "\n\n---\n\n".join(
        [
            r"$\eqref{eq:损失}$ $\ref{b}$",
            "$$\nL = 1 \\label{eq:损失}\n$$",
            "$$\n\\begin{align}\na &= 1 \\\\\nb &= 2 \\label{b}\n\\end{align}\n$$",
            "$$\nc \\tag{A} \\label{c} \\\\\nd\n$$\n\n$\\eqref{c}$",
        ]
    )
    made = shown(deck)
    assert re.findall(r"<a[^>]*>[^<]*</a>", made) == [
        '<a href="#/2">(1)</a>',
        '<a href="#/3">3</a>',
        '<a href="#/4">(A)</a>',
    ]
    assert re.findall(r"<mtext>(\(.*?\))</mtext>", made) == ["(1)", "(2)", "(3)", "(A)"] and " id=" not in made
    assert wrong(deck) == []


def test_an_unknown_reference_is_an_error_at_its_place() -> None:
    assert wrong("$$\na \\label{eq:loss}\n$$\n\nso $x + \\eqref{eq:los}$ and $\\ref{q}$") == [
        "D014 5:9 no numbered equation has the label eq:los | did you mean eq:loss?",
        "D014 5:30 no numbered equation has the label q | ",
    ]
    assert "(??)" in shown(r"$\eqref{a}$")


def test_a_label_is_of_one_equation() -> None:
    found = wrong("$$\na \\label{x}\n$$\n\n> $$\n> b \\label{x}\n> $$")
    hint = "give each equation a label of its own"
    assert found == [f"D014 6:5 the label x is that of another equation already | {hint}"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"a + \timex b", r'D014 1:6 this formula can\'t be set: unknown command "\timex" | did you mean \times?'),
        (r"\nrom", r'D014 1:2 this formula can\'t be set: unknown command "\nrom" | did you mean \norm?'),
        (r"\ce{H2O}", r'D014 1:2 this formula can\'t be set: unknown command "\ce" | write \mathrm{H_2O}'),
        (r"\begin{alined}a\end{alined}", "did you mean aligned?"),
        (r"\color{gren} x", "write it as #ff6600, or as CSS names it"),
        (r"\begin{aligned}a\tag{1}\end{aligned}", "align numbers its rows, aligned does not"),
    ],
)
def test_a_mistake_comes_with_a_way_out(written: str, said: str) -> None:
    deck = f"${written}$\n\n<!-- -->\n\n---\n\nx\n"
    front = '---\nkatex: {macros: {norm: "x"}}\n---\n\n'
    (found,) = formulas_of(front + deck).problems
    assert found.span and found.span.start == 5
    assert told(found).replace("D014 5:", "D014 1:").endswith(said.replace("\\'", "'"))


def test_a_bad_formula_in_a_list_or_a_quotation_is_found_where_it_stands() -> None:
    deck = "- item\n  $$\n  a +\n    \\nosuch\n  $$\n\n> > $$ {1|2}\n> > a \\\\ \\no\n> > $$\n\n> $$\\nope$$\n"
    assert [line.split(" this")[0] for line in wrong(deck)] == ["D014 4:5", "D014 8:10", "D014 11:5"]
    assert '<code class="bad-formula"' in shown(deck)


def test_macros_come_from_the_headmatter() -> None:
    deck = (
        "---\nkatex:\n  macros:\n"
        '    "\\\\RR": "\\\\mathbb{R}"\n    norm: "\\\\lVert #1 \\\\rVert"\n    hot: "\\\\textcolor{#f60}{#1}"\n'
        "---\n\n$\\RR$ $\\norm{x}$ $\\hot{y}$"
    )
    made = shown(deck)
    assert "<mi>ℝ</mi>" in made and made.count("‖") == 2 and 'style="--ink:#f60"' in made and wrong(deck) == []


def test_bad_macros_are_named_at_their_key_and_the_others_hold() -> None:
    deck = "---\nkatex:\n  strict: false\n  macros: {a b: x, bad: '\\nosuch', n: 3, ok: y}\n---\n\n$\\ok$"
    hint = r'write it in quotes, each backslash twice: "\\norm": "\\lVert #1 \\rVert"'
    assert wrong(deck) == [
        "D011 3:3 katex.strict does nothing here | known is macros",
        rf"D014 4:3 the macro \a b can't be read: a name is letters, or one sign | {hint}",
        rf"D014 4:3 the macro \n can't be read: it stands for 3, which is no text | {hint}",
        rf'D014 4:3 the macro \bad can\'t be read: unknown command "\nosuch" | {hint}'.replace("\\'", "'"),
    ]
    assert "<mi>y</mi>" in shown(deck)
    with pytest.raises(MacroError):
        Typesetter({"a": "#"})


def test_macros_that_are_no_mapping_are_told_of() -> None:
    assert wrong("---\nkatex: yes\n---\n\n$x$")[0].startswith("D011 2:1 katex can't be 'yes'")
    assert wrong("---\nkatex: {macros: [a]}\n---\n\n$x$")[0].startswith("D014 2:9 katex.macros can't be read")


def test_every_macro_of_ours_can_be_set() -> None:
    for name in MACROS:
        assert isinstance(Typesetter({}).set(f"x\\{name}" + "{y}" * MACROS[name].count("#1"), block=True), Formula)


@pytest.mark.parametrize(
    "latex",
    [
        r"a \\ b \\ c",
        r"\begin{aligned} a &= \begin{bmatrix} 1 \\ 2 \\ 3 \end{bmatrix} \\ &= b \\ \end{aligned}",
        r"A = \begin{bmatrix} 1 \\ 2 \end{bmatrix} \begin{pmatrix} 1 \\ 2 \\ 3 \end{pmatrix}",
        r"\sum_{\substack{i \\ j}} x",
        r"\begin{equation} \begin{split} a &= b \\ &= c \end{split} \label{eq:a} \end{equation}",
        r"a \label{x} \\ b",
        r"x \label{y}",
        r"\left\{ \begin{array}{c} a \\ b \end{array} \right.",
        r"\left( \begin{smallmatrix} a \\ b \end{smallmatrix} \right)",
        r"x",
    ],
)
def test_the_rows_that_are_counted_are_those_that_are_lit(latex: str) -> None:
    made = shown(f"$$ {{all|1}}\n{latex}\n$$")
    assert sorted({int(line) for line in re.findall(r'data-line="(\d+)"', made)}) == list(range(1, rows(latex) + 1))


def test_a_stepped_formula_says_what_the_client_needs(rendered: Render) -> None:
    html = rendered("# One\n\n```python {1|2}\na\nb\n```\n\n$$ {2|hide|all}{finally: 1}\na \\\\\nb\n$$").html
    assert '<div class="formula" data-steps="2|!all|all" data-click="2" data-finally="1">' in html
    assert re.findall(r'<mtr class="([^"]*)" data-line="(\d)">', html) == [("line dim", "1"), ("line lit", "2")]
    assert 'data-clicks="3"' in html


def test_one_step_stands_and_none_leaves_rows_alone() -> None:
    assert '<div class="formula stepped">' in shown("$$ {2}\na \\\\ b\n$$")
    assert '<div class="formula away">' in shown("$$ {hide}\na \\\\ b\n$$")
    assert 'class="line' not in shown("$$\na \\\\ b\n$$")


def test_a_formula_within_a_line_is_a_block_of_its_own() -> None:
    made = shown("text $$a$$ text")
    assert made.startswith('<span class="formula"><math display="block">') and made.endswith("</math></span>")


def test_formulas_of_notes_are_set_and_reported_at_their_slide() -> None:
    assert wrong("# One\n\n$x$\n\n<!-- $\\nosuch$ and $y$ -->")[0].startswith("D014 1:1 this formula can't be set")


def test_the_problems_of_formulas_come_with_the_page(rendered: Render) -> None:
    (found,) = rendered("# One\n\n$\\nosuch$").problems
    assert isinstance(found, Problem) and found.code == "D014" and found.severity == "error"


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [
        (r"\hat{y}", "ˆ𝑦"),
        (r"\sqrt{x}", "√𝑥"),
        ("w_1", "1𝑤"),
        (r"\omega", "𝜔"),
        ("h", "ℎ"),
        (r"\widetilde{ab}", "˜\u0303"),
    ],
)
def test_the_font_gets_every_sign_that_is_drawn(latex: str, wanted: str) -> None:
    assert set(wanted) <= set(characters(mathml(latex)))


def test_the_subset_is_small_and_stable(theme: Theme) -> None:
    cut = subset(theme.math_font, "=ˆ𝑦")
    assert cut[:4] == b"wOF2" and len(cut) < 12_000
    subset.cache_clear()
    assert subset(theme.math_font, "=ˆ𝑦") == cut


@pytest.mark.parametrize("wanted", ["", "\U0001f600"])
def test_a_deck_may_need_no_sign_of_the_font(theme: Theme, wanted: str) -> None:
    assert subset(theme.math_font, wanted)[:4] == b"wOF2"


def test_the_font_is_mended_where_browsers_set_it_badly(theme: Theme) -> None:
    font = TTFont(io.BytesIO(subset(theme.math_font, "→˜\u0303′|([√ℱ\ufe00")))
    names, widths, variants = font.getBestCmap(), font["hmtx"], font["MATH"].table.MathVariants
    wide = dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True))
    tall = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
    arrow = wide[names[ord("→")]].GlyphAssembly.PartRecords
    assert all(part.StartConnectorLength >= variants.MinConnectorOverlap for part in arrow[1:])
    assert len(wide[names[ord("˜")]].MathGlyphVariantRecord) > 3
    assert font["glyf"][names[ord("′")]].yMin < 300  # the sign that stands on its own hangs from 399 on
    for sign in "|([√":
        small, grown = names[ord(sign)], tall[names[ord(sign)]]
        parts = {part.glyph for part in grown.GlyphAssembly.PartRecords}
        every = parts | {record.VariantGlyph for record in grown.MathGlyphVariantRecord}
        assert max(widths[name][0] for name in every) <= 1.26 * widths[small][0]
        assert all(widths[name][1] == font["glyf"][name].xMin for name in every)
        assert small not in parts
