"""A file's lines -> those of one region, between its marks: `# region loop` and `# endregion loop`, say.

The marks are Slidev's. A region that is opened within another ends with it at the latest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_STYLES = tuple(
    (re.compile(rf"{opens}\b(.*){closes}"), re.compile(rf"{ends}\b(.*){closes}"))
    for opens, ends, closes in (
        (r"//\s*#?region", r"//\s*#?endregion", ""),
        (r"<!--\s*#?region", r"<!--\s*#?endregion", "-->.*"),
        (r"/\*\s*#region", r"/\*\s*#endregion", r"\*/.*"),
        (r"#(?:\s*#?region|Region)", r"#(?:\s*#?endregion|[eE]nd ?[rR]egion)", ""),
        (r"(?:--|::|@?REM)\s*#region", r"(?:--|::|@?REM)\s*#endregion", ""),
        (r"#pragma\s+region", r"#pragma\s+endregion", ""),
        (r"\(\*\s*#region", r"\(\*\s*#endregion", r"\*\).*"),
    )
)
"""How a region begins and ends in one language or another; after the marker stands the region's name."""


def openings(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines that begin a region, from 1, each with the region's name."""
    for number, line in enumerate(lines, 1):
        if "region" in line.lower():
            for opening, _ in _STYLES:
                if found := opening.fullmatch(line.strip()):
                    yield number, found[1].strip()
                    break


def region(lines: Sequence[str], name: str) -> list[int] | None:
    """The lines of a region, from 1, without the markers in it; None if it does not begin or never ends."""
    first = next((number for number, begun in openings(lines) if begun == name), None)
    if first is None:
        return None
    opening, ending = next(style for style in _STYLES if style[0].fullmatch(lines[first - 1].strip()))
    opened = [name]
    numbers: list[int] = []
    for number, line in enumerate(lines[first:], first + 1):
        text = line.strip()
        if found := opening.fullmatch(text):
            opened.append(found[1].strip())
        elif found := ending.fullmatch(text):
            ended = found[1].strip() or opened[-1]
            while ended in opened and opened.pop() != ended:
                pass  # what was opened within it ends with it
            if not opened:
                return numbers
        else:
            numbers.append(number)
    return None


def dedented(lines: Sequence[str]) -> list[str]:
    """The lines without the indentation that all of them have."""
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    return [line[min(indents, default=0) :] for line in lines]
