"""`::name{…}` … `::` -> the tags around its Markdown; `#slot` lines and YAML properties inside it (MDC)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.parse.mdc import ATTRIBUTE, merge
from deck_builder.parse.mdc_inline import is_component
from deck_builder.parse.mdc_lines import Body, Head, line_text, read_body, read_head
from deck_builder.parse.report import Report

BlockRule = Callable[[StateBlock, int, int, bool], bool]

ALTERNATIVES: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
GROUPS = ("code-group", "CodeGroup")

_RULE = re.compile(r"---[ \t]*")
_LISTS = {"ul": "bullet_list", "ol": "ordered_list"}


def mdc_block_plugin(md: MarkdownIt) -> None:
    """Comark's blocks, and a component that has a line of its own."""
    md.block.ruler.before("fence", "mdc_line", _line)
    md.block.ruler.before("fence", "mdc_block", block_rule(), ALTERNATIVES)


def block_rule(names: Sequence[str] = ()) -> BlockRule:
    """The rule for blocks; of these names only, where there are any."""

    def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        head = read_head(state, start, names)
        if head is None or len(head.colons) < 2:
            return False
        if not silent:
            _push_block(state, start, end, head, names)
        return True

    return rule


def report_blocks(tokens: Sequence[Token], report: Report) -> None:
    """Tell of blocks that nothing closes, and of properties that can't be read."""
    for token in tokens:
        for code, message, line, hint in token.meta.pop("amiss", ()):
            opening: Span = token.meta["span"]
            span = report.span(opening.start + line) if line else replace(opening, end=opening.start)
            report.warn(code, message, span, hint)


def _line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`:name[text]{…}` alone on a line stands in no paragraph."""
    head = read_head(state, start)
    if head is None or head.colons != ":" or not is_component(head.name, bare=head.text is None and not head.attrs):
        return False
    following = start + 1
    if following < end and not state.isEmpty(following):
        return False  # the first line of a paragraph
    if not silent:
        token = _push(state, "tag" if head.text is None else "tag_open", head, [start, following])
        if head.text is not None:
            _push_text(state, head.text, start)
            state.push("tag_close", head.name, -1).map = token.map
        state.line = following
    return True


def _push_block(state: StateBlock, start: int, end: int, head: Head, names: Sequence[str]) -> None:
    body = read_body(state, start, end, head, names)
    complete = body.closed or head.text is None
    stop = body.end if complete else start + 1
    opening = _push(state, "tag_open", head, [start, stop])
    first = len(state.tokens)
    if head.text is not None:
        _push_text(state, head.text, start)
    if complete and not body.closed:
        hint = f"end it with a line {head.colons}, at its own indentation"
        opening.meta["amiss"] = [("D017", f"the block ::{head.name} is never closed", 0, hint)]
    if complete:
        _push_body(state, start, body, opening)
    closing = state.push("tag_close", head.name, -1)
    state.line = stop + body.closed
    closing.map, closing.markup = [state.line - 1, state.line], head.colons
    if head.name in GROUPS:
        opening.type, closing.type, opening.tag, closing.tag = "code_group_open", "code_group_close", "div", "div"
    else:
        _simplify(state.tokens, first)


def _push(state: StateBlock, kind: str, head: Head, lines: list[int]) -> Token:
    token = state.push(kind, head.name, 1 if kind == "tag_open" else 0)
    token.attrs, token.markup, token.map = dict(head.attrs), head.colons, lines
    return token


def _push_text(state: StateBlock, text: str, line: int) -> None:
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = text, [line, line + 1], []


def _push_body(state: StateBlock, start: int, body: Body, opening: Token) -> None:
    around = state.parentType, state.lineMax, state.blkIndent
    state.parentType, state.blkIndent = "mdc", state.sCount[start]
    first = _take_properties(state, start, body, opening)
    stops = [line for line, _ in body.slots] + [body.end]
    _read(state, first, stops[0])
    for (line, attrs), stop in zip(body.slots, stops[1:], strict=True):
        slot = Head("#", "template", None, attrs)
        _push(state, "tag_open", slot, [line, stop])
        _read(state, line + 1, stop)
        state.push("tag_close", "template", -1).map = [stop - 1, stop]
    state.parentType, state.lineMax, state.blkIndent = around


def _read(state: StateBlock, first: int, stop: int) -> None:
    state.lineMax = stop
    state.md.block.tokenize(state, first, stop)


def _take_properties(state: StateBlock, start: int, body: Body, opening: Token) -> int:
    """Properties in YAML at the start of a block become attributes; the line behind them."""
    rules = [line for line in range(start + 1, body.end) if _RULE.fullmatch(line_text(state, line))][:2]
    if len(rules) < 2 or any(line_text(state, line) for line in range(start + 1, rules[0])):
        return start + 1
    import yaml  # slow to load, and of use to few

    from deck_builder.parse.yaml12 import compose

    first, last = rules
    try:
        _, values = compose("\n".join(state.src[state.bMarks[at] : state.eMarks[at]] for at in range(first + 1, last)))
        if not isinstance(values, dict):
            raise yaml.YAMLError
    except (yaml.YAMLError, UnicodeError):
        hint = "write a mapping, such as `color: red`, between the two lines of dashes"
        message = f"the properties of ::{opening.tag} are no YAML: they are left out"
        opening.meta.setdefault("amiss", []).append(("D021", message, first - start, hint))
        return last + 1
    for name, value in values.items():
        if ATTRIBUTE.fullmatch(str(name)):
            merge(opening.attrs, str(name), value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        else:
            message, hint = f"{str(name)!r} names no property: it is left out", "write letters, digits and hyphens"
            opening.meta.setdefault("amiss", []).append(("D021", message, first - start, hint))
    return last + 1


def _simplify(tokens: list[Token], first: int) -> None:
    """As in Comark, a block of one paragraph has no paragraph, and a `::ul` of one list is that list."""
    opening, closing = tokens[first - 1], tokens[-1]
    inside = [token for token in tokens[first:-1] if token.level == opening.level + 1]
    kinds = [token.type for token in inside]
    if kinds == ["paragraph_open", "paragraph_close"]:
        inside[0].hidden = inside[1].hidden = True
    elif (name := _LISTS.get(opening.tag)) and kinds == [f"{name}_open", f"{name}_close"]:
        for attribute, value in opening.attrs.items():
            merge(inside[0].attrs, attribute, str(value))
        inside[0].meta |= opening.meta
        del tokens[-1], tokens[first - 1]
    elif opening.tag == "p":
        opening.tag = closing.tag = "div"  # HTML allows no blocks in a paragraph
