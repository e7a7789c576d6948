"""`[text]{.cls}`, `:name[text]{…}` and `**bold**{.cls}` -> tags, and attributes of Markdown's own elements (MDC)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from deck_builder.parse.mdc import NAME, Braces, merge, read_braces

COMPONENT = re.compile(rf":(?P<name>{NAME})(?=(?P<next>.)?)")
_TRAILING = re.compile(r":(?![A-Za-z0-9:])")
_BEFORE = " \t\n*_[(（"  # what may stand before a component: 10:30 and a::b have none
_WHOLE = frozenset(["code_inline", "image", "tag"])
_TEXTS = frozenset(["text", "softbreak"])


def mdc_inline_plugin(md: MarkdownIt) -> None:
    """Comark's inline syntax; unlike there, brackets and braces that hold no attributes stay what they are."""
    md.inline.ruler.before("link", "mdc_span", _span)
    md.inline.ruler.after("emoji", "mdc_component", _component)
    md.inline.ruler.after("entity", "mdc_attributes", _attributes)
    md.core.ruler.after("github-tasklists", "mdc_attributes", _give_attributes)


def is_component(name: str, *, bare: bool) -> bool:
    """Whether a name makes a component; a bare one must look like it: `:mdi-rocket`, `:Toc`, and not `:D`."""
    return not bare or "-" in name or (name[0].isupper() and name[1:2].islower())


def _span(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if state.src[start] != "[" or state.src.startswith("[^", start):
        return False
    end = state.md.helpers.parseLinkLabel(state, start)
    braces = _braces_at(state, end + 1) if end > 0 else None
    if braces is None:
        return False
    if not silent:
        _push_around(state, "span", braces.attrs, (start + 1, end), (start, braces.end))
    state.pos = braces.end
    return True


def _component(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if state.src[start] != ":" or (start and state.src[start - 1] not in _BEFORE):
        return False
    found = COMPONENT.match(state.src, start, state.posMax)
    if found is None:
        return False
    name, end = found["name"], found.end()
    inside: tuple[int, int] | None = None
    if found["next"] == "[" and (closing := state.md.helpers.parseLinkLabel(state, end)) > 0:
        inside, end = (end + 1, closing), closing + 1
    if braces := _braces_at(state, end):
        end = braces.end
    if not is_component(name, bare=not (inside or braces)):
        return False
    if not (inside or braces) and (trailing := _TRAILING.match(state.src, end, state.posMax)):
        end = trailing.end()
    if not silent:
        attrs = braces.attrs if braces else {}
        if inside:
            _push_around(state, name, attrs, inside, (start, end))
        else:
            token = state.push("tag", name, 0)
            token.attrs, token.meta["place"] = dict(attrs), (start, end)
    state.pos = end
    return True


def _attributes(state: StateInline, silent: bool) -> bool:
    """Braces after something: whose they are is known when the whole text is."""
    start = state.pos
    if state.src[start] != "{" or not start or state.src[start - 1] in "{$":
        return False
    braces = _braces_at(state, start)
    if braces is None:
        return False
    if not silent:
        token = state.push("mdc_attributes", "", 0)
        token.attrs, token.content = dict(braces.attrs), state.src[start : braces.end]
        token.info = "plain" if braces.plain else ""
    state.pos = braces.end
    return True


def _braces_at(state: StateInline, at: int) -> Braces | None:
    if at >= state.posMax or state.src[at] != "{" or state.src.startswith("{{", at):
        return None
    return read_braces(state.src, at, state.posMax)


def _push_around(
    state: StateInline, name: str, attrs: Mapping[str, str], inside: tuple[int, int], place: tuple[int, int]
) -> None:
    """A tag around a part of the text, which is read as Markdown."""
    last = state.posMax
    token = state.push("tag_open", name, 1)
    token.attrs, token.meta["place"] = dict(attrs), place
    state.pos, state.posMax = inside
    state.md.inline.tokenize(state)
    state.push("tag_close", name, -1).meta["place"] = (inside[1], place[1])
    state.posMax = last


def _give_attributes(state: StateCore) -> None:
    for at, token in enumerate(state.tokens):
        children = token.children or []
        if any(child.type == "mdc_attributes" for child in children):
            token.children = _given(children, _parent(state.tokens, at))


def _parent(tokens: Sequence[Token], at: int) -> Token | None:
    """The element whose text this is: a tight list's paragraph is none, its item is."""
    while at and tokens[at - 1].nesting == 1:
        at -= 1
        if not tokens[at].hidden:
            return tokens[at]
    return None


def _given(children: Sequence[Token], parent: Token | None) -> list[Token]:
    """The text without its braces: they go to the element before them, or, at the end of a text, to its parent."""
    kept: list[Token] = []
    for at, child in enumerate(children):
        if child.type != "mdc_attributes":
            if child.type != "text" or child.content:  # emphasis leaves empty texts behind
                kept.append(child)
        elif not _has_taken(kept, child, parent if at == len(children) - 1 else None):
            kept.append(Token("text", "", 0, content=child.content, level=child.level))
    return kept


def _has_taken(kept: list[Token], braces: Token, parent: Token | None) -> bool:
    """Whether braces found an owner: the parent of what ends here, an element, or a text, which gets a span."""
    if not kept:
        return False
    before, words = kept[-1], braces.info == "plain"
    if before.type not in _TEXTS:
        return _give(_owner(kept), braces)
    if words:
        return False
    if parent:
        _trim(kept)
        return _give(parent, braces)
    if before.content.strip():
        opening = Token("tag_open", "span", 1, attrs=braces.attrs, level=before.level)
        kept[-1:] = [opening, before, Token("tag_close", "span", -1, level=before.level)]
        return True
    return before.type == "text" and _give(_owner(kept[:-1]), braces)


def _owner(kept: Sequence[Token]) -> Token | None:
    """The element that ends here."""
    depth = 0
    for token in reversed(kept):
        if not depth and token.type in _WHOLE:
            return token
        depth -= token.nesting
        if depth <= 0:
            return token if token.nesting == 1 and not token.type.startswith("footnote") else None
    return None


def _give(owner: Token | None, braces: Token) -> bool:
    if owner is None:
        return False
    for name, value in braces.attrs.items():
        merge(owner.attrs, name, str(value))
    return True


def _trim(kept: list[Token]) -> None:
    """Take away the blanks, or the end of line, that parted a text from its braces."""
    kept[-1].content = kept[-1].content.rstrip()
    while kept and kept[-1].type in _TEXTS and not kept[-1].content:
        kept.pop()
