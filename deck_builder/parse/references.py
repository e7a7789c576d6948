"""What blocks say of each other: an `id` is one block's, `from` names one that runs above, `expect` needs one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from deck_builder.errors import Span
from deck_builder.keys.python import START
from deck_builder.model import CodeBlock, Slide, Source
from deck_builder.parse.info import did_you_mean
from deck_builder.parse.report import Report


def report_ids(slides: Sequence[Slide], sources: Mapping[Path, Source], report: Report) -> None:
    """Warn of an id that another block has, and of one that `from` takes for something else."""
    taken: dict[str, CodeBlock] = {}
    for block in (block for slide in slides for block in slide.blocks if block.options.id):
        first = taken.setdefault(block.options.id, block)
        if first.span != block.span:  # else a slide is taken in twice
            message = f"the id {block.options.id} is that of block {first.id} already"
            report.warn("D011", message, _place("id", block, sources), "give every block an id of its own", block.id)
        if block.options.id == START:
            hint = f"give it another id: `from: '{START}'` is the state before any block"
            report.warn("D011", f"the id of a block can't be {START}", _place("id", block, sources), hint, block.id)


def with_sound_references(slides: Sequence[Slide], sources: Mapping[Path, Source], report: Report) -> list[Slide]:
    """The slides without each `from` and `expect` that has no block it could mean; the report tells of it."""
    everywhere = [block for slide in slides for block in slide.blocks]
    above: list[CodeBlock] = []
    sound: list[Slide] = []
    for slide in slides:
        if not any(block.options.from_ or block.options.expect for block in slide.blocks):
            above += slide.blocks
            sound.append(slide)
            continue
        blocks: list[CodeBlock] = []
        for block in slide.blocks:
            if wrong := _wrong(block, above, everywhere):
                message, hint = wrong
                report.error("D026", message, _place("from", block, sources), hint, block.id)
                block = replace(block, options=replace(block.options, from_=""))
            if block.options.expect and (unfit := _unfit(block, blocks)):
                report.warn("D011", unfit, _place("expect", block, sources), _EXPECT_HINT, block.id)
                block = replace(block, options=replace(block.options, expect=False))
            above.append(block)
            blocks.append(block)
        sound.append(slide if blocks == list(slide.blocks) else replace(slide, blocks=tuple(blocks)))
    return sound


_EXPECT_HINT = "write it behind a fence of text, right below the block whose output that is"


def _unfit(block: CodeBlock, above: Sequence[CodeBlock]) -> str:
    """Why a fence can't hold the output of a block above it on its slide; "" if it can."""
    if block.options.run:
        return "a block that runs can't be expected output"
    return "" if any(one.options.run for one in above) else "no block of this slide runs above what is expected"


def _wrong(block: CodeBlock, above: Sequence[CodeBlock], everywhere: Sequence[CodeBlock]) -> tuple[str, str] | None:
    """What to say, and to do, of a block that can't go on from where it says."""
    name = block.options.from_
    if not name or name == START or not block.options.run:
        return None
    named = [one for one in above if one.options.id == name]
    running = [one for one in named if one.options.run]
    if running and len({one.span for one in named}) == 1:
        return None
    if running:
        which = " and ".join(one.id for one in named)
        return f"`from: '{name}'` may be each of the blocks {which}", "give every block an id of its own"
    if named:
        return f"block {named[-1].id}, the `{name}` of `from`, does not run", "take run: false from it"
    if later := next((one for one in everywhere if one.options.id == name), None):
        where = "this block itself" if later.id == block.id else f"block {later.id}, which comes later"
        return f"the `{name}` of `from` is {where}", "a block goes on from one above it, or from 'start'"
    if not (known := [one.options.id for one in above if one.options.id and one.options.run]):
        return f"no block has the id {name}", f"give it to the block to go on from: {{id: '{name}'}}"
    return f"no block has the id {name}", did_you_mean(name, [*dict.fromkeys(known), START])


def _place(option: str, block: CodeBlock, sources: Mapping[Path, Source]) -> Span:
    """Where a fence's info string has an option."""
    line = sources[block.span.path].lines[block.span.start - 1]
    found = re.search(rf"""\{{[^}}]*?(["']?\b{option}["']?\s*:)""", line)
    column = found.start(1) + 1 if found else 1
    return Span(block.span.path, block.span.start, block.span.start, column)
