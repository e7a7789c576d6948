"""Deck -> Session: the blocks that run, in order, in one namespace, and how."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from deck_builder.errors import DeckError, Span
from deck_builder.model import BlockResult, CodeBlock, Deck


@dataclass(frozen=True, slots=True)
class Session:
    """What one worker runs. `timeout_s` holds for each block that has none of its own; `imported` are more decks."""

    path: Path
    folder: Path
    blocks: tuple[CodeBlock, ...]
    imported: tuple[Path, ...] = ()
    seed: int = 0
    threads: int = 1
    timeout_s: float = 60.0


Runner: TypeAlias = Callable[[Session], Iterator[tuple[str, BlockResult]]]
"""Runs a session; gives block ids and results as they come, and ends early when no further block can run."""

Reads: TypeAlias = frozenset[Path] | None
"""The deck's files and folders that a run read, or None when what it read can't be known."""

TracedRunner: TypeAlias = Callable[[Session], Generator[tuple[str, BlockResult], None, Reads]]
"""A runner that returns, at the end, what was read."""


def session_of(deck: Deck) -> Session:
    """The deck's session, as its headmatter's `python:` has it. Raises `DeckError` on a value that makes no sense."""
    options = deck.headmatter.get("python")
    if not isinstance(options, Mapping):
        options = {}
    path = deck.source.path
    return Session(
        path=path,
        folder=path.parent,
        blocks=tuple(block for block in deck.blocks if block.options.run),
        imported=tuple(dict.fromkeys(span.path for span in deck.written if span.path != path)),
        seed=int(_number(path, options, "seed", 0, least=0, whole=True)),
        threads=int(_number(path, options, "threads", 1, least=1, whole=True)),
        timeout_s=float(_number(path, options, "timeout", 60, least=0.001)),
    )


def file_of(session: Session, path: Path) -> Path:
    """One of the deck's files, as the worker and its tracebacks name it."""
    return session.folder.resolve() / path.relative_to(session.folder)


def line_count(block: CodeBlock) -> int:
    """How many lines of code a block has."""
    return block.code.rstrip("\n").count("\n") + 1


def _number(
    path: Path, options: Mapping[str, Any], name: str, default: float, *, least: float, whole: bool = False
) -> float:
    value = options.get(name, default)
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value < 2**63:
        wanted = "a whole number" if whole else "a number of seconds"
        raise DeckError(
            f"`python: {name}` is {value!r}, not {wanted} from {least:g} up",
            Span(path, 1, 1),
            hint=f"write `{name}: {default:g}` below `python:` in the first front matter, or leave it out",
        )
    return value
