"""Decks -> the page that shows them all: a link and the first slide of each. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from deck_builder.serve.pages import address, link, page
from deck_builder.serve.served import Served

INDEX_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

# A frame is as large as a slide and made small as a whole: what is on it stays where it is on the wall.
_CSS: Final = """
ul { display: grid; grid-template-columns: repeat(auto-fill, 318px); gap: 24px; margin: 24px 0 0; padding: 0;
  list-style: none }
li { position: relative; overflow: hidden; border: 1px solid var(--edge); border-radius: 10px; background: var(--card) }
li:hover, li:focus-within { border-color: var(--accent); box-shadow: 0 2px 14px rgb(0 0 0 / .14) }
.first { height: 178px; overflow: hidden; border-bottom: 1px solid var(--edge); background: var(--paper) }
iframe { width: 980px; height: 552px; border: 0; transform: scale(.3225); transform-origin: 0 0; pointer-events: none }
h2 { margin: 10px 14px 0; font-size: 16px; line-height: 1.35; overflow-wrap: anywhere }
h2 a { color: inherit; text-decoration: none }
h2 a::after { content: ""; position: absolute; inset: 0 }
h2 a:focus-visible { outline: none }
li:has(a:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px }
li p { margin: 2px 14px 12px; font-size: 13px; overflow-wrap: anywhere }
"""


def index_page(decks: Iterable[Served]) -> str:
    """All decks, in order."""
    cards = [_card(deck) for deck in decks]
    many = f"{len(cards)} decks" if len(cards) != 1 else "1 deck"
    return page("Decks", f"<h1>Decks</h1>\n<p>{many}</p>\n<ul>\n{''.join(cards)}</ul>", _CSS)


def _card(deck: Served) -> str:
    # No script runs in the frame; that it is of our origin lets it have the font of formulas.
    frame = (
        f'<iframe src="{escape(address(deck.name))}thumb" loading="lazy" sandbox="allow-same-origin" '
        'tabindex="-1" aria-hidden="true" title=""></iframe>'
    )
    slides = f" · {deck.total} slide{'s' if deck.total != 1 else ''}" if deck.total else ""
    title = link(deck.name, escape(deck.title or deck.name))
    return f'<li><div class="first">{frame}</div>\n<h2>{title}</h2>\n<p>{escape(deck.name)}{slides}</p></li>\n'
