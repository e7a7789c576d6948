"""Formulas of a slide -> their steps, `$$ {1|2|all}`; and warnings where a `|` in one cuts a table's row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.latex import rows
from deck_builder.model import Step
from deck_builder.parse.info import OPTIONS, Info, did_you_mean, read_info
from deck_builder.parse.report import Report
from deck_builder.parse.steps import read_steps

_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_WHOLE = re.compile(r"(?<![\\\d$])(\$\$?)(?![\s$])(?:\\.|[^$\\|])+(?<!\s)\1(?!\d)")
_CUT = re.compile(r"(?<![\\\d$])(\$\$?)(?![\s$])(?:\\.|[^$\\])+(?<!\s)\1(?!\d)")
_OPTIONS = ("at", "finally")
_TABLE_DELIMITER = re.compile(r"[\s>]*(?:\|\s*)?:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")


def take_formula_steps(tokens: Sequence[Token], report: Report) -> None:
    """Give block formulas what their info says: `meta["steps"]` over their rows, and `"at"`.

    `"veiled"` are the indices of the steps that hide the formula, `"finally"` holds the step after the last click.
    """
    for token in tokens:
        if token.type != "math_block":
            continue
        if not token.meta["closed"]:
            hint = "close it with a line $$, indented as this one is"
            opening: Span = token.meta["span"]
            report.warn("D017", "this formula is never closed", report.span(opening.start, column=opening.column), hint)
        if token.info:
            _Info(token, report).take()


class _Info:
    """The info of a formula; what is wrong in it is warned of at its place."""

    def __init__(self, token: Token, report: Report) -> None:
        self.token, self.report = token, report
        self.count = rows(token.content)

    def take(self) -> None:
        """Leave what the info says in the token's meta."""
        info, meta = read_info(self.token.info), self.token.meta
        names = [name.strip() for name in info.ranges.split("|")]
        if veiled := tuple(at for at, name in enumerate(names) if name == "hide"):
            meta["veiled"] = veiled
        if info.ranges:
            # what hides lights all below its veil; blanks keep the places of what follows
            shown = "|".join(" " * len(part) if part.strip() == "hide" else part for part in info.ranges.split("|"))
            meta["steps"] = self._steps(shown, info.ranges_offset)
        self._read_options(info)

    def _read_options(self, info: Info) -> None:
        for pair in info.pairs:
            try:
                if pair.name == "at":
                    self.token.meta["at"] = OPTIONS["at"].read(pair.value)
                elif pair.name != "finally":
                    self._warn("D011", f"unknown option {pair.name}", pair.offset, did_you_mean(pair.name, _OPTIONS))
                elif pair.value != "last":
                    self.token.meta["finally"] = self._steps(str(pair.value), pair.offset)[:1]
            except ValueError:
                allowed = f"it takes {OPTIONS['at'].allowed}"
                self._warn("D011", f"at can't be {pair.value!r}", pair.offset, allowed)

    def _steps(self, ranges: str, offset: int) -> tuple[Step, ...]:
        steps, strays = read_steps(ranges, self.count)
        for stray in strays:
            message = f"{stray.text} {stray.reason}".replace("outside the block", "outside the formula")
            has = f"rows 1 to {self.count}" if self.count > 1 else "one row only"
            self._warn("D015", message, offset + stray.offset, f"the formula has {has}")
        return steps

    def _warn(self, code: str, message: str, offset: int, hint: str) -> None:
        column = self.token.meta["columns"][0] + offset
        self.report.warn(code, message, self.report.span(self.token.meta["span"].start, column=column), hint)


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
