"""A slide's text -> its text without the speaker's note: the HTML comment that it ends with."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
