"""Results <-> the same without the places of their blocks: so they hold when prose moves the code. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from deck_builder.execute.session import Session, line_count
from deck_builder.model import BlockResult, CodeBlock, Error, Graph, Output, Stream, Value, Warning, Watched

_LOOKS_AT_LINES: Final = re.compile(
    r"lineno|_getframe|co_lines|co_positions|\b(?:inspect|traceback|logging|dis|settrace|setprofile)\b"
)
_FRAME: Final = re.compile(r'^  File "([^"]*)", line (\d{1,9})\b', re.MULTILINE)
_UNPLACED: Final = re.compile("^  File \ue000(\\d{1,9}):(\\d{1,9})\ue001", re.MULTILINE)


def places(chain: Sequence[CodeBlock]) -> list[list[object]]:
    """Each block with the lines of its file that its code fills, or the first of them if no other is left out."""
    return [[block.id, str(block.path), *_lines(block)] for block in chain]


def _lines(block: CodeBlock) -> list[int]:
    return list(block.origin.lines) if block.origin else [block.first_line]


def unplaced(
    session: Session, chain: Sequence[CodeBlock], result: BlockResult, code: Collection[str]
) -> tuple[BlockResult, bool]:
    """The last block's result with lines of tracebacks counted within blocks; and whether it tells no other place.

    `code` is all that it may have run.
    """
    names = {str(block.path.relative_to(session.folder)): block.path for block in chain}

    def without(found: re.Match[str]) -> str:
        path, line = names.get(found[1]), int(found[2])
        for at, block in enumerate(chain):
            if block.path == path and 1 <= (no := block.number(line)) <= line_count(block):
                return f"  File \ue000{at}:{no}\ue001"
        return found[0]

    numbers = {block.id: f"@{at}" for at, block in enumerate(chain)}
    result = _of_known_blocks(result, numbers)
    made = _of_blocks(_with_traces(result, lambda row: _FRAME.sub(without, row)), numbers)
    files = {session.path.name, "<module>:", *(block.path.name for block in chain)}
    told = any(name in _UNPLACED.sub("", text) for text in _texts(made) for name in files)
    # where an error began is told with the number of that slide
    told = told or any(isinstance(output, Error) and output.origin for output in made.outputs)
    return made, not told and not any(map(_LOOKS_AT_LINES.search, code))


def placed(session: Session, chain: Sequence[CodeBlock], result: BlockResult) -> BlockResult:
    """The other way round, for the blocks where they stand now. Raises `LookupError` for what `unplaced` never made."""

    def within(found: re.Match[str]) -> str:
        block = chain[int(found[1])]
        return f'  File "{block.path.relative_to(session.folder)}", line {block.line(int(found[2]))}'

    ids = {f"@{at}": block.id for at, block in enumerate(chain)}
    return _of_blocks(_with_traces(result, lambda row: _UNPLACED.sub(within, row)), ids)


def _of_known_blocks(result: BlockResult, ids: Collection[str]) -> BlockResult:
    """A result without what is told of other blocks than those that ran: a worker may say what it likes."""

    def is_known(output: Output) -> bool:
        match output:
            case Watched(block=block):
                return not block or block in ids
            case Graph(nodes=nodes):
                return all(not node.block or node.block in ids for node in nodes)
        return True

    return replace(result, outputs=tuple(filter(is_known, result.outputs)))


def _of_blocks(result: BlockResult, names: Mapping[str, str]) -> BlockResult:
    """A result in which other blocks are called by other names."""

    def changed(output: Output) -> Output:
        match output:
            case Watched(block=block) if block:
                return replace(output, block=names[block])
            case Graph():
                nodes = (replace(node, block=names[node.block]) if node.block else node for node in output.nodes)
                return replace(output, nodes=tuple(nodes))
        return output

    return replace(result, outputs=tuple(map(changed, result.outputs)))


def _with_traces(result: BlockResult, change: Callable[[str], str]) -> BlockResult:
    def changed(output: Output) -> Output:
        if not isinstance(output, Error):
            return output
        return replace(output, traceback=tuple(change(row) for row in output.traceback))

    return replace(result, outputs=tuple(map(changed, result.outputs)))


def _texts(result: BlockResult) -> Iterator[str]:
    """All in a result into which slide code could write a place."""
    for output in result.outputs:
        match output:
            case Stream(text=text):
                yield text
            case Value(text=text, html=html):
                yield from (text, html)
            case Warning(message=message):
                yield message
            case Error(evalue=evalue, traceback=rows):
                yield from (evalue, *rows)
