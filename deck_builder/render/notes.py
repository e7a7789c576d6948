"""A slide's note -> what the speaker reads, in its parts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markdown_it.token import Token

from deck_builder.model import Slide


def note_html(slide: Slide, markdown: Callable[[Sequence[Token]], str]) -> str:
    """The `<aside class="note">` of a slide, hidden until it is asked for; each part knows the click it belongs to."""
    parts = (f'<div class="part" data-from="{part.click}">{markdown(part.tokens)}</div>' for part in slide.note_parts)
    return f'<aside class="note" hidden>{"".join(parts)}</aside>' if slide.note_parts else ""
