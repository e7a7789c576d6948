"""A slide's text -> its text without the speaker's note, the HTML comment that it ends with; the note -> its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deck_builder.model import NotePart
from deck_builder.parse.balance import balance
from deck_builder.parse.html import split_html
from deck_builder.parse.markdown import markdown_parser

_CLICK = re.compile(r"\[click(?::(\d{1,4}))?\]")
_CODE = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t]*(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)


def take_note(lines: Sequence[str]) -> tuple[list[str], str]:
    """The lines before the note, and the note. A comment in code is none, nor is one that anything follows."""
    text = "\n".join(lines).rstrip()
    seen = _CODE.sub(lambda code: " " * len(code[0]), text)  # as long as the text, so that places agree
    opening = closing = 0
    while (begin := seen.find("<!--", closing)) >= 0 and (end := seen.find("-->", begin + 4)) >= 0:
        opening, closing = begin, end + 3
    if not closing or closing < len(text):
        return list(lines), ""
    return text[:opening].split("\n"), text[opening + 4 : closing - 3].strip()


def note_parts(note: str, start: int = 0) -> tuple[NotePart, ...]:
    """A note in the parts that `[click]` and `[click:2]` cut it into, each with the click it is to be said at.

    Counting begins at `start`, the slide's first click.
    """
    if not note:
        return ()
    click, at = start, 0
    parts: list[NotePart] = []
    for marker in [*_CLICK.finditer(note), None]:
        text = note[at : marker.start() if marker else len(note)].strip()
        if text:
            parts.append(NotePart(click, tuple(balance(split_html(markdown_parser().parse(text)), None))))
        if marker:
            click, at = click + int(marker[1] or 1), marker.end()
    return tuple(parts)
