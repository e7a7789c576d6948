"""Tokens -> tokens whose tags match: what is never closed is closed where its surroundings end, a stray end goes.

A page then holds together whatever an author's HTML lacks; the author is told of each tag, at its place.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from deck_builder.parse.html import close_tag
from deck_builder.parse.report import Report

DEEPEST = 100
"""Elements that may stand in each other: what comes after works its way down, and browsers, too, have a limit."""


def balance(tokens: Sequence[Token], report: Report | None) -> list[Token]:
    """The stream, mended. HTML can't end what Markdown opened, and nothing reaches from one slot into the next."""
    stream: list[Token] = []
    path: list[Token] = []
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = balance(token.children, report)
        elif token.nesting == 1:
            path.append(token)
            if len(path) > DEEPEST and token.type == "tag_open":
                if len(path) == DEEPEST + 1:
                    said = f"<{token.tag}> is left out: it stands in more than {DEEPEST} elements"
                    _tell(token, said, "is an end tag missing above?", report)
                continue
        elif token.nesting == -1:
            at = _opener(path, token)
            if at is None and token.type == "tag_close":
                _tell(token, f"</{token.tag}> closes nothing that is open here", "take it away", report)
                continue
            stream += _closed(path, 0 if at is None else at + 1, report)
            del path[-1:]
            if len(path) >= DEEPEST and token.type == "tag_close":
                continue  # of an element that was left out
        elif token.type == "slot":
            stream += _closed(path, 0, report)
        stream.append(token)
    return stream + _closed(path, 0, report)


def _opener(path: list[Token], closing: Token) -> int | None:
    """Which open token the closing one ends: the innermost of its name, or of its kind."""
    for at in reversed(range(len(path))):
        opening = path[at]
        if closing.type != "tag_close":
            if opening.type != "tag_open":
                return at  # Markdown's own always match
        elif opening.type != "tag_open":
            return None
        elif opening.tag.lower() == closing.tag.lower():
            return at
    return None


def _closed(path: list[Token], depth: int, report: Report | None) -> list[Token]:
    """End tags for what is open beyond a depth; `path` forgets it."""
    closings = []
    while len(path) > depth:
        opening = path.pop()
        if opening.type == "tag_open":
            _tell(opening, f"<{opening.tag}> is never closed", f"write </{opening.tag}> where it ends", report)
            if len(path) < DEEPEST:
                closings.append(close_tag(opening.tag, None, block=opening.block))
    return closings


def _tell(token: Token, message: str, hint: str, report: Report | None) -> None:
    if report and (span := token.meta.get("span")):
        report.warn("D016", message, span, hint)
