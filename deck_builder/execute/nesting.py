"""HTML -> how much a parser will make of it, where that is known. Pure.

A parser of HTML mends what is wrong: a `<b>` that its paragraph does not close is opened again in every paragraph after
it, so a few kilobytes of them become gigabytes (HTML, 13.2.4.3). What is counted here is what a parser would make at
most. That holds only where a tag is for sure what it looks like, so the grammar is narrow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from deck_builder.tags import VOID

MAX_DEPTH: Final = 100
"""Elements within each other."""
MAX_NODES: Final = 200_000
"""Pieces of text and elements, those counted that are opened again."""

_BLANK: Final = r"[ \t\n\f\r]"
_VALUE: Final = r"""(?:"[^"]*+"|'[^']*+'|[^ \t\n\f\r"'<>=`]++)"""
_ATTRIBUTES: Final = rf"""(?:{_BLANK}++[^ \t\n\f\r"'<>/=]++(?:{_BLANK}*+={_BLANK}*+{_VALUE})?+)*+{_BLANK}*+"""
_TOKEN: Final = re.compile(
    r"(?P<text>[^<]++|<(?![a-zA-Z/!?]))"
    r"|<!--[^<>]*-->|<![a-zA-Z][^<>]*+>"
    rf"|<(?P<raw>style|script){_ATTRIBUTES}>(?:[^<]|<(?![/!]))*+</(?P=raw){_BLANK}*+>"
    rf"|<(?P<open>[a-zA-Z][^ \t\n\f\r/<>]*+){_ATTRIBUTES}/?>"
    rf"|</(?P<close>[a-zA-Z][^ \t\n\f\r/<>]*+){_BLANK}*+>",
    re.IGNORECASE,
)
_COME_AGAIN: Final = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
"""What is opened again where something else ended it."""

_UNREADABLE: Final = frozenset(
    [
        *("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext"),
        *("template", "frameset", "select"),
    ]
)
"""Elements in which tags are text, or which are read by rules of their own."""

_ROWS: Final = frozenset(["tr", "td", "th"])
_PARTS: Final = _ROWS | {"tbody", "thead", "tfoot"}
_ENDED_BY_OPENING: Final[Mapping[str, frozenset[str]]] = {
    **{"p": frozenset(["p"]), "li": frozenset(["li"])},
    **dict.fromkeys(("dt", "dd"), frozenset(["dt", "dd"])),
    **dict.fromkeys(("td", "th"), frozenset(["td", "th"])),
    "tr": _ROWS,
    **dict.fromkeys(("tbody", "thead", "tfoot"), _PARTS),
}
_ENDED_BY_CLOSING: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("ul", "ol"), frozenset(["li", "p"])),
    **dict.fromkeys(("div", "li", "td", "th"), frozenset(["p"])),
    "dl": frozenset(["dt", "dd", "p"]),
    "tr": frozenset(["td", "th"]),
    **dict.fromkeys(("tbody", "thead", "tfoot"), _ROWS),
    "table": _PARTS,
}
"""What may be left open, since something else ends it; all other ends must be written."""


def nodes(html: str) -> int | None:
    """How many pieces a parser makes of it at most, but for parts of tables; None where that is too many or unknown.

    It is known where each end tag ends what was opened last.
    """
    opened: list[str] = []
    again = count = at = 0
    while at < len(html):
        token = _TOKEN.match(html, at)
        if token is None:
            return None
        at = token.end()
        count += 1 + again
        if name := (token["open"] or "").lower():
            if name in _UNREADABLE:
                return None
            _end(opened, _ENDED_BY_OPENING.get(name, frozenset()))
            if name not in VOID:
                opened.append(name)
                again += name in _COME_AGAIN
        elif name := (token["close"] or "").lower():
            _end(opened, _ENDED_BY_CLOSING.get(name, frozenset()) - {name})
            if opened:  # else there is nothing that it could end
                if opened.pop() != name:
                    return None
                again -= name in _COME_AGAIN
        if count > MAX_NODES or len(opened) > MAX_DEPTH:
            return None
    return count


def _end(opened: list[str], names: frozenset[str]) -> None:
    while opened and opened[-1] in names:
        opened.pop()
