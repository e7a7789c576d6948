"""Deck -> the pictures it refers to; a picture's address -> the element that shows it. Pure."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from html import escape, unescape
from urllib.parse import unquote

from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.model import Deck, ExecutedDeck, Figure, Image, Problem, Slide
from deck_builder.render.markup import Attributes, attributes_html
from deck_builder.render.outputs import figure_img

PICTURE_KEYS = ("background", "image", "backgroundImage")

_IMG = re.compile(r"""<img\b[^>]*?\ssrc\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.I)
_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}$|(rgb|hsl|oklch|linear-gradient|radial-gradient|var|color-mix|light-dark)\(|[a-z]+$", re.I
)


def pictures(deck: Deck) -> tuple[tuple[str, Span], ...]:
    """Every picture that has to be fetched or read, each once, where it is first used."""
    found: dict[str, Span] = {}
    for slide in deck.slides:
        for key in PICTURE_KEYS:
            value = slide.frontmatter.get(key)
            if isinstance(value, str) and not is_colour(value):
                found.setdefault(address(value), slide.place(key))
        for src, span in _images(slide.tokens, slide.span):
            found.setdefault(address(src), span)
    return tuple((url, span) for url, span in found.items() if not url.startswith(("data:", "figure:")))


def _images(tokens: tuple[Token, ...] | list[Token], around: Span) -> Iterator[tuple[str, Span]]:
    for token in tokens:
        span = token.meta.get("span", around)
        if token.type == "image":
            yield str(token.attrs.get("src", "")), span
        elif token.type in ("html_block", "html_inline"):
            for src in _IMG.findall(token.content):
                yield unescape(src.strip("\"'")), span
        if token.children:
            yield from _images(token.children, around)


def address(src: str) -> str:
    """A picture's address as the author wrote it: Markdown percent-encodes the names of files."""
    return src if re.match(r"(https?:)?//|data:", src) else unquote(src)


def is_colour(value: str) -> bool:
    """Whether a `background` is a colour or a gradient, not a picture."""
    return bool(_COLOUR.match(value.strip()))


class Pictures:
    """What a slide's picture addresses stand for: embedded bytes, or a figure that a block drew (`figure:ID`)."""

    def __init__(self, executed: ExecutedDeck, images: Mapping[str, Image], words: dict[str, str]) -> None:
        self._images, self._words = images, words
        self._results = executed.results
        self._blocks = {key: block for block in executed.deck.blocks for key in (block.id, block.options.id) if key}
        self.problems: list[Problem] = []

    def element(self, src: str, attributes: Attributes, span: Span) -> str:
        """The `<img>` for an address, or a legible stand-in that says what is missing."""
        src, alt = address(src), attributes.get("alt") or ""
        kept = {name: value for name, value in attributes.items() if name not in ("src", "alt")}
        if src.startswith("figure:"):
            figure = self._figure(src.removeprefix("figure:"), span)
            if figure is None:
                return self._missing(src, alt)
            return figure_img(figure, alt).replace("<img ", f"<img{attributes_html(kept)} ", 1)
        if src.startswith("data:"):
            return f'<img src="{escape(src)}" alt="{escape(alt)}"{attributes_html(kept)}>'
        if image := self._images.get(src):
            return f'<img src="{data_url(image)}" alt="{escape(alt)}"{attributes_html(kept)}>'
        return self._missing(src, alt)

    def side(self, slide: Slide) -> str:
        """The picture of an `image*` layout."""
        src = slide.frontmatter.get("image")
        if not isinstance(src, str):
            return ""
        fit = "contain" if src.startswith("figure:") else "cover"
        fit = str(slide.frontmatter.get("backgroundSize") or fit)
        alt = str(slide.frontmatter.get("alt") or "")
        return self.element(src, {"alt": alt, "style": f"object-fit:{fit}"}, slide.place("image"))

    def backdrop(self, slide: Slide) -> str:
        """What lies behind a slide that names a `background`; nothing where the theme's own serves, or must serve."""
        value = slide.frontmatter.get("background")
        if not isinstance(value, str) or not value:
            return ""
        if is_colour(value):
            return f'<div class="backdrop" style="background:{escape(value)}"></div>'
        image = self._images.get(address(value))
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
        drawn = [output for output in result.outputs if isinstance(output, Figure)]
        if not drawn and not result.error:
            hint = "call plt.plot(…) or the like in it, or name another block"
            self.problems.append(Problem("D019", f"block `{block_id}` draws no figure", span, hint))
        return drawn[-1] if drawn else None

    def _missing(self, src: str, alt: str) -> str:
        said = escape(alt if alt and alt.lower() not in ("img", "image") else self._words["missing"])
        name = escape(re.sub(r"^https?://", "", src))
        return f'<span class="missing" role="img" aria-label="{said}"><b>{said}</b><small>{name}</small></span>'


def data_url(image: Image) -> str:
    """The bytes of a picture as an address."""
    return f"data:{image.mime};base64,{b64encode(image.data).decode()}"
