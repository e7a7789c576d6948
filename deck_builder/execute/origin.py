"""A line of the file, and a function -> where on which slide that is, in words: where code of another block failed."""

from __future__ import annotations

from collections.abc import Sequence

from deck_builder.execute.session import line_count
from deck_builder.model import CodeBlock


def origin(blocks: Sequence[CodeBlock], line: int, name: str) -> str:
    """`raised in helper(), slide 2, line 2: return 1 / x`, with lines as the slide numbers them; "" if in no block."""
    for block in blocks:
        no = line - block.first_line
        if 0 <= no < line_count(block):
            slide = block.id.partition(".")[0]
            only = [one.id.partition(".")[0] for one in blocks].count(slide) == 1
            where = f"slide {slide}" if only else f"block {block.id}"
            what = f"{name}()" if name.isidentifier() else name
            code = block.code.split("\n")[no].strip()
            return f"raised in {what}, {where}, line {no + block.options.start_line}: {code}"
    return ""
