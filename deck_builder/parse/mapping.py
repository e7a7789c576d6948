"""Lines of YAML -> FrontMatter, and what is wrong with them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.reader import ReaderError

from deck_builder.errors import Span
from deck_builder.parse.frontmatter import FrontMatter
from deck_builder.parse.report import Report
from deck_builder.parse.split import RawSlide
from deck_builder.parse.yaml12 import ExcessError, compose, repeated_keys

_KEY = re.compile(r"""[{?]|("[^"]*"|'[^']*'|[^\s"'#|>@`*&!-][^#]*?)\s*:(\s|$)""")
_BLANK_LINE = "if it is the slide's text, put a blank line after the ---"


def as_json(lines: list[str]) -> str:
    """The values, and each key with its line and column, from 0; "" where anything is to be told of them."""
    try:
        node, values = compose("\n".join([*lines, ""]))
        if isinstance(node, yaml.MappingNode) and not any(repeated_keys(node)):
            return json.dumps([values, [(name, mark.line, mark.column) for name, mark in _marks(node)]])
    except (yaml.YAMLError, UnicodeError, RecursionError, ValueError):
        pass
    return ""


def read_mapping(lines: list[str], first: int, raw: RawSlide, report: Report, marker: str) -> FrontMatter:
    """What the lines say, the first of which is line `first` (from 0) of the file; what is wrong goes to the report."""
    opening = report.span(first)  # lines count from 1: the one before the YAML
    try:
        node, values = compose("\n".join([*lines, ""]))
    except ExcessError as error:
        message = f"this front matter is too much to read: {error.problem}"
        hint = "write it with fewer levels, and its values without & and *"
        report.fail(message, _span(error.mark, first, report), hint)
        return FrontMatter(raw.content)
    except (yaml.YAMLError, UnicodeError, RecursionError) as error:
        if marker == "---" and not _looks_like_yaml(lines):
            report.fail("this front matter is not a mapping of keys to values", opening, _BLANK_LINE)
        else:
            _report_broken(error, lines, first, report)
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
    return FrontMatter(raw.content, values, {name: _span(mark, first, report) for name, mark in _marks(node)})


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


def _marks(node: yaml.MappingNode) -> Iterator[tuple[str, Any]]:
    for key, value in node.value:
        yield key.value, key.start_mark
        if isinstance(value, yaml.MappingNode):
            yield from ((f"{key.value}.{inner.value}", inner.start_mark) for inner, _ in value.value)
