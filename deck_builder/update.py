"""ExecutedDeck -> its files with what came written down in place of what was written. Nothing is written to the disk.

Only those lines change; and they do only if the deck, read again, says there what came, and the same everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from deck_builder.errors import Span
from deck_builder.execute.expected import stands_for
from deck_builder.execute.written import TRACEBACK, Written, fences, traceback_in, written
from deck_builder.model import Deck, ExecutedDeck, Mismatch, Reader, Source
from deck_builder.parse import parse
from deck_builder.rows import around, with_rows

Found: TypeAlias = Mapping[tuple[str, int], Mismatch]
"""What came otherwise, by its block and its number among what is written down of that."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What becomes of lines `start` to `stop`, without `stop`, of a file. What it writes down is `found`."""

    path: Path
    start: int
    stop: int
    rows: tuple[str, ...]
    found: Found

    @property
    def span(self) -> Span:
        """The lines as they were."""
        return Span(self.path, self.start, max(self.start, self.stop - 1))


@dataclass(frozen=True, slots=True)
class Update:
    """The texts of the files that change, what was changed in them, and the places where what came can't be written."""

    texts: Mapping[Path, str]
    made: tuple[Edit, ...]
    refused: tuple[Span, ...]


def update(executed: ExecutedDeck, read: Reader) -> Update:
    """What there is to write down of a deck; `read` reads its other files."""
    deck = executed.deck
    edits, refused = _planned(executed)
    made: list[Edit] = []
    batches = [edits] if edits else []
    while batches:  # all at once; if the deck then reads otherwise than it should, half of them, and so on
        batch = batches.pop()
        if _reads_well(deck, [*made, *batch], read):
            made += batch
        elif len(batch) == 1:
            refused.append(batch[0].span)
        else:
            half = len(batch) // 2
            batches += [batch[half:], batch[:half]]
    texts = {path: text for path, text in _changed(deck, made).items() if text != deck.sources[path].text}
    return Update(texts, tuple(sorted(made, key=lambda edit: edit.span)), tuple(sorted(refused)))


def _planned(executed: ExecutedDeck) -> tuple[list[Edit], list[Span]]:
    """The edits, and the places for which there is none: what stands twice in a deck may have come out in two ways."""
    edits: dict[tuple[Path, int, int], Edit | None] = {}
    for key, entry, found in _mismatches(executed):
        source = executed.deck.sources[entry.block.path]
        start, stop = _place(entry)
        rows = _rows(entry, found, source.lines)
        others = stop - start - len(entry.lines)  # of a region whose marks stand between
        edit = None if rows is None or others else Edit(source.path, start, stop, tuple(rows), {key: found})
        if (known := edits.get(place := (source.path, start, stop))) and edit and known.rows == edit.rows:
            edit = replace(known, found={**known.found, **edit.found})
        edits[place] = None if place in edits and known is None else edit
    refused = [Span(path, start, start) for (path, start, _), edit in edits.items() if edit is None]
    return [edit for edit in edits.values() if edit], refused


def _mismatches(executed: ExecutedDeck) -> Iterator[tuple[tuple[str, int], Written, Mismatch]]:
    below = fences(executed.deck)
    for block in executed.deck.blocks:
        result = executed.results.get(block.id)
        entries = written(block, below.get(block.id, ())) if result else []
        for output in result.outputs if result else ():
            if isinstance(output, Mismatch):
                yield (block.id, output.no), entries[output.no], output


def _place(entry: Written) -> tuple[int, int]:
    """The lines of the file that hold what is written, from the first to the one behind the last."""
    block, lines = entry.block, entry.lines
    if not lines:
        after = block.line(lines.start - 1) if lines.start > 1 or block.origin else block.span.start
        return after + 1, after + 1
    return block.line(lines.start), block.line(lines.stop - 1) + 1


def _rows(entry: Written, found: Mismatch, lines: Sequence[str]) -> list[str] | None:
    """The lines of the file that say what came; None if it is not known how to write there."""
    code = entry.block.code.split("\n")
    rows = found.came.split("\n") if found.came else []
    model = entry.first
    match entry.way:
        case "comment":
            model = entry.lines.start
            indent = code[model - 1][: len(code[model - 1]) - len(code[model - 1].lstrip())]
            rows = [f"{indent}#> {row}".rstrip() for row in rows or [""]]
        case "fence":
            model = next((no for no in entry.lines if code[no - 1].strip()), 0)
    if found.raised:
        held = [code[no - 1] for no in entry.lines]
        at, told = traceback_in(held)
        rows += [*(held[at:told] or [TRACEBACK, "  ..."]), *found.raised.split("\n")]
    before = around(entry.block, model, lines)
    return None if before is None else [f"{before}{row}" if row else before.rstrip() for row in rows]


def _changed(deck: Deck, edits: Sequence[Edit]) -> dict[Path, str]:
    """The texts of all files with the edits made."""
    texts = {path: source.text for path, source in deck.sources.items()}
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        texts[edit.path] = with_rows(texts[edit.path], edit.start, edit.stop, edit.rows)
    return texts


def _reads_well(deck: Deck, edits: Sequence[Edit], read: Reader) -> bool:
    """Whether the edited deck says what came, and is the same otherwise."""
    texts = _changed(deck, edits)

    def edited(path: Path) -> Source:
        source = read(path)
        return Source(source.path, texts.get(source.path, source.text))

    try:
        again = parse(Source(deck.source.path, texts[deck.source.path]), edited)
    except ExceptionGroup:
        return False
    found = {key: mismatch for edit in edits for key, mismatch in edit.found.items()}
    if [block.id for block in deck.blocks] != [block.id for block in again.blocks]:
        return False
    old, new = _said(deck), _said(again)
    return all(_is_well(old[block_id], new[block_id], block_id, found) for block_id in old)


_Said: TypeAlias = tuple[str, list[Written]]


def _said(deck: Deck) -> dict[str, _Said]:
    """Of each block the code without what is written down, and that."""
    below = fences(deck)
    held = {fence.id for fences_of in below.values() for fence in fences_of}
    said = {}
    for block in deck.blocks:
        entries = written(block, below.get(block.id, ())) if block.options.run else []
        own = {no for entry in entries for no in entry.lines if entry.block is block}
        rows = [row for no, row in enumerate(block.code.split("\n"), 1) if no not in own]
        said[block.id] = "" if block.id in held else "\n".join(rows), entries
    return said


def _is_well(old: _Said, new: _Said, block_id: str, found: Found) -> bool:
    if old[0] != new[0] or len(old[1]) != len(new[1]):
        return False
    for no, (before, after) in enumerate(zip(old[1], new[1], strict=True)):
        mismatch = found.get((block_id, no))
        same = (before.text, before.raises) == (after.text, after.raises)
        if not (stands_for(after, mismatch.came, mismatch.raised) if mismatch else same):
            return False
    return True
