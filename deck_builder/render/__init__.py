"""ExecutedDeck -> RenderedDeck. Pure: it reads nothing that an author or slide code wrote but its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from html import escape

from deck_builder.errors import Span
from deck_builder.model import ExecutedDeck, Image, Problem, RenderedDeck, Slide, Theme
from deck_builder.remember import Remember, make_anew
from deck_builder.render.components import unloaded_page
from deck_builder.render.formula import Formulas
from deck_builder.render.layouts import Layouts
from deck_builder.render.look import unknown_transitions
from deck_builder.render.page import page
from deck_builder.render.pictures import Pictures, address, data_url, pictures
from deck_builder.render.routes import repeated_aliases
from deck_builder.render.slide import Shared, slide_content
from deck_builder.render.words import language, words_for

__all__ = ["pictures", "render"]

_AROUND = {
    "image": ("picture", "image", "name one: `image: photo.png`, or `image: figure:ID` for what a block drew"),
    "iframe": ("page", "url", "name one: `url: https://example.org`"),
}


def render(
    executed: ExecutedDeck,
    theme: Theme,
    images: Mapping[str, Image],
    remember: Remember = make_anew,
    *,
    live: bool = False,
) -> RenderedDeck:
    """One page with every slide, its code, its results and its pictures. What is slow to make may be remembered."""
    deck = executed.deck
    lang = language(deck.headmatter, "\n".join(source.text for source in deck.sources.values()))
    words = words_for(lang)
    shown = Pictures(executed, images, words)
    formulas = Formulas(deck, words, remember)
    shared = Shared(executed, shown, formulas, words, remember)
    layouts = Layouts(theme, deck, remember)
    problems: list[Problem] = []
    sections = []
    for slide in deck.slides:
        content = slide_content(slide, shared)
        for problem in (*content.problems, *unloaded_page(slide)):
            if not _said(problem, problems):
                problems.append(problem)
        if slide.layout in layouts.names:
            problems += _lost_slots(slide, layouts)
        else:
            unknown = _unknown_layout(slide.layout, slide.place("layout"), layouts.names)
            problems += [] if _said(unknown, problems) else [unknown]
        problems += layouts.unshown(slide)
        problems += _left_empty(slide)
        footer = f"<footer><span>{escape(deck.title)}</span><span>{slide.no} / {len(deck.slides)}</span></footer>"
        sections.append(layouts.section(slide, content, shown, footer))
    icon = images.get(address(str(deck.headmatter.get("favicon"))))
    # Both layers stand before the slides: on paper, what follows the last slide would begin a page.
    body = "".join([layouts.layer("global-bottom"), layouts.layer("global-top"), *sections])
    html = page(deck, lang, body, theme, words, data_url(icon) if icon else "", remember, live=live)
    problems += [
        *shown.problems,
        *formulas.problems,
        *repeated_aliases(deck),
        *unknown_transitions(deck, html),
        *layouts.problems,
        *theme.problems,
    ]
    return RenderedDeck(html, {}, tuple(problems))


def _said(problem: Problem, before: list[Problem]) -> bool:
    """Whether a deck has been told this already: a component or a layout is named once, where it is first used."""
    return problem.code in ("D012", "D020") and any(problem.message == other.message for other in before)


def _left_empty(slide: Slide) -> list[Problem]:
    """A layout made around a picture or a page, and none is named."""
    kind = slide.layout.removesuffix("-left").removesuffix("-right")
    what, key, hint = _AROUND.get(kind, ("", "", ""))
    if not key or slide.frontmatter.get(key):
        return []
    return [Problem("D021", f"the layout {slide.layout} has no {what}", slide.place("layout"), hint, "warning")]


def _lost_slots(slide: Slide, layouts: Layouts) -> list[Problem]:
    """Slots that the slide fills and its layout does not show."""
    lost = [token for token in slide.tokens if token.type == "slot" and not layouts.has(slide.layout, token.info)]
    hint = "`layout: two-cols` has left and right; what stands in the slot is shown below the rest"
    return [
        Problem("D021", f"the layout {slide.layout} has no slot `{token.info}`", token.meta["span"], hint, "warning")
        for token in lost
    ]


def _unknown_layout(name: str, span: Span, known: frozenset[str]) -> Problem:
    near = get_close_matches(name, known, 1)
    way_out = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(sorted(known))};"
    return Problem("D012", f"there is no layout `{name}`", span, f"{way_out} `default` is used", "warning")
