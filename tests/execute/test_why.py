"""Why a block's result is known or not: in words an author can act on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from deck_builder.execute.engine import Engine
from deck_builder.execute.running import runner
from deck_builder.execute.session import session_of
from deck_builder.execute.store import Store
from deck_builder.execute.why import why
from deck_builder.model import BlockOptions, CodeBlock, Deck
from tests.execute.decks import deck_of

RUNS = BlockOptions(run=True)


@pytest.fixture
def folder(folder: Path) -> Path:
    """A deck's folder, with data and a module."""
    (folder / "data.csv").write_text("1")
    (folder / "local.py").write_text("x = 1\n")
    return folder


def talk(folder: Path, **options: object) -> Deck:
    """A deck that reads a file and a module, and starts a program."""
    codes = ["x = 1", "import local\nprint(open('data.csv').read())", "y = 2", "import os\nos.system('true')", "y"]
    return deck_of(*codes, path=folder / "slides.md", headmatter={"python": options})


def changed(deck: Deck, block_id: str, **options: object) -> Deck:
    """The deck with another code or other options in one block."""

    def other(block: CodeBlock) -> CodeBlock:
        if block.id != block_id:
            return block
        code = str(options.pop("code", block.code))
        return replace(block, code=code, options=replace(block.options, **options))  # type: ignore[arg-type]

    slides = (replace(slide, blocks=tuple(map(other, slide.blocks))) for slide in deck.slides)
    return replace(deck, slides=tuple(slides))


def reasons(deck: Deck, store: Store) -> dict[str, str]:
    """By block, "known" or why not."""
    return {one.block.id: "known" if one.result else one.why for one in why(deck, "auto", store)}


@pytest.fixture
def store(folder: Path, tmp_path: Path) -> Store:
    """What is known after a run of the talk."""
    kept = Store(tmp_path / "store")
    with Engine() as engine:
        dict(runner(engine, kept)(session_of(talk(folder))))
    return kept


def test_of_a_deck_that_has_not_run_nothing_is_known(folder: Path, tmp_path: Path) -> None:
    found = reasons(talk(folder), Store(tmp_path / "empty"))
    assert found["1.1"] == "this deck has not run yet"
    assert found["2.1"] == "it goes on from block 1.1, which will run"


def test_what_has_not_changed_is_known_and_says_what_it_read(folder: Path, store: Store) -> None:
    assert reasons(talk(folder), store) == {
        "1.1": "known",
        "2.1": "known",
        "3.1": "known",
        "4.1": "it can't be kept: it starts a program",
        "5.1": "it goes on from block 4.1, which will run",
    }
    told = {one.block.id: one.why for one in why(talk(folder), "auto", store)}
    assert told["2.1"] == "as when it ran, and so is what it read: data.csv, local.py"


CHANGES: dict[str, Callable[[Path], object]] = {
    "data.csv has changed": lambda folder: (folder / "data.csv").write_text("2"),
    "data.csv is gone": lambda folder: (folder / "data.csv").unlink(),
    "local.py has changed": lambda folder: (folder / "local.py").write_text("x = 2\n"),
    "local is there now": lambda folder: (folder / "local").mkdir(),
}


@pytest.mark.parametrize("said", CHANGES)
def test_a_file_that_is_otherwise_is_named(folder: Path, store: Store, said: str) -> None:
    CHANGES[said](folder)
    found = reasons(talk(folder), store)
    assert found["2.1"] == said
    assert found["3.1"] == "it goes on from block 2.1, which will run"


def test_a_block_that_is_otherwise_is_told(folder: Path, store: Store) -> None:
    deck = talk(folder)
    assert reasons(changed(deck, "2.1", code="print(2)"), store)["2.1"] == "its code has changed"
    assert reasons(changed(deck, "2.1", seed=3), store)["2.1"] == "its options have changed"
    assert reasons(changed(deck, "2.1", cache=False), store)["2.1"] == "`cache: false`: it runs every time"
    without = replace(deck, slides=deck.slides[1:])
    assert reasons(without, store)["2.1"] == "the blocks that it goes on from are others than before"


def test_other_surroundings_are_named(folder: Path, store: Store) -> None:
    assert reasons(talk(folder, seed=1), store)["1.1"] == "the seed is not as it was"
    assert reasons(talk(folder, seed=1, threads=2), store)["1.1"] == "the seed and the threads are not as they were"


def test_what_was_dropped_is_told(folder: Path, store: Store) -> None:
    for entry in store.folder.glob("*.json"):
        entry.unlink()
    assert reasons(talk(folder), store)["1.1"] == "its result is no longer kept, or names lines that have moved"


def test_a_broken_ledger_is_as_good_as_none(folder: Path, store: Store) -> None:
    (ledger,) = store.ledgers.iterdir()
    for data in (b"", b"[]", b'{"surroundings": {}, "lines": [{"block": 1}]}', b"[" * 100_000):
        ledger.write_bytes(data)
        deck = changed(talk(folder), "1.1", code="x = 5")
        assert reasons(deck, store)["1.1"] == "this deck has not run yet"
