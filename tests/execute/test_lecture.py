"""The original lecture, run as it stands: three blocks are broken, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from deck_builder.execute import execute
from deck_builder.execute.running import worker_runner
from deck_builder.model import ExecutedDeck, Source, Stream, Warning
from deck_builder.parse import parse


@pytest.fixture(scope="module")
def executed(lecture_000: Path) -> ExecutedDeck:
    """The lecture with its results."""
    deck = parse(Source(lecture_000, lecture_000.read_text(encoding="utf-8")))
    return execute(deck, worker_runner())


def test_three_root_failures_are_named_and_nothing_else(executed: ExecutedDeck) -> None:
    blocks = {block.id: block for block in executed.deck.blocks}
    errors = {block_id: result.error for block_id, result in executed.results.items() if result.error}
    found = {
        block_id: (blocks[block_id].first_line + error.lines[0] - 1, error.ename, error.evalue, error.hint, error.cause)
        for block_id, error in errors.items()
    }
    nowhere = "no block defines `lost`: do so above, or only show this block, `{run: false}`"
    assert found == {
        "9.1": (141, "NameError", "name 'lost' is not defined", nowhere, ""),
        "9.2": (164, "NameError", "name 'x_data' is not defined", "`x_data` is first defined on slide 12", ""),
        "15.1": (300, "NameError", "name 'plt' is not defined", "add `import matplotlib.pyplot as plt`", ""),
    }


def test_torchs_own_warning_stands_at_the_lectures_line(executed: ExecutedDeck) -> None:
    (warning,) = [out for out in executed.results["14.1"].outputs if isinstance(out, Warning)]
    (block,) = [block for block in executed.deck.blocks if block.id == "14.1"]
    assert "size_average" in warning.message
    assert block.first_line + warning.lines[0] - 1 == 256


def test_the_training_prints_all_its_lines(executed: ExecutedDeck) -> None:
    streams = [out for out in executed.results["15.1"].outputs if isinstance(out, Stream)]
    assert [(stream.text.count("\n"), stream.lines) for stream in streams] == [(100, (7,)), (1, (14,)), (1, (18,))]
