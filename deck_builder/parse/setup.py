"""`python: {setup: file.py}` -> a block before all others, "1.0": hidden, on the first slide."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from markdown_it.token import Token

from deck_builder.keys.python import SETUP, worker_setting
from deck_builder.model import BlockOptions, CodeBlock, Origin, Slide
from deck_builder.parse.files import Files
from deck_builder.parse.frontmatter import FrontMatter
from deck_builder.parse.report import Report
from deck_builder.parse.snippets import whole_file

_ID = "1.0"


def with_setup(
    slides: Sequence[Slide], head: FrontMatter, defaults: BlockOptions, files: Files, report: Report
) -> list[Slide]:
    """The slides, the first of them with what the file of `setup` holds, if the deck names one and any block runs."""
    name = worker_setting(head.values, SETUP)
    runs = any(block.options.run for slide in slides for block in slide.blocks)
    if name is None or not runs:
        return list(slides)
    span = head.place(f"python.{SETUP}")
    source = files.source(files.path(name, report.path), report, span)
    if source is None:
        return list(slides)
    code, numbers = whole_file(source)
    options = replace(defaults, run=True, hide=True, id=SETUP, lines=False)
    block = CodeBlock(_ID, "python", code.removesuffix("\n"), options, span, origin=Origin(source.path, numbers))
    # a hidden block's token shows nothing but its failure
    token = Token("fence", "code", 0, content=code, meta={"block": _ID, "span": span})
    first = slides[0]
    revision = hashlib.sha256(f"{first.revision}{code}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
    end = next((at for at, each in enumerate(first.tokens) if each.type == "slot"), len(first.tokens))
    tokens = (*first.tokens[:end], token, *first.tokens[end:])
    first = replace(first, tokens=tokens, blocks=(block, *first.blocks), revision=revision)
    return [first, *slides[1:]]
