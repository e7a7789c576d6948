"""`:tada:` -> 🎉, by GitHub's names; what is no such name stays as it is written."""

from __future__ import annotations

import re
from functools import cache
from unicodedata import east_asian_width

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

_SHORTCODE = re.compile(r":([a-z0-9_+-]+):(?![A-Za-z0-9])")
_JOINED = re.compile(r"[A-Za-z0-9_:/]")  # what a shortcode can't follow: 10:30:45, a::b, example.org/:x:
_EMOJI_STYLE = "\ufe0f"  # without it a heart is a letter


def emoji_plugin(md: MarkdownIt) -> None:
    """Shortcodes are text: code, formulas, addresses and escaped colons are taken by other rules before."""
    md.inline.ruler.after("escape", "emoji", _emoji)


def _emoji(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != ":":
        return False
    found = _SHORTCODE.match(state.src, state.pos, state.posMax)
    if not found or _JOINED.match(state.pending[-1:]) or not (character := emoji(found[1])):
        return False
    if not silent:
        state.append_pending(character)
    state.pos = found.end()
    return True


@cache
def emoji(name: str) -> str:
    """The emoji of a name; "" if there is none."""
    from rich.emoji import Emoji, NoEmoji  # a deck without shortcodes needs neither table

    from deck_builder.parse.emoji_names import NAMES

    try:
        character = NAMES.get(name) or str(Emoji(name))
    except NoEmoji:
        return ""
    pictograph = len(character) > 1 or east_asian_width(character) == "W"
    return character if pictograph else character + _EMOJI_STYLE
