"""Deck + results -> the `<section>` of each slide, and what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from html import escape
from typing import TYPE_CHECKING

from deck_builder.errors import Span
from deck_builder.model import Deck, ExecutedDeck, Image, Problem, Slide, Theme
from deck_builder.remember import Remember
from deck_builder.render.components import unloaded_page
from deck_builder.render.formula import Formulas
from deck_builder.render.layouts import Layouts
from deck_builder.render.outcomes import Outcomes
from deck_builder.render.pictures import Pictures
from deck_builder.render.routes import repeated_aliases
from deck_builder.render.slide import Shared, slide_content
from deck_builder.render.words import language, words_for

if TYPE_CHECKING:
    from deck_builder.render.again import Again

_AROUND = {
    "image": ("picture", "image", "name one: `image: photo.png`, or `image: figure:ID` for what a block drew"),
    "iframe": ("page", "url", "name one: `url: https://example.org`"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A slide's `<section>`, and what is wrong with it."""

    html: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Sections:
    """All that stands on the stage of a page: the layers over and under all slides, and these."""

    lang: str
    words: dict[str, str]
    layers: str
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...]
    """What is wrong with the deck as a whole; of its slides each has its own."""

    @property
    def body(self) -> str:
        """The HTML of the stage. The layers stand before the slides: on paper, what follows the last begins a page."""
        return self.layers + "".join(section.html for section in self.sections)

    def all_problems(self, deck: Deck, theme: Theme) -> tuple[Problem, ...]:
        """Everything that is wrong, each thing once."""
        problems = list(self.problems)
        for problem in (problem for section in self.sections for problem in section.problems):
            if not _said(problem, problems):
                problems.append(problem)
        return tuple(dict.fromkeys((*problems, *repeated_aliases(deck), *theme.problems)))


def sections(
    executed: ExecutedDeck,
    theme: Theme,
    images: Mapping[str, Image],
    remember: Remember,
    *,
    again: Again | None = None,
) -> Sections:
    """Render every slide; of `again` those that hang on nothing that has changed are taken as they are.

    Who renders again and again keeps a page up to date: there code can be edited.
    """
    deck = executed.deck
    lang = language(deck.headmatter, "\n".join(source.text for source in deck.sources.values()))
    words = words_for(lang)
    kept = again.kept(executed, theme, images, lang) if again else {}
    whole = not (again and again.takes_parts)
    left = deck.slides if whole else tuple(slide for slide in deck.slides if slide.no not in kept)
    set_now = partial(Formulas, replace(deck, slides=left), words, remember)
    formulas = again.formulas((deck.headmatter, lang), left, set_now) if again else set_now()
    if again and whole:
        kept = {no: section for no, section in kept.items() if again.has_formulas(no, formulas.of(no))}
    pictures = Pictures(executed, images, words)
    outcomes = again.outcomes(words) if again else Outcomes(words)
    maker = _Maker(Shared(executed, pictures, formulas, words, outcomes, remember, live=again is not None), theme)
    made = {slide.no: kept.get(slide.no) or maker.section(slide) for slide in deck.slides}
    if again:
        again.keep({no: (section, formulas.of(no)) for no, section in made.items() if no not in kept})
    layers = "".join(maker.layouts.layer(name) for name in ("global-bottom", "global-top"))
    problems = (*formulas.problems, *maker.layouts.problems)
    return Sections(lang, words, layers, tuple(made.values()), problems)


class _Maker:
    """Makes the sections of one deck."""

    def __init__(self, shared: Shared, theme: Theme) -> None:
        self._shared, self._deck = shared, shared.executed.deck
        self.layouts = Layouts(theme, self._deck, shared.remember)

    def section(self, slide: Slide) -> Section:
        """A slide's section."""
        pictures, layouts = self._shared.pictures, self.layouts
        seen = len(pictures.problems), len(layouts.problems)
        content = slide_content(slide, self._shared)
        total = len(self._deck.slides)
        footer = f"<footer><span>{escape(self._deck.title)}</span><span>{slide.no} / {total}</span></footer>"
        html = layouts.section(slide, content, pictures, footer)
        known = slide.layout in layouts.names
        problems = [
            *content.problems,
            *unloaded_page(slide),
            *(_lost_slots(slide, layouts) if known else [_unknown_layout(slide, layouts.names)]),
            *layouts.unshown(slide),
            *_left_empty(slide),
            *pictures.problems[seen[0] :],
            *layouts.problems[seen[1] :],
        ]
        return Section(html, tuple(problems))


def _said(problem: Problem, before: Sequence[Problem]) -> bool:
    """Whether a deck has been told this already: a component or a layout is named once, where it is first used."""
    return problem.code in ("D012", "D020") and any(problem.message == other.message for other in before)


def _left_empty(slide: Slide) -> Iterator[Problem]:
    """A layout made around a picture or a page, and none is named."""
    kind = slide.layout.removesuffix("-left").removesuffix("-right")
    what, key, hint = _AROUND.get(kind, ("", "", ""))
    if key and not slide.frontmatter.get(key):
        yield Problem("D021", f"the layout {slide.layout} has no {what}", slide.place("layout"), hint, "warning")


def _lost_slots(slide: Slide, layouts: Layouts) -> list[Problem]:
    """Slots that the slide fills and its layout does not show."""
    lost = [token for token in slide.tokens if token.type == "slot" and not layouts.has(slide.layout, token.info)]
    hint = "`layout: two-cols` has left and right; what stands in the slot is shown below the rest"
    return [
        Problem("D021", f"the layout {slide.layout} has no slot `{token.info}`", token.meta["span"], hint, "warning")
        for token in lost
    ]


def _unknown_layout(slide: Slide, known: frozenset[str]) -> Problem:
    near = get_close_matches(slide.layout, known, 1)
    way_out = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(sorted(known))};"
    span: Span = slide.place("layout")
    return Problem("D012", f"there is no layout `{slide.layout}`", span, f"{way_out} `default` is used", "warning")
