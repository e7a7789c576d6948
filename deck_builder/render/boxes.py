"""A piece of what a block did -> the box around it, which knows the lines that made it. Pure."""

from __future__ import annotations

from deck_builder.model import CodeBlock


def box(kind: str, block: CodeBlock, lines: tuple[int, ...], body: str) -> str:
    """An output of some kind around its markup."""
    return f'<div class="output {kind}" data-for="{block.id}" data-lines="{line_list(lines, block)}">{body}</div>'


def line_list(lines: tuple[int, ...], block: CodeBlock) -> str:
    """Lines as the reader sees them numbered."""
    return ",".join(str(line + block.options.start_line - 1) for line in lines)
