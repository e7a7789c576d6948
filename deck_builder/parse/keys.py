"""FrontMatter -> warnings: keys that miss a known one by a letter, and text of a slide that was read as keys.

Other unknown keys are the author's own, or a theme's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from deck_builder.parse.frontmatter import FrontMatter
from deck_builder.parse.report import Report
from deck_builder.parse.split import RawSlide

# Slidev's, in its own order; `python` and `alt` are ours
DECK_KEYS = """
    theme addons title titleTemplate info author keywords download exportFilename export highlighter lineNumbers
    codeCopy magicMoveCopy magicMoveDuration twoslash monaco monacoTypesSource monacoTypesAdditionalPackages
    monacoTypesIgnorePackages monacoRunAdditionalDeps monacoRunUseStrict colorSchema routerMode aspectRatio canvasWidth
    selectable themeConfig fonts favicon drawings record presenter browserExporter contextMenu wakeLock editor mcp pwa
    remote remoteAssets preloadImages plantUmlServer css comark mdc transition clickAnimation defaults htmlAttrs seoMeta
    notesAutoRuby duration timer overviewSnapshots config python
""".split()  # noqa: SIM905 (a table in a tenth of the lines)
SLIDE_KEYS = """
    layout class background image backgroundSize url scale layoutClass clicks clicksStart title level name hide disabled
    hideInToc routeAlias src transition clickAnimation zoom preload dragPos lang codeCopy magicMoveCopy alt
""".split()  # noqa: SIM905

_KNOWN = {key.lower(): key for key in (*DECK_KEYS, *SLIDE_KEYS)}
_OTHERS = ("authors", "time")  # near to a known key, and yet what an author may well mean
_HEADING = re.compile(r"##? +\S")


def report_keys(lines: list[str], raw: RawSlide, front: FrontMatter, report: Report, *, head: bool) -> None:
    """Warn of near misses, and, but in the deck's `head`, of front matter that looks like a slide's text."""
    typos = dict(_typos(front))
    for key, meant in typos.items():
        report.warn("D011", f"unknown key {key}", front.spans[key], f"did you mean {meant}?")
    if head or typos or raw.start == front.content:
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
