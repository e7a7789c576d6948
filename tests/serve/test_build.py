"""A deck's pages, made over and over: what they are made of, and what need not be made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from deck_builder.cli.building import fetching, reader, themes
from deck_builder.execute.store import QuickStore
from deck_builder.load import load_source
from deck_builder.model import BlockResult, Deck, Source, Stream
from deck_builder.parse import parse
from deck_builder.remember import make_anew
from deck_builder.serve import files
from deck_builder.serve.build import Builder, Means
from deck_builder.serve.known import Job, Known
from tests.serve.living import SETTINGS

DECK = "# One\n\n```python\nprint(1)\n```\n\n---\n\n# Two\n\n<<< @/code.py\n\n---\n\n# Three\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "slides.md"
    file.write_text(DECK)
    (tmp_path / "code.py").write_text("x = 1\n")
    return file


@pytest.fixture
def known(tmp_path: Path) -> Known:
    return Known(QuickStore(tmp_path / "results"), "off")


@pytest.fixture
def builder(file: Path, known: Known) -> Builder:
    means = Means(
        load_source, lambda path, disk: reader(path, {}, disk), partial(themes, SETTINGS),
        partial(fetching, SETTINGS), make_anew,
    )  # fmt: skip
    return Builder(file, means, known)


def test_a_result_that_comes_while_a_page_is_prepared_is_on_it(builder: Builder, known: Known) -> None:
    def run(jobs: Sequence[Job]) -> None:
        for job in jobs:
            for block in job.missing:
                known.keep(job, block, BlockResult((Stream("stdout", f"it is {block}", (1,)),)))

    built = builder.now((), run)
    assert built.found.jobs == ()
    assert "it is 1.1" in built.page.sections[0]


def test_a_text_is_read_once_for_both_pages_of_an_edit(
    builder: Builder, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.now(())
    parsed: list[Source] = []

    def counted(source: Source, *others: Any) -> Deck:
        parsed.append(source)
        return parse(source, *others)

    monkeypatch.setattr(files, "parse", counted)
    file.write_text(DECK.replace("# One", "# 1"))
    assert builder.soon(())
    assert "<h1>1</h1>" in builder.now(()).page.sections[0]
    assert len(parsed) == 1
    file.write_text(DECK.replace("# One", "# 1\n\nmore"))
    assert builder.soon(())
    assert builder.now(()).executed.deck.slides[2].span.start == 16
    assert len(parsed) == 3, "what moved is off by lines at first"


def test_a_text_that_was_read_soon_is_not_that_of_a_later_change(builder: Builder, file: Path) -> None:
    builder.now(())
    file.write_text(DECK.replace("# One", "# 1"))
    assert builder.soon(())
    (file.parent / "code.py").write_text("y = 2\n")
    file.write_text(DECK)
    assert builder.soon(()) is None
    built = builder.now(())
    assert "<h1>One</h1>" in built.page.sections[0]
    assert [block.code for block in built.executed.deck.blocks] == ["print(1)", "y = 2"]
