"""Footnote tokens -> the raised number in the text, and the list below it that it lights up in. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from markdown_it.token import Token


def parted(tokens: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """A slide's tokens without its footnotes, and those."""
    at = next((at for at, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    return tokens[:at], tokens[at:]


def reference_html(token: Token, slide_no: int, words: dict[str, str]) -> str:
    """The number of a note. It is no link: an address within a slide would take the place of the slide's."""
    note, use = token.meta["note"], token.meta["use"]
    again = f"-{use}" if use > 1 else ""
    label, text = escape(words["footnote"].format(no=note)), escape(token.meta["text"])
    return (
        f'<sup><button type="button" class="footnote-ref" id="fnref-{slide_no}-{note}{again}" data-note="{note}"'
        f' aria-label="{label}" aria-describedby="fn-{slide_no}-{note}" title="{text}">{note}</button></sup>'
    )


def note_opening(token: Token, slide_no: int) -> str:
    """What opens a note in the list."""
    return f'<li id="fn-{slide_no}-{token.meta["note"]}">'


def notes_opening(tokens: Sequence[Token], slide_no: int, words: dict[str, str]) -> str:
    """What opens the list of a slide's notes; a note is lit while its number is pointed at, or was pressed."""
    numbers = [token.meta["note"] for token in tokens if token.type == "footnote_open"]
    lit = (f':scope:has([data-note="{no}"]:is(:hover,:focus)) #fn-{slide_no}-{no}' for no in numbers)
    return (
        f"<style>@scope{{{','.join(lit)}{{background:var(--deck-lit)}}}}</style>"
        f'<section class="footnotes" role="doc-endnotes" aria-label="{escape(words["footnotes"])}"><ol>\n'
    )


def notes_closing() -> str:
    """What closes it."""
    return "</ol></section>\n"
