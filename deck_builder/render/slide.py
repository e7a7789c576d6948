"""Slide + results -> the HTML of its content. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from deck_builder.errors import Span
from deck_builder.model import BlockResult, CodeBlock, Error, ExecutedDeck, Problem, Slide
from deck_builder.render.code import code_html
from deck_builder.render.markup import (
    Attributes,
    attributes_html,
    balanced,
    rewrite_tags,
    scoped_styles,
    without_scripts,
)
from deck_builder.render.math import FormulaError, mathml
from deck_builder.render.outputs import results_html
from deck_builder.render.pictures import Pictures

_OPTIONS = OptionsDict(
    {
        "maxNesting": 20,
        "html": True,
        "linkify": True,
        "typographer": False,
        "quotes": "“”‘’",
        "xhtmlOut": False,
        "breaks": False,
        "langPrefix": "language-",
        "highlight": None,
    }
)
_IN_DECK = re.compile(r"(?:#/?|/)?(\d+)$")
_COMPONENT = re.compile(r"[A-Z]|[a-z]\w*-")
_EMBEDS = frozenset(["iframe", "video", "audio", "embed", "object"])


@dataclass(frozen=True, slots=True)
class Content:
    """What a slide shows between its layout's walls, by slot; `styles` hold for this slide only."""

    slots: Mapping[str, str]
    styles: tuple[str, ...]
    problems: tuple[Problem, ...]


def slide_content(slide: Slide, executed: ExecutedDeck, pictures: Pictures, words: dict[str, str]) -> Content:
    """Render a slide's tokens, with the results of its blocks beside their code."""
    renderer = _SlideRenderer(slide, executed, pictures, words)
    slots: dict[str, str] = {}
    amiss: list[str] = []
    for name, tokens in _by_slot(slide.tokens).items():
        slots[name], wrong = balanced(renderer.render(tokens, _OPTIONS, {}))
        amiss += wrong
    problems = list(renderer.problems)
    if amiss:
        tags = ", ".join(tag if tag.startswith("<") else f"<{tag}>" for tag in amiss)
        hint = "close each tag that you open on this slide; the page was mended here"
        problems.append(
            Problem("D016", f"tags that do not match on slide {slide.no}: {tags}", slide.span, hint, "warning")
        )
    return Content(slots, tuple(renderer.styles), tuple(problems))


def _by_slot(tokens: Sequence[Token]) -> dict[str, list[Token]]:
    """Tokens by the slot they fill; one that is opened twice goes on."""
    slots: dict[str, list[Token]] = {"default": []}
    name = "default"
    for token in tokens:
        if token.type == "slot":
            name = token.info
            slots.setdefault(name, [])
        else:
            slots[name].append(token)
    return slots


class _SlideRenderer(RendererHTML):
    """markdown-it's renderer, with our fences, pictures, formulas and raw HTML."""

    def __init__(self, slide: Slide, executed: ExecutedDeck, pictures: Pictures, words: dict[str, str]) -> None:
        super().__init__()
        self._results, self._pictures, self._words = executed.results, pictures, words
        self._blocks = {block.id: block for block in slide.blocks}
        self._span = slide.span
        self.styles: list[str] = []
        self.problems: list[Problem] = []

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        block = self._blocks[tokens[idx].meta["block"]]
        result = self._results.get(block.id)
        if block.options.hide:
            return _failure(block, result, self._words)
        label = block.options.title or f"{self._words['code']} {block.id}"
        code = code_html(block, label=label, failed=result.error.lines if result and result.error else ())
        shown = results_html(block, result, self._words) if result and block.options.output == "all" else ""
        if result and not shown:
            shown = _failure(block, result, self._words)
        return f'<div class="run" data-show="{block.options.show}">{code}{shown}</div>\n'

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return (
            f'<figure class="block plain"><pre tabindex="0"><code>{escape(tokens[idx].content)}</code></pre></figure>\n'
        )

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children, options, env)
        attributes: Attributes = {"alt": alt}
        if title := token.attrs.get("title"):
            attributes["title"] = str(title)
        return self._pictures.element(str(token.attrs.get("src", "")), attributes, self._at(token))

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        href = str(token.attrs.get("href", ""))
        if here := _IN_DECK.match(href):
            return f'<a href="#/{here[1]}">'
        return f'<a href="{escape(href)}" target="_blank" rel="noopener noreferrer">'

    def html_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        text, styles = scoped_styles(tokens[idx].content)
        self.styles += styles
        span = self._at(tokens[idx])
        text, scripts = without_scripts(text)
        if scripts:
            self._foreign(
                "a <script> is left out", span, "decks run Python when they are built, nothing in the browser"
            )
        return self._raw(text, span)

    def html_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self._raw(tokens[idx].content, self._at(tokens[idx]))

    def math_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self._formula(tokens[idx], block=False)

    def math_inline_double(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self._formula(tokens[idx], block=True)

    def math_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<div class="formula">{self._formula(tokens[idx], block=True)}</div>\n'

    def _raw(self, text: str, span: Span) -> str:
        def rewrite(tag: str, attributes: Attributes) -> str | None:
            src = attributes.get("src")
            if tag.lower() == "img" and src:
                return self._pictures.element(src, attributes, span)
            if tag.lower() in _EMBEDS:
                return self._embed(tag.lower(), attributes, span)
            if _COMPONENT.match(tag):
                hint = "there are no components yet; what is inside it is shown"
                self._foreign(f"<{tag}> is not HTML and is not read", span, hint)
            return None

        return rewrite_tags(text, rewrite)

    def _embed(self, tag: str, attributes: Attributes, span: Span) -> str:
        """A link in place of what would have to be fetched while presenting."""
        address = attributes.get("src") or attributes.get("data") or ""
        hint = "the page fetches nothing while it is shown; a link stands in its place"
        self._foreign(f"<{tag}> can't be shown in a page that works offline", span, hint)
        link: Attributes = {"href": address, "target": "_blank", "rel": "noopener noreferrer"}
        hidden = {name: value for name, value in attributes.items() if name == "class"}
        return f"<a{attributes_html({**hidden, **link})}>{escape(address or tag)}</a><{tag} hidden>"

    def _foreign(self, message: str, span: Span, hint: str) -> None:
        self.problems.append(Problem("D020", message, span, hint, "warning"))

    def _formula(self, token: Token, *, block: bool) -> str:
        try:
            return mathml(token.content, block=block)
        except FormulaError as error:
            before = token.content[: error.offset]
            start = self._at(token)
            line = start.start + before.count("\n")
            here = start.column + len(token.markup) + error.offset
            column = here if "\n" not in before else error.offset - before.rfind("\n")
            place = Span(start.path, line, line, column)
            self.problems.append(Problem("D014", f"this formula can't be set: {error.message}", place))
            said = escape(f"{self._words['bad_formula']}: {error.message}")
            return f'<code class="bad-formula" title="{said}">{escape(token.content)}</code>'

    def _at(self, token: Token) -> Span:
        span: Any = token.meta.get("span")
        return span if isinstance(span, Span) else self._span


def _failure(block: CodeBlock, result: BlockResult | None, words: dict[str, str]) -> str:
    """What must be seen even of a block that shows nothing: the error that ended it."""
    errors = tuple(output for output in (result.outputs if result else ()) if isinstance(output, Error))
    return results_html(block, BlockResult(errors), words) if errors else ""
