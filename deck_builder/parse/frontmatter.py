"""RawSlide -> FrontMatter: the YAML between the dashes, or in a first ```yaml fence, and where each key stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.reader import ReaderError

from deck_builder.errors import Span
from deck_builder.parse.report import Report
from deck_builder.parse.split import RawSlide
from deck_builder.parse.yaml12 import ExcessError, compose, repeated_keys

_YAML_FENCE = re.compile(r"\s*(`{3}ya?ml)\s*")
_KEY = re.compile(r"""[{?]|("[^"]*"|'[^']*'|[^\s"'#|>@`*&!-][^#]*?)\s*:(\s|$)""")
_BLANK_LINE = "if it is the slide's text, put a blank line after the ---"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A slide's front matter. `spans` has the places of "a" and of "a.b"; `content` is the line after."""

    content: int
    values: Mapping[str, Any] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)

    def place(self, key: str) -> Span:
        """Where "a.b" stands, or, within a `config`, the "a" around it."""
        return self.spans.get(key) or self.spans[key.partition(".")[0]]


def read_front_matter(lines: list[str], raw: RawSlide, report: Report) -> FrontMatter:
    """The front matter of a slide; what is wrong with it goes to the report, and it counts as empty."""
    if raw.opening is not None:
        first, last = raw.opening + 1, raw.content - (1 if raw.closed else 0)
        return _read(lines, first, last, raw, report)
    first = next((at for at in range(raw.content, raw.end) if lines[at].strip()), raw.end)
    if first < raw.end and (fence := _YAML_FENCE.fullmatch(lines[first])):
        closing = next((at for at in range(first + 1, raw.end) if lines[at].strip() == "```"), None)
        if closing is not None:
            block = RawSlide(raw.start, closing + 1, raw.end, first)
            return _read(lines, first + 1, closing, block, report, fence[1])
    return FrontMatter(raw.content)


def _read(lines: list[str], first: int, last: int, raw: RawSlide, report: Report, marker: str = "---") -> FrontMatter:
    """The values of the YAML on lines `first` to `last`, without `last`."""
    opening = report.span(first)  # lines count from 1: the one before the YAML
    try:
        node, values = compose("\n".join([*lines[first:last], ""]))
    except ExcessError as error:
        message = f"this front matter is too much to read: {error.problem}"
        hint = "write it with fewer levels, and its values without & and *"
        report.fail(message, _span(error.mark, first, report), hint)
        return FrontMatter(raw.content)
    except (yaml.YAMLError, UnicodeError, RecursionError) as error:
        if marker == "---" and not _looks_like_yaml(lines[first:last]):
            report.fail("this front matter is not a mapping of keys to values", opening, _BLANK_LINE)
        else:
            _report_broken(error, lines[first:last], first, report)
        return FrontMatter(raw.content)
    if node is not None and not isinstance(node, yaml.MappingNode):
        hint = _BLANK_LINE if marker == "---" else "write key: value"
        report.fail("this front matter is not a mapping of keys to values", opening, hint)
        return FrontMatter(raw.content)
    if not raw.closed:
        hint = f"end it with a line of three dashes; {_BLANK_LINE}"
        report.fail("this front matter is never closed", opening, hint)
        return FrontMatter(raw.content)
    if node is None:
        return FrontMatter(raw.content)
    for key in repeated_keys(node):
        message = f"the key {key.value} is here twice; the last one counts"
        report.warn("D018", message, _span(key.start_mark, first, report), "delete one of the two")
    return FrontMatter(raw.content, values, dict(_spans(node, first, report)))


def _looks_like_yaml(lines: list[str]) -> bool:
    """Whether the first line that says something could be a key: what is not was meant as the slide's text."""
    written = (line for line in lines if line.strip() and not line.startswith("#"))
    return bool(_KEY.match(next(written, "")))


def _report_broken(error: Exception, lines: list[str], first: int, report: Report) -> None:
    """Tell what is wrong with the YAML `lines`, the first of which is line `first` (from 0) of the file."""
    line, column, problem = 0, 0, "it holds a character that can't be read"
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark):
        problem = ", ".join(part for part in (error.context, error.problem) if part)
        if mark.line >= len(lines) and error.context_mark:
            mark = error.context_mark  # what is missing at the end is mended where it was opened
        line, column = mark.line, mark.column
        if line >= len(lines):
            line, column = len(lines) - 1, len(lines[-1])
    elif isinstance(error, ReaderError):
        wrong = str(error.character) if isinstance(error.character, str) else chr(error.character)
        line, column = next(((at, text.index(wrong)) for at, text in enumerate(lines) if wrong in text), (0, 0))
    span = report.span(first + line + 1, column=column + 1)
    report.fail(f"this front matter is not valid YAML: {problem}", span, _hint(problem))


def _hint(problem: str) -> str:
    if "mapping values" in problem:
        return "put text that holds a colon in quotes, and begin the keys of one mapping in one column"
    if "cannot start any token" in problem:
        return "indent with spaces, not tabs, and put text that begins with @ or ` in quotes"
    if "flow" in problem or "quoted" in problem:
        return "a bracket or a quote that is opened here is never closed"
    if "simple key" in problem:
        return f"a key is followed by a colon and a blank; {_BLANK_LINE}"
    return "check the quotes, the brackets and the indentation here"


def _span(mark: Any, first: int, report: Report) -> Span:
    return report.span(first + mark.line + 1, column=mark.column + 1)


def _spans(node: yaml.MappingNode, first: int, report: Report) -> list[tuple[str, Span]]:
    found: list[tuple[str, Span]] = []
    for key, value in node.value:
        found.append((key.value, _span(key.start_mark, first, report)))
        if isinstance(value, yaml.MappingNode):
            nested = ((inner.value, inner) for inner, _ in value.value)
            found += [(f"{key.value}.{name}", _span(inner.start_mark, first, report)) for name, inner in nested]
    return found
