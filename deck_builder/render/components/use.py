"""One use of a component in a deck, and what it becomes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.model import Deck, Problem, Slide
from deck_builder.render.markup import Attributes
from deck_builder.render.pictures import Pictures


class PropError(ValueError):
    """A property that its component can't do with; the hint says what it takes."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Around:
    """What a component can know of: the whole deck, its pictures, the page's words, and how a line is rendered."""

    deck: Deck
    pictures: Pictures
    words: dict[str, str]
    line: Callable[[Sequence[Token]], str]


@dataclass(frozen=True, slots=True)
class Use:
    """A component's tag: its name as HTML would write it (`auto-fit-text`), its attributes, and where it stands.

    `parents` are the names of the elements that it stands in, outermost first; `void` says that it has no content.
    """

    name: str
    attributes: Attributes
    token: Token
    slide: Slide
    parents: Sequence[str]
    span: Span

    def prop(self, name: str, default: str = "") -> str:
        """A property, whether bound (`:scale="0.8"`) or not; a bound text stands in quotes of its own."""
        written = self._written(name)
        value = "" if written is None else str(self.token.attrs[written]).strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'`":
            value = value[1:-1]
        return value or default

    def number(self, name: str, default: float | None = None) -> float:
        """A property that is a number; PropError if it is none, or is not there and has no default."""
        value = self.prop(name)
        if not value and default is not None:
            return default
        try:
            number = float(value.removesuffix("px"))
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
        said = f"has {name}={value!r}" if value else f"has no {name}"
        raise PropError(f"<{self.token.tag}> {said}", f"{name} is a number")

    def said(self, name: str) -> bool:
        """Whether a property is there and not `false`."""
        return self._written(name) is not None and self.prop(name) != "false"

    def kept(self, *props: str, classes: str = "", style: str = "") -> Attributes:
        """The attributes that stay on the element: none that are its properties, or bound to what only Vue knows."""
        gone = {form for name in props for form in (name, _kebab(name))}
        kept = {name: value for name, value in self.attributes.items() if name[0] != ":" and name not in gone}
        if said := f"{classes} {kept.get('class') or ''}".strip():
            kept["class"] = said
        if said := ";".join(filter(None, [style, kept.get("style")])):
            kept["style"] = said
        return kept

    @property
    def void(self) -> bool:
        """Whether the tag closes itself."""
        return self.token.nesting == 0

    @property
    def tag(self) -> str:
        """The element that can stand for it where it stands: `div` between blocks, `span` within a line."""
        return "div" if self.token.block else "span"

    def inside(self) -> Iterator[Token]:
        """The tokens up to its end, in the order of the text."""
        if self.void:
            return
        depth = 0
        for token in _flat(self.slide.tokens):
            if token is self.token:
                depth = 1
            elif depth and token.tag == self.token.tag:
                depth += token.nesting
                if not depth:
                    return
            if depth and token is not self.token:
                yield token

    def _written(self, name: str) -> str | None:
        forms = (f"{bound}{form}" for form in (name, _kebab(name)) for bound in ("", ":"))
        return next((form for form in forms if form in self.token.attrs), None)


@dataclass(frozen=True, slots=True)
class Made:
    """The HTML before and after a component's content, and what its author should know."""

    opening: str
    closing: str = ""
    problems: tuple[Problem, ...] = ()


Component: TypeAlias = Callable[[Use, Around], Made]


def instead(use: Use, message: str, hint: str) -> tuple[Problem, ...]:
    """What to say of something that is shown otherwise than in Slidev; a deck is told once."""
    return (Problem("D020", message, use.span, hint, "warning"),)


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or ())


def _kebab(name: str) -> str:
    return re.sub(r"([A-Z])", r"-\1", name).lower()
