"""A deck's formulas -> their HTML, set together: equations are counted, and referred to, across its slides. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.model import Click, Deck, Problem, Slide, Step
from deck_builder.render.code import steps_attribute
from deck_builder.render.latex_names import did_you_mean, way_out
from deck_builder.render.macros import bad_macro, read_macros

if TYPE_CHECKING:
    from deck_builder.render.typeset import Formula, FormulaError, Typesetter

_ROWS = re.compile(r"<(/?)(mtable|mtr)\b([^>]*)>")


class Formulas:
    """The formulas of one deck. `problems` tells what is wrong with them, and with the deck's macros."""

    def __init__(self, deck: Deck, words: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self._deck, self._words = deck, words
        self._labels: dict[str, Span] = {}
        self._equations: dict[str, tuple[str, str]] = {}
        self._slides = {id(token): (token, slide) for slide in deck.slides for token in _formulas(slide)}
        formulas = [(token, self._set(token, slide)) for token, slide in self._slides.values()]
        self._html = {id(token): self._finished(token, formula) for token, formula in formulas}

    def html(self, token: Token) -> str:
        """A formula as it stands on its slide, or in its note."""
        return self._html[id(token)]

    @cached_property
    def _typesetter(self) -> Typesetter:
        from deck_builder.render.typeset import MacroError, Typesetter

        macros = read_macros(self._deck, self.problems)
        used = "".join(token.content for token, _ in self._slides.values())
        while True:
            try:
                return Typesetter(macros, used)
            except MacroError as error:
                self.problems.append(bad_macro(self._deck, error.name, error.message))
                del macros[error.name]

    def _set(self, token: Token, slide: Slide) -> Formula | FormulaError:
        """A formula but for its references; from now on its labels are known, and where they are."""
        from deck_builder.render.typeset import FormulaError

        try:
            block = token.type != "math_inline"
            formula = self._typesetter.set(token.content, block=block, rows="steps" in token.meta)
        except FormulaError as error:
            hint = way_out(error.message, self._typesetter.macros)
            self._report(token, error.offset, f"this formula can't be set: {error.message}", hint)
            return error
        for label, offset in formula.labels:
            place = self._place(token, offset)
            if self._labels.setdefault(label, place) != place:  # a slide may be taken in twice
                hint = "give each equation a label of its own"
                self._report(token, offset, f"the label {label} is that of another equation already", hint)
            elif number := formula.numbers.get(label):
                self._equations.setdefault(label, (number, f"#/{slide.no}"))
        return formula

    def _finished(self, token: Token, formula: Formula | FormulaError) -> str:
        """The HTML of a formula, with its references and its steps; its source where it can't be set."""
        steps: tuple[Step, ...] = token.meta.get("steps", ())
        if isinstance(formula, Exception):
            said = escape(f"{self._words['bad_formula']}: {formula.message}")
            inner = f'<code class="bad-formula" title="{said}">{escape(token.content.strip())}</code>'
        else:
            inner = self._with_references(token, formula)
            if steps:
                inner = with_rows(inner, steps[0], wrapped=formula.wrapped)
        if token.type == "math_inline":
            return inner
        if token.type == "math_inline_double":
            return f'<span class="formula">{inner}</span>'
        return f"<div{_stepping(token, steps)}>{inner}</div>\n"

    def _with_references(self, token: Token, formula: Formula) -> str:
        mathml, unknown = self._typesetter.with_references(formula.mathml, self._equations)
        for label in unknown:
            offset = next((at for name, at in formula.references if name == label), 0)
            hint = did_you_mean(label, self._equations)
            self._report(token, offset, f"no numbered equation has the label {label}", hint)
        return mathml

    def _report(self, token: Token, offset: int, message: str, hint: str) -> None:
        problem = Problem("D014", message, self._place(token, offset), hint)
        if problem not in self.problems:
            self.problems.append(problem)

    def _place(self, token: Token, offset: int) -> Span:
        """Where a character of a formula's LaTeX stands in the file; of one in a note, where its slide does."""
        span: Span | None = token.meta.get("span")
        if span is None:
            return self._slides[id(token)][1].span
        before = token.content[:offset]
        row, column = before.count("\n"), offset - (before.rfind("\n") + 1)
        starts: Sequence[int] = token.meta.get("columns") or [span.column + len(token.markup)]
        return Span(span.path, span.start + row, span.start + row, (starts[row] if row < len(starts) else 1) + column)


def _formulas(slide: Slide) -> Iterator[Token]:
    """The formulas of a slide and of its note."""
    for token in (*slide.tokens, *(token for part in slide.note_parts for token in part.tokens)):
        if token.type.startswith("math_"):
            yield token
        elif token.children:
            yield from (child for child in token.children if child.type.startswith("math_"))


def _stepping(token: Token, steps: tuple[Step, ...]) -> str:
    """The attributes of a block formula, as the client reads them: what a step with `!` hides."""
    veiled = token.meta.get("veiled", ())
    if len(steps) < 2:
        still = " away" if veiled else " stepped" if steps and steps[0] is not None else ""
        return f' class="formula{still}"'
    click = token.meta.get("click")
    shown = "|".join("!" * (at in veiled) + step for at, step in enumerate(steps_attribute(steps).split("|")))
    last = f' data-finally="{steps_attribute(token.meta["finally"])}"' if "finally" in token.meta else ""
    start = click.start if isinstance(click, Click) else 1
    return f' class="formula" data-steps="{shown}" data-click="{start}"{last}'


def with_rows(mathml: str, lit: Step, *, wrapped: bool) -> str:
    """MathML whose outermost rows are lines, as code has them, lit or dim.

    `wrapped` is MathML that lies as a whole in the table of an `equation`, which has rows only if nothing in it does.
    Rows of tables that stand side by side go together; those of small stacks, as below a sum, are none.
    """
    tables: list[int | None] = []  # of each open table, the rows that it had; None if its rows do not count
    skip = wrapped and mathml.count("<mtable") > 1

    def mark(found: re.Match[str]) -> str:
        closing, name, attributes = found.groups()
        if name == "mtable" and closing:
            tables.pop()
        elif name == "mtable":
            outermost = not any(rows is not None for rows in tables) and not (skip and not tables)
            tables.append(0 if outermost and 'scriptlevel="1"' not in attributes else None)
        elif not closing and (rows := tables[-1]) is not None:
            tables[-1] = rows = rows + 1
            state = "" if lit is None else " lit" if rows in lit else " dim"
            return f'<mtr class="line{state}" data-line="{rows}"{attributes}>'
        return found[0]

    return _ROWS.sub(mark, mathml)
