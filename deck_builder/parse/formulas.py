"""Formulas of Slidev's that mean something else here: `$$ {1|2|all}` has no steps, and a `|` cuts a table's row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.parse.report import Report

_STEPS = re.compile(r"[ \t]*(?P<braces>\{(?:[\d \t,;|*-]|all|none|hide)+\}[ \t]*(?:\{[^{}\n]*\})?)(?=[ \t]*\n)")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_WHOLE = re.compile(r"(?<![\\\d$])(\$\$?)(?![\s$])(?:\\.|[^$\\|])+(?<!\s)\1(?!\d)")
_CUT = re.compile(r"(?<![\\\d$])(\$\$?)(?![\s$])(?:\\.|[^$\\])+(?<!\s)\1(?!\d)")
_TABLE_DELIMITER = re.compile(r"[\s>]*(?:\|\s*)?:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")


def take_formula_steps(tokens: Sequence[Token], report: Report) -> None:
    """Take the steps out of block formulas; blanks stand in their place, so that what follows keeps its own."""
    for token in (each for outer in tokens for each in (outer, *(outer.children or ()))):
        if token.type in ("math_block", "math_inline_double") and (steps := _STEPS.match(token.content)):
            token.content = " " * steps.end() + token.content[steps.end() :]
            opening: Span = token.meta["span"]
            column = opening.column + len(token.markup) + steps.start("braces")
            message = "formula steps are not shown here; the whole formula is"
            report.warn("D020", message, report.span(opening.start, column=column), "take the braces away")


def report_broken_rows(tokens: Sequence[Token], lines: Sequence[str], report: Report) -> None:
    """Warn of each row of a table in which a formula holds the `|` that ends a cell."""
    for line in _rows(tokens, lines):
        if (column := _cut_formula(lines[line])) is not None:
            hint = r"write \| there, or \lvert, \rvert, \mid"
            message = "the | in this formula ends the cell of the table"
            report.warn("D021", message, report.span(line + 1, column=column + 1), hint)


def _rows(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[int]:
    """Lines that are rows of a table, or would be its head had it as many cells as the rule below it."""
    for token in tokens:
        if token.map and token.type == "tr_open":
            yield token.map[0]
        elif token.map and token.type == "paragraph_open":
            for line in range(token.map[0], token.map[1] - 1):
                if _TABLE_DELIMITER.fullmatch(lines[line + 1]):
                    yield line


def _cut_formula(row: str) -> int | None:
    """Where the first formula begins that no one cell of the row holds."""
    for whole in (_CODE_SPAN, _WHOLE):
        row = whole.sub(lambda found: " " * len(found[0]), row)
    formula = _CUT.search(row)
    return formula.start() if formula else None
