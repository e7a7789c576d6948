"""What a parse came to, as text and plain values that fixtures can hold."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from markdown_it.utils import read_fixture_file

from deck_builder.errors import ParseError
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


def told(found: Problem | ParseError) -> str:
    """One line for what an author is told: `error 2:5 message | hint`."""
    span = found.span
    assert span is not None, f"{found} has no place"
    what = found.code if isinstance(found, Problem) else "error"
    return f"{what} {span.start}:{span.column} {found.message} | {found.hint}"


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
