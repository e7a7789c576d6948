"""Tokens of a slide -> warnings: texts that do something in Slidev, and are shown as written here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from deck_builder.parse.report import Report


@dataclass(frozen=True, slots=True)
class _Construct:
    """What it looks like, and what its author is told."""

    pattern: re.Pattern[str]
    message: str
    hint: str


_CONSTRUCTS = (
    _Construct(
        re.compile(r"\{\{.+?\}\}"),
        "{} is not evaluated: it is shown as written",
        "write what it stands for; in backquotes it is code",
    ),
)
_LITERAL = ("pre", "code")


def report_foreign(tokens: Sequence[Token], lines: Sequence[str], report: Report) -> None:
    """Warn of each kind of construct once, where the deck has it first."""
    said = [problem.message for problem in report.problems if problem.code == "D020"]
    told = {each for each in _CONSTRUCTS if any(message.endswith(each.message.strip("{}")) for message in said)}
    for line, text in _texts(tokens):
        for construct in _CONSTRUCTS:
            found = construct.pattern.search(text, 0, text.rfind("}}") + 2)  # what never ends is not looked through
            if found and construct not in told:
                told.add(construct)
                column = max(lines[line].find(found[0]), 0) + 1
                span = report.span(line + 1, column=column)
                report.warn("D020", construct.message.format(found[0]), span, construct.hint)


def _texts(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Each piece of text and its line. Code and formulas are none."""
    literal = 0
    for token in tokens:
        if token.tag in _LITERAL:
            literal += token.nesting
        elif token.type == "html_text" and not literal and "span" in token.meta:
            first = token.meta["span"].start - 1
            yield from enumerate(token.content.split("\n"), first)
        elif token.map and token.children:
            line = token.map[0]
            for child in token.children:
                if child.type == "text":
                    yield line, child.content
                line += child.type in ("softbreak", "hardbreak")
