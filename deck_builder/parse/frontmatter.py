"""RawSlide -> FrontMatter: the YAML between the dashes, or in a first ```yaml fence, and where each key stands."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deck_builder.errors import Span
from deck_builder.parse.report import Report
from deck_builder.parse.split import RawSlide
from deck_builder.remember import Remember, make_anew

_YAML_FENCE = re.compile(r"\s*(`{3}ya?ml)\s*")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A slide's front matter. `spans` has the places of "a" and of "a.b"; `content` is the line after."""

    content: int
    values: Mapping[str, Any] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)

    def place(self, key: str) -> Span:
        """Where "a.b" stands, or, within a `config`, the "a" around it."""
        return self.spans.get(key) or self.spans[key.partition(".")[0]]


def read_front_matter(lines: list[str], raw: RawSlide, report: Report, remember: Remember = make_anew) -> FrontMatter:
    """The front matter of a slide; what is wrong with it goes to the report, and it counts as empty."""
    if raw.opening is not None:
        first, last = raw.opening + 1, raw.content - (1 if raw.closed else 0)
        return _read(lines[first:last], first, raw, report, "---", remember)
    first = next((at for at in range(raw.content, raw.end) if lines[at].strip()), raw.end)
    if first < raw.end and (fence := _YAML_FENCE.fullmatch(lines[first])):
        closing = next((at for at in range(first + 1, raw.end) if lines[at].strip() == "```"), None)
        if closing is not None:
            block = RawSlide(raw.start, closing + 1, raw.end, first)
            return _read(lines[first + 1 : closing], first + 1, block, report, fence[1], remember)
    return FrontMatter(raw.content)


def _read(lines: list[str], first: int, raw: RawSlide, report: Report, marker: str, remember: Remember) -> FrontMatter:
    """The values of YAML, the first line of which is line `first` (from 0) of the file: remembered, or read."""
    if remember is not make_anew and raw.closed:
        kept = remember("\n".join(["front matter\0", *lines]), lambda: _as_json(lines))
        if front := _remembered(kept, first, raw, report):
            return front
    from deck_builder.parse.mapping import read_mapping  # YAML is slow to load

    return read_mapping(lines, first, raw, report, marker)


def _as_json(lines: list[str]) -> str:
    from deck_builder.parse.mapping import as_json

    return as_json(lines)


def _remembered(kept: str, first: int, raw: RawSlide, report: Report) -> FrontMatter | None:
    """The front matter as it was remembered; None for what was not: a file of the cache's can hold anything."""
    try:
        values, places = json.loads(kept)
        spans = {name: report.span(first + line + 1, column=column + 1) for name, line, column in places}
    except (ValueError, TypeError):
        return None
    return FrontMatter(raw.content, values, spans) if isinstance(values, dict) else None
