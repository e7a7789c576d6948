"""Blocks in the order of a slide -> the click on which each begins to move, and the slide's last click.

The calculus is Slidev's: a block of n steps takes n - 1 clicks; `at` is absolute, or with a sign counts from the end
of the block before. Unlike there, a block that never moves takes no click, wherever it was put.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from deck_builder.model import CodeBlock


def schedule(blocks: Sequence[CodeBlock]) -> tuple[tuple[CodeBlock, ...], int]:
    """The blocks with their clicks, and the last click that any of them needs."""
    placed: list[CodeBlock] = []
    offset = last = 0
    for block in blocks:
        moves = max(0, len(block.options.steps) - 1)
        at = block.options.at
        if moves and at == "false":  # not animated: as it would look in the end
            block = replace(block, options=replace(block.options, steps=block.options.steps[-1:]))
        elif moves:
            relative = at.startswith(("+", "-"))
            click = max(1, offset + int(at) if relative else int(at))
            if relative:
                offset += int(at) + moves - 1
            last = max(last, click + moves - 1)
            block = replace(block, click=click)
        placed.append(block)
    return tuple(placed), last
