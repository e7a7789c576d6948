"""`==text==` -> `<mark>`, also between Chinese characters; `a==b` in a sentence stays a comparison."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline


def mark_plugin(md: MarkdownIt) -> None:
    """Two equals signs open where none of a word's letters stand on both sides of them, and close likewise."""
    md.inline.ruler.before("emphasis", "mark", _mark)


def _mark(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if not state.src.startswith("==", start) or not _edge(state.src, start):
        return False
    end = state.src.find("==", start + 2, state.posMax)
    while end > 0 and not (_edge(state.src, end) and not state.src[end - 1].isspace()):
        end = state.src.find("==", end + 1, state.posMax)
    if end <= start + 2 or state.src[start + 2].isspace():
        return False
    if not silent:
        last, state.posMax, state.pos = state.posMax, end, start + 2
        state.push("mark_open", "mark", 1).markup = "=="
        state.md.inline.tokenize(state)
        state.push("mark_close", "mark", -1).markup = "=="
        state.posMax = last
    state.pos = end + 2
    return True


def _edge(text: str, at: int) -> bool:
    """Whether exactly two equals signs stand here, and not as an operator between Latin words or numbers."""
    before, after = text[at - 1 : at] if at else "", text[at + 2 : at + 3]
    if "=" in (before, after):
        return False
    word = all(side.isascii() and (side.isalnum() or side == "_") for side in (before, after))
    return not (before and after and word)
