"""A deck's formulas -> their HTML, set together: equations are counted, and referred to, across its slides. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.model import Click, Deck, Problem, Slide, Step
from deck_builder.remember import Remember, make_anew
from deck_builder.render.code import steps_attribute
from deck_builder.render.latex_names import did_you_mean, way_out
from deck_builder.render.macros import bad_macro, read_macros
from deck_builder.render.mathml import Formula, FormulaError, MacroError, with_rows

if TYPE_CHECKING:
    from deck_builder.render.typeset import Typesetter


class Formulas:
    """The formulas of one deck. `problems` tells what is wrong with them, and with the deck's macros."""

    def __init__(self, deck: Deck, words: Mapping[str, str], remember: Remember = make_anew) -> None:
        self.problems: list[Problem] = []
        self._deck, self._words = deck, words
        self._labels: dict[str, Span] = {}
        self._equations: dict[str, tuple[str, str]] = {}
        self._slides = {id(token): (token, slide) for slide in deck.slides for token in _formulas(slide)}
        formulas = self._remembered(remember)
        for (token, slide), formula in zip(self._slides.values(), formulas, strict=True):
            self._take(token, slide, formula)
        self._html = {
            id(token): self._finished(token, formula)
            for (token, _), formula in zip(self._slides.values(), formulas, strict=True)
        }
        self._of: dict[int, list[str]] = {}
        for (_, slide), html in zip(self._slides.values(), self._html.values(), strict=True):
            self._of.setdefault(slide.no, []).append(html)

    def html(self, token: Token) -> str:
        """A formula as it stands on its slide, or in its note."""
        return self._html[id(token)]

    def of(self, no: int) -> tuple[str, ...]:
        """All formulas of a slide, by its number, as they stand on it."""
        return tuple(self._of.get(no, ()))

    @cached_property
    def _typesetter(self) -> Typesetter:
        from deck_builder.render.typeset import Typesetter  # slow to load

        macros = read_macros(self._deck, self.problems)
        used = "".join(token.content for token, _ in self._slides.values())
        while True:
            try:
                return Typesetter(macros, used)
            except MacroError as error:
                self.problems.append(bad_macro(self._deck, error.name, error.message))
                del macros[error.name]

    def _remembered(self, remember: Remember) -> Sequence[Formula | FormulaError]:
        """All formulas but for their references, remembered as one: they share the count of equations, and macros."""
        if remember is make_anew or not self._slides:
            return self._all_set
        written = [(token.content, *_manner(token)) for token, _ in self._slides.values()]
        key = json.dumps([self._deck.headmatter.get("katex"), written], default=str)
        kept = remember(f"formulas\0{key}", self._kept)
        return _from_json(kept, len(written)) or self._all_set

    def _kept(self) -> str:
        formulas = self._all_set
        return "" if self.problems else _as_json(formulas)

    @cached_property
    def _all_set(self) -> Sequence[Formula | FormulaError]:
        return [self._set(token) for token, _ in self._slides.values()]

    def _set(self, token: Token) -> Formula | FormulaError:
        block, rows = _manner(token)
        try:
            return self._typesetter.set(token.content, block=block, rows=rows)
        except FormulaError as error:
            return error

    def _take(self, token: Token, slide: Slide, formula: Formula | FormulaError) -> None:
        """From now on the labels of a formula are known, and where they are; one that can't be set is told of."""
        if isinstance(formula, FormulaError):
            hint = way_out(formula.message, self._typesetter.macros)
            self._report(token, formula.offset, f"this formula can't be set: {formula.message}", hint)
            return
        for label, offset in formula.labels:
            place = self._place(token, offset)
            if self._labels.setdefault(label, place) != place:  # a slide may be taken in twice
                hint = "give each equation a label of its own"
                self._report(token, offset, f"the label {label} is that of another equation already", hint)
            elif number := formula.numbers.get(label):
                self._equations.setdefault(label, (number, f"#/{slide.no}"))

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
        if not _refers(formula):
            return formula.mathml
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


def _manner(token: Token) -> tuple[bool, bool]:
    """Whether a formula is set as a block, and whether in rows."""
    return token.type != "math_inline", "steps" in token.meta


def _refers(formula: Formula) -> bool:
    """Whether there is a reference in it; what that shows only its typesetter knows."""
    return ' href="#' in formula.mathml


def _as_json(formulas: Sequence[Formula | FormulaError]) -> str:
    """Formulas to be remembered; "" if there is more to them than what they are."""
    if any(isinstance(one, FormulaError) or _refers(one) for one in formulas):
        return ""
    return json.dumps([astuple(one) for one in formulas if isinstance(one, Formula)])


def _from_json(kept: str, count: int) -> Sequence[Formula] | None:
    """Formulas as they were remembered; None for what was not: a file of the cache's can hold anything."""
    try:
        formulas = [Formula(str(mathml), *others) for mathml, *others in json.loads(kept)]
    except (ValueError, TypeError):
        return None
    return formulas if len(formulas) == count else None


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
