"""Text that a terminal would colour -> HTML: its SGR codes become classes, all other codes go. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from deck_builder.steering import CODE, CONTROL

_COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_STYLES = {1: "bold", 2: "faint", 3: "italic", 4: "underline", 7: "inverse", 9: "strike"}
_ENDS = {22: ("bold", "faint"), 23: ("italic",), 24: ("underline",), 27: ("inverse",), 29: ("strike",)}
_LEVELS = (0, 95, 135, 175, 215, 255)


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks from here on; a colour is a name, or `#rrggbb`."""

    colour: str = ""
    paper: str = ""
    styles: frozenset[str] = frozenset()


PLAIN = Look()
"""Text without any code before it."""


def ansi_rows(text: str) -> tuple[str, ...]:
    """The HTML of each line of a text with colour codes."""
    rows, look = [], PLAIN
    for row in text.split("\n"):
        html, look = painted(row, look)
        rows.append(html)
    return tuple(rows)


def painted(row: str, look: Look) -> tuple[str, Look]:
    """A line's HTML, begun in some look, and the look that the next one begins in. "" where nothing can be seen."""
    pieces, at = [], 0
    for found in CODE.finditer(row):
        pieces.append(_piece(row[at : found.start()], look))
        at = found.end()
        if found["sgr"] is not None:
            look = _changed(look, [int(part or 0) for part in re.split("[;:]", found["sgr"])])
    pieces.append(_piece(row[at:], look))
    return "".join(pieces), look


def _piece(text: str, look: Look) -> str:
    text = CONTROL.sub("", text).replace("\r", "")
    shown = escape(text, quote=False)
    if not text or look == PLAIN:
        return shown
    names = sorted(look.styles)
    style = []
    for kind, prop, colour in (("", "color", look.colour), ("on-", "background", look.paper)):
        if colour.startswith("#"):
            style.append(f"{prop}:{colour}")
        elif colour:
            names.append(kind + colour)
    given = f' style="{";".join(style)}"' if style else ""
    return f'<span class="{" ".join(["ansi", *(f"ansi-{name}" for name in names)])}"{given}>{shown}</span>'


def _changed(look: Look, numbers: Sequence[int]) -> Look:
    """The look after one code (ECMA-48, 8.3.117, and the colours that xterm added)."""
    left = iter(numbers)
    for number in left:
        bright = 90 <= number <= 97 or 100 <= number <= 107
        match number - 60 * bright:
            case 0:
                look = PLAIN
            case style if style in _STYLES:
                look = replace(look, styles=look.styles | {_STYLES[style]})
            case end if end in _ENDS:
                look = replace(look, styles=look.styles.difference(_ENDS[end]))
            case 38:
                look = replace(look, colour=_extended(left))
            case 48:
                look = replace(look, paper=_extended(left))
            case 39:
                look = replace(look, colour="")
            case 49:
                look = replace(look, paper="")
            case colour if 30 <= colour <= 37:
                look = replace(look, colour=_COLOURS[colour - 30])
            case colour if 40 <= colour <= 47:
                look = replace(look, paper=_COLOURS[colour - 40])
    return look


def _extended(left: Iterator[int]) -> str:
    """The colour that follows 38 or 48: `5;n` of the 256, or `2;r;g;b`; none where there is no such thing."""
    match next(left, None):
        case 5:
            return _of_256(next(left, 0))
        case 2:
            red, green, blue = (min(next(left, 0), 255) for _ in range(3))
            return f"#{red:02x}{green:02x}{blue:02x}"
    return ""


def _of_256(number: int) -> str:
    if number < 16:
        return _COLOURS[number % 8]
    if number < 232:
        number -= 16
        red, green, blue = (_LEVELS[number // size % 6] for size in (36, 6, 1))
        return f"#{red:02x}{green:02x}{blue:02x}"
    grey = min(8 + 10 * (number - 232), 238)
    return f"#{grey:02x}{grey:02x}{grey:02x}"
