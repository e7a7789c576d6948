"""A slide -> its title as a line of HTML: its heading with code, formulas and emphasis, without links and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from markdown_it.token import Token

from deck_builder.model import Slide
from deck_builder.render.components.use import Around

_KEPT = frozenset(["text", "text_special", "code_inline", "math_inline", "math_inline_double", "softbreak"])
_EMPHASIS = frozenset(["strong", "em", "s", "mark"])


def title_html(slide: Slide, around: Around) -> str:
    """The title that the front matter gives, or else the heading that the slide has it from."""
    if not (slide.frontmatter.get("title") or slide.frontmatter.get("name")):
        for opening, inline in pairwise(slide.tokens):
            if opening.type != "heading_open" or opening.level or not inline.children:
                continue
            if html := " ".join(around.line(list(_plain(inline.children))).split()):
                return html
    return escape(slide.title)


def _plain(tokens: Sequence[Token]) -> Iterator[Token]:
    """What a heading says, without what it does: emphasis keeps no click, an element is only its text."""
    for token in tokens:
        if token.type in _KEPT:
            yield token
        elif token.type in ("hardbreak", "tag") and token.tag == "br":
            yield Token("softbreak", "br", 0)
        elif token.type == "html_text":
            yield Token("text", "", 0, content=token.content)
        elif token.tag in _EMPHASIS and not token.type.startswith("tag"):
            yield Token(token.type, token.tag, token.nesting)
