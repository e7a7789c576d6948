"""Headmatter -> what the page says of itself in its `<head>`: title, description, author, icon, cards. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt

from deck_builder.keys import SEO_KEYS, setting
from deck_builder.model import Deck

_HOUSE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="11.500" y="1.500" rx="2.500"'
    ' fill="#35667b"/><path d="M6.200 4.300v6l5-3z" fill="#fff"/><path d="M5 14.500h6" stroke="#35667b"'
    ' stroke-width="1.500" stroke-linecap="round"/></svg>'
)
_WORD = re.compile(r"(og|twitter)([A-Z])")


def head(deck: Deck, icon: str) -> str:
    """The elements of the head that are the deck's own; without an `icon`, an address, the house's."""
    front = deck.headmatter
    template = setting(front, "titleTemplate") or "%s"
    tags = [f"<title>{escape(template.replace('%s', deck.title))}</title>"]
    said = {
        "description": _first_paragraph(setting(front, "info") or ""),
        "author": _names(front.get("author")),
        "keywords": ", ".join(setting(front, "keywords") or ()),
    }
    tags += [f'<meta name="{name}" content="{escape(text)}">' for name, text in said.items() if text]
    seo = setting(front, "seoMeta") or {}
    tags += [_card(key, seo[key]) for key in SEO_KEYS if isinstance(seo.get(key), str) and seo[key] != "auto"]
    tags.append(f'<link rel="icon" href="{escape(icon or f"data:image/svg+xml,{quote(_HOUSE)}")}">')
    return "\n".join(tags)


def _card(key: str, text: str) -> str:
    name = _WORD.sub(lambda found: f"{found[1]}:{found[2].lower()}", key)
    return f'<meta {"property" if name.startswith("og") else "name"}="{name}" content="{escape(text)}">'


@lru_cache(maxsize=8)
def _first_paragraph(markdown: str) -> str:
    """The first paragraph of a Markdown text without its markup."""
    tokens = MarkdownIt().parse(markdown) if markdown else []
    for opening, inline in pairwise(tokens):
        if opening.type == "paragraph_open":
            parts = (" " if part.type == "softbreak" else part.content for part in inline.children or ())
            return " ".join("".join(parts).split())
    return ""


def _names(author: Any) -> str:
    """An author, or several, each a text or a mapping with a name."""
    authors = author if isinstance(author, list) else [author]
    names = (one.get("name") if isinstance(one, dict) else one for one in authors)
    return ", ".join(str(name) for name in names if name)
