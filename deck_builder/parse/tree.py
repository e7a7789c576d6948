"""Tokens -> the tree of elements that they make, whether Markdown or HTML opened them.

Tokens stay the only syntax tree: this one lives as long as a question about parents and children does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from deck_builder.tags import kebab

_TEXT = frozenset(["text", "softbreak", "html_text", "text_special"])
_NOTHING = frozenset(["style", "script", "slot"])


@dataclass(slots=True, eq=False)
class Node:
    """An element, or a piece of text."""

    token: Token
    children: list[Node] = field(default_factory=list)

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


def tree(tokens: Sequence[Token]) -> list[Node]:
    """The elements of a stream whose tags match (`balance` sees to that)."""
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
            del path[-1:]
        elif token.type == "inline":
            here.extend(tree(token.children or ()))
        elif token.type not in _NOTHING:
            here.append(Node(token, tree(token.children or ()) if token.type == "image" else []))
    return root
