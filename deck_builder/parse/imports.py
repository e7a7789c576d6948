"""A deck's files -> its slides in a row: a slide with `src: path#range` stands for slides of another file.

The rules are Slidev's, but that a range that names no slides, a file that is missing or takes itself in is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from deck_builder.errors import Span
from deck_builder.keys import DECK_KEYS, SLIDE_KEYS
from deck_builder.parse.files import Files, SourceFile
from deck_builder.parse.frontmatter import FrontMatter
from deck_builder.parse.note import take_note
from deck_builder.parse.report import Report
from deck_builder.parse.split import RawSlide
from deck_builder.parse.steps import Stray, read_steps

DEEPEST = 50
"""Files that may take in each other in a row."""
MOST = 10_000
"""Slides that may be read where other files are taken in: they multiply."""
_WHOLE = ("all", "none")
_NOTHING = FrontMatter(0)
_OF_THE_DECK = DECK_KEYS.keys() - SLIDE_KEYS.keys()


@dataclass(frozen=True, slots=True)
class SourceSlide:
    """A slide as it is written in its file; `over` is what the slides that import it say instead."""

    file: SourceFile
    raw: RawSlide
    own: FrontMatter
    over: FrontMatter

    @property
    def front(self) -> FrontMatter:
        """Its front matter: what its importers say stands before what it says itself."""
        return self.own if self.over is _NOTHING else _merged(self.own, self.over)


def source_slides(files: Files, report: Report) -> Iterator[SourceSlide]:
    """Every slide of a deck that is not hidden, those of other files in the places of the slides that import them."""
    entry = files.entry
    yield from _Import(files, report, (entry.path,)).slides(entry, range(len(entry.raws)))


@dataclass(frozen=True, slots=True)
class _Import:
    """How a file was come to: the files on the way, and what their slides say in place of its slides' front matter."""

    files: Files
    report: Report
    way: tuple[Path, ...]
    over: FrontMatter = _NOTHING

    def slides(self, file: SourceFile, numbers: Sequence[int]) -> Iterator[SourceSlide]:
        """The slides that these of a file are or stand for."""
        for number in numbers:
            if len(self.way) > 1 and len(self.report.written) >= MOST:
                hint = "take some of the src away: does one file take in another over and over?"
                self.report.fail(f"more than {MOST} slides are taken in", self.report.span(1), hint)
                return
            raw, front = file.raws[number], file.front(number)
            self.report.written.append(file.report.span(raw.start + 1, raw.end))
            if front.values.get("hide") or front.values.get("disabled"):
                continue
            if _names_file(front, file.report):
                yield from self._imported(file, raw, front)
            else:
                yield SourceSlide(file, raw, front, self.over)

    def _imported(self, file: SourceFile, raw: RawSlide, front: FrontMatter) -> Iterator[SourceSlide]:
        """The slides that one with a `src` stands for."""
        written, span = front.values["src"], front.spans["src"]
        _report_lost(file, raw, front)
        name, _, ranges = written.partition("#")
        if "://" in name:
            hint = "save the file in the deck's folder"
            file.report.fail("slides are taken from files of the deck's folder, not from the web", span, hint)
            return
        target = self.files.file(self.files.path(name, file.path), file.report, span)
        if target is None:
            return
        if target.path in self.way:
            first, *others = [one.name for one in (*self.way[self.way.index(target.path) :], target.path)]
            ring = f"{first} takes in {', which takes in '.join(others)}"
            file.report.fail(f"a file can't take in itself: {ring}", span, "take this src away")
        elif len(self.way) > DEEPEST:
            file.report.fail(f"more than {DEEPEST} files take in each other here", span, "name the last of them here")
        else:
            numbers = _numbers(ranges, target, file.report, span)
            over = _merged(_passed(front, is_head=file.is_entry and raw is file.raws[0]), self.over)
            yield from _Import(self.files, self.report, (*self.way, target.path), over).slides(target, numbers)


def _merged(own: FrontMatter, over: FrontMatter) -> FrontMatter:
    return FrontMatter(own.content, {**own.values, **over.values}, {**own.spans, **over.spans})


def _passed(importer: FrontMatter, *, is_head: bool) -> FrontMatter:
    """What a slide with a `src` says of those that it stands for; what is for the deck says nothing of any of them."""
    keys = {key for key in importer.values if key != "src" and not (is_head and key in _OF_THE_DECK)}
    values = {key: value for key, value in importer.values.items() if key in keys}
    spans = {key: span for key, span in importer.spans.items() if key.partition(".")[0] in keys}
    return FrontMatter(0, values, spans)


def _names_file(front: FrontMatter, report: Report) -> bool:
    """Whether a slide stands for those of another file."""
    if "src" not in front.values:
        return False
    written: Any = front.values["src"]
    if isinstance(written, str) and written.partition("#")[0].strip():
        return True
    said = "nothing" if written in (None, "") else repr(written)
    report.fail(f"src names no file, but {said}", front.spans["src"], "name a Markdown file: src: ./chapter.md")
    return False


def _numbers(ranges: str, target: SourceFile, report: Report, span: Span) -> Sequence[int]:
    """The slides of a file that a range means, the first of which is 0: hidden ones count."""
    count = len(target.raws)
    steps, strays = read_steps(ranges, count)
    if len(steps) > 1:  # a | parts the steps of code
        steps, strays = ((),), (Stray(ranges, 0, ""),)
    for text in (stray.text for stray in strays):
        near = get_close_matches(text, _WHOLE, n=1) if text.isalpha() else []
        slides = f"slides 1 to {count}" if count > 1 else "one slide"
        hint = f"did you mean #{near[0]}?" if near else f"it has {slides}; a range is #2 or #1,3-4"
        what = "slide" if text.isdecimal() else "slides"
        report.error("D025", f"{target.path.name} has no {what} {text}", span, hint)
    return range(count) if steps[0] is None else [number - 1 for number in steps[0]]


def _report_lost(file: SourceFile, raw: RawSlide, front: FrontMatter) -> None:
    """Warn of text on a slide that stands for others: Slidev drops it in silence."""
    content, note = take_note(file.lines[front.content : raw.end])
    text = next((at for at, line in enumerate(content, front.content) if line.strip()), None)
    if text is None and not note:
        return
    what = "note" if text is None else "text"
    at = next(at for at in range(text or front.content, raw.end) if file.lines[at].strip())
    message = f"the {what} of a slide with src is left out: the slides of that file stand in its place"
    hint = "give it a slide of its own, below a line of three dashes"
    file.report.warn("D021", message, file.report.span(at + 1), hint)
