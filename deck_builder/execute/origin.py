"""A line of a file, and a function -> where on which slide that is, in words: where code of another block failed."""

from __future__ import annotations

from deck_builder.execute.session import Session, file_of, line_count
from deck_builder.model import CodeBlock


def origin(session: Session, path: str, line: int, name: str) -> str:
    """`raised in helper(), slide 2, line 2: return 1 / x`, with lines as the slide numbers them; "" if in no block.

    `path` is that of the file, as the worker names it.
    """
    blocks = session.blocks
    files = {one: str(file_of(session, one)) for one in {block.path for block in blocks}}
    for block in blocks:
        no = block.number(line) if files[block.path] == path else 0
        if 1 <= no <= line_count(block):
            slide = block.id.partition(".")[0]
            only = [one.id.partition(".")[0] for one in blocks].count(slide) == 1
            where = f"slide {slide}" if only and not _is_unseen(block) else place_in_words(block)
            what = f"{name}()" if name.isidentifier() else name
            code = block.code.split("\n")[no - 1].strip()
            return f"raised in {what}, {where}, line {no - 1 + block.options.start_line}: {code}"
    return ""


def place_in_words(block: CodeBlock) -> str:
    """A block as an author knows it: a hidden one of another file by that."""
    return block.path.name if _is_unseen(block) else f"block {block.id}"


def _is_unseen(block: CodeBlock) -> bool:
    return block.origin is not None and block.options.hide
