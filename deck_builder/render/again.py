"""What was rendered last -> the sections that can be taken as they are, for nothing that they hang on has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markdown_it.token import Token

from deck_builder.keys import setting
from deck_builder.model import BlockResult, Deck, ExecutedDeck, Image, Slide, Theme, Watched
from deck_builder.render.formula import Formulas
from deck_builder.render.outcomes import Outcomes, alike
from deck_builder.render.pictures import PICTURE_KEYS, pictures
from deck_builder.render.sections import Section
from deck_builder.tags import kebab

_FAR: Final = frozenset(("autograd", "link", "slides-total", "title-renderer", "toc"))
"""Components that show something of other slides."""


@dataclass(frozen=True, slots=True)
class _About:
    """What a slide looks at beside its own text: pictures, and, if it looks `far`, other slides and their results.

    If it `counts`, equations of slides before it may have a say in the numbers of its own.
    """

    slide: Slide
    pictures: tuple[str, ...]
    far: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What a section was made from: its slide's text and place among others, pictures, results."""

    slide: Slide
    written: tuple[object, ...]
    images: tuple[Image | None, ...]
    results: tuple[BlockResult | None, ...]

    def hold(self, other: _Inputs) -> bool:
        """Whether the same would be made of both."""
        return self is other or (
            self.written == other.written
            and self.images == other.images
            and len(self.results) == len(other.results)
            and all(map(alike, self.results, other.results))
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    inputs: _Inputs
    section: Section
    formulas: tuple[str, ...]


class Again:
    """Remembers a deck's sections from one rendering to the next.

    While `loose`, what moved without change is taken as it is, too: what is told of its lines may be a few lines off.
    """

    def __init__(self) -> None:
        self.loose = False
        self._context: tuple[object, ...] = ()
        self._kept: dict[int, _Kept] = {}
        self._about: dict[int, _About] = {}
        self._now: dict[int, _Inputs] = {}
        self._formulas: tuple[tuple[Slide, ...], object, Formulas] | None = None
        self._outcomes: tuple[dict[str, str], Outcomes] | None = None

    def kept(self, executed: ExecutedDeck, theme: Theme, images: Mapping[str, Image], lang: str) -> dict[int, Section]:
        """The sections that hold still, by the number of their slide; formulas apart."""
        deck = executed.deck
        context = (theme, deck.headmatter, len(deck.slides), deck.title, lang)
        if not self._context or self._context[0] is not theme or self._context[1:] != context[1:]:
            self._context, self._kept = context, {}
        self._now = _inputs(executed, images, [self.about(slide, deck) for slide in deck.slides], self._now)
        return {
            no: kept.section
            for no, inputs in self._now.items()
            if (kept := self._kept.get(no)) and kept.inputs.hold(inputs) and self._may_stay(kept, inputs.slide)
        }

    def _may_stay(self, kept: _Kept, slide: Slide) -> bool:
        """Whether the places that its problems name are still right."""
        return self.loose or not kept.section.problems or kept.inputs.slide.span == slide.span

    @property
    def takes_parts(self) -> bool:
        """Whether formulas may be set for some slides alone."""
        return self.loose and bool(self._kept) and not any(about.counts for about in self._about.values())

    def formulas(self, of: object, slides: Sequence[Slide], make: Callable[[], Formulas]) -> Formulas:
        """The formulas of some slides, set anew unless these and what they hang on are the very same as last time."""
        was, others, known = self._formulas or ((), None, None)
        same = len(was) == len(slides) and all(one is other for one, other in zip(was, slides, strict=True))
        if known is None or not same or others != of:
            known = make()
            self._formulas = (tuple(slides), of, known)
        return known

    def outcomes(self, words: dict[str, str]) -> Outcomes:
        """What blocks did, in those words, with what was made of it before."""
        if self._outcomes is None or self._outcomes[0] is not words:
            self._outcomes = words, Outcomes(words)
        return self._outcomes[1]

    def has_formulas(self, no: int, formulas: tuple[str, ...]) -> bool:
        """Whether the formulas of a slide are as they were: equations are counted across slides."""
        return self._kept[no].formulas == formulas

    def keep(self, made: Mapping[int, tuple[Section, tuple[str, ...]]]) -> None:
        """Remember what was made now."""
        for no, (section, formulas) in made.items():
            self._kept[no] = _Kept(self._now[no], section, formulas)
        for no in self._kept.keys() - self._now.keys():
            del self._kept[no], self._about[no]

    def about(self, slide: Slide, deck: Deck) -> _About:
        """What a slide looks at."""
        known = self._about.get(slide.no)
        if known is None or known.slide is not slide:
            addresses = tuple(address for address, _ in pictures(replace(deck, slides=(slide,))))
            known = self._about[slide.no] = _About(slide, addresses, _looks_far(slide), _counts(slide))
        return known


def _inputs(
    executed: ExecutedDeck, images: Mapping[str, Image], abouts: Sequence[_About], known: Mapping[int, _Inputs]
) -> dict[int, _Inputs]:
    """What each slide's section is made from; of what is `known` from last time all that is the same still."""
    outline: tuple[object, ...] = ()
    if any(about.far for about in abouts):
        outline = tuple((one.title, one.level, setting(one.frontmatter, "routeAlias")) for one in executed.deck.slides)
    swept = _swept(executed)
    everything = (*executed.results.values(), *(result for results in swept.values() for result in results))
    told = _told_elsewhere(everything)
    found = {}
    for about in abouts:
        slide = about.slide
        results: list[BlockResult | None] = list(everything) if about.far else []
        for block in slide.blocks:
            results += [executed.results.get(block.id), *told.get(block.id, ()), *swept.get(block.id, ())]
        made = tuple(map(images.get, about.pictures)), tuple(results)
        before = known.get(slide.no)
        if before and before.slide is slide and not about.far:
            same = made == ((), ()) == (before.images, before.results)  # a slide of words alone
            found[slide.no] = before if same else _Inputs(slide, before.written, *made)
        else:
            blocks = tuple((block.id, block.elsewhere) for block in slide.blocks)
            written = (slide.revision, slide.span.path, blocks, outline if about.far else None)
            found[slide.no] = _Inputs(slide, written, *made)
    return found


def _swept(executed: ExecutedDeck) -> dict[str, list[BlockResult]]:
    """By block what other values of sweeps led to."""
    found: dict[str, list[BlockResult]] = {}
    for variant in (variant for variants in executed.variants.values() for variant in variants):
        for block, result in variant.results.items():
            found.setdefault(block, []).append(result)
    return found


def _told_elsewhere(results: Sequence[BlockResult]) -> dict[str, list[BlockResult]]:
    """By block the results of other blocks in which its functions ran."""
    told: dict[str, list[BlockResult]] = {}
    for result in results:
        for block in {output.block for output in result.outputs if isinstance(output, Watched) and output.block}:
            told.setdefault(block, []).append(result)
    return told


def _counts(slide: Slide) -> bool:
    texts = (
        token.content for token in slide.tokens if token.type in ("math_block", "inline") and "\\" in token.content
    )
    return any(sign in text for text in texts for sign in ("\\begin", "\\tag", "\\label", "ref"))


def _looks_far(slide: Slide) -> bool:
    named = (slide.frontmatter.get(key) for key in PICTURE_KEYS)
    return any(str(name).startswith("figure:") for name in named) or any(map(_is_far, _flat(slide.tokens)))


def _is_far(token: Token) -> bool:
    if token.tag and kebab(token.tag) in _FAR:
        return True
    src, href = str(token.attrs.get("src", "")), str(token.attrs.get("href", ""))
    return src.startswith("figure:") or (token.type == "link_open" and "://" not in href)


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or ())
