"""Front matter and tokens of a slide -> its title and level."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from markdown_it.token import Token


def read_title(frontmatter: Mapping[str, Any], tokens: Sequence[Token]) -> tuple[str, int]:
    """The title and its level, from 1; "" and 0 without. `title` or `name`, else the first `#` heading with words.

    A heading counts outside of lists, quotations, code and comments; one that is underlined does not (Slidev's rule).
    """
    title = next((str(frontmatter[key]) for key in ("title", "name") if frontmatter.get(key)), "")
    level = 1 if title else 0
    if not title:
        headings = ((opening, inline) for opening, inline in pairwise(tokens) if opening.type == "heading_open")
        for opening, inline in headings:
            if opening.level == 0 and opening.markup.startswith("#") and (title := plain(inline.children or ())):
                level = int(opening.tag[1:])
                break
    given = frontmatter.get("level")
    return title, given if isinstance(given, int) and given > 0 else level


def plain(children: Sequence[Token]) -> str:
    """What inline Markdown reads as, without its markup: code and formulas as they are written, tags left out."""
    return re.sub(r"\s+", " ", "".join(_text(token) for token in children)).strip()


def _text(token: Token) -> str:
    match token.type:
        case "softbreak" | "hardbreak":
            return " "
        case "tag" if token.tag == "br":
            return " "
        case _:
            return token.content
