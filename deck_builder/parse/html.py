"""Tokens -> tokens in which raw HTML is `tag_open`, `tag_close`, `tag`, `html_text`, `style`: each tag one of its own.

A directive, a component and its children can then be found in the one flat stream, whatever Markdown lies between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import unescape

from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.tags import VOID

_NAME = r"[a-zA-Z][\w.:-]*"
_VALUE = r"""(?:"[^"]*"|'[^']*'|[^\s"'<>]+)"""
OPEN_TAG = rf"""<(?P<open>{_NAME})(?P<attributes>(?:\s+[^\s=<>"'/]+(?:\s*=\s*{_VALUE})?)*)\s*(?P<void>/?)>"""
_PIECE = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<style\b[^<>]*>(?P<css>.*?)(?:</style(?=[\s/>])[^<>]*>?|\Z)"  # where browsers end it, `</style x>` among others
    r"|(?P<script><script\b.*?(?:</script(?=[\s/>])[^<>]*>?|\Z))"
    rf"|</(?P<close>{_NAME})\s*>"
    rf"|{OPEN_TAG}",
    re.DOTALL | re.IGNORECASE,
)
_STRAY = re.compile(r"<(?=[a-zA-Z/!?])")  # what looks like a tag and is none
_LITERAL = re.compile(r"'([^'\\]*)'|(\d+(?:\.\d+)?)")
_ATTRIBUTE = re.compile(rf"""([^\s=<>"'/]+)(?:\s*=\s*({_VALUE}))?""")


SLOTTED = frozenset(["v-switch", "VSwitch", "LightOrDark", "light-or-dark", "RenderWhen", "render-when"])
"""Components whose own slots `<template #…>` opens; elsewhere it opens one of the layout's."""


def split_html(tokens: Sequence[Token]) -> list[Token]:
    """The stream with its raw HTML taken apart, within inline text, too."""
    split: list[Token] = []
    slotted = 0
    for token in tokens:
        if token.type in ("html_block", "html_inline"):
            for piece in _pieces(token):
                slotted += piece.nesting * (piece.tag in SLOTTED)
                split.append(piece)
        elif token.type == "slot" and slotted > 0 and token.markup != "::":
            span = token.meta.get("span")
            if token.markup == "<template":
                split.append(open_tag("template", {f"#{token.info}": ""}, span, block=True))
            else:
                split.append(close_tag("template", span, block=True))
        else:
            if token.children:
                token.children = split_html(token.children)
            split.append(token)
    return split


def open_tag(name: str, attrs: dict[str, str], span: Span | None, *, block: bool) -> Token:
    """An opening tag; attributes without a value have an empty one."""
    return _token("tag_open", name, 1, span, block=block, attrs=attrs)


def close_tag(name: str, span: Span | None, *, block: bool) -> Token:
    """A closing tag."""
    return _token("tag_close", name, -1, span, block=block)


def void_tag(name: str, attrs: dict[str, str], span: Span | None, *, block: bool) -> Token:
    """An element without content."""
    return _token("tag", name, 0, span, block=block, attrs=attrs)


def read_attributes(text: str) -> dict[str, str]:
    """The attributes in a tag, by name, as an author writes them: `v-click="3"`, `:at="2"`, `#right`, bare ones too."""
    return {name: unescape(_unquoted(value)) for name, value in _ATTRIBUTE.findall(text)}


def _unbound(name: str, attrs: dict[str, str]) -> dict[str, str]:
    """Attributes of HTML's own elements that are bound to a text or a number, `:src="'a.png'"`, as HTML has them."""
    if "-" in name or not name.islower():
        return attrs  # a component knows what its properties may be bound to
    plain = {}
    for written, value in attrs.items():
        literal = _LITERAL.fullmatch(value) if written[0] == ":" and written[1:] not in attrs else None
        plain[written[1:] if literal else written] = (literal[1] or literal[2] or "") if literal else value
    return plain


def _pieces(html: Token) -> Iterator[Token]:
    """The pieces of one token of raw HTML, each with its own place."""
    block, at, text = html.type == "html_block", 0, html.content
    outer: Span | None = html.meta.get("span")
    place = _Walk(text, outer)
    for found in _PIECE.finditer(text):
        if between := text[at : found.start()]:
            yield _text(between, place.at(at), block=block)
        at = found.end()
        span = place.at(found.start())
        if name := found["open"]:
            attrs = _unbound(name, read_attributes(found["attributes"]))
            void = found["void"] or (name.lower() in VOID and name != "Link")  # Slidev's <Link> holds text
            yield (void_tag if void else open_tag)(name, attrs, span, block=block)
        elif found["close"]:
            yield close_tag(found["close"], span, block=block)
        elif found["css"] is not None:
            yield _token("style", "", 0, span, block=block, content=found["css"])
        elif found["script"]:
            yield _token("script", "", 0, span, block=block)
    if rest := text[at:]:
        yield _text(rest, place.at(at), block=block)


def _text(content: str, span: Span | None, *, block: bool) -> Token:
    """Text between tags; blanks stand nowhere."""
    written = _STRAY.sub("&lt;", content)
    return _token("html_text", "", 0, span if content.strip() else None, block=block, content=written)


class _Walk:
    """Where offsets of a text stand in the file, asked for in ascending order."""

    def __init__(self, text: str, outer: Span | None) -> None:
        self.text, self.outer = text, outer
        self.offset = self.line = 0

    def at(self, offset: int) -> Span | None:
        if self.outer is None:
            return None
        self.line += self.text.count("\n", self.offset, offset)
        self.offset = offset
        start = self.text.rfind("\n", 0, offset) + 1
        column = offset - start + (1 if self.line else self.outer.column)
        line = self.outer.start + self.line
        return replace(self.outer, start=line, end=line, column=column)


def _token(
    kind: str,
    name: str,
    nesting: int,
    span: Span | None,
    *,
    block: bool,
    attrs: dict[str, str] | None = None,
    content: str = "",
) -> Token:
    given: dict[str, str | int | float] = dict(attrs or {})
    meta = {"span": span} if span else {}
    return Token(kind, name, nesting, attrs=given, content=content, block=block, meta=meta)  # type: ignore[arg-type]


def _unquoted(value: str) -> str:
    return value[1:-1] if value[:1] in ("'", '"') else value
