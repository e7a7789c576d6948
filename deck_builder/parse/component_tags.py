"""Tags of components -> raw HTML, where CommonMark would see text: Slidev's decks are written that way.

A line of nothing but tags that begins with a component's ends a paragraph and a list (as `</div>` does), and a tag may
carry Vue's attributes (`@click`, `#right`). A component has a capital or a hyphen in its name.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline, html_inline

from deck_builder.parse.html import OPEN_TAG

_TAG = re.compile(OPEN_TAG)
_COMPONENT = re.compile(r"</?(?:[A-Z][\w.]*|[a-z][\w.]*(?:-[\w.]+)+|template)(?=[\s/>]|$)")
_TAGS_ALONE = re.compile(r"(?:<[^<>]*>\s*)+|<[^<>]*")
_ENDS = {"alt": ["paragraph", "reference", "blockquote", "list"]}


def component_plugin(md: MarkdownIt) -> None:
    """The rule for lines, before that for HTML of CommonMark's; for what stands in a text, see `vue_inline`."""
    md.block.ruler.before("html_block", "component", _component, _ENDS)  # type: ignore[arg-type]


def vue_inline(state: StateInline, silent: bool) -> bool:
    """A tag in a text, whatever attributes it has."""
    if html_inline(state, silent):
        return True
    found = _TAG.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _component(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    first = state.bMarks[start] + state.tShift[start]
    line = state.src[first : state.eMarks[start]].rstrip()
    if not (_COMPONENT.match(line) and _TAGS_ALONE.fullmatch(line)):
        return False
    if silent:
        return True
    last = start + 1
    while last < end and state.sCount[last] >= state.blkIndent and not state.isEmpty(last):
        last += 1
    state.line = last
    token = state.push("html_block", "", 0)
    token.map = [start, last]
    token.content = state.getLines(start, last, state.blkIndent, True)
    return True
