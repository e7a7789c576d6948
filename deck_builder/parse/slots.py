"""A line `::right::` or `<template #right>` -> a token of type `slot`: what follows fills that slot of the layout."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

_SLOT = re.compile(r"::[ \t]*([\w.:-]+?)[ \t]*::[ \t]*|<template\s+(?:#|v-slot:)([\w.-]+)\s*>\s*|</template\s*>\s*")


def slot_plugin(md: MarkdownIt) -> None:
    """Slot markers stand alone on a line, may end a paragraph, and are text in lists and quotations."""
    md.block.ruler.before("html_block", "slot", _slot, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _slot(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.level or state.is_code_block(start):
        return False
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    found = _SLOT.fullmatch(line)
    if not found:
        return False
    if not silent:
        token = state.push("slot", "", 0)
        token.info = found[1] or found[2] or "default"  # the end of a template goes back to the default slot
        token.markup = "::" if found[1] else "<template" if found[2] else "</template"
        token.map = [start, start + 1]
        state.line = start + 1
    return True
