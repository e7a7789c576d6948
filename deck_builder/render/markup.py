"""An author's raw HTML -> HTML that a page can hold: utilities as classes, scoped styles, no tag left open. Pure."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

from deck_builder.render.utilities import ATTRIBUTES, declaration, expanded
from deck_builder.render.utilities.apply import applied
from deck_builder.tags import VOID

Attributes = dict[str, str | None]

_NAME = re.compile(r"[^\s\"'<>/=\x00-\x1f\x7f]+")


def attributes_html(attributes: Attributes) -> str:
    """Attributes as they stand in a tag, with a leading blank. A name that would end before its value is none."""
    return "".join(
        f" {name}" if value is None else f' {name}="{escape(value)}"'
        for name, value in attributes.items()
        if _NAME.fullmatch(name)
    )


def utilities_to_classes(attributes: Attributes) -> Attributes:
    """UnoCSS's attributify: `grid="~ cols-2 gap-4"` and a bare `text-xl` become classes."""
    classes = expanded(attributes.get("class") or "").split()
    kept: Attributes = {}
    for name, value in attributes.items():
        if name == "class":
            continue
        if value is None and name not in ATTRIBUTES and declaration(name):
            classes.append(name)
        elif value is not None and name in ATTRIBUTES:
            classes.extend(_utility(name, word) for word in expanded(value).split())
        else:
            kept[name] = value
    return ({"class": " ".join(dict.fromkeys(classes))} if classes else {}) | kept


def _utility(group: str, word: str) -> str:
    variants, colon, bare = word.rpartition(":")
    if bare == "~":
        return f"{variants}{colon}{group}"
    return f"{variants}{colon}{group}-{bare}" if declaration(f"{group}-{bare}") else word


def scoped_style(css: str) -> str:
    """A `<style>` that holds for its own slide only.

    `@scope` without a prelude scopes to the parent of its style element (CSS Cascading 6, section 2.5).
    """
    return f"<style>@scope{{{closed(applied(css.strip()))}}}</style>"


def closed(css: str) -> str:
    """CSS that can't end the element it stands in."""
    return css.replace("</", r"<\/")


class _Balance(HTMLParser):
    """Walks a fragment and notes where end tags are missing or too many."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.stray: list[tuple[int, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass
        elif tag not in VOID:
            self.stray.append(self.getpos())


def balanced(text: str) -> tuple[str, tuple[str, ...]]:
    """A fragment that can neither close what is around it nor swallow what follows, and the tags that were amiss."""
    parser = _Balance()
    parser.feed(text)
    parser.close()
    unclosed, amiss = tuple(parser.open), list(parser.open)
    lines = text.split("\n")
    for line, column in reversed(parser.stray):
        row = lines[line - 1]
        end = row.find(">", column)
        end = len(row) if end < 0 else end + 1
        amiss.append(row[column:end])
        lines[line - 1] = row[:column] + row[end:]
    return "\n".join(lines) + "".join(f"</{tag}>" for tag in reversed(unclosed)), tuple(amiss)
