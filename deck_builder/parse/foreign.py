"""Tokens of a slide -> warnings: lines and texts that do something in Slidev, and are shown as written here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from deck_builder.parse.report import Report


@dataclass(frozen=True, slots=True)
class _Construct:
    """What it looks like, and what its author is told; `whole` if it is one only with a line of its own."""

    pattern: re.Pattern[str]
    message: str
    hint: str
    whole: bool = False


_CONSTRUCTS = (
    _Construct(
        re.compile(r"<<<(?!<)[ \t]*\S.*"),
        "the snippet of another file is not taken in: {} is shown as written",
        "copy the code into the fence",
        whole=True,
    ),
    _Construct(
        re.compile(r"\{\{.+?\}\}"),
        "{} is not evaluated: it is shown as written",
        "write what it stands for; in backquotes it is code",
    ),
    _Construct(
        re.compile(r"\[\^[^\]\s]+\]"),
        "the footnote {} is not set: it is shown as written",
        "write the note where it belongs",
    ),
)
_UNSEEN = re.compile(r"<!--.*?-->|<(style|script|pre|code)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def report_foreign(tokens: Sequence[Token], lines: Sequence[str], report: Report) -> None:
    """Warn of each kind of construct once, where the slide has it first."""
    told: set[_Construct] = set()
    for line, text, whole in _texts(tokens):
        for construct in _CONSTRUCTS:
            found = construct.pattern.fullmatch(text) if whole else construct.pattern.search(text)
            if found and construct.whole == whole and construct not in told:
                told.add(construct)
                column = max(lines[line].find(found[0]), 0) + 1
                span = report.span(line + 1, column=column)
                report.warn("D020", construct.message.format(found[0]), span, construct.hint)


def _texts(tokens: Sequence[Token]) -> Iterator[tuple[int, str, bool]]:
    """Each piece of text, its line, and whether it is the whole of that line. Code and formulas are none."""
    for token in tokens:
        if token.map and token.type == "html_block":
            seen = _UNSEEN.sub(lambda tag: re.sub(r"[^\n]", " ", tag[0]), token.content)
            yield from ((line, text, False) for line, text in enumerate(seen.split("\n"), token.map[0]))
        elif token.map and token.children:
            line = token.map[0]
            for at, text in enumerate(token.content.split("\n"), line):
                yield at, text.strip(), True
            for child in token.children:
                if child.type == "text":
                    yield line, child.content, False
                line += child.type in ("softbreak", "hardbreak")
