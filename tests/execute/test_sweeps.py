"""Sweeps: which blocks run again with another value, what they come to, and what is kept of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deck_builder.check import check
from deck_builder.execute import execute
from deck_builder.execute.engine import Engine
from deck_builder.execute.running import proof_of, runner
from deck_builder.execute.session import Runner, Session
from deck_builder.execute.store import Store
from deck_builder.execute.why import why
from deck_builder.model import BlockResult, Deck, Error, ExecutedDeck, Mismatch, Source, Stream
from deck_builder.parse import parse
from deck_builder.sweep import Sweep, replaced

DECK = """# One

```python {id: 'one'}
w = 3
```

```python {sweep: {lr: VALUES}}
lr = 2
w = w * lr
print(6 / (lr - 7), w)
```

```python {from: 'one'}
print("elsewhere", w)
```

---

# Two

```python {from: 'two'}
print("start", w)
```
"""


def deck_of(values: str = "[1, 2, 7]", folder: Path = Path("/nowhere"), text: str = DECK) -> Deck:
    """A deck with a block that sweeps, one that goes on from it, and two that do not."""
    text = text.replace("VALUES", values).replace("{sweep", "{id: 'two', sweep")
    return parse(Source(folder / "slides.md", text))


def saying(code: str) -> tuple[Runner, list[Session]]:
    """A runner that runs nothing: every block prints its code, and that `code` in it fails. And what it was to run."""
    seen: list[Session] = []

    def run(session: Session) -> Iterator[tuple[str, BlockResult]]:
        seen.append(session)
        for block in session.blocks:
            failed = (Error("ValueError", "no", ("ValueError: no",), (1,)),) if code in block.code else ()
            yield block.id, BlockResult((Stream("stdout", block.code, (1,)), *failed))

    return run, seen


@pytest.mark.parametrize(
    "code",
    [
        "lr = <0.1>",
        "数, lr = '数数', <0.1>; f('数', lr=<0.1>)",
        "def f():\n    lr = 5\nlr: float = <-2>\nprint(lr, 'lr = 2')",
        "x = [[lr, y] for y in (1, 2)]\n[lr, (a, b)] = [<'a'>, (1, 2)]",
        "lr = 0.1 * 2\nif 1:\n    opt = SGD(w,\n        lr=<True>)",
        "a = lr = <7>\nlr += 1",
    ],
)
def test_a_value_takes_the_place_of_literals_at_the_margin_and_in_calls(code: str) -> None:
    written = re.sub("[<>]", "", code)
    assert replaced(written, Sweep("lr", ("0", "1e-3")), 1) == re.sub("<.*?>", "1e-3", code)
    assert replaced(written, Sweep("lr", ("0", "1e-3")), 0) == written


def test_only_the_block_and_what_goes_on_from_it_runs_again() -> None:
    run, seen = saying("lr = 7")
    executed = execute(deck_of(), run)
    assert [(one.variant, [block.id for block in one.blocks]) for one in seen] == [
        ("", ["1.1", "1.2", "1.3", "2.1"]),
        ("lr = 1", ["1.1", "1.2", "2.1"]),
        ("lr = 7", ["1.1", "1.2", "2.1"]),
    ]
    assert [block.code.split("\n")[0] for block in seen[2].blocks] == ["w = 3", "lr = 7", 'print("start", w)']
    assert {by: [one.said for one in found] for by, found in executed.variants.items()} == {
        "1.2": ["lr = 1", "lr = 2", "lr = 7"]
    }
    low, own, high = executed.variants["1.2"]
    assert low.results.keys() == own.results.keys() == high.results.keys() == {"1.2", "2.1"}
    assert own.results["2.1"] is executed.results["2.1"]
    assert high.results["1.2"].error and not low.results["1.2"].error


def test_a_failure_is_told_with_its_value_and_once_if_it_is_the_decks_own() -> None:
    own, _ = saying("w = w")
    assert [problem.message for problem in check(execute(deck_of(), own))] == ["ValueError: no"]
    other, _ = saying("lr = 7")
    (problem,) = check(execute(deck_of(), other))
    assert (problem.message, problem.code, problem.severity) == ("with lr = 7: ValueError: no", "D001", "error")
    assert problem.span and (problem.span.start, problem.block) == (8, "1.2")


def test_what_is_written_down_is_compared_with_the_decks_own_value_alone() -> None:
    text = "# A\n\n```python {sweep: {lr: [1, 2]}}\nlr = 1\n#> lr = 1\n```\n"
    run, _ = saying("never")
    executed = execute(deck_of(text=text), run)
    assert any(isinstance(output, Mismatch) for output in executed.results["1.1"].outputs)
    assert executed.results["1.1"].written == (0,)
    other = executed.variants["1.1"][1].results["1.1"]
    assert ([type(output) for output in other.outputs], other.written) == ([Stream], ())


def test_a_block_that_is_skipped_has_no_variants() -> None:
    run, seen = saying("never")
    text = DECK.replace("{sweep", "{requires: 'no_such_stars', sweep")
    assert execute(deck_of(text=text), run).variants == {}
    assert len(seen) == 1


def test_two_sweeps_move_one_at_a_time() -> None:
    text = "# A\n\n```python {sweep: {a: [1, 2]}}\na = 1\n```\n\n```python {sweep: {b: [5, 6, 7]}}\nb = 5\n```\n"
    run, seen = saying("never")
    executed = execute(deck_of(text=text), run)
    assert [one.variant for one in seen] == ["", "a = 2", "b = 6", "b = 7"]
    assert [block.code for block in seen[1].blocks] == ["a = 2", "b = 5"]
    assert [block.code for block in seen[3].blocks] == ["a = 1", "b = 7"]
    assert [list(one.results) for one in executed.variants["1.2"]] == [["1.2"]] * 3


def texts(executed: ExecutedDeck, block: str) -> list[str]:
    """What a block printed with each value, and whether it was known."""
    results = [one.results[block] for one in executed.variants["1.2"]]
    return ["".join(out.text for out in one.outputs if isinstance(out, Stream)) + "k" * one.cached for one in results]


def test_each_value_is_run_for_real_and_kept_by_itself(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    with Engine(jobs=2) as engine:
        run = runner(engine, store)
        first = execute(deck_of(folder=folder), run, jobs=2)
        assert texts(first, "1.2") == ["-1.0 3\n", "-1.2 6\n", ""]
        assert texts(first, "2.1") == ["start 3\n", "start 6\n", "start 21\n"]
        (problem,) = check(first)
        assert problem.message == "with lr = 7: ZeroDivisionError: division by zero"
        assert str(problem.span).endswith("slides.md:10:1")
        again = execute(deck_of(folder=folder), run)
        assert texts(again, "1.2") == ["-1.0 3\nk", "-1.2 6\nk", "k"]
        assert all(result.cached for result in again.results.values())
        more = execute(deck_of("[1, 5, 7, 2]", folder), run)
        assert texts(more, "2.1") == ["start 3\nk", "start 15\n", "start 21\nk", "start 6\nk"]
        alone = execute(deck_of("[5, 6]", folder, DECK.replace("lr = 2", "lr = 5")), run)
        assert more.variants["1.2"][1].results["2.1"].outputs == alone.results["2.1"].outputs


def test_a_build_is_known_only_if_every_value_is(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    with Engine() as engine:
        execute(deck_of("[1, 2]", folder), runner(engine, store))
    assert proof_of(deck_of("[1, 2]", folder), "auto", store)
    assert proof_of(deck_of("[1, 2, 3]", folder), "auto", store) is None
    assert [reason.result is not None for reason in why(deck_of("[1, 2]", folder), "auto", store)] == [True] * 4
    changed = deck_of("[1, 2]", folder, DECK.replace("w = 3", "w = 4"))
    assert {reason.why for reason in why(changed, "auto", store)} == {
        "its code has changed",
        "it goes on from block 1.1, which will run",
    }
