"""ExecutedDeck -> RenderedDeck. Pure: it reads nothing that an author or slide code wrote but its arguments."""

from __future__ import annotations

from collections.abc import Mapping

from deck_builder.model import ExecutedDeck, Image, RenderedDeck, Theme
from deck_builder.remember import Remember, make_anew
from deck_builder.render.look import unknown_transitions
from deck_builder.render.page import page, page_css
from deck_builder.render.pictures import icon_of, pictures
from deck_builder.render.sections import sections

__all__ = ["pictures", "render"]


def render(
    executed: ExecutedDeck, theme: Theme, images: Mapping[str, Image], remember: Remember = make_anew
) -> RenderedDeck:
    """One page with every slide, its code, its results and its pictures. What is slow to make may be remembered."""
    deck = executed.deck
    made = sections(executed, theme, images, remember)
    css = page_css(deck, theme, made.body, remember)
    html = page(deck, made.lang, made.body, css, theme, made.words, icon_of(deck, images))
    problems = (*made.all_problems(deck, theme), *unknown_transitions(deck, html))
    return RenderedDeck(html, {}, problems)
