"""A slide's Markdown -> tokens that know where they stand in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath.index import math_inline_dollar
from mdit_py_plugins.tasklists import tasklists_plugin

from deck_builder.errors import Span
from deck_builder.parse.alerts import alert_plugin
from deck_builder.parse.balance import balance
from deck_builder.parse.component_tags import component_plugin, vue_inline
from deck_builder.parse.emoji import emoji_plugin
from deck_builder.parse.emphasis import cjk_emphasis_plugin
from deck_builder.parse.footnotes import collect_footnotes, footnote_plugin
from deck_builder.parse.formula_block import formula_plugin
from deck_builder.parse.groups import code_group_plugin, report_groups
from deck_builder.parse.html import split_html
from deck_builder.parse.magic import split_magic
from deck_builder.parse.mark import mark_plugin
from deck_builder.parse.mdc_block import mdc_block_plugin, report_blocks
from deck_builder.parse.mdc_inline import mdc_inline_plugin
from deck_builder.parse.report import Report
from deck_builder.parse.slots import slot_plugin
from deck_builder.parse.snippets import snippet_plugin
from deck_builder.remember import Remember, make_anew

InlineRule = Callable[[StateInline, bool], bool]

_BEGINS = {"html_block": "<"}
_MADE_LATER = frozenset(["html_text", "style", "script"])
_ELEMENT = re.compile(r"[\w.:-]*")
_LOCATED_BLOCKS = frozenset(
    ["fence", "html_block", "math_block", "slot", "tag_open", "tag_close", "tag", "code_group_open"]
)


def tokenize(
    lines: Sequence[str], first: int, report: Report, *, comark: bool = False, remember: Remember = make_anew
) -> tuple[Token, ...]:
    """The tokens of the Markdown that begins at line `first` (from 0) of the file, and of MDC if it is `comark`.

    Every `map` counts lines of the file, and pictures, formulas, raw HTML and fences hold their `meta["span"]`.
    """
    text = "\n".join([*lines, ""])  # the last line ends as the others do
    tokens = _tokens(text, comark=comark, remember=remember)
    places = _Places(lines, first, report)
    for token in tokens:
        if token.children is not None and token.map:
            places.locate(token.meta.pop("written"), token.children, token.map[0])
        if token.map:
            start, end = token.map[0] + first, token.map[1] + first
            token.map = [start, end]
            if token.type in _LOCATED_BLOCKS:
                column = lines[start - first].find(_BEGINS.get(token.type, token.markup)) + 1
                token.meta["span"] = report.span(start + 1, end, max(column, 1))
            split_magic(token, lines, first, report)
    report_blocks(tokens, report)
    report_groups(tokens, report)
    return tuple(collect_footnotes(balance(split_html(tokens), report), report))


def _tokens(text: str, *, comark: bool, remember: Remember) -> list[Token]:
    """What the Markdown parser makes of a text: remembered as data, but for tokens that hold more than that."""

    def parsed() -> list[Token]:
        return markdown_parser(footnotes=True, comark=comark).parse(text)

    if remember is make_anew:
        return parsed()

    def make() -> str:
        try:
            return json.dumps([token.as_dict() for token in parsed()], separators=(",", ":"))
        except TypeError:
            return ""

    kept = remember(f"tokens\0{comark}\0{text}", make)
    return _remembered(kept) or parsed()


def _remembered(kept: str) -> list[Token]:
    """Tokens as they were remembered; none where there are none, or none that the parser could have made."""
    try:
        tokens = list(map(Token.from_dict, json.loads(kept))) if kept else []
    except (ValueError, TypeError, AttributeError, RecursionError):
        return []
    waiting = list(tokens)
    for token in waiting:
        waiting += token.children or ()
    return tokens if all(map(_is_parsers, waiting)) else []


def _is_parsers(token: Token) -> bool:
    """Whether the parser may have made a token: a file of the cache's can hold anything."""
    texts = all(isinstance(text, str) for text in (token.type, token.tag, token.content, token.markup, token.info))
    sound = texts and isinstance(token.attrs, dict) and isinstance(token.meta, dict)
    return sound and token.type not in _MADE_LATER and bool(_ELEMENT.fullmatch(token.tag))


@cache
def markdown_parser(*, footnotes: bool = False, comark: bool = False) -> MarkdownIt:
    """Slidev's flavour: CommonMark, tables, strikethrough, links made of addresses, raw HTML, and formulas.

    Footnotes are for those who call `collect_footnotes`; MDC is for decks that ask for it.
    """
    md = MarkdownIt("js-default", {"html": True, "linkify": True, "xhtmlOut": True})
    md.use(formula_plugin)
    md.use(cjk_emphasis_plugin)
    md.use(slot_plugin)
    md.use(component_plugin)
    md.use(snippet_plugin)
    md.use(mark_plugin)
    md.use(alert_plugin)
    md.use(deflist_plugin)
    md.use(tasklists_plugin)
    md.use(emoji_plugin)
    if footnotes:
        md.use(footnote_plugin)
    if comark:
        md.use(mdc_inline_plugin)
        md.use(mdc_block_plugin)
    else:
        md.use(code_group_plugin)
    md.core.ruler.before("github-tasklists", "written", _keep_written)
    md.core.ruler.after("github-tasklists", "checkboxes", _locate_checkboxes)
    formula = math_inline_dollar(allow_space=False, allow_digits=False, allow_double=True)
    md.inline.ruler.at("math_inline", _located(_looking_back(formula)))
    md.inline.ruler.at("image", _located(image))
    md.inline.ruler.at("link", _located(link))  # what keeps the place is the end of the link
    md.inline.ruler.at("html_inline", _located(vue_inline))
    return md


def _keep_written(state: StateCore) -> None:
    """Keep inline text as it was written: places in it are counted before a checkbox is taken off its start."""
    for token in state.tokens:
        if token.children is not None:
            token.meta["written"] = token.content


def _locate_checkboxes(state: StateCore) -> None:
    """A checkbox is raw HTML that no rule of ours has seen: it stands for the `[ ]` that its text began with."""
    for token in state.tokens:
        if token.children and token.content != token.meta["written"]:
            token.children[0].meta["place"] = (0, len("[ ]"))


def _looking_back(rule: InlineRule) -> InlineRule:
    """The formula rule looks one character back, which at the start of a text would be its last: keep that a blank."""

    def look(state: StateInline, silent: bool) -> bool:
        if state.pos:
            return rule(state, silent)
        state.src += "\n"
        try:
            return rule(state, silent)
        finally:
            state.src = state.src[:-1]

    return look


def _located(rule: InlineRule) -> InlineRule:
    """Let the token that a rule makes keep its place in the text; `_Places` makes a span of it."""

    def locate(state: StateInline, silent: bool) -> bool:
        start = state.pos
        found = rule(state, silent)
        if found and not silent:
            state.tokens[-1].meta["place"] = (start, state.pos)
        return found

    return locate


class _Places:
    """Where the pieces of inline text stand in the lines they were taken from."""

    def __init__(self, lines: Sequence[str], first: int, report: Report) -> None:
        self.lines, self.first, self.report = lines, first, report
        self.read: dict[int, int] = {}  # line -> column up to which it is known: cells of one row can look alike

    def locate(self, text: str, children: Sequence[Token], line: int) -> None:
        """Give spans to the children of the inline text that begins on a line."""
        starts = []  # of each line of the text: the line of the file, and the column its text begins at
        for number, written in enumerate(text.split("\n"), line):
            source = self.lines[number] if number < len(self.lines) else ""
            column = source.find(written, self.read.get(number, 0))
            if column >= 0:
                self.read[number] = column + len(written)
            starts.append(column)
        for child in children:
            self._mark(child, text, starts, line)

    def _mark(self, token: Token, text: str, starts: list[int], line: int, outer: Span | None = None) -> None:
        place = token.meta.pop("place", None)
        span = outer
        if place is not None and outer is None:
            number = text.count("\n", 0, place[0])
            end = number + text.count("\n", *place)
            column = place[0] - (text.rfind("\n", 0, place[0]) + 1) + starts[number] + 1 if starts[number] >= 0 else 1
            at = self.first + line + 1
            span = self.report.span(at + number, at + end, column)
        if place is not None:
            token.meta["span"] = span
        for child in token.children or ():
            self._mark(child, text, starts, line, span)  # what an image shows instead stands where the image does
