"""A fence ```` ````md magic-move ```` -> the versions of a piece of code that follow each other, and their clicks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.model import CodeBlock
from deck_builder.parse.info import OPTIONS, Option, did_you_mean, read_info
from deck_builder.parse.report import Report
from deck_builder.parse.snippets import MARKUP, read_snippet

Warn: TypeAlias = Callable[[str, str, int, str], None]
"""Tells a code, a message, the offset in the info string that it is about, and a hint."""

TICKS = "```"

_INFO = re.compile(r"[ \t]*(?:md|markdown)[ \t]+magic-move(?![\w-])")


@dataclass(frozen=True, slots=True)
class Magic:
    """What the info string of the whole says; `duration` is in milliseconds, None where the deck's holds."""

    title: str = ""
    lines: bool | None = None
    at: str = "+1"
    duration: int | None = None


def _milliseconds(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError


_OPTIONS: Mapping[str, Option] = {
    "at": OPTIONS["at"],
    "lines": OPTIONS["lines"],
    "duration": Option("duration", _milliseconds, "a whole number of milliseconds"),
}


def split_magic(fence: Token, lines: Sequence[str], first: int, report: Report) -> None:
    """Give a magic-move fence its versions, `meta["fences"]`: inner fences and snippets; text between is no code.

    `lines` begin at line `first` (from 0) of the file.
    """
    if fence.type != "fence" or not fence.markup.startswith(TICKS + "`") or not _INFO.match(fence.info):
        return
    outer: Span = fence.meta["span"]
    rows = fence.content.removesuffix("\n").split("\n")
    places = _Rows(outer.start + 1, lines[outer.start - first :], report)
    fences: list[Token] = []
    opened: int | None = None
    for at, row in enumerate(rows):
        if opened is not None:
            if row.rstrip() == TICKS:
                fences.append(places.version(rows[opened:at], opened, closed=True))
                opened = None
        elif row.startswith(TICKS) and not row.startswith(TICKS + "`"):
            opened = at
        elif row.startswith(MARKUP):
            fences += places.snippet(row, at)
    if opened is not None:
        fences.append(places.version(rows[opened:], opened, closed=False))
    if fences:
        fence.meta["fences"] = fences
    else:
        hint = "put the versions of the code into it, each in a fence of three backticks"
        report.fail("there is no code in this magic-move fence", replace(outer, end=outer.start), hint)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of the fence: the first is a line of the file, where all stand as in `written`."""

    line: int
    written: Sequence[str]
    report: Report

    def version(self, rows: Sequence[str], at: int, *, closed: bool) -> Token:
        """The fence that opens in a row, the first of these."""
        span = self._span(at, rows[0], end=at + len(rows) - (not closed))
        content = "".join(f"{row}\n" for row in rows[1:])
        return _fence(rows[0].removeprefix(TICKS), TICKS, content, {"span": span})

    def snippet(self, row: str, at: int) -> list[Token]:
        """The fence of a snippet, to be filled as others are; none for a row that is no snippet."""
        snippet = read_snippet(row)
        if snippet is None:
            return []
        span = self._span(at, row, end=at)
        snippet = replace(snippet, shift=snippet.shift + span.column - 1)
        return [_fence(snippet.info, MARKUP, "", {"span": span, "snippet": snippet})]

    def _span(self, at: int, row: str, end: int) -> Span:
        return self.report.span(self.line + at, self.line + end, max(self.written[at].find(row), 0) + 1)


def _fence(info: str, markup: str, content: str, meta: dict[str, Any]) -> Token:
    span: Span = meta["span"]
    place = [span.start - 1, span.end]
    return Token("fence", "code", 0, info=info, markup=markup, content=content, block=True, map=place, meta=meta)


def read_magic(fence: Token, warn: Warn) -> Magic:
    """What the info string of a magic-move fence says; `warn` tells of an offset in it."""
    info = read_info(_INFO.sub(lambda words: re.sub(r"[ \t]", "-", words[0]), fence.info, count=1))
    fields: dict[str, Any] = {}
    for pair in info.pairs:
        option = _OPTIONS.get(pair.name)
        if option is None:
            warn("D011", f"unknown option {pair.name}", pair.offset, did_you_mean(pair.name, _OPTIONS))
            continue
        try:
            fields[option.field] = option.read(pair.value)
        except ValueError:
            warn("D011", f"{pair.name} can't be {pair.value!r}", pair.offset, f"it takes {option.allowed}")
    strays = [info.ranges_offset] * bool(info.ranges)
    for offset in [*strays, *info.unread]:
        warn("D011", "these braces are not read", offset, "each version has its own {ranges}, in its own fence")
    return Magic(info.title, **fields)


def set_in_motion(fence: Token, magic: Magic, versions: Sequence[CodeBlock]) -> None:
    """Make the token one of type `magic`, which knows its versions and what shows at each of its clicks."""
    fence.type = "magic"
    frames = [(no, step) for no, block in enumerate(versions) for step in range(max(1, len(block.options.steps)))]
    fence.meta["versions"] = [block.id for block in versions]
    fence.meta["frames"] = tuple(frames)
    fence.meta["at"], fence.meta["duration"] = magic.at, magic.duration
