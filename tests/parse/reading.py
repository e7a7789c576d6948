"""What a parse came to, as text and plain values that fixtures can hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from markdown_it.utils import read_fixture_file

from deck_builder.errors import MissingError, ParseError
from deck_builder.model import BlockOptions, Deck, Problem, Source
from deck_builder.parse import parse
from deck_builder.parse.frontmatter import read_front_matter
from deck_builder.parse.markdown import tokenize
from deck_builder.parse.note import take_note
from deck_builder.parse.report import Report
from deck_builder.parse.split import split
from deck_builder.parse.title import read_title

FIXTURES = Path(__file__).parent / "fixtures"
NAME = Path("slides.md")


def cases(name: str) -> list[tuple[str, str, str]]:
    """The (title, input, expected) of a fixture file."""
    found = read_fixture_file(FIXTURES / name)
    return [(title, text, expected) for _, title, text, expected in found]


def deck(text: str) -> Deck:
    return parse(Source(NAME, text))


def files(text: str) -> dict[Path, str]:
    """Files by name, from a text in which a line `=== name` begins each; the deck is the first."""
    _, *parts = re.split(r"^=== (.+)\n", text, flags=re.MULTILINE)
    return {Path(name): written for name, written in zip(parts[::2], parts[1::2], strict=True)}


def deck_of(written: Mapping[Path, str]) -> Deck:
    """The deck that the first of some files is, and the others belong to."""

    def read(path: Path) -> Source:
        if path not in written:
            raise MissingError(f"there is no file {path}", hint="look again")
        return Source(path, written[path])

    return parse(read(next(iter(written))), read)


def told(found: Problem | ParseError, *, path: bool = False) -> str:
    """One line for what an author is told: `error 2:5 message | hint`, or `error a.md:2:5 …` with its path."""
    span = found.span
    assert span is not None, f"{found} has no place"
    what = found.code if isinstance(found, Problem) else "error"
    place = str(span) if path else f"{span.start}:{span.column}"
    return f"{what} {place} {found.message} | {found.hint}"


def errors(text: str) -> list[str]:
    """What must be mended in a deck; empty for one that can be read."""
    try:
        deck(text)
    except ExceptionGroup as group:
        return [told(error) for error in group.exceptions if isinstance(error, ParseError)]
    return []


def options(given: BlockOptions) -> str:
    """The options that are not the ordinary ones."""
    ordinary = BlockOptions()
    differ = (field.name for field in fields(given) if getattr(given, field.name) != getattr(ordinary, field.name))
    return " ".join(f"{name}={getattr(given, name)!r}" for name in differ)


@dataclass(frozen=True, slots=True)
class Read:
    """What Slidev's parser tells of a slide: `start` and `end` are lines from 0, `end` is not the slide's."""

    fm: dict[str, Any]
    content: str
    note: str
    title: str
    level: int
    start: int
    end: int
    infos: tuple[str, ...] = ()


def read_slides(text: str) -> list[Read]:
    """Every slide of a text that can be read, hidden ones too, as Slidev's parser would tell it."""
    lines, report = text.replace("\r\n", "\n").split("\n"), Report(NAME)
    read = []
    for raw in split(lines, report):
        front = read_front_matter(lines, raw, report)
        content, note = take_note(lines[front.content : raw.end])
        tokens = tokenize(content, front.content, report)
        title, level = read_title(front.values, tokens)
        infos = tuple(token.info.strip() for token in tokens if token.type == "fence")
        fm = dict(front.values)
        read.append(Read(fm, "\n".join(content).strip(), note, title, level, raw.start, raw.end, infos))
    report.raise_errors()
    return read
