"""Deck -> the pictures it refers to; a picture's address -> the element that shows it. Pure."""

from __future__ import annotations

import posixpath
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from html import escape
from typing import TypeAlias
from urllib.parse import unquote

from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.keys import setting
from deck_builder.model import Animation, BlockResult, Deck, ExecutedDeck, Figure, Image, Problem, Slide
from deck_builder.render.icon_names import ELEMENTS, icons_of
from deck_builder.render.markup import Attributes, attributes_html
from deck_builder.render.outputs import figure_img
from deck_builder.render.sweeps import swept_figure

PICTURE_KEYS = ("background", "image", "backgroundImage")

_PLAYED = frozenset(["video", "audio", "source", "SlidevVideo", "slidev-video"])
_ONE_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|(?:rgb|hsl)a?\([^)]*\)|\b[a-z]+\b", re.I)
_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}$|(rgb|hsl|oklch|linear-gradient|radial-gradient|var|color-mix|light-dark)\(|[a-z]+$", re.I
)


def pictures(deck: Deck) -> tuple[tuple[str, Span], ...]:
    """Every picture that has to be fetched or read, each once, where it is first used."""
    found: dict[str, Span] = {}
    if isinstance(icon := deck.headmatter.get("favicon"), str):
        found[address(icon)] = deck.place("favicon")
    for slide in deck.slides:
        for key in PICTURE_KEYS:
            value = slide.frontmatter.get(key)
            if isinstance(value, str) and not is_colour(value):
                found.setdefault(address(value, folder_of(slide.place(key), deck)), slide.place(key))
        shown = list(_shown(slide.tokens, slide.span))
        for src, span in _images(shown):
            found.setdefault(address(src, folder_of(span, deck)), span)
        for key, span in _made(shown, deck):
            found.setdefault(key, span)
    return tuple((url, span) for url, span in found.items() if not url.startswith(("data:", "figure:")))


_Placed: TypeAlias = Iterable[tuple[Token, Span]]


def _shown(tokens: Iterable[Token], around: Span) -> Iterator[tuple[Token, Span]]:
    """The tokens that may show a picture, at whatever depth, each with its place. Most are no such."""
    for token in tokens:
        span = token.meta.get("span", around) if token.meta else around
        if token.attrs or token.meta or token.type in ELEMENTS:
            yield token, span
        if token.children:
            yield from _shown(token.children, span)


def _images(shown: _Placed) -> Iterator[tuple[str, Span]]:
    for token, span in shown:
        if token.type == "image":
            yield str(token.attrs.get("src", "")), span
        elif token.tag == "img" and token.attrs.get("src"):
            yield str(token.attrs["src"]), span
        elif token.attrs.get("poster"):
            yield str(token.attrs["poster"]), span


def _made(shown: _Placed, deck: Deck) -> Iterator[tuple[str, Span]]:
    """What is no picture of the author's, and shows like one: icons, diagrams, videos and sounds beside the deck."""
    for token, span in shown:
        for icon in icons_of(token):
            yield f"icon:{icon}", span
        if diagram := token.meta.get("diagram"):
            yield diagram.address, span
        if (
            token.tag in _PLAYED
            and (src := str(token.attrs.get("src", "")))
            and not re.match(r"([a-z]+:)?//|data:", src)
        ):
            yield f"media:{address(src, folder_of(span, deck))}", span


def address(src: str, folder: str = "") -> str:
    """A picture's address as the author wrote it: Markdown percent-encodes the names of files.

    One that a file in a `folder` of the deck's names, and that does not begin with a `/`, begins in that folder.
    """
    src = src if re.match(r"(https?:)?//|data:", src) else unquote(src)
    return posixpath.normpath(f"{folder}/{src}") if folder and not re.match(r"[a-z][a-z\d+.-]*:|/", src, re.I) else src


def folder_of(span: Span, deck: Deck) -> str:
    """The folder of the file in which a place is, as it is called in the deck's folder; "" for that itself."""
    folder, root = span.path.parent, deck.source.path.parent
    return "" if folder == root else folder.relative_to(root).as_posix()


def is_colour(value: str) -> bool:
    """Whether a `background` is a colour or a gradient, not a picture."""
    return bool(_COLOUR.match(value.strip()))


class Pictures:
    """What a slide's picture addresses stand for: embedded bytes, or a figure that a block drew (`figure:ID`)."""

    def __init__(self, executed: ExecutedDeck, images: Mapping[str, Image], words: dict[str, str]) -> None:
        self._images, self.words = images, words
        self._executed, self._results, self._deck = executed, executed.results, executed.deck
        self._blocks = {key: block for block in executed.deck.blocks for key in (block.id, block.options.id) if key}
        self.problems: list[Problem] = []

    def element(self, src: str, attributes: Attributes, span: Span) -> str:
        """The `<img>` for an address, or a legible stand-in that says what is missing."""
        src, alt = address(src, folder_of(span, self._deck)), attributes.get("alt") or ""
        kept = {name: value for name, value in attributes.items() if name not in ("src", "alt")}
        if src.startswith("figure:"):
            name = src.removeprefix("figure:")
            figure = self._figure(name, span)
            if figure is None:
                return self._missing(src, alt)
            block = self._blocks[name]
            drawn = figure_img(figure, alt or block.options.fig.alt)
            kept |= swept_figure(self._executed, block.id, figure, _figure_of)
            if classes := kept.pop("class", None):
                drawn = drawn.replace('class="', f'class="{escape(classes)} ', 1)
            return drawn.replace("<img ", f"<img{attributes_html(kept)} ", 1)
        if src.startswith("data:"):
            return f'<img src="{escape(src)}" alt="{escape(alt)}"{attributes_html(kept)}>'
        if image := self._images.get(src):
            return f'<img src="{data_url(image)}" alt="{escape(alt)}"{attributes_html(kept)}>'
        return self._missing(src, alt)

    def drawn(self, name: str) -> Image | None:
        """An icon, `icon:SET:NAME`, or a diagram by its address."""
        return self._images.get(name)

    def named(self, src: str, span: Span, kind: str = "") -> Image | None:
        """The picture that an address written there names, or, of the kind `media:`, the video or sound."""
        return self._images.get(kind + address(src, folder_of(span, self._deck)))

    def side(self, slide: Slide) -> str:
        """The picture, or the colour, of an `image*` layout."""
        src = slide.frontmatter.get("image")
        if not isinstance(src, str):
            return ""
        if is_colour(src):
            return f'<div style="background:{escape(src)};width:100%;height:100%"></div>'
        size = setting(slide.frontmatter, "backgroundSize") or ("contain" if src.startswith("figure:") else "cover")
        style = f"object-fit:{size}"
        if size not in ("cover", "contain"):
            width, _, height = size.partition(" ")
            style = f"width:{width};height:{height or 'auto'};margin:auto;object-fit:fill"
        alt = str(slide.frontmatter.get("alt") or "")
        return self.element(src, {"alt": alt, "style": style}, slide.place("image"))

    def backdrop(self, slide: Slide) -> str:
        """What lies behind a slide that names a `background`; nothing where the theme's own serves, or must serve."""
        value = slide.frontmatter.get("background")
        if not isinstance(value, str) or not value:
            return ""
        if is_colour(value):
            return f'<div class="backdrop {shade(value)}" style="background:{escape(value)}"></div>'
        image = self._images.get(address(value, folder_of(slide.place("background"), self._deck)))
        return f'<div class="backdrop photo"><img src="{data_url(image)}" alt=""></div>' if image else ""

    def _figure(self, block_id: str, span: Span) -> Figure | None:
        block = self._blocks.get(block_id)
        if block is None:
            near = get_close_matches(block_id, self._blocks, 1)
            hint = f"did you mean `figure:{near[0]}`?" if near else "give the block that draws it an id: {id: 'name'}"
            self.problems.append(Problem("D019", f"no block is called `{block_id}`", span, hint))
            return None
        if (result := self._results.get(block.id)) is None:
            return None
        figure = _figure_of(result)
        if not figure and not result.error:
            hint = "call plt.plot(…) or the like in it, or name another block"
            self.problems.append(Problem("D019", f"block `{block_id}` draws no figure", span, hint))
        return figure

    def _missing(self, src: str, alt: str) -> str:
        said = escape(alt if alt and alt.lower() not in ("img", "image") else self.words["missing"])
        name = escape(re.sub(r"^https?://", "", src))
        return f'<span class="missing" role="img" aria-label="{said}"><b>{said}</b><small>{name}</small></span>'


def _figure_of(result: BlockResult) -> Figure | None:
    """The last figure that a block drew."""
    shown = [output.last if isinstance(output, Animation) else output for output in result.outputs]
    return next((output for output in reversed(shown) if isinstance(output, Figure)), None)


def shade(background: str) -> str:
    """Whether text on a colour, or on the colours of a gradient, has to be light (`dark`) or dark (`light`).

    The border is where black and white stand out alike (WCAG 2, relative luminance); "" for what is known to CSS alone.
    """
    from PIL import ImageColor  # it knows every notation that authors use, and costs a deck without colours nothing

    shades: list[float] = []
    for found in _ONE_COLOUR.findall(background):
        with suppress(ValueError):
            channels = (channel / 255 for channel in ImageColor.getrgb(found)[:3])
            linear = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
            shades.append(sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))
    if not shades:
        return ""
    return "dark" if sum(shades) / len(shades) < 0.179 else "light"


def icon_of(deck: Deck, images: Mapping[str, Image]) -> str:
    """The address of the deck's own icon, if it has one."""
    icon = images.get(address(str(deck.headmatter.get("favicon"))))
    return data_url(icon) if icon else ""


def data_url(image: Image) -> str:
    """The bytes of a picture as an address."""
    return f"data:{image.mime};base64,{b64encode(image.data).decode()}"
