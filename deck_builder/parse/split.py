"""Lines -> RawSlides, before any Markdown is read: a `---` at column 0 starts a slide, whatever stands above it.

The rules are Slidev's, but that `~~~` fences protect too, that a comment opened in inline code is none, and that a
separator where a slide would only begin (the first line of a file, say) is its empty front matter, not a rule.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from deck_builder.parse.report import Report

SEPARATOR = "---"
_MARKS = re.compile(r"^---|```|~~~|<!--|-->")
"""What makes a line one that the splitter has to look at."""
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_TABLE_DELIMITER = re.compile(r"-{3,}\s*:?\s*\|[\s|:-]*")


@dataclass(frozen=True, slots=True)
class RawSlide:
    """Lines `start` to `end` of a file, from 0 and without `end`; its text begins at line `content`.

    `opening` is the line of the `---` that opens its front matter, if one does; `closed` says that another ends it.
    """

    start: int
    content: int
    end: int
    opening: int | None = None
    closed: bool = True


def split(lines: list[str], report: Report) -> list[RawSlide]:
    """The slides of a file, at least one. Their lines and the separators between them are all the lines there are."""
    slides: list[RawSlide] = []
    slide = RawSlide(0, 0, len(lines))
    comment: int | None = None
    line = 0
    # a deck is split at each save, and most lines have nothing of this
    likely = (at for at, text in enumerate(lines) if "--" in text or "```" in text or "~~~" in text)
    marked = [at for at in likely if _MARKS.search(lines[at])]
    while (no := bisect_left(marked, line)) < len(marked):
        line = marked[no]
        text = lines[line]
        if comment is None and text.startswith(SEPARATOR):
            begins = line == slide.start or not (slides or any(before.strip() for before in lines[:line]))
            if not begins:
                slides.append(_ended(slide, line))
            slide = _opened(lines, line, slide.start if begins else None, report)
            line = slide.content
        elif comment is None and (closing := _fence_end(lines, marked, no, report)) is not None:
            line = closing + 1
        else:
            still = _in_comment(text, comment is not None)
            comment = (line if comment is None else comment) if still else None
            line += 1
    if comment is not None:
        message = "this comment is never closed: nothing after it is shown, and no slide starts"
        report.warn("D017", message, report.span(comment + 1), "close it with -->")
    if slide.start < len(lines):
        slides.append(slide)
    return slides


def _ended(slide: RawSlide, end: int) -> RawSlide:
    return RawSlide(slide.start, slide.content, end, slide.opening, slide.closed)


def _opened(lines: list[str], line: int, start: int | None, report: Report) -> RawSlide:
    """The slide that the separator on a line opens; `start` if it has begun already."""
    following = lines[line + 1].strip() if line + 1 < len(lines) else ""
    if _TABLE_DELIMITER.fullmatch(lines[line]):
        message = "this line starts a slide, for it begins with three dashes; it looks like the rule of a table"
        report.warn("D021", message, report.span(line + 1), "begin every row of the table with a |")
    elif following and lines[line][len(SEPARATOR) :][:1] != "-":
        ends = range(line + 1, len(lines))
        closing = next((at for at in ends if lines[at].rstrip() == SEPARATOR), None)
        content = len(lines) if closing is None else closing + 1
        return RawSlide(line if start is None else start, content, len(lines), line, closing is not None)
    return RawSlide(line + 1 if start is None else start, line + 1, len(lines))


def _fence_end(lines: list[str], marked: Sequence[int], no: int, report: Report) -> int | None:
    """The line that closes the fence opened on a marked one: the first that starts just so. None if there is none."""
    line = marked[no]
    if (fence := _FENCE.match(lines[line])) is None:
        return None
    following = (marked[at] for at in range(no + 1, len(marked)))
    closing = next((at for at in following if lines[at].startswith(fence[0])), None)
    if closing is not None and lines[closing].strip().strip("`~") and _hides_separator(lines[line + 1 : closing]):
        message = f"this code fence is not closed before line {closing + 1} opens another: no slide starts between them"
        report.warn("D017", message, report.span(line + 1), f"close it with a line {fence[0].strip()}, indented alike")
    return closing  # an unclosed fence is prose to the splitter; the block parser reports it


def _hides_separator(code: list[str]) -> bool:
    return any(text.rstrip() == SEPARATOR for text in code)


def _in_comment(text: str, inside: bool) -> bool:
    """Whether the line after this one begins in an HTML comment."""
    while inside or "<!--" in text:
        if not inside:
            text = _CODE_SPAN.sub("", text)
        _, found, text = text.partition("-->" if inside else "<!--")
        if not found:
            return inside
        inside = not inside
    return False
