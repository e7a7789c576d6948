"""Problems -> text for people: where, what, the lines around it, and the way out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import click

from deck_builder.cli.say import named, plain
from deck_builder.errors import Span

if TYPE_CHECKING:
    from deck_builder.cli.judged import Finding, Judged
    from deck_builder.model import Problem

AROUND = 2
WIDEST = 110
LONGEST_MESSAGE = 12


def report(judged: Judged) -> str:
    """All problems of a deck; what failed only because of another failure is counted with that one."""
    consequences = [found for found in judged.problems if found.code == "D002"]
    parts = [_finding(found, judged) for found in judged.findings if found.problem.code != "D002"]
    if consequences:
        blocks = ", ".join(found.block for found in consequences)
        blamed = "1 more block" if len(consequences) == 1 else f"{len(consequences)} more blocks"
        parts.append(click.style(f"{blamed} failed only because of these: {blocks}", dim=True))
    return "\n\n".join(parts)


def where(problem: Problem, path: Path) -> str:
    """A problem's place, or the deck's path; empty where the message names that itself."""
    return "" if problem.span is None and str(path) in problem.message else named(problem.span or path)


def frame(span: Span, written: Sequence[str], around: int = AROUND) -> str:
    """A place's line with a mark under it, and the lines around it."""
    if not 1 <= span.start <= len(written):
        return ""
    lines = [plain(line) for line in written]
    first, last = max(1, span.start - around), min(len(lines), span.start + around)
    width = len(str(last))
    rows = []
    for no in range(first, last + 1):
        line = lines[no - 1]
        if no != span.start:
            rows.append(click.style(f"  {no:>{width}} | {_cut(line)}".rstrip(), dim=True))
            continue
        # Of a long line the part is shown that holds the place.
        before = (
            line[: span.column - 1] if span.column <= WIDEST - 20 else f"…{line[span.column - 21 : span.column - 1]}"
        )
        rows.append(f"{click.style('>', fg='red')} {no:>{width}} | {_cut(before + line[span.column - 1 :])}")
        mark = click.style("^", fg="red", bold=True)
        rows.append(f"  {'':>{width}} | {' ' * _cells(before.expandtabs(4))}{mark}")
    return "\n".join(rows)


def _cut(line: str) -> str:
    line = line.expandtabs(4).rstrip()
    ends = accumulate(map(_cells, line))
    fits = sum(end < WIDEST for end in ends)
    return line if fits >= len(line) - 1 else f"{line[:fits]}…"


def _finding(found: Finding, judged: Judged) -> str:
    problem = found.problem
    colour = "red" if problem.severity == "error" else "yellow"
    at = where(problem, judged.path)
    if found.place:
        at = f"{at} ({found.place})"
    elif at and problem.span is None:
        at = f"{at}:"
    at = f"{click.style(at, bold=True)} " if at else ""
    kind = click.style("".join((problem.severity, f" {problem.code}" if problem.code else "")), fg=colour, bold=True)
    first, *more = plain(problem.message).rstrip().split("\n")
    if len(more) > LONGEST_MESSAGE:
        more = [*more[:LONGEST_MESSAGE], f"… {len(more) - LONGEST_MESSAGE} more lines"]
    rows = [f"{at}{first}  [{kind}]", *(f"    | {line}".rstrip() for line in more)]
    if problem.origin:
        rows.append(f"    {named(problem.origin)}")
    around = AROUND if problem.severity == "error" else 0
    if problem.span and (lines := frame(problem.span, judged.lines(problem.span.path), around)):
        rows.append(lines)
    if problem.hint:
        hint = plain(problem.hint).rstrip().replace("\n", "\n        | ")
        rows.append(f"  {click.style('hint:', fg='cyan')} {hint}")
    return "\n".join(rows)


def _cells(text: str) -> int:
    """How many cells of a terminal a text takes: Chinese characters take two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
