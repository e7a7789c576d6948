"""Fence tokens -> CodeBlocks: what their info strings say, with the deck's defaults filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.model import BlockOptions, CodeBlock
from deck_builder.parse.info import OPTIONS, Info, did_you_mean, read_info
from deck_builder.parse.report import Report
from deck_builder.parse.steps import Stray, read_steps

PYTHON = ("python", "py", "python3", "py3", "ipython")
DIAGRAMS = ("mermaid", "plantuml")


def read_blocks(
    tokens: Sequence[Token], no: int, lines: Sequence[str], defaults: BlockOptions, report: Report
) -> Iterator[CodeBlock]:
    """The blocks of slide `no`; their tokens get to know them by `meta["block"]`."""
    fences = [token for token in tokens if token.type == "fence"]
    for number, fence in enumerate(fences, 1):
        fence.meta["block"] = block_id = f"{no}.{number}"
        yield _read_block(fence, block_id, lines, defaults, report)


def _read_block(fence: Token, block_id: str, lines: Sequence[str], defaults: BlockOptions, report: Report) -> CodeBlock:
    span: Span = fence.meta["span"]
    count = fence.content.count("\n")
    if count != span.end - span.start - 1:
        hint = f"close it with a line {fence.markup}, indented as this one is"
        report.warn("D017", "this code fence is never closed", replace(span, end=span.start), hint, block_id)
    info = read_info(fence.info)
    written = lines[span.start - 1].find(fence.markup + fence.info) + len(fence.markup)
    place = _Place(block_id, span.start, written, report)
    if foreign := _foreign(info):
        message, hint = foreign
        place.warn("D020", message, 0, hint)
        info = Info(info.lang, info.title)
    options = _with_steps(_read_options(info, defaults, place), info, count, place)
    lang = "python" if info.lang.lower() in PYTHON else info.lang  # one name for who comes after
    return CodeBlock(block_id, lang, fence.content.removesuffix("\n"), options, span)


@dataclass(frozen=True, slots=True)
class _Place:
    """The info string of a block: what is wrong at an offset of it is warned of at its line and column."""

    block_id: str
    line: int
    offset: int
    report: Report

    def warn(self, code: str, message: str, offset: int, hint: str) -> None:
        span = self.report.span(self.line, column=self.offset + offset + 1)
        self.report.warn(code, message, span, hint, self.block_id)


def _foreign(info: Info) -> tuple[str, str] | None:
    """What to say, and to do, of a fence that is something else than code to Slidev."""
    if info.lang in DIAGRAMS:
        return f"a {info.lang} diagram is not drawn: its source is shown", "put a picture of it on the slide"
    if info.ranges.strip().startswith("monaco"):
        return "an editor in the slide is not built: its code is shown", "say which lines to light, as in {all|1-3}"
    if info.rest.startswith("magic-move"):
        return "code does not move from one step to the next: it is shown as written", "give each step a slide"
    return None


def _read_options(info: Info, defaults: BlockOptions, place: _Place) -> BlockOptions:
    runs = info.lang.lower() in PYTHON
    fields: dict[str, Any] = {"title": info.title, "run": defaults.run and runs}
    for pair in info.pairs:
        option = OPTIONS.get(pair.name)
        if option is None:
            place.warn("D011", f"unknown option {pair.name}", pair.offset, did_you_mean(pair.name, OPTIONS))
            continue
        try:
            value = option.read(pair.value)
        except ValueError:
            place.warn("D011", f"{pair.name} can't be {pair.value!r}", pair.offset, f"it takes {option.allowed}")
            continue
        if pair.name == "run" and value and not runs:
            place.warn("D011", f"a block of {info.lang or 'no language'} can't run", pair.offset, "only Python runs")
        elif pair.name == "at" and str(value).isdecimal() and int(str(value)) < 1:
            place.warn("D011", "the first click is 1", pair.offset, f"at takes {option.allowed}")
            fields["at"] = "1"
        else:
            fields[option.field] = value
    for offset in info.unread:
        hint = "after the language come [title], {ranges}, {option: value}, then other words"
        place.warn("D011", "these braces are not read", offset, hint)
    return replace(defaults, **fields)


def _with_steps(options: BlockOptions, info: Info, count: int, place: _Place) -> BlockOptions:
    """The options with what the range says: that the block is hidden, or which lines it lights."""
    ranges, offset = info.ranges, info.ranges_offset
    if not ranges:
        return options
    if ranges.strip() == "hide":
        return replace(options, hide=True)
    if "hide" in (names := [part.strip() for part in ranges.split("|")]):
        hint = "{hide} alone hides a block for good"
        place.warn("D020", "a block is not hidden for a step only: it is shown from the start", offset, hint)
        ranges = "|".join(_unhidden(names))
    steps, strays = read_steps(ranges, count, options.start_line)
    last = options.start_line + count - 1
    for stray in strays:
        message = f"{stray.text} {stray.reason}"
        place.warn("D015", message, offset + stray.offset, _range_hint(stray, options.start_line, last))
    return replace(options, steps=steps)


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
