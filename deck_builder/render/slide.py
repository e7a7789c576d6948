"""Slide + results -> the HTML of its content. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from html import escape
from inspect import getmembers, isfunction
from itertools import takewhile
from typing import Any
from urllib.parse import unquote

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from deck_builder.errors import Span
from deck_builder.model import BlockResult, CodeBlock, ExecutedDeck, Graph, Problem, Slide
from deck_builder.remember import Remember, make_anew
from deck_builder.render.code import code_html, editable
from deck_builder.render.components import BLOCKS, Around, Use, component, dragged, with_icon
from deck_builder.render.components.foreign import foreign_attributes, is_html
from deck_builder.render.components.navigation import is_there, no_such_slide, to_slide
from deck_builder.render.diagrams import diagram_html
from deck_builder.render.dress import dressed, wrapped
from deck_builder.render.footnotes import note_opening, notes_closing, notes_opening, parted, reference_html
from deck_builder.render.formula import Formulas
from deck_builder.render.look import move_duration, moves_copied
from deck_builder.render.magic import line_keys
from deck_builder.render.markup import Attributes, attributes_html, scoped_style
from deck_builder.render.notes import note_html
from deck_builder.render.outcomes import Outcomes, failure_html
from deck_builder.render.pictures import Pictures
from deck_builder.render.replay import graphs_of, replay
from deck_builder.render.sweeps import Sweeps
from deck_builder.tags import VOID, kebab

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


_OF_PAGES = frozenset(["base", "body", "frameset", "head", "html", "meta", "plaintext"])
"""Elements that mean the page wherever they stand: a `<meta>` may lead away from it, a `<plaintext>` never ends."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a slide shows between its layout's walls, by slot, its note, and the footnotes below.

    `styles` hold for this slide only; `clicks` are all that it takes, those of replays among them.
    """

    slots: Mapping[str, str]
    styles: tuple[str, ...]
    problems: tuple[Problem, ...]
    note: str = ""
    footnotes: str = ""
    clicks: int = 0


@dataclass(frozen=True, slots=True)
class Shared:
    """What all slides of a page are rendered with."""

    executed: ExecutedDeck
    pictures: Pictures
    formulas: Formulas
    words: dict[str, str]
    outcomes: Outcomes
    remember: Remember = make_anew
    live: bool = False
    """Whether a server keeps the page up to date, so that code on it can be edited."""


def slide_content(slide: Slide, shared: Shared) -> Content:
    """Render a slide's tokens, with the results of its blocks beside their code."""
    renderer = _SlideRenderer(slide, shared)
    body, footnotes = parted(slide.tokens)
    slots = {name: renderer.render(tokens, _OPTIONS, {}) for name, tokens in _by_slot(body).items()}
    below = renderer.render(footnotes, _OPTIONS, {})
    note = note_html(slide, lambda tokens: renderer.render(tokens, _OPTIONS, {}))
    return Content(slots, tuple(renderer.styles), tuple(renderer.problems), note, below, renderer.clicks)


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

    def __init__(self, slide: Slide, shared: Shared) -> None:
        self.rules = {name: getattr(self, name) for name in _rules()}  # the base class looks for them each time
        self._results, self._pictures, self._words = shared.executed.results, shared.pictures, shared.words
        self._formulas, self._remember = shared.formulas, shared.remember
        self._live, self._outcomes = shared.live, shared.outcomes
        self._blocks = {block.id: block for block in slide.blocks}
        self._deck, self._slide, self._span = shared.executed.deck, slide, slide.span
        self._around = Around(
            self._deck, self._pictures, self._words, lambda tokens: self.renderInline(tokens, _OPTIONS, {})
        )
        self._sweeps = Sweeps(shared.executed)
        self._open: list[tuple[str, str]] = []
        self.styles: list[str] = []
        self.problems: list[Problem] = []
        self.clicks = slide.clicks

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        block = self._blocks.get(tokens[idx].meta.get("block", ""))
        if block is None:  # in a note
            return self.code_block(tokens, idx, options, env)
        if drawn := diagram_html(tokens[idx], self._pictures, self._words):
            return wrapped(tokens[idx], drawn)
        if block.options.hide:
            return self._hidden(block)
        return wrapped(tokens[idx], self._run(block, again=_is_in_group(tokens[:idx])))

    def _hidden(self, block: CodeBlock) -> str:
        """What must be seen of a block that is not shown."""
        swept = self._sweeps.of(
            block, lambda results: failure_html(block, results[block.id], self._words) if block.id in results else ""
        )
        if not swept.css_class:
            return swept.results
        return f'<div class="run variants" data-show="below"{swept.attributes}>{swept.sliders}{swept.results}</div>\n'

    def _run(self, block: CodeBlock, attributes: str = "", keys: tuple[str, ...] = (), *, again: bool = False) -> str:
        """A block and what it did; `again`: with its sliders, though they stand on the slide already."""
        result = self._results.get(block.id)
        label = block.options.title or f"{self._words['code']} {block.id}"
        failed = result.error.lines if result and result.error else ()
        moves = self._sweeps.moves(block)
        code = code_html(block, label=label, failed=failed, keys=keys, remember=self._remember, moves=moves)
        code = editable(code, block) if self._live else code
        swept = self._sweeps.of(block, partial(self._outcomes.html, self._deck, block), again=again)
        attributes += f' data-turn="{block.turn}"' if block.turn and swept.results else ""
        replays = self._replays(block, result)
        kind = "run replayed" if replays else "run"
        about = f'class="{kind}{swept.css_class}" data-show="{block.options.show}"{swept.attributes}{attributes}'
        return f"<div {about}>{replays}{code}{swept.sliders}{swept.results}</div>\n"

    def _replays(self, block: CodeBlock, result: BlockResult | None) -> str:
        """How the tensors that a block's own options name came about."""
        graphs = graphs_of(result)
        names = [name for name in block.options.graph if name in graphs and name not in block.elsewhere]
        return "".join(self._replay(block, graphs[name]) for name in names)

    def _replay(self, block: CodeBlock, graph: Graph, at: int = 0) -> str:
        """A replay from a click on; without one, after all that the slide has had."""
        made = replay(graph, block, self._words, at or self.clicks + 1)
        self.clicks = max(self.clicks, (at or self.clicks + 1) + made.clicks - 1)
        return made.html

    def _autograd(self, token: Token) -> str:
        """The replay that an `<Autograd>` stands for; nothing until its block has run."""
        block = next((one for one in self._deck.blocks if one.id == token.meta.get("autograd")), None)
        name = str(token.attrs.get("of") or token.attrs.get(":of") or "").strip().strip("'`")
        graph = graphs_of(self._results.get(block.id)).get(name) if block else None
        at = str(token.attrs.get("at") or token.attrs.get(":at") or "")
        made = self._replay(block, graph, int(at) if at.isdecimal() else 0) if block and graph else ""
        return wrapped(token, made) if made else ""

    def magic(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        meta = tokens[idx].meta
        blocks = [self._blocks[block_id] for block_id in meta["versions"]]
        keys = line_keys([block.code for block in blocks])
        runs = (self._run(block, f' data-version="{no}"', keys[no], again=True) for no, block in enumerate(blocks))
        duration = move_duration(self._deck, self._slide) if meta["duration"] is None else meta["duration"]
        attributes: Attributes = {
            "class": "magic",
            "data-click": str(meta["click"].start),
            "data-duration": str(duration),
            "data-frames": ",".join(str(version) for version, _ in meta["frames"]),
            **({} if moves_copied(self._deck, self._slide) else {"data-copy": "false"}),
        }
        return wrapped(tokens[idx], f"<div{attributes_html(attributes)}>{''.join(runs)}</div>\n")

    def code_group_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        attributes = dressed(tokens[idx])
        attributes["class"] = f"code-group {attributes.get('class') or ''}".strip()
        attributes["data-titles"] = json.dumps(self._titles(tokens[idx:]), ensure_ascii=False)
        return f"<div{attributes_html(attributes)}>\n"

    def _titles(self, tokens: Sequence[Token]) -> list[str]:
        """What stands on the tabs of the group that opens with these tokens."""
        fences = takewhile(lambda token: token.type != "code_group_close", tokens)
        blocks = (self._blocks.get(token.meta.get("block", "")) for token in fences)
        return [block.options.title or block.lang for block in blocks if block and not block.options.hide]

    def footnote_ref(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return reference_html(tokens[idx], self._slide.no, self._words)

    def footnote_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return note_opening(tokens[idx], self._slide.no)

    def footnote_block_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return notes_opening(tokens[idx:], self._slide.no, self._words)

    def footnote_block_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return notes_closing()

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return (
            f'<figure class="block plain"><pre tabindex="0"><code>{escape(tokens[idx].content)}</code></pre></figure>\n'
        )

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children, options, env)
        attributes = {**dressed(token), "alt": alt}
        return self._pictures.element(str(token.attrs.get("src", "")), attributes, self._at(token))

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        href = str(token.attrs.get("href", ""))
        here = None if "://" in href else to_slide(unquote(href), self._around.deck)
        if (not here and href[:1] == "/" != href[1:2]) or not is_there(unquote(href), self._deck):
            place = self._at(next(after for after in tokens[idx:] if after.type == "link_close"))  # it keeps the place
            self.problems.append(no_such_slide(unquote(href), self._deck, place))
        where: Attributes = here or {"target": "_blank", "rel": "noopener noreferrer"}
        return f"<a{attributes_html({**dressed(token), **where})}>"

    def paragraph_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if tokens[idx].hidden or not _holds_block(tokens[idx + 1]):
            return self.renderToken(tokens, idx, options, env)
        return f"<div{attributes_html({**dressed(tokens[idx]), 'class': 'paragraph'})}>"

    def paragraph_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if tokens[idx].hidden or not _holds_block(tokens[idx - 1]):
            return self.renderToken(tokens, idx, options, env)
        return "</div>\n"

    @staticmethod
    def renderAttrs(token: Token) -> str:  # noqa: N802 (RendererHTML calls it so)
        return attributes_html(dressed(token)) if token.attrs or token.meta else ""

    def tag_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        opening, closing = self._element(tokens[idx])
        self._open.append((tokens[idx].tag, closing))
        return opening

    def tag_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self._open.pop()[1]  # the parser has seen to it that tags match

    def tag(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "".join(self._element(tokens[idx]))

    def html_text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return tokens[idx].content

    def style(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        self.styles.append(scoped_style(tokens[idx].content))
        return ""

    def script(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        hint = "decks run Python when they are built, nothing in the browser"
        self._foreign("a <script> is left out", self._at(tokens[idx]), hint)
        return ""

    def math_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self._formulas.html(tokens[idx])

    def math_inline_double(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self._formulas.html(tokens[idx])

    def math_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return wrapped(tokens[idx], self._formulas.html(tokens[idx]))

    def _element(self, token: Token) -> tuple[str, str]:
        """What opens an element of the author's HTML, and what closes it."""
        if kebab(token.tag) == "autograd":
            return self._autograd(token), ""
        name, span, parents = token.tag, self._at(token), [kebab(opened) for opened, _ in self._open]
        use, told = dragged(Use(kebab(name), dressed(token), token, self._slide, parents, span))
        self.problems += told
        is_picture = name.lower() == "img" and use.attributes.get("src")
        made = None if is_picture else component(use, self._around)
        self.problems += foreign_attributes(use, props=made is not None or not is_html(use))
        if is_picture:
            return self._pictures.element(is_picture, use.attributes, span), ""
        if made:
            self.problems += made.problems
            return made.opening, made.closing
        if name.lower() in _OF_PAGES:
            self._foreign(f"<{name}> is left out: it would change the whole page", span, "what is inside it is shown")
            return "", ""
        if not is_html(use):
            self._foreign(f"<{name}> is not HTML and is not read", span, "what is inside it is shown")
        attributes = with_icon(use.attributes, self._around)
        return f"<{name}{attributes_html(attributes)}>", "" if name.lower() in VOID else f"</{name}>"

    def _foreign(self, message: str, span: Span, hint: str) -> None:
        self.problems.append(Problem("D020", message, span, hint, "warning"))

    def _at(self, token: Token) -> Span:
        span: Any = token.meta.get("span")
        return span if isinstance(span, Span) else self._span


def _holds_block(inline: Token) -> bool:
    """Whether a component stands in a paragraph that is more than text: HTML would end the paragraph before it."""
    return any(token.nesting >= 0 and kebab(token.tag) in BLOCKS for token in inline.children or ())


def _is_in_group(before: Sequence[Token]) -> bool:
    """Whether what comes after these tokens stands in a group of blocks, of which one shows."""
    ends = ("code_group_open", "code_group_close")
    return next((token.type for token in reversed(before) if token.type in ends), "") == ends[0]


@cache
def _rules() -> tuple[str, ...]:
    """The kinds of tokens that have a method of their own here, or in markdown-it's renderer."""
    methods = getmembers(_SlideRenderer, isfunction)
    return tuple(name for name, _ in methods if not name.startswith(("render", "_")))
