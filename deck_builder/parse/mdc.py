"""`{.cls #id width=50 style="…"}` -> attributes: the braces of MDC (Comark), in which names may stand alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from deck_builder.parse.report import Report

NAME = r"[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"

ATTRIBUTE = re.compile(r"[:@]?[A-Za-z_][\w:.-]*")
"""The name of an attribute."""

_WORD = r"(?:\[[^\]\s]*\]|[^\s.#\[\]{}=\"'])+"
_ITEM = re.compile(
    rf"\s*(?:\.(?P<class>{_WORD})|\#(?P<id>{_WORD})"
    rf"|(?P<name>{ATTRIBUTE.pattern})"
    r"""(?:=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>\[[^\]]*\]|\{[^{}]*\}|[^\s"'{}]+)))?)"""
    r"(?=[\s.#}])"
)
_END = re.compile(r"\s*\}")

_UNREAD = "attributes in braces are not read: they are shown as written"
_LOOKS_LIKE = re.compile(
    r"(?<!\{)\{[.#](?!\d)[^\s{}][^{}]*\}"  # {.cls}
    r"""|(?<!\{)\{(?=[^{}]*\})[^{}]*[\w:.-]=(?:"[^"]*"|'[^']*')[^{}]*\}"""  # {style="…"}
    rf"|(?<![\w:]):{NAME}(?:\[[^\]]*\])?\{{[^{{}}]*\}}"  # :name[text]{…}
)


@dataclass(frozen=True, slots=True)
class Braces:
    """The attributes in braces, and where those end. `plain` are nothing but words: `{a b}` may well be a set."""

    attrs: Mapping[str, str]
    end: int
    plain: bool


def read_braces(text: str, at: int, last: int | None = None) -> Braces | None:
    """The braces that open at `at`; None where they hold anything but attributes. A bare name has the value ""."""
    attrs: dict[str, str] = {}
    plain, end = True, at + 1
    last = len(text) if last is None else last
    while (found := _ITEM.match(text, end, last)) and found.end() > end:
        end = found.end()
        kind = found.lastgroup
        if kind == "class":
            merge(attrs, "class", found["class"])
        elif kind == "id":
            attrs["id"] = found["id"]
        else:
            value = next((found[part] for part in ("double", "single", "bare") if found[part] is not None), "")
            merge(attrs, found["name"], value)
        plain = plain and kind == "name" and not found["name"].startswith("v-")
    closing = _END.match(text, end, last)
    return Braces(attrs, closing.end(), plain) if closing else None


def merge(attrs: dict[str, Any], name: str, value: str) -> None:
    """Add an attribute; classes add up, of others the last one counts."""
    attrs[name] = f"{attrs[name]} {value}" if name == "class" and attrs.get(name) else value


def report_braces(tokens: Sequence[Token], lines: Sequence[str], report: Report) -> None:
    """Tell a deck that has not asked for MDC, once, of the first text that looks like it."""
    if any(problem.message == _UNREAD for problem in report.problems):
        return
    for token in tokens:
        if not token.map or "{" not in token.content or not token.children:
            continue
        for child in token.children:
            if child.type == "text" and (found := _LOOKS_LIKE.search(child.content)):
                first, last = token.map
                places = ((row, lines[row].find(found[0])) for row in range(first, last))
                line, column = next((place for place in places if place[1] >= 0), (first, 0))
                hint = "put `comark: true` into the first front matter to have them read"
                report.warn("D021", _UNREAD, report.span(line + 1, column=column + 1), hint)
                return
