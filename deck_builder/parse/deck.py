"""Source -> Deck: its slides in a row, those of other files among them, then each one's note, Markdown and blocks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from deck_builder.errors import Span
from deck_builder.keys import setting
from deck_builder.model import CodeBlock, Deck, Reader, Slide, Source
from deck_builder.parse.again import Again
from deck_builder.parse.blocks import read_blocks
from deck_builder.parse.clicks import schedule
from deck_builder.parse.defaults import read_defaults, read_slide_defaults
from deck_builder.parse.files import Files, read_nothing
from deck_builder.parse.foreign import report_foreign
from deck_builder.parse.formulas import report_broken_rows, take_formula_steps
from deck_builder.parse.frontmatter import FrontMatter
from deck_builder.parse.graphs import with_graphs
from deck_builder.parse.imports import SourceSlide, source_slides
from deck_builder.parse.markdown import tokenize
from deck_builder.parse.mdc import report_braces
from deck_builder.parse.note import note_parts, take_note
from deck_builder.parse.references import report_ids, with_sound_references
from deck_builder.parse.report import Report
from deck_builder.parse.setup import with_setup
from deck_builder.parse.snippets import Snippets
from deck_builder.parse.title import read_title
from deck_builder.remember import Remember, make_anew

_LONG = 150
"""Lines that are too many for one slide."""


def parse(
    source: Source, read: Reader = read_nothing, remember: Remember = make_anew, again: Again | None = None
) -> Deck:
    """Read a deck and, by `read`, the files it takes in: the only effect, and the caller's.

    Of `again` slides that are written as they were are taken as they are.
    Raises an ExceptionGroup of ParseErrors: everything that must be mended, at once.
    """
    report = Report(source.path)
    files = Files(source, read, report, remember)
    head = files.entry.front(0)
    reader = _SlideReader(files, head, report, remember)
    numbered = enumerate(source_slides(files, report), 1)
    if again:
        again.begin(head)
        slides = [again.read(no, written, report, reader.read) for no, written in numbered]
    else:
        slides = [reader.read(no, written) for no, written in numbered]
    if not slides and not report.errors:
        hint = "take hide or disabled from one of them"
        report.fail("every slide of this deck is hidden or missing", report.span(1), hint)
    slides = with_setup(slides, head, reader.options, files, report) if slides else slides
    report_ids(slides, files.sources, report)
    slides = with_sound_references(slides, files.sources, report)
    if any("utograd" in taken.text for taken in files.sources.values()):  # to look through all tokens takes long
        slides = with_graphs(slides, report)
    if len(report.written) == 1 and len(files.entry.lines) > _LONG:
        _report_no_separator(slides, report)
    report.raise_errors()
    imported = {path: taken for path, taken in files.sources.items() if path != source.path}
    return Deck(source, head.values, tuple(slides), report.in_order(), imported, tuple(report.written), head.spans)


class _SlideReader:
    """What all slides of a deck are read with."""

    def __init__(self, files: Files, head: FrontMatter, report: Report, remember: Remember) -> None:
        self.files, self.head, self.report, self.remember = files, head.values, report, remember
        shared = ((name.partition("."), span) for name, span in head.spans.items())
        self.places = {key: span for (mapping, _, key), span in shared if mapping == "defaults" and key}
        self.shared, self.options = read_slide_defaults(head, report), read_defaults(head, report)
        self.comark = any(head.values.get(key) is True for key in ("comark", "mdc"))

    def read(self, no: int, slide: SourceSlide) -> Slide:
        front, raw, lines, report = slide.front, slide.raw, slide.file.lines, slide.file.report
        frontmatter = {**self.shared, **front.values}
        content, note = take_note(lines[front.content : raw.end])
        tokens = tokenize(content, front.content, report, comark=self.comark, remember=self.remember)
        if not self.comark:
            report_braces(tokens, lines, report)
        take_formula_steps(tokens, report)
        report_broken_rows(tokens, lines, report)
        report_foreign(tokens, lines, report)
        Snippets(self.files, report).fill(tokens)
        written_blocks = list(read_blocks(tokens, no, lines, self.options, report))
        animations = setting(frontmatter, "clickAnimation") or setting(self.head, "clickAnimation") or ()
        blocks, clicks = schedule(tokens, written_blocks, report, animations)
        title, level = read_title({**self.shared, **slide.own.values}, tokens)  # a heading is not that of all slides
        layout = front.values.get("layout") or ("cover" if no == 1 else self.shared.get("layout") or "default")
        span = report.span(raw.start + 1, raw.end)
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
            clicks_start=(start := self._start(frontmatter)),
            note_parts=note_parts(note, start),
            span=span,
            revision=_revision(slide, blocks),
            places={**self.places, **front.spans},
        )

    def _clicks(self, frontmatter: Mapping[str, Any], place: Span, computed: int) -> int:
        """How many clicks the slide takes: what its front matter says, else what its blocks need."""
        clicks = frontmatter.get("clicks")
        if isinstance(clicks, int) and not isinstance(clicks, bool) and clicks >= 0:
            return clicks
        if clicks is not None:
            self.report.warn("D011", f"clicks can't be {clicks!r}", place, "it takes a whole number")
        return computed

    def _start(self, frontmatter: Mapping[str, Any]) -> int:
        """The click that the slide begins at; keys.py warns of one that is no number."""
        start = frontmatter.get("clicksStart")
        return start if isinstance(start, int) and not isinstance(start, bool) and start > 0 else 0


def _revision(slide: SourceSlide, blocks: Iterable[CodeBlock]) -> str:
    """A hash of all that a slide is made of: its lines, what its importers say, and the code it takes in."""
    parts = slide.file.lines[slide.raw.start : slide.raw.end]
    parts += [f"{key}: {value!r}" for key, value in slide.over.values.items()]
    parts += [block.code for block in blocks if block.origin]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _report_no_separator(slides: list[Slide], report: Report) -> None:
    headings = [token for slide in slides for token in slide.tokens if token.type == "heading_open"]
    titles = [token for token in headings if token.tag in ("h1", "h2") and token.map]
    if len(titles) > 1 and (place := titles[1].map):
        hint = "put a line of three dashes, with blank lines around it, between slides"
        report.warn("D021", "there is no slide separator in this deck", report.span(place[0] + 1), hint)
