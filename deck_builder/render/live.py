"""ExecutedDeck -> LivePage: a page that a server keeps up to date, slide by slide. Pure, but for what it remembers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from deck_builder.model import ExecutedDeck, Image, Problem, Theme
from deck_builder.remember import Remember
from deck_builder.render.again import Again
from deck_builder.render.head import head
from deck_builder.render.look import root_attributes, unknown_transitions
from deck_builder.render.markup import closed
from deck_builder.render.page import classes, page, styles_for
from deck_builder.render.pictures import icon_of
from deck_builder.render.sections import Section, sections
from deck_builder.render.utilities.apply import applied

FACE = '@font-face{font-family:"Deck Math";src:url(/font.woff2)}'
"""The whole font for formulas, from the server: a new sign in a formula asks for no new font."""

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LivePage:
    """A page in the pieces that can be changed in place; `frame` tells the rest, which can't.

    Blocks that are `stale` run still: what shows of them is of an earlier run. `write` makes the whole document.
    """

    title: str
    css: str
    layers: str
    sections: tuple[str, ...]
    revisions: tuple[str, ...]
    stale: tuple[str, ...]
    frame: str
    problems: tuple[Problem, ...] = field(repr=False)
    write: Callable[[], str] = field(repr=False, compare=False)


class Live:
    """Renders one deck over and over; what has not changed is taken as it is."""

    def __init__(self) -> None:
        self.again = Again()
        self._seen: set[str] = set()
        self._css: tuple[object, ...] = ()
        self._used: frozenset[str] = frozenset()

    def page(
        self, executed: ExecutedDeck, theme: Theme, images: Mapping[str, Image], remember: Remember, *, loose: bool
    ) -> LivePage:
        """The page as it is now; `loose`: soon, though what is told of lines may be off, and not all that is wrong."""
        deck = executed.deck
        self.again.loose = loose
        made = sections(executed, theme, images, remember, again=self.again)
        css = self._styles(executed, theme, made.layers, made.sections)
        about = head(deck, icon := icon_of(deck, images))
        title = found[1] if (found := _TITLE.search(about)) else ""
        frame = root_attributes(deck.headmatter, made.lang) + _TITLE.sub("", about)

        def write() -> str:
            return page(deck, made.lang, made.body, css, theme, made.words, icon, live=True)

        told = () if loose else (*made.all_problems(deck, theme), *unknown_transitions(deck, css + made.body))
        htmls = tuple(section.html for section in made.sections)
        revisions = tuple(slide.revision for slide in deck.slides)
        stale = tuple(one.id for one in deck.blocks if one.id in executed.stale and one.options.output != "hide")
        return LivePage(title, closed(css), made.layers, htmls, revisions, stale, frame, told, write)

    def _styles(self, executed: ExecutedDeck, theme: Theme, layers: str, made: tuple[Section, ...]) -> str:
        """The styles of the page. A class that is used no more stays known: its rules come back with it at no cost."""
        htmls = {layers, *(section.html for section in made)}
        if new := htmls - self._seen:
            self._used = self._used.union(*map(classes, new))
        self._seen = htmls
        of = (theme, executed.deck.headmatter, self._used)
        if not self._css or self._css[0] is not theme or self._css[1:3] != of[1:]:
            text = styles_for(executed.deck, theme, self._used, FACE) + applied(theme.styles)
            self._css = (*of, text)
        return str(self._css[3])
