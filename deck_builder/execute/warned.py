"""`warnings: 'hide'` -> a result without Python's warnings. check.py makes errors of those that are to fail."""

from __future__ import annotations

from dataclasses import replace

from deck_builder.model import BlockResult, CodeBlock, Warning


def without_warnings(block: CodeBlock, result: BlockResult) -> BlockResult:
    """The result, with its warnings dropped if the block hides them."""
    if block.options.warnings != "hide":
        return result
    return replace(result, outputs=tuple(output for output in result.outputs if not isinstance(output, Warning)))
