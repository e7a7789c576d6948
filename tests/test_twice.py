"""What a deck's code does not do the same way twice is told, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from deck_builder import cli
from deck_builder.model import BlockResult, ExecutedDeck, Figure, Output, Problem, Stream, Value, Warning
from deck_builder.twice import differences
from tests.execute.decks import deck_of


def told(first: tuple[Output, ...], second: tuple[Output, ...]) -> list[Problem]:
    """What is told of a block of three lines that did these things."""
    deck = deck_of("a\nb\nc")
    results = (
        ExecutedDeck(deck, {"1.1": BlockResult(outputs, seconds)}) for seconds, outputs in enumerate((first, second))
    )
    return list(differences(*results))


def test_what_is_the_same_is_not_told_however_long_it_took() -> None:
    assert told((Stream("stdout", "1\n", (2,)),), (Stream("stdout", "1\n", (2,)),)) == []


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (Stream("stdout", "0.12 s\n", (2,)), Stream("stdout", "0.13 s\n", (2,)), "`0.12 s`, then `0.13 s`"),
        (Value("{1, 2}", (2,)), None, "`{1, 2}`, then nothing"),
        (None, Warning("UserWarning", "w", (2,)), "nothing, then UserWarning"),
        (Figure("<svg/>", 1, 1, (2,)), Figure("<svg />", 1, 1, (2,)), "a figure, then a figure"),
        (Value("x" * 99, (2,)), Value("y", (2,)), f"`{'x' * 60}…`, then `y`"),
    ],
)
def test_the_first_thing_that_is_otherwise_is_told_at_its_line(first: Output, second: Output, said: str) -> None:
    same = Stream("stdout", "same\n", (1,))
    (problem,) = told((same, first) if first else (same,), (same, second) if second else (same,))
    assert problem.message == f"this block does not do the same twice: {said}"
    assert problem.span and problem.span.start == deck_of("a").slides[0].blocks[0].span.start + 2
    assert problem.code == "D029" and problem.hint


def test_the_command_finds_what_is_random(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    codes = ("import random\nprint(random.random())", "import time\nprint(time.time_ns())")
    Path("talk.md").write_text("# One\n\n" + "\n\n".join(f"```python\n{code}\n```" for code in codes))
    assert cli.run(["check", "talk.md"]) == 0
    assert cli.run(["check", "talk.md", "--twice"]) == 1
    out = capsys.readouterr().out
    assert "talk.md:10:1 (slide 1, block 1.2, line 2) this block does not do the same twice" in out
    assert "block 1.1" not in out
