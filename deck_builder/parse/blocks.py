"""Fence tokens -> CodeBlocks: what their info strings say, with the deck's defaults filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import count
from typing import Any

from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.keys.python import WORKER_KEYS
from deck_builder.model import BlockOptions, CodeBlock, FigureOptions, Step
from deck_builder.parse.diagrams import is_undrawn, read_diagram
from deck_builder.parse.info import OPTIONS, Info, did_you_mean, read_info
from deck_builder.parse.magic import read_magic, set_in_motion
from deck_builder.parse.report import Report
from deck_builder.parse.steps import Stray, read_steps
from deck_builder.parse.sweeps import settled

PYTHON = ("python", "py", "python3", "py3", "ipython", "pycon", "python-console")
_SESSION = ("pycon", "python-console")
_PROMPTED = re.compile(r"(?:[ \t]*(?:#.*)?\n)*>>>(?: |$)", re.MULTILINE)
"""How code begins that is a session: with Python's prompt, or with comments above it."""


def read_blocks(
    tokens: Sequence[Token], no: int, lines: Sequence[str], defaults: BlockOptions, report: Report
) -> Iterator[CodeBlock]:
    """The blocks of slide `no`; their tokens get to know them by `meta["block"]`."""
    ids = (f"{no}.{number}" for number in count(1))
    for fence in [token for token in tokens if token.type == "fence"]:
        if "fences" in fence.meta:
            yield from _read_versions(fence, ids, lines, defaults, report)
        else:
            fence.meta["block"] = block_id = next(ids)
            yield _read_block(fence, block_id, lines, defaults, report)


def _read_versions(
    fence: Token, ids: Iterator[str], lines: Sequence[str], defaults: BlockOptions, report: Report
) -> Sequence[CodeBlock]:
    """The blocks of a magic-move fence, each a version of its code."""
    span: Span = fence.meta["span"]
    place = _Place("", span.start, lines[span.start - 1].find(fence.markup + fence.info) + len(fence.markup), report)
    magic = read_magic(fence, place.warn)
    shared = defaults if magic.lines is None else replace(defaults, lines=magic.lines)
    blocks = []
    for version in fence.meta["fences"]:
        version.meta["block"] = block_id = next(ids)
        block = _read_block(version, block_id, lines, shared, report)
        if block.options.hide:
            report.warn("D011", "a version that is moved can't be hidden", block.span, "take hide from it", block_id)
        options = replace(block.options, hide=False, title=block.options.title or magic.title)
        blocks.append(replace(block, options=options))
    set_in_motion(fence, magic, blocks)
    return blocks


def _read_block(fence: Token, block_id: str, lines: Sequence[str], defaults: BlockOptions, report: Report) -> CodeBlock:
    span: Span = fence.meta["span"]
    rows = fence.content.count("\n")
    snippet = fence.meta.get("snippet")
    if snippet is None and rows != span.end - span.start - 1:
        hint = f"close it with a line {fence.markup}, indented as this one is"
        report.warn("D017", "this code fence is never closed", replace(span, end=span.start), hint, block_id)
    info = read_info(fence.info)
    written = lines[span.start - 1].find(fence.markup + fence.info) + len(fence.markup)
    place = _Place(block_id, span.start, snippet.shift if snippet else written, report)
    if diagram := read_diagram(info, fence.content, place.warn):
        fence.meta["diagram"] = diagram
        info = Info(info.lang, info.title)
    elif foreign := _foreign(info):
        place.warn_once("D020", *foreign)
        info = _without_foreign(info)
    options = _with_steps(_read_options(info, defaults, place), info, rows, place)
    code = fence.content.removesuffix("\n")
    lang = _language(info.lang, code)
    options = _with_sweep(options, info, lang, code, place)
    return CodeBlock(block_id, lang, code, options, span, origin=fence.meta.get("origin"))


def _language(written: str, code: str) -> str:
    """One name for what is the same language to who comes after."""
    if written.lower() not in PYTHON:
        return written
    return "pycon" if written.lower() in _SESSION or _PROMPTED.match(code) else "python"


@dataclass(frozen=True, slots=True)
class _Place:
    """The info string of a block: what is wrong at an offset of it is warned of at its line and column."""

    block_id: str
    line: int
    offset: int
    report: Report

    def warn_once(self, code: str, message: str, hint: str) -> None:
        """Tell the deck of something where it has it first."""
        if all(problem.message != message for problem in self.report.problems):
            self.warn(code, message, 0, hint)

    def warn(self, code: str, message: str, offset: int, hint: str) -> None:
        self.report.warn(code, message, self._span(offset), hint, self.block_id)

    def error(self, code: str, message: str, offset: int, hint: str) -> None:
        self.report.error(code, message, self._span(offset), hint, self.block_id)

    def _span(self, offset: int) -> Span:
        return self.report.span(self.line, column=self.offset + offset + 1)


def _foreign(info: Info) -> tuple[str, str] | None:
    """What to say, and to do, of a fence that is something else than code to Slidev."""
    if is_undrawn(info):
        return f"a {info.lang} diagram is not drawn: its source is shown", "put a picture of it on the slide"
    if info.ranges.strip() == "monaco-run" and info.lang.lower() in PYTHON:
        said = "code is not edited and run while presenting: it runs when the deck is built"
        return said, "take {monaco-run} away: Python runs without it"
    if info.ranges.strip().startswith("monaco"):
        return "an editor in the slide is not built: its code is shown", "say which lines to light, as in {all|1-3}"
    if info.rest.startswith("magic-move"):
        return "this code does not move: it is shown as written", "put it between lines of four backticks"
    if "twoslash" in info.rest.split():
        return "twoslash tells no types here: the code is shown", "write the types that matter into the code"
    return None


def _without_foreign(info: Info) -> Info:
    """What is left of an info string without the ranges and options of Slidev's editors and diagrams."""
    if "twoslash" in info.rest.split():
        return info
    pairs = () if is_undrawn(info) else tuple(pair for pair in info.pairs if pair.name in OPTIONS)
    return Info(info.lang, info.title, pairs=pairs)


def _read_options(info: Info, defaults: BlockOptions, place: _Place) -> BlockOptions:
    runs = info.lang.lower() in PYTHON
    fields: dict[str, Any] = {"title": info.title, "run": defaults.run and runs}
    for pair in info.pairs:
        option = OPTIONS.get(pair.name)
        if option is None:
            place.warn("D011", f"unknown option {pair.name}", pair.offset, _meant(pair.name))
            continue
        try:
            value = option.read(pair.value)
        except ValueError as error:
            hint = str(error) or f"it takes {option.allowed}"
            place.warn("D011", f"{pair.name} can't be {pair.value!r}", pair.offset, hint)
            continue
        if isinstance(value, FigureOptions):
            value = value.over(defaults.fig)
        if pair.name == "run" and value and not runs:
            place.warn("D011", f"a block of {info.lang or 'no language'} can't run", pair.offset, "only Python runs")
        elif pair.name == "at" and str(value).isdecimal() and int(str(value)) < 1:
            place.warn("D011", "the first click is 1", pair.offset, f"at takes {option.allowed}")
            fields["at"] = "1"
        elif pair.name != "finally":  # which lines there are is known later
            fields[option.field] = value
    for offset in info.unread:
        hint = "after the language come [title], {ranges}, {option: value}, then other words"
        place.warn("D011", "these braces are not read", offset, hint)
    return replace(defaults, **fields)


def _meant(name: str) -> str:
    if name in WORKER_KEYS:
        return f"it is for the whole deck: write python: {{{name}: …}} in the first front matter"
    return did_you_mean(name, OPTIONS)


def _with_steps(options: BlockOptions, info: Info, rows: int, place: _Place) -> BlockOptions:
    """The options with what ranges say: that the block is hidden, or which lines it lights, now and finally."""
    ranges = info.ranges
    if ranges.strip() == "hide":
        options = replace(options, hide=True)
    elif ranges:
        names = [part.strip() for part in ranges.split("|")]
        veiled = tuple(at for at, name in enumerate(names) if name == "hide")
        if veiled:
            ranges = "|".join(_unhidden(names))
        options = replace(options, steps=_steps(ranges, info.ranges_offset, options, rows, place), veiled=veiled)
    for pair in info.pairs:
        if pair.name == "finally" and type(pair.value) in (str, int) and pair.value != "last":
            options = replace(options, finally_=_steps(str(pair.value), pair.offset, options, rows, place)[:1])
    return options


def _with_sweep(options: BlockOptions, info: Info, lang: str, code: str, place: _Place) -> BlockOptions:
    """The options with a sweep that knows which value the code has; without one that the code can't take."""
    if options.sweep is None:
        return options
    try:
        return replace(options, sweep=settled(options.sweep, code, lang, runs=options.run))
    except ValueError as error:
        message, hint = error.args
        offset = next(pair.offset for pair in info.pairs if pair.name == "sweep")
        place.error("D030", message, offset, hint)
    return replace(options, sweep=None)


def _steps(ranges: str, offset: int, options: BlockOptions, rows: int, place: _Place) -> tuple[Step, ...]:
    """The steps of a range, which stands at an offset of the info string."""
    steps, strays = read_steps(ranges, rows, options.start_line)
    last = options.start_line + rows - 1
    for stray in strays:
        message = f"{stray.text} {stray.reason}"
        place.warn("D015", message, offset + stray.offset, _range_hint(stray, options.start_line, last))
    return steps


def _unhidden(names: list[str]) -> list[str]:
    """Each step that hides shows what the next one does, as Slidev's does below its veil."""
    shown = list(names)
    for at in reversed(range(len(names))):
        if names[at] == "hide":
            shown[at] = shown[at + 1] if at + 1 < len(shown) else "all"
    return shown


def _range_hint(stray: Stray, first: int, last: int) -> str:
    if stray.text in OPTIONS:
        return f"an option has a value: {{{stray.text}: …}}"
    if stray.text.isalpha():
        near = get_close_matches(stray.text.lower(), ("all", "none", "hide"), n=1)
        return f"did you mean {{{near[0]}}}?" if near else "ranges are numbers, all, none or hide"
    lines = f"lines {first} to {last}" if last > first else f"line {first} only" if last == first else "no lines"
    return f"the block has {lines}"
