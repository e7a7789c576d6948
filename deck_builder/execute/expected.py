"""BlockResult -> the same, with what is written down of it marked, and told where it came otherwise. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from deck_builder.execute.alike import alike, plain
from deck_builder.execute.written import Written, is_transcript, written
from deck_builder.model import BlockResult, CodeBlock, Error, Mismatch, Output, Stream, Value

_SUGGESTION = re.compile(r"\. Did you mean: .*\?$")
_PROMPT_WIDTH = 4


def compare(block: CodeBlock, result: BlockResult, below: Sequence[CodeBlock]) -> BlockResult:
    """The result beside what is written; of a block that failed nothing is compared."""
    entries = written(block, below)
    if is_transcript(block):
        result = replace(result, outputs=tuple(_of_transcript(output, entries) for output in result.outputs))
    if not entries or result.error or result.skipped:
        return result
    held: set[int] = set()
    mismatches: list[Mismatch] = []
    for no, entry in enumerate(entries):
        own = _outputs_of(entry, result.outputs)
        held |= own.keys()
        text, raised = _came(list(own.values()))
        if not stands_for(entry, text, raised):
            mismatches.append(_mismatch(block, entry, no, text, raised))
    return replace(result, outputs=(*result.outputs, *mismatches), written=tuple(sorted(held)))


def stands_for(entry: Written, text: str, raised: str) -> bool:
    """Whether what is written is what came."""
    return alike(entry.text, text) and _is_raised(entry.raises, raised)


def _of_transcript(output: Output, entries: Sequence[Written]) -> Output:
    """An error as its transcript has it: expected where one is written; its column is counted with the prompt."""
    if not isinstance(output, Error) or not output.traceback:
        return output
    at = output.lines[0] if output.lines else 0
    foreseen = any(entry.raises and entry.first <= at <= entry.last for entry in entries)
    column = output.column + _PROMPT_WIDTH if output.column else 0
    return replace(output, expected=output.expected or foreseen, column=column)


def _outputs_of(entry: Written, outputs: Sequence[Output]) -> dict[int, Output]:
    """The outputs that an entry is about, by their place; one without a line goes with the one before it."""
    own: dict[int, Output] = {}
    line = 1
    for no, output in enumerate(outputs):
        line = output.lines[0] if output.lines else line
        is_text = isinstance(output, Value) or (isinstance(output, Stream) and output.name == "stdout")
        is_told = is_text or (isinstance(output, Error) and entry.way == "transcript")
        if is_told and entry.first <= line <= entry.last:
            own[no] = output
    return own


def _came(outputs: Sequence[Output]) -> tuple[str, str]:
    """What a terminal would show of outputs, and the last part of the traceback."""
    text = raised = ""
    for output in outputs:
        match output:
            case Stream():
                text += output.text
            case Value():
                text += f"{output.text}\n"
            case Error():
                raised = _last_part(output)
    return plain(text), raised


def _last_part(error: Error) -> str:
    named = re.compile(rf"(?:[\w.]+\.)?{re.escape(error.ename)}(?::|$)")
    at = next((no for no in reversed(range(len(error.traceback))) if named.match(error.traceback[no])), None)
    if at is None:
        return f"{error.ename}: {error.evalue}" if error.evalue else error.ename
    return "\n".join(error.traceback[at:])


def _is_raised(written: str, came: str) -> bool:
    """Whether an error is the one that is written, by its class's own name and its message."""
    if not written or not came or written == "...":
        return bool(written) == bool(came)
    (name, message), (ename, evalue) = map(_taken_apart, (written, came))
    return name == ename and alike(message, evalue)


def _taken_apart(last_part: str) -> tuple[str, str]:
    name, _, message = last_part.partition(":")
    return name.strip().rpartition(".")[2], _SUGGESTION.sub("", message.strip())


def _mismatch(block: CodeBlock, entry: Written, no: int, text: str, raised: str) -> Mismatch:
    said = "\n".join(filter(None, (plain(entry.text), entry.raises)))
    lines = tuple(entry.lines) or tuple(range(entry.first, entry.last + 1))
    fence = entry.block.id if entry.way == "fence" else ""
    came = "\n".join(filter(None, (text, raised)))
    return Mismatch(said, text, () if fence else lines, raised, fence, no, _first_differing(said, came))


def _first_differing(said: str, came: str) -> int:
    """The first row that is not as it is written; the first of all where it can't be told."""
    rows, others = said.split("\n"), came.split("\n")
    if "..." in said:
        return 0
    pairs = zip_longest(rows, others)
    return next((no for no, (row, other) in enumerate(pairs) if not _is_row(row, other)), 0)


def _is_row(row: str | None, other: str | None) -> bool:
    return row is not None and other is not None and alike(row, other)
