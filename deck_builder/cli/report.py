"""Problems -> text for people: where, what, the lines around it, and the way out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from unicodedata import east_asian_width

import click

from deck_builder.errors import Span
from deck_builder.model import Deck, Problem

AROUND = 2
WIDEST = 110
LONGEST_MESSAGE = 12

# Sequences that colour, and characters that would steer a terminal or can't be written at all.
_STEERING = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def report(problems: Sequence[Problem], text: str, deck: Deck | None) -> str:
    """All problems of a deck; what failed only because of another failure is counted with that one."""
    consequences = [found for found in problems if found.code == "D002"]
    parts = [_problem(found, text, deck) for found in problems if found.code != "D002"]
    if consequences:
        blocks = ", ".join(found.block for found in consequences)
        blamed = "1 more block" if len(consequences) == 1 else f"{len(consequences)} more blocks"
        parts.append(click.style(f"{blamed} failed only because of these: {blocks}", dim=True))
    return "\n\n".join(parts)


def place(problem: Problem, deck: Deck | None) -> str:
    """Where in the deck: `slide 15, block 15.1, line 19`; empty if nobody can tell."""
    span = problem.span
    if deck is None or span is None:
        return ""
    if problem.block:
        block = next(block for block in deck.blocks if block.id == problem.block)
        slide = f"slide {deck.slide_of(block.id).no}, block {block.id}"
        line = span.start - block.first_line + 1
        return f"{slide}, line {line}" if line > 0 else slide
    return next((f"slide {slide.no}" for slide in deck.slides if slide.span.start <= span.start <= slide.span.end), "")


def plain(text: str) -> str:
    """What an author or slide code wrote, as it may be shown: text, line ends and tabs."""
    return _STEERING.sub("", text)


def frame(span: Span, text: str, around: int = AROUND) -> str:
    """A place's line with a mark under it, and the lines around it."""
    lines = [plain(line) for line in text.split("\n")]
    if not 1 <= span.start <= len(lines):
        return ""
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


def _problem(problem: Problem, text: str, deck: Deck | None) -> str:
    colour = "red" if problem.severity == "error" else "yellow"
    where = str(problem.span) if problem.span else ""
    if around := place(problem, deck):
        where = f"{where} ({around})"
    where = f"{click.style(where, bold=True)} " if where else ""
    kind = click.style("".join((problem.severity, f" {problem.code}" if problem.code else "")), fg=colour, bold=True)
    first, *more = plain(problem.message).rstrip().split("\n")
    if len(more) > LONGEST_MESSAGE:
        more = [*more[:LONGEST_MESSAGE], f"… {len(more) - LONGEST_MESSAGE} more lines"]
    rows = [f"{where}{first}  [{kind}]", *(f"    {line}" for line in more)]
    if problem.span and (lines := frame(problem.span, text, AROUND if problem.severity == "error" else 0)):
        rows.append(lines)
    if problem.hint:
        rows.append(f"  {click.style('hint:', fg='cyan')} {plain(problem.hint)}")
    return "\n".join(rows)


def _cells(text: str) -> int:
    """How many cells of a terminal a text takes: Chinese characters take two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
