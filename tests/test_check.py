from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deck_builder import check as check_module
from deck_builder.check import check, in_order
from deck_builder.errors import Span
from deck_builder.model import (
    BlockOptions,
    BlockResult,
    CodeBlock,
    Deck,
    Error,
    ExecutedDeck,
    Graph,
    Output,
    Problem,
    Slide,
    Source,
    Warning,
)

PATH = Path("deck.md")
TEXT = """\
# One

```python
a = 1
plt.plot(a)
```

> ```python
> b = plt
> ```
"""
BLOCKS = (
    CodeBlock("1.1", "python", "a = 1\nplt.plot(a)\n", BlockOptions(run=True), Span(PATH, 3, 6)),
    CodeBlock("1.2", "python", "b = plt\n", BlockOptions(run=True), Span(PATH, 8, 10)),
)
SLIDE = Slide(1, "default", {}, (), BLOCKS, "", "One", 1, 0, Span(PATH, 1, 10), "")
OLDER = Problem("D017", "never closed", Span(PATH, 8, 8), "", "warning")
DECK = Deck(Source(PATH, TEXT), {}, (SLIDE,), (OLDER,))


def found(outputs: dict[str, list[Output]]) -> list[Problem]:
    results = {name: BlockResult(tuple(outs)) for name, outs in outputs.items()}
    return [problem for problem in check(ExecutedDeck(DECK, results)) if problem is not OLDER]


def test_a_failure_is_found_at_the_name_that_failed() -> None:
    (problem,) = found({"1.1": [Error("NameError", "name 'plt' is not defined", (), (2,), hint="import it")]})
    expected = Problem("D001", "NameError: name 'plt' is not defined", Span(PATH, 5, 5, 1), "import it", "error", "1.1")
    assert problem == expected


def test_columns_are_those_of_the_file() -> None:
    (problem,) = found({"1.2": [Error("NameError", "name 'plt' is not defined", (), (1,))]})
    assert problem.span == Span(PATH, 9, 9, 7)
    (problem,) = found({"1.2": [Error("ValueError", "no", (), (1,))]})
    assert problem.span == Span(PATH, 9, 9, 3)


def test_a_consequence_names_its_cause() -> None:
    (problem,) = found({"1.2": [Error("NameError", "name 'b' is not defined", (), (1,), cause="1.1")]})
    assert (problem.code, problem.severity, problem.hint) == ("D002", "error", "a consequence of 1.1")


def test_a_failure_without_a_line_is_the_whole_blocks() -> None:
    (problem,) = found({"1.1": [Error("Timeout", "", (), ())]})
    assert (problem.span, problem.message) == (BLOCKS[0].span, "Timeout")


def test_where_a_failure_began_is_kept() -> None:
    for cause in ("", "1.1"):
        (problem,) = found({"1.2": [Error("E", "", (), (1,), cause=cause, origin="raised in f()")]})
        assert problem.origin == "raised in f()"


def test_an_expected_failure_is_none() -> None:
    assert found({"1.1": [Error("ValueError", "as announced", (), (1,), expected=True)]}) == []


@pytest.mark.parametrize(("count", "message"), [(1, "UserWarning: old"), (3, "UserWarning: old (3 times)")])
def test_python_warnings_are_warnings(count: int, message: str) -> None:
    (problem,) = found({"1.1": [Warning("UserWarning", "old", (1,), count)]})
    assert problem == Problem("D003", message, Span(PATH, 4, 4, 1), "", "warning", "1.1")


def test_problems_come_in_the_decks_order() -> None:
    failure = Error("ValueError", "", (), (1,))
    problems = check(ExecutedDeck(DECK, {"1.2": BlockResult((failure,)), "1.1": BlockResult((failure,))}))
    assert [problem.block or problem.code for problem in problems] == ["1.1", "D017", "1.2"]
    nowhere = Problem("D013", "somewhere")
    assert in_order([nowhere, OLDER, nowhere], DECK) == [OLDER, nowhere]


def test_a_column_of_the_code_becomes_one_of_the_file() -> None:
    (problem,) = found({"1.2": [Error("SyntaxError", "no", (), (1,), column=5)]})
    assert problem.span == Span(PATH, 9, 9, 7)
    listed = CodeBlock("1.1", "python", "if a:\n    b + c\n", BlockOptions(), Span(PATH, 1, 4))
    assert check_module._span(listed, (2,), ["- ```python", "  if a:", "      b + c", "  ```"], "", 9).column == 11


@pytest.mark.parametrize("ends", ["\n", "\r", "\r\n"])
def test_every_kind_of_line_end_is_one(ends: str) -> None:
    deck = Deck(Source(PATH, "\ufeff" + TEXT.replace("\n", ends)), {}, (SLIDE,))
    (problem,) = check(ExecutedDeck(deck, {"1.2": BlockResult((Error("E", "", (), (1,)),))}))
    assert problem.span == Span(PATH, 9, 9, 3)


@given(lines=st.lists(st.integers(-3, 20), max_size=3), column=st.integers(-3, 99), text=st.text("a \n\r>-"))
def test_no_place_is_too_wild(lines: list[int], column: int, text: str) -> None:
    span = check_module._span(BLOCKS[0], tuple(lines), Source(PATH, text).lines, "a", column)
    assert BLOCKS[0].span.start <= span.start <= span.end <= BLOCKS[0].span.end
    assert span.column >= 1


def test_a_graph_that_is_asked_for_and_not_there_is_told_of_unless_the_block_failed() -> None:
    code = "loss = w * 2\n"
    block = CodeBlock("1.1", "python", code, BlockOptions(run=True, graph=("lss", "w")), Span(PATH, 3, 5))
    deck = Deck(Source(PATH, TEXT), {}, (Slide(1, "default", {}, (), (block,), "", "One", 1, 0, Span(PATH, 1, 9), ""),))
    graph = Graph("w", (), ())
    (problem,) = check(ExecutedDeck(deck, {"1.1": BlockResult((graph,))}))
    assert (problem.code, problem.message, problem.hint) == ("D031", "there is no graph of lss", "did you mean loss?")
    failed = Error("ValueError", "no", (), (1,))
    assert [one.code for one in check(ExecutedDeck(deck, {"1.1": BlockResult((failed,))}))] == ["D001"]
