"""Deck -> Session: the blocks that run, in order, in one namespace, and how."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from deck_builder.errors import DeckError, Span
from deck_builder.execute.data import data_of
from deck_builder.keys.python import WORKER_KEYS, worker_setting

if TYPE_CHECKING:
    from deck_builder.execute.stricter import Asked
    from deck_builder.model import BlockResult, CodeBlock, Deck


@dataclass(frozen=True, slots=True)
class Session:
    """What one worker runs. `timeout_s` holds for each block that has none of its own; `imported` are more decks.

    `data` are folders and files outside of `folder` that code may read, too: absolute, with every link followed.
    `sandbox` is what the deck asks for, whatever the command line says: "strict", or nothing by "auto".
    `variant` is the value of a sweep with which it runs, `lr = 0.1`; "" where that is the deck as it is written.
    """

    path: Path
    folder: Path
    blocks: tuple[CodeBlock, ...]
    imported: tuple[Path, ...] = ()
    seed: int = 0
    threads: int = 1
    timeout_s: float = 60.0
    device: str = "cpu"
    interpreter: str = ""
    data: tuple[Path, ...] = ()
    sandbox: Asked = "auto"
    variant: str = ""
    places: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)

    def place(self, key: str) -> Span:
        """Where the headmatter says `key`; the deck's first line where it does not."""
        return self.places.get(key, Span(self.path, 1, 1))


Runner: TypeAlias = "Callable[[Session], Iterator[tuple[str, BlockResult]]]"
"""Runs a session; gives block ids and results as they come, and ends early when no further block can run."""


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
        seed=int(_number(deck, options, "seed", 0, least=0, whole=True)),
        threads=int(_number(deck, options, "threads", 1, least=1, whole=True)),
        timeout_s=float(_number(deck, options, "timeout", 60, least=0.001)),
        device=worker_setting(deck.headmatter, "device") or "cpu",
        interpreter=_interpreter(deck),
        sandbox=_wanted(deck, "sandbox") or "auto",
        data=data_of(deck, _wanted(deck, "data") or ()),
        places=deck.places,
    )


def _wanted(deck: Deck, key: str) -> Any:
    """What `python:` says by a key, None where it says nothing. Raises `DeckError` on what the key does not take."""
    python = deck.headmatter.get("python")
    value = python.get(key) if isinstance(python, Mapping) else None
    try:
        return None if value is None else WORKER_KEYS[key].read(value)
    except ValueError as error:
        hint = str(error) or f"it takes {WORKER_KEYS[key].takes}"
        raise DeckError(f"`python: {key}` can't be {value!r}", deck.place(f"python.{key}"), hint) from error


def _interpreter(deck: Deck) -> str:
    """The program that runs the deck's code, "" for this one's own. Raises `DeckError` when there is none such."""
    name = worker_setting(deck.headmatter, "interpreter")
    if name is None:
        return ""
    path = Path(name).expanduser()
    found = shutil.which(name) if path.name == name else str(deck.source.path.parent.absolute() / path)
    if found is None or not os.access(found, os.X_OK) or Path(found).is_dir():
        hint = "name a Python that has torch, such as ~/envs/torch/bin/python"
        raise DeckError(
            f"`python: interpreter` is {name}, which can't be started", deck.place("python.interpreter"), hint
        )
    if not (path.is_absolute() or path.name == name) or _came_with(deck.source.path.parent, found):
        hint = "name one that is installed on this machine, from / or ~ on: it is started in front of the wall"
        raise DeckError(
            f"`python: interpreter` is {name}, which comes with the deck", deck.place("python.interpreter"), hint
        )
    return found


def _came_with(folder: Path, program: str) -> bool:
    """Whether a program lies in a deck's folder or its checkout, or is led there: who wrote the deck may have made it.

    Links are followed one by one: an environment has one to a Python elsewhere, and its own code beside it.
    """
    here, home = folder.resolve(), Path(os.path.expanduser("~"))  # noqa: PTH111 (there may be none)
    roots = {here, *[one for one in here.parents if one != home and (one / ".git").exists()]}
    path, seen = Path(program).absolute(), set[Path]()
    while path not in seen:
        seen.add(path)
        place = path.parent.resolve() / path.name
        if any(place.is_relative_to(root) for root in roots):
            return True
        path = place.parent / place.readlink() if place.is_symlink() else place
    return False


def file_of(session: Session, path: Path) -> Path:
    """One of the deck's files, as the worker and its tracebacks name it."""
    return session.folder.resolve() / path.relative_to(session.folder)


def line_count(block: CodeBlock) -> int:
    """How many lines of code a block has."""
    return block.code.rstrip("\n").count("\n") + 1


def _number(
    deck: Deck, options: Mapping[str, Any], name: str, default: float, *, least: float, whole: bool = False
) -> float:
    value = options.get(name, default)
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value < 2**63:
        wanted = "a whole number" if whole else "a number of seconds"
        raise DeckError(
            f"`python: {name}` is {value!r}, not {wanted} from {least:g} up",
            deck.place(f"python.{name}"),
            hint=f"write `{name}: {default:g}` below `python:` in the first front matter, or leave it out",
        )
    return value
