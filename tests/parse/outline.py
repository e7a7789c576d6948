"""Tokens as an outline that fixtures can hold: an element a line, what is inside it indented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markdown_it.token import Token

from deck_builder.parse.markdown import tokenize
from deck_builder.parse.report import Report
from tests.parse.reading import NAME, told


def outline(text: str, *, comark: bool = False) -> str:
    """The outline of one slide's Markdown, and what its author is told."""
    report = Report(NAME)
    tokens = tokenize(text.split("\n"), 0, report, comark=comark)
    return "\n".join([*_lines(tokens), *map(told, report.in_order())])


def _lines(tokens: Iterable[Token]) -> Iterator[str]:
    depth = 0
    for token in _visible(tokens):
        if token.nesting < 0:
            depth -= 1
        else:
            yield "  " * depth + _shown(token)
            depth += token.nesting


def _visible(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "inline":
            yield from _visible(token.children or ())
        elif not token.hidden and (token.type != "text" or token.content):
            yield token


def _shown(token: Token) -> str:
    attributes = "".join(f" {name}={value!r}" if value != "" else f" {name}" for name, value in token.attrs.items())
    match token.type:
        case "text" | "html_text":
            return repr(token.content)
        case "tag_open":
            return f"<{token.tag}{attributes}>"
        case "tag":
            return f"<{token.tag}{attributes}/>"
        case "fence" | "slot":
            return f"{token.type} {token.info}".rstrip()
        case "footnote_ref":
            return f"note {token.meta['note']}, use {token.meta['use']}: {token.meta['text']}"
        case "footnote_open":
            return f"note {token.meta['note']}"
        case "footnote_block_open":
            return "notes"
        case "code_group_open":
            return f"code group{attributes}"
        case _:
            content = f" {token.content!r}" if token.content else ""
            return f"{token.tag or token.type}{attributes}{content}"
