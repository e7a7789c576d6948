"""What a formula becomes, or why it becomes nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from deck_builder.model import Step

_ROWS = re.compile(r"<(/?)(mtable|mtr)\b([^>]*)>")

Mention: TypeAlias = tuple[str, int]
"""A label, and where it is named."""


class FormulaError(Exception):
    """A formula that can't be set; `offset` counts characters of its LaTeX, from 0."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class MacroError(Exception):
    """The macro `name` that can't be read."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that is set. `wrapped` says whether it lies in an `equation`.

    `numbers` are what it shows beside the equations that it labels, by label: `(1)`.
    """

    mathml: str
    wrapped: bool
    numbers: Mapping[str, str] = field(default_factory=dict)
    labels: Sequence[Mention] = ()
    references: Sequence[Mention] = ()


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
