"""Paths written in a deck -> its files, each read once, by the caller's reader, and cut into slides once."""

from __future__ import annotations

import posixpath
from pathlib import Path

from deck_builder.errors import LoadError, MissingError, Span
from deck_builder.model import Reader, Source
from deck_builder.parse.frontmatter import FrontMatter, read_front_matter
from deck_builder.parse.headmatter import with_config
from deck_builder.parse.keys import report_keys
from deck_builder.parse.report import Report
from deck_builder.parse.split import split
from deck_builder.remember import Remember, make_anew


class SourceFile:
    """One Markdown file of a deck, cut into slides; a slide's front matter is read when it is first come to.

    The entry's first one is the headmatter; that of a file which is taken in is like any other.
    """

    def __init__(
        self, source: Source, report: Report, remember: Remember = make_anew, *, is_entry: bool = False
    ) -> None:
        self.path, self.lines, self.report = source.path, source.lines, report.of(source.path)
        self.is_entry, self._remember = is_entry, remember
        self.raws = split(self.lines, self.report)
        self._fronts: dict[int, FrontMatter] = {}

    def front(self, number: int) -> FrontMatter:
        """The front matter of a slide, the first of which is 0."""
        if number not in self._fronts:
            raw, head = self.raws[number], self.is_entry and number == 0
            front = read_front_matter(self.lines, raw, self.report, self._remember)
            self._fronts[number] = front = with_config(front) if head else front
            report_keys(self.lines, raw, front, self.report, head=head)
        return self._fronts[number]


class Files:
    """A deck's files, each of them read and cut into slides once. Paths are those of the deck's folder and below."""

    def __init__(self, entry: Source, read: Reader, report: Report, remember: Remember) -> None:
        self._read, self._root, self._remember = read, entry.path.parent, remember
        self.sources: dict[Path, Source] = {entry.path: entry}
        self._asked = {entry.path: entry}
        self.entry = SourceFile(entry, report, remember, is_entry=True)
        self._files = {entry.path: self.entry}

    def path(self, written: str, importer: Path) -> Path:
        """The path that is meant in a file: one that begins with `/` or `@/` begins in the deck's folder."""
        inner = written[1:] if written.startswith("@/") else written
        if not inner.startswith("/"):
            inner = f"{importer.parent.relative_to(self._root).as_posix()}/{inner}"
        return self._root / posixpath.normpath(inner.lstrip("/"))

    def source(self, path: Path, report: Report, span: Span) -> Source | None:
        """A file's text; None if it can't be had, and the report says why. A link's is what it leads to."""
        try:
            return self._read_once(path)
        except LoadError as error:
            report.fail(error.message, error.span or span, error.hint)
            return None

    def _read_once(self, path: Path) -> Source:
        if path not in self._asked:
            source = self._read(path)
            self._asked[path] = self.sources.setdefault(source.path, source)
        return self._asked[path]

    def file(self, path: Path, report: Report, span: Span) -> SourceFile | None:
        """A file's slides; None if it can't be had: the report says why. A deck does without one that is missing."""
        try:
            source = self._read_once(path)
        except MissingError as error:
            report.error("D024", error.message, error.span or span, error.hint)
            return None
        except LoadError as error:
            report.fail(error.message, error.span or span, error.hint)
            return None
        if source.path not in self._files:
            self._files[source.path] = SourceFile(source, report, self._remember)
        return self._files[source.path]


def read_nothing(path: Path) -> Source:
    """The reader of a deck that is all in one file."""
    raise LoadError(f"{path} is not read here", hint="copy what is in it into the deck")
