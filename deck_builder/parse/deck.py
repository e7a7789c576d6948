"""Source -> Deck: split into slides, then each one's front matter, note, Markdown and blocks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from deck_builder.errors import Span
from deck_builder.model import BlockOptions, Deck, Slide, Source
from deck_builder.parse.blocks import read_blocks
from deck_builder.parse.clicks import schedule
from deck_builder.parse.defaults import read_defaults, read_slide_defaults
from deck_builder.parse.foreign import report_foreign
from deck_builder.parse.formulas import report_broken_rows, take_formula_steps
from deck_builder.parse.frontmatter import FrontMatter, read_front_matter
from deck_builder.parse.keys import report_keys
from deck_builder.parse.markdown import tokenize
from deck_builder.parse.note import take_note
from deck_builder.parse.report import Report
from deck_builder.parse.split import RawSlide, split
from deck_builder.parse.title import read_title

_LINE_END = re.compile(r"\r\n?|\n")
_BOM = "\ufeff"
_LONG = 150
"""Lines that are too many for one slide."""


def parse(source: Source) -> Deck:
    """Read a deck. Raises an ExceptionGroup of ParseErrors: everything that must be mended, at once."""
    report = Report(source.path)
    lines = _LINE_END.split(source.text.removeprefix(_BOM))
    raws = split(lines, report)
    fronts = [read_front_matter(lines, raw, report) for raw in raws]
    head = fronts[0]
    for raw, front in zip(raws, fronts, strict=True):
        report_keys(lines, raw, front, report, head=front is head)
    reader = _SlideReader(lines, read_slide_defaults(head, report), read_defaults(head, report), report)
    slides: list[Slide] = []
    for raw, front in zip(raws, fronts, strict=True):
        if not (front.values.get("hide") or front.values.get("disabled")):
            slides.append(reader.read(len(slides) + 1, raw, front))
    if not slides:
        report.fail("every slide of this deck is hidden", report.span(1), "take hide or disabled from one of them")
    _report_repeated_ids(slides, report)
    if len(raws) == 1 and len(lines) > _LONG:
        _report_no_separator(slides, report)
    report.raise_errors()
    return Deck(source, head.values, tuple(slides), report.in_order())


class _SlideReader:
    """What all slides of a deck are read with."""

    def __init__(self, lines: list[str], shared: Mapping[str, Any], options: BlockOptions, report: Report) -> None:
        self.lines, self.shared, self.options, self.report = lines, shared, options, report

    def read(self, no: int, raw: RawSlide, front: FrontMatter) -> Slide:
        frontmatter = {**self.shared, **front.values}
        if "src" in front.values:
            message = "the slides of another file are not taken in here"
            self.report.warn("D020", message, front.spans["src"], "copy them into this file")
        content, note = take_note(self.lines[front.content : raw.end])
        tokens = tokenize(content, front.content, self.report)
        take_formula_steps(tokens, self.report)
        report_broken_rows(tokens, self.lines, self.report)
        report_foreign(tokens, self.lines, self.report)
        blocks, clicks = schedule(list(read_blocks(tokens, no, self.lines, self.options, self.report)))
        title, level = read_title(frontmatter, tokens)
        layout = front.values.get("layout") or ("cover" if no == 1 else self.shared.get("layout") or "default")
        span = self.report.span(raw.start + 1, raw.end)
        written = "\n".join(self.lines[raw.start : raw.end])
        return Slide(
            no=no,
            layout=str(layout),
            frontmatter=frontmatter,
            tokens=tokens,
            blocks=blocks,
            note=note,
            title=title,
            level=level,
            clicks=self._clicks(frontmatter, front.spans.get("clicks", span), clicks),
            span=span,
            revision=hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:12],
            places=front.spans,
        )

    def _clicks(self, frontmatter: Mapping[str, Any], place: Span, computed: int) -> int:
        """How many clicks the slide takes: what its front matter says, else what its blocks need."""
        clicks = frontmatter.get("clicks")
        if isinstance(clicks, int) and not isinstance(clicks, bool) and clicks >= 0:
            return clicks
        if clicks is not None:
            self.report.warn("D011", f"clicks can't be {clicks!r}", place, "it takes a whole number")
        return computed


def _report_repeated_ids(slides: list[Slide], report: Report) -> None:
    taken: dict[str, str] = {}
    for block in (block for slide in slides for block in slide.blocks if block.options.id):
        first = taken.setdefault(block.options.id, block.id)
        if first != block.id:
            message = f"the id {block.options.id} is that of block {first} already"
            report.warn("D011", message, block.span, "give every block an id of its own", block.id)


def _report_no_separator(slides: list[Slide], report: Report) -> None:
    headings = [token for slide in slides for token in slide.tokens if token.type == "heading_open"]
    titles = [token for token in headings if token.tag in ("h1", "h2") and token.map]
    if len(titles) > 1 and (place := titles[1].map):
        hint = "put a line of three dashes, with blank lines around it, between slides"
        report.warn("D021", "there is no slide separator in this deck", report.span(place[0] + 1), hint)
