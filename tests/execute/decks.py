"""Codes -> a deck with a slide for each, without a parser: block k is "k.1"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from deck_builder.errors import Span
from deck_builder.execute.session import Session, session_of
from deck_builder.model import BlockOptions, CodeBlock, Deck, Slide, Source

RUNS = BlockOptions(run=True)


def deck_of(
    *codes: str | tuple[str, BlockOptions],
    path: Path = Path("/nowhere/slides.md"),
    headmatter: Mapping[str, Any] | None = None,
    prose_lines: int = 6,
) -> Deck:
    """A deck whose slides have one block each, after so many lines of prose."""
    slides = []
    line = 1
    for no, item in enumerate(codes, start=1):
        code, options = item if isinstance(item, tuple) else (item, RUNS)
        opening = line + prose_lines
        closing = opening + code.rstrip("\n").count("\n") + 2
        block = CodeBlock(f"{no}.1", "python", code, options, Span(path, opening, closing))
        slides.append(Slide(no, "default", {}, (), (block,), "", "", 0, 0, Span(path, line, closing), ""))
        line = closing + 2
    return Deck(Source(path, ""), headmatter or {}, tuple(slides))


def session(
    folder: Path, *codes: str | tuple[str, BlockOptions], timeout_s: float = 30, prose_lines: int = 6
) -> Session:
    """The session of a deck in a folder."""
    deck = deck_of(*codes, path=folder / "slides.md", prose_lines=prose_lines)
    return replace(session_of(deck), timeout_s=timeout_s)
