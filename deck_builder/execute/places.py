"""Blocks -> where their code stands, and whether a result tells of that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from deck_builder.execute.session import Session
from deck_builder.model import BlockResult, CodeBlock, Error, Stream, Value, Warning

_LOOKS_AT_LINES: Final = re.compile(r"lineno|_getframe|\b(?:inspect|traceback|logging)\b")


def places(chain: Sequence[CodeBlock]) -> list[list[object]]:
    """Each block with the lines of its file that its code fills, or the first of them if no other is left out."""
    return [[block.id, str(block.path), *_lines(block)] for block in chain]


def _lines(block: CodeBlock) -> list[int]:
    return list(block.origin.lines) if block.origin else [block.first_line]


def names_lines(session: Session, chain: Sequence[CodeBlock], result: BlockResult) -> bool:
    """Whether the last block's result may tell lines of the deck's files: by its text, or as code asks for them."""
    names = {session.path.name, *(block.path.name for block in chain)}
    if any(_LOOKS_AT_LINES.search(block.code) for block in chain):
        return True
    for output in result.outputs:
        match output:
            case Error():
                return True
            case Stream(text=text) | Value(text=text) | Warning(message=text) if any(name in text for name in names):
                return True
    return False
