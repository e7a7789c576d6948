"""ExecutedDeck -> RenderedDeck. Pure: it reads nothing that an author or slide code wrote but its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from html import escape

from deck_builder.errors import Span
from deck_builder.model import ExecutedDeck, Image, Problem, RenderedDeck, Slide, Theme
from deck_builder.render.page import Layouts, page
from deck_builder.render.pictures import Pictures, pictures
from deck_builder.render.slide import slide_content
from deck_builder.render.words import language, words_for

__all__ = ["pictures", "render"]


def render(executed: ExecutedDeck, theme: Theme, images: Mapping[str, Image]) -> RenderedDeck:
    """One page with every slide, its code, its results and its pictures."""
    deck = executed.deck
    lang = language(deck.headmatter, deck.source.text)
    words = words_for(lang)
    shown = Pictures(executed, images, words)
    layouts = Layouts(theme)
    problems: list[Problem] = []
    sections = []
    for slide in deck.slides:
        content = slide_content(slide, executed, shown, words)
        for problem in content.problems:
            if not _said(problem, problems):
                problems.append(problem)
        if slide.layout not in layouts.names:
            problems.append(_unknown_layout(slide.layout, slide.place("layout"), layouts.names))
        problems += _lost_slots(slide, layouts)
        if slide.layout in ("image-left", "image-right") and not slide.frontmatter.get("image"):
            said = f"the layout {slide.layout} has no picture"
            hint = "name one: `image: photo.png`, or `image: figure:ID` for what a block drew"
            problems.append(Problem("D021", said, slide.place("layout"), hint, "warning"))
        footer = f"<footer><span>{escape(deck.title)}</span><span>{slide.no} / {len(deck.slides)}</span></footer>"
        sections.append(layouts.section(slide, content, shown, footer))
    html, amiss = page(deck.title, lang, deck.headmatter, sections, theme, words)
    return RenderedDeck(html, {}, (*problems, *shown.problems, *amiss))


def _said(problem: Problem, before: list[Problem]) -> bool:
    """Whether a deck has been told this already: a component is named once, where it is first used."""
    return problem.code == "D020" and any(problem.message == other.message for other in before)


def _lost_slots(slide: Slide, layouts: Layouts) -> list[Problem]:
    """Slots that the slide fills and its layout does not show."""
    layout = slide.layout if slide.layout in layouts.names else "default"
    lost = [token for token in slide.tokens if token.type == "slot" and not layouts.has(layout, token.info)]
    hint = "`layout: two-cols` has left and right; what stands in the slot is shown below the rest"
    return [
        Problem("D021", f"the layout {layout} has no slot `{token.info}`", token.meta["span"], hint, "warning")
        for token in lost
    ]


def _unknown_layout(name: str, span: Span, known: frozenset[str]) -> Problem:
    near = get_close_matches(name, known, 1)
    way_out = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(sorted(known))};"
    return Problem("D012", f"there is no layout `{name}`", span, f"{way_out} `default` is used", "warning")
