"""FrontMatter -> warnings: unknown keys that are near to a known one, values that a key does not take, lost text.

Other unknown keys are the author's own, or a theme's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from reprlib import repr as shortened

from deck_builder.keys import DECK_KEYS, FONT_KEYS, PRIMARY, SEO_KEYS, SLIDE_KEYS, Key
from deck_builder.parse.frontmatter import FrontMatter
from deck_builder.parse.headmatter import report_headmatter
from deck_builder.parse.info import did_you_mean
from deck_builder.parse.report import Report
from deck_builder.parse.split import RawSlide

_KNOWN = {key.lower(): key for key in (*DECK_KEYS, *SLIDE_KEYS)}
_NESTED = {"fonts": FONT_KEYS, "seoMeta": SEO_KEYS}
_OTHERS = ("authors", "time")  # near to a known key, and yet what an author may well mean
_OF_DECK = frozenset(
    """addons aspectRatio canvasWidth colorSchema comark config defaults favicon fonts htmlAttrs katex lineNumbers mdc
    python selectable seoMeta themeConfig titleTemplate""".split()  # noqa: SIM905 (those that no theme has for its slides)
)
_COLOUR = re.compile(r"[\w-]+:\s+(#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8}))(?!\S)", re.IGNORECASE)
_HEADING = re.compile(r"##? +\S")


def report_keys(lines: list[str], raw: RawSlide, front: FrontMatter, report: Report, *, head: bool) -> None:
    """Warn of near misses and wrong values, and, but in the deck's `head`, of what looks like a slide's text."""
    if not (head or front.spans) and raw.start == front.content:
        return  # it has none, as most slides
    _report_values(lines, front, report, head=head)
    if head:
        report_headmatter(front, report)
    typos = dict(_typos(front))
    for key, meant in typos.items():
        report.warn("D011", f"unknown key {key}", front.spans[key], f"did you mean {meant}?")
    if head or raw.start == front.content:
        return
    if raw.start:  # the first front matter of a file that another one takes in may well be its headmatter
        for key in _OF_DECK & front.spans.keys():
            hint = "write it in the deck's first front matter"
            report.warn("D021", f"{key} is for the whole deck and is not read here", front.spans[key], hint)
    if typos:
        return
    opening = next(at for at in range(raw.start, front.content) if at == raw.opening or lines[at].strip())
    written = [text for text in lines[opening + 1 : front.content - 1] if text.strip()]
    if written and not any(key in front.values for key in _KNOWN.values()):
        hint = "put a blank line after the three dashes"
        if raw.opening is None:
            hint = "if it is code to show, say so: ```yaml {all}"
        report.warn("D021", "this was read as front matter", report.span(opening + 1), hint)
    elif raw.opening is not None and (heading := _heading(lines, opening + 1, front)) is not None:
        hint = "end the front matter above it, with a line of three dashes"
        report.warn("D021", "this heading was read as a comment in front matter", report.span(heading + 1), hint)


def _report_values(lines: list[str], front: FrontMatter, report: Report, *, head: bool) -> None:
    """Warn of values that their keys do not take, and of unknown keys below known ones."""
    for name, span in front.spans.items():
        mapping, _, nested = name.rpartition(".")
        if head and mapping in _NESTED and nested not in _NESTED[mapping]:
            report.warn("D011", f"unknown key {nested} of {mapping}", span, did_you_mean(nested, _NESTED[mapping]))
        around = front.values.get(mapping) if mapping else front.values
        value = around.get(nested) if isinstance(around, Mapping) else None
        if value is None and (commented := _COLOUR.match(lines[span.start - 1], span.column - 1)):
            hint = f"put the colour in quotes: {nested}: '{commented[1]}'"
            report.warn("D021", f"{nested} says nothing: # begins a comment", span, hint)
        if value is not None and (key := _key(mapping, nested, head=head)):
            try:
                key.read(value)
            except ValueError as error:
                report.warn(
                    "D011", f"{nested} can't be {shortened(value)}", span, str(error) or f"it takes {key.takes}"
                )


def _key(mapping: str, name: str, *, head: bool) -> Key | None:
    """What is known of a key that stands where this one does."""
    if head and (mapping, name) == ("themeConfig", "primary"):
        return PRIMARY
    if mapping in ("", "defaults") and name in SLIDE_KEYS:
        return SLIDE_KEYS[name]
    return DECK_KEYS.get(name) if head and not mapping else None


def _typos(front: FrontMatter) -> Iterator[tuple[str, str]]:
    """Each key that is not known, here and in `defaults`, and the known one that it is near to."""
    for key in front.spans:
        mapping, _, name = key.rpartition(".")
        if mapping in ("", "defaults") and name not in (*_KNOWN.values(), *_OTHERS):
            for near in get_close_matches(name.lower(), _KNOWN, n=1, cutoff=0.8):
                yield key, _KNOWN[near]


def _heading(lines: list[str], first: int, front: FrontMatter) -> int | None:
    """The line of a comment that looks like a heading: a blank line before it, and no known key behind it."""
    keys = (span.start - 1 for key, span in front.spans.items() if key in _KNOWN.values())
    behind = max([first, *(at + 1 for at in keys)])
    comments = (at for at in range(behind, front.content - 1) if _HEADING.match(lines[at]))
    return next((at for at in comments if not lines[at - 1].strip()), None)
