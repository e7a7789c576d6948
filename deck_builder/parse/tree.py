"""Tokens -> the tree of elements that they make, whether Markdown or HTML opened them.

Tokens stay the only syntax tree: this one lives as long as a question about parents and children does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

_TEXT = frozenset(["text", "softbreak", "html_text", "text_special"])
_NOTHING = frozenset(["style", "script", "slot"])


@dataclass(slots=True, eq=False)
class Node:
    """An element, or a piece of text; `close` is the token that ends it, where one does."""

    token: Token
    children: list[Node] = field(default_factory=list)
    close: Token | None = None

    @property
    def name(self) -> str:
        """The element's name: HTML's for Markdown's own, that of a component without its capitals: `v-clicks`."""
        return kebab(self.token.tag)

    @property
    def elements(self) -> list[Node]:
        """The children that are elements."""
        return [child for child in self.children if not child.is_text]

    @property
    def texts(self) -> bool:
        """Whether some text stands directly in it."""
        return any(child.is_text and child.token.content.strip() for child in self.children)

    @property
    def is_text(self) -> bool:
        """Whether it is text."""
        return self.token.type in _TEXT

    def walk(self) -> Iterator[Node]:
        """This element and all within it, parents before their children."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree(tokens: Sequence[Token]) -> list[Node]:
    """The elements of a stream. What is never closed ends with what is around it; a stray end tag is none."""
    return _grow(tokens)


def kebab(name: str) -> str:
    """A component's name as HTML would write it: `VClicks` is `v-clicks`, `AutoFitText` is `auto-fit-text`."""
    if name[:1].isupper():
        return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()
    return name


def _grow(tokens: Sequence[Token]) -> list[Node]:
    root: list[Node] = []
    path: list[Node] = []
    for token in tokens:
        here = path[-1].children if path else root
        if token.nesting == 1:
            node = Node(token)
            if token.hidden:
                node.children = here  # a tight list's paragraph has no element of its own
            else:
                here.append(node)
            path.append(node)
        elif token.nesting == -1:
            _end(path, token)
        elif token.type == "inline":
            here.extend(_grow(token.children or ()))
        elif token.type not in _NOTHING:
            here.append(Node(token, _grow(token.children or ()) if token.type == "image" else []))
    return root


def _end(path: list[Node], closing: Token) -> None:
    """End the element that a token closes, and all that was left open in it; HTML can't end what Markdown opened."""
    for at in reversed(range(len(path))):
        opened = path[at].token
        if closing.type == "tag_close":
            if opened.type != "tag_open":
                return
            found = opened.tag.lower() == closing.tag.lower()
        else:
            found = opened.type == closing.type.removesuffix("_close") + "_open"
        if found:
            path[at].close = closing
            del path[at:]
            return
