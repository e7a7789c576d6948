"""Text -> the same without what would steer whoever shows it: a terminal's codes, control characters. Pure.

Among the characters are those that turn the direction of writing until another ends it (U+202A-E, U+2066-9): with them
`x = "abc"` can be made to show as something else, on all that follows it. Hebrew and Arabic are set by the letters
themselves and need none of them; the marks that say no more than a letter does (U+200E, U+200F, U+061C) stay.
"""

from __future__ import annotations

import re
from typing import Final

CODE: Final = re.compile(
    r"\x1b(?:"
    r"\[(?P<sgr>[0-9;:]*)m"  # colours
    r"|\[[0-?]*[ -/]*[@-~]"  # other control sequences: the cursor, erasing, modes
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles, links, the clipboard
    r"|[PX^_][^\x1b]*\x1b\\"  # pictures, and whatever else a program takes
    r"|[ -/]*[0-~]"  # two characters, or three: `tput sgr0` chooses letters so
    r")"
)
"""A code for a terminal (ECMA-48, 5.2 to 5.6, and what xterm made of it); `sgr` is what a colour says."""

CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""A character that is none to be seen; tabs and the ends of lines are kept."""


def unsteered(text: str) -> str:
    """The text with neither."""
    if text.isprintable():  # most is, and has none
        return text
    return CONTROL.sub("", CODE.sub("", text))
