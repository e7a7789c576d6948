"""`**` and `~~` beside Chinese, Japanese and Korean text: emphasis needs no blanks there, for those scripts have none.

CommonMark's rule keeps `这是**“张量”**的` literal, as the quotation marks are punctuation and no blank stands outside.
This is the rule of the "CJK-friendly emphasis" amendment: a CJK character outside does as a blank would.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from types import MethodType

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline, emphasis, strikethrough
from markdown_it.rules_inline.state_inline import Scanned


def cjk_emphasis_plugin(md: MarkdownIt) -> None:
    """Let emphasis and strikethrough open and close beside CJK characters."""
    md.inline.ruler.at("emphasis", _cjk_aware(emphasis.tokenize))
    md.inline.ruler.at("strikethrough", _cjk_aware(strikethrough.tokenize))


def _cjk_aware(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    def tokenize(state: StateInline, silent: bool) -> bool:
        state.scanDelims = MethodType(scan_delimiters, state)  # type: ignore[method-assign]
        return rule(state, silent)

    return tokenize


def scan_delimiters(state: StateInline, start: int, can_split_word: bool) -> Scanned:
    """Whether the run of markers at `start` can open and close emphasis, and how long it is."""
    source, marker = state.src, state.src[start]
    end = start
    while end < state.posMax and source[end] == marker:
        end += 1
    before = source[start - 1] if start > 0 else " "
    after = source[end] if end < state.posMax else " "
    left = _flanks(outer=before, inner=after)
    right = _flanks(outer=after, inner=before)
    can_open = left and (can_split_word or not right or _is_punctuation(before))
    can_close = right and (can_split_word or not left or _is_punctuation(after))
    return Scanned(can_open, can_close, end - start)


def _flanks(outer: str, inner: str) -> bool:
    """Whether markers between these two characters belong to the inner one."""
    if isWhiteSpace(ord(inner)):
        return False
    if not _is_punctuation(inner) or _is_cjk(inner):
        return True
    return isWhiteSpace(ord(outer)) or _is_punctuation(outer) or _is_cjk(outer)


def _is_punctuation(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


def _is_cjk(char: str) -> bool:
    """Wide and half-width characters, CJK punctuation among them; pictographs are wide too, but no script."""
    return unicodedata.east_asian_width(char) in "WFH" and not "\U0001f000" <= char <= "\U0001faff"
