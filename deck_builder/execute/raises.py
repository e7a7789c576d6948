"""`raises: 'Type: regex'` -> whether a block failed as its author said it would."""

from __future__ import annotations

import builtins
import re
from dataclasses import replace

from deck_builder.model import BlockResult, CodeBlock, Error


def check_raises(block: CodeBlock, result: BlockResult) -> BlockResult:
    """The result with the expected error marked; without one, with an error that says so."""
    wanted = block.options.raises
    if not wanted:
        return result
    outputs = list(result.outputs)
    for no, output in enumerate(outputs):
        if isinstance(output, Error):
            if _matches(output, wanted):
                outputs[no] = replace(output, expected=True)
            else:
                outputs[no] = replace(output, hint=f"the block says that it raises {wanted}")
            return replace(result, outputs=tuple(outputs))
    missed = Error("DidNotRaise", f"this block should raise {wanted}, and raised nothing", (), ())
    return replace(result, outputs=(*outputs, missed))


def _matches(error: Error, wanted: str) -> bool:
    ename, _, pattern = (part.strip() for part in wanted.partition(":"))
    return _is_a(error.ename, ename.rpartition(".")[2]) and re.search(pattern, error.evalue) is not None


def _is_a(ename: str, wanted: str) -> bool:
    """Whether an exception is of a type or, among Python's own, of one derived from it; only names are known here."""
    have, want = getattr(builtins, ename, None), getattr(builtins, wanted, None)
    if isinstance(have, type) and isinstance(want, type):
        return issubclass(have, want)
    return ename == wanted
