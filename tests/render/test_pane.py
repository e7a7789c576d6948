"""Panes: of each step, what its lines did, in the numbers that were recorded."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deck_builder.errors import Span
from deck_builder.model import (
    Animation,
    BlockOptions,
    BlockResult,
    CodeBlock,
    Error,
    Figure,
    Output,
    Stream,
    Trace,
    Value,
    Warning,
    Watched,
)
from deck_builder.recorded import Assigned, Loop, Sample, Shown, TraceStep
from deck_builder.render.happened import happened
from deck_builder.render.pane import Seen, seen
from deck_builder.render.passes import outline
from deck_builder.render.words import WORDS
from tests.render.training import CODE, outputs

HOSTILE = "</script><u onload='x()'>\"&\x1b[31m\u202e"


def seen_of(
    *outputs: Output,
    code: str = CODE,
    later: tuple[tuple[int, str, Watched], ...] = (),
    lang: str = "en",
    **options: Any,
) -> Seen:
    if "steps" in options:
        options["steps"] = (*options["steps"], None)  # a block of one step is not walked
    block = CodeBlock("3.1", "python", code, BlockOptions(**options), Span(Path("x"), 1, 2))
    result, words = BlockResult(outputs), WORDS[lang]
    return seen(happened(block, result, later, words["nth"]), result, words)


def rows(html: str) -> list[tuple[str, ...]]:
    """Line, name, value and facts of every row."""
    html = re.sub(r"</?span[^>]*>", "", html)
    found = re.findall(
        r'<td class="no">(\d+)</td><th[^>]*>([^<]*)</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>', html
    )
    return [tuple(map(unescape, row)) for row in found]


def panes(html: str) -> dict[str, str]:
    """The panes by the lines of their steps."""
    return {
        match[1]: match[0]
        for match in re.finditer(r'<div class="pane.*?data-step="([\d,]+)".*?aria-live="polite"', html, re.S)
    }


def data(found: Seen) -> Any:
    match = re.fullmatch(r" data-passes='([^']*)'", found.data)
    assert match
    return json.loads(unescape(match[1]))


def test_a_pane_has_what_its_lines_did_in_the_last_pass() -> None:
    found = seen_of(*outputs(), steps=((4, 5, 9, 10, 11),))
    (pane,) = panes(found.panes).values()
    assert rows(pane) == [
        ("4", "y_pred", "2.237 4.051 5.864", "3×1\nrequires_grad"),
        ("5", "loss", "0.077332", ""),
        ("10", "∂loss/∂w", "-0.1345", "grad"),
        ("10", "∂loss/∂b", "+0.3057", "grad"),
        ("11", "w", "1.8135 → 1.8149", "lr 0.01"),
        ("11", "b", "0.4239 → 0.4208", "lr 0.01"),
    ]
    assert 'aria-label="Lines 4–5, 9–11"' in pane and "ran 100×" in pane and "epoch 99" in pane
    assert '<path class="line-0" d="M0 0L10 ' in pane and "(log axis)" in pane


def test_in_chinese() -> None:
    pane = seen_of(*outputs(), steps=((4, 5, 9, 10, 11),), lang="zh").panes
    assert all(said in pane for said in ("第 4–5、9–11 行", "运行 100 次", "（对数轴）", "另有 101 行"))


def test_only_steps_of_some_lines_that_did_something_have_panes() -> None:
    steps = (None, (4, 5), (3,), tuple(range(1, 18)), (), (4, 5), (16,))
    assert list(panes(seen_of(*outputs(), steps=steps).panes)) == ["4,5"]


@pytest.mark.parametrize("options", [{"output": "hide"}, {"show": "next"}])
def test_where_results_never_stand_beside_the_code_no_pane_does(options: dict[str, Any]) -> None:
    assert seen_of(*outputs(), steps=((4, 5),), **options).panes == ""


def test_lines_are_numbered_as_the_reader_sees_them() -> None:
    pane = seen_of(*outputs(), steps=((14, 15),), start_line=11).panes
    assert [row[0] for row in rows(pane)] == ["14", "15"] and "Lines 14–15" in pane


def test_all_samples_are_in_the_page_once() -> None:
    found = seen_of(*outputs(), steps=((4, 5), (5, 6)))
    series = data(found)["rows"]
    assert len(series) == 2 and series[0][:2] == [0, None] and series[1][2][0] == "46.1"
    assert data(found)["tracks"][0]["passes"] == list(range(100))
    assert len(data(found)["prints"]) == 100


def test_a_page_grows_little_with_ten_thousand_passes() -> None:
    kept = tuple(sorted({*range(64), *(2**at for at in range(6, 13)), *range(9815, 10_000)}))[:256]
    loop = Loop(1, "i", 10_000, kept, tuple(map(str, kept)))
    assigned = tuple(
        Assigned(line, f"v{line}", 0, 10_000, tuple(Sample(at, Shown("-1.2345e-05")) for at in kept))
        for line in range(2, 7)
    )
    watched = Watched(tuple(range(2, 7)), tuple((line, 10_000, 0) for line in range(2, 7)), (loop,), assigned)
    found = seen_of(watched, code="for i in range(10_000):\n" + "    v = 1\n" * 5, steps=((2, 3, 4, 5, 6),))
    assert len((found.data + found.panes).encode()) < 60_000


def test_nothing_that_code_named_or_held_becomes_markup() -> None:
    loop = Loop(1, HOSTILE, 2, (0, 1), (HOSTILE, HOSTILE))
    held = (Sample(0, Shown(HOSTILE), Shown(HOSTILE), Shown(HOSTILE)), Sample(1, Shown(HOSTILE)))
    steps = tuple(TraceStep(at, 2, 1.0, ((HOSTILE, Shown(HOSTILE)),), (), at) for at in range(3))
    found = seen_of(
        Stream("stdout", f"{HOSTILE}\n{HOSTILE}\n", (2,), (0, 1)),
        Watched((2,), ((2, 2, 0),), (loop,), (Assigned(2, HOSTILE, 0, 2, held, (HOSTILE,)),)),
        Trace(HOSTILE, (2,), 3, steps),
        code="for x in y:\n    x",
        steps=((2,),),
    )
    for html in (found.panes, found.training, found.data):
        assert not re.search(r"<u |</script|\x1b|\u202e|onload='", html)
    assert data(found)["rows"][0][2][1] == unescape("</script><u onload='x()'>\"&")


def test_nested_loops_are_walked_by_the_inner_one() -> None:
    outer = Loop(1, "epoch", 2, (0, 1), ("0", "1"))
    inner = Loop(3, "i", 4, (0, 1, 2, 3), ("0", "1", "0", "1"), 0, (0, 0, 1, 1))
    watched = Watched(
        (2, 4),
        ((2, 2, 0), (4, 4, 1)),
        (outer, inner),
        (
            Assigned(2, "a", 0, 2, (Sample(0, Shown("a0")), Sample(1, Shown("a1")))),
            Assigned(4, "b", 1, 4, tuple(Sample(at, Shown(f"b{at}")) for at in range(4))),
        ),
    )
    found = seen_of(watched, code="for epoch in e:\n    a = 1\n    for i in x:\n        b = 2", steps=((2, 4),))
    assert [row[2] for row in rows(found.panes)] == ["a1", "b3"] and 'data-lead="1"' in found.panes
    assert data(found)["tracks"][1]["up"] == 0 and "ran 4×" in found.panes


def test_what_a_later_slide_ran_says_so() -> None:
    loop = Loop(2, "forward()", 3, (0, 1, 2))
    watched = Watched((3,), ((3, 3, 0),), (loop,), (Assigned(3, "x", 0, 3, (Sample(2, Shown("7")),)),), block="3.1")
    found = seen_of(
        code="class A:\n    def forward(self, x):\n        x = x + 1", later=((9, "9.2", watched),), steps=((3,),)
    )
    assert rows(found.panes) == [("3", "x", "7", "")]
    assert "run on slide 9" in found.panes and "forward() 3" in found.panes
    assert data(found)["tracks"][0]["key"] == "9.2:0"


def test_gradients_stand_with_the_tensor_where_the_way_back_is_not_lit() -> None:
    steps = tuple(TraceStep(at, 3, 1.0, (("w", Shown(f"g{at}")),)) for at in range(2))
    held = Sample(0, Shown("1.0"), grad=Shown("g"))
    made = Assigned(1, "w", -1, 1, (held,)), Assigned(2, "y", -1, 1, (held,))
    watched = Watched((1, 2, 3), ((1, 1, -1), (2, 1, -1), (3, 1, -1)), (), made)
    found = panes(seen_of(watched, Trace("l", (3,), 2, steps), code="w\ny\nl", steps=((1, 2), (1, 3))).panes)
    assert [row[:3] for row in rows(found["1,2"])] == [
        ("1", "w", "1.0"),
        ("1", "∂l/∂w", "g1"),
        ("2", "y", "1.0"),
        ("2", "∂l/∂y", "g"),
    ]
    assert [row[:3] for row in rows(found["1,3"])] == [("1", "w", "1.0"), ("3", "∂l/∂w", "g1")]


def test_a_value_that_changes_is_shown_from_before_to_after() -> None:
    held = (Sample(0, Shown("1.6"), Shown("1.5")),)
    found = seen_of(Watched((1,), ((1, 1, -1),), (), (Assigned(1, "w", -1, 1, held),)), code="w -= 1\nx", steps=((1,),))
    assert rows(found.panes) == [("1", "w", "1.5 → 1.6", "")]


def test_figures_warnings_and_failures_show() -> None:
    watched = Watched((1, 2), ((1, 3, 0), (2, 3, 0)), (Loop(1, "i", 3, (0, 1, 2)),))
    figures = [Figure(f"<svg>{at}</svg>", 30, 20, (2,), at) for at in range(3)]
    film = Animation(("a", "b"), (1, 2), 30, 20, (2,), (0, 2))
    warned, failed = Warning("W", "mind", (2,)), Error("E", "no", (), (3,))
    found = seen_of(watched, *figures, film, warned, failed, code="for i in x:\n    y\nz", steps=((2,),)).panes
    assert 'data-figures="[[0, 0, -1], [1, 1, -1], [2, 2, -1]]"' in found
    assert 'data-figures="[[3, 0, 0], [3, 2, 1]]"' in found
    assert "W: mind" in found and "E: no" in found and "src=" not in found


def test_the_last_value_of_a_block_is_among_the_rows_it_wrote() -> None:
    watched = Watched((1, 2), ((1, 1, -1),), (), (Assigned(1, "x", -1, 1, (Sample(0, Shown("42")),)),))
    found = seen_of(watched, Value("42", (2,)), code="x = 42\nx\n", steps=((1, 2), (2,))).panes
    assert list(panes(found)) == ["1,2"], "results alone light what they hold"
    assert '<span class="no">2</span><code>42</code>' in found


def test_training_is_drawn_where_nothing_else_draws_it() -> None:
    trace = next(output for output in outputs() if isinstance(output, Trace))
    assert seen_of(*outputs()).training == ""
    assert "curve" in seen_of(*outputs(), trace="grads").training
    found = seen_of(trace)
    assert [row[1] for row in rows(found.training)] == ["loss", "∂loss/∂w", "∂loss/∂b"]
    assert "step 99" in found.training and found.panes == ""
    assert seen_of(replace(trace, steps=trace.steps[:2])).training == ""


def test_losses_that_are_no_numbers_leave_a_gap() -> None:
    losses = [3.0, float("nan"), 2.0, 1.0, float("inf")]
    trace = Trace("loss", (1,), 5, tuple(TraceStep(at, 1, loss) for at, loss in enumerate(losses)))
    found = seen_of(trace).training
    assert 'd="M0 0M500 500L750 1000"' in found and "hidden></i>" in found


def test_several_losses_have_a_legend() -> None:
    traces = [Trace(name, (2,), 4, tuple(TraceStep(at, 2, 1.0 + at, (), (), at) for at in range(4))) for name in "dg"]
    watched = Watched((2,), ((2, 4, 0),), (Loop(1, "i", 4, (0, 1, 2, 3)),))
    found = seen_of(watched, *traces, code="for i in x:\n    y").training
    assert 'class="named legend"' in found and found.count("<path") == 2 and 'class="line-1"' in found


def test_twice_gives_the_same() -> None:
    assert seen_of(*outputs(), steps=((4, 5),)) == seen_of(*outputs(), steps=((4, 5),))


ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["", "#", "# x", "x = 1", "for x in y:", "'#'"])), min_size=12
)


@given(rows=ROWS)
def test_all_that_panes_take_from_code_is_its_outline(rows: list[tuple[int, str]]) -> None:
    code = "\n".join(f"{'  ' * deep}{text}" for deep, text in rows)
    loops = (Loop(2, "x", 3, (0, 1, 2)), Loop(5, "y", 3, (0, 1, 2)))
    told: list[Output] = [
        Watched((3,), ((3, 3, 0),), loops, (Assigned(3, "x", 0, 3, (Sample(0, Shown("1")), Sample(2, Shown("2")))),)),
        *(Stream("stdout", "a\nb\nc", (line,), (0, 1, 2)) for line in (4, 6, 9, 12)),
        Trace("loss", (8,), 2, (TraceStep(0, 8, 1.5, iteration=0), TraceStep(1, 8, 0.5, iteration=2))),
    ]
    steps = ((3,), (4, 6), (8,), (9, 12))
    assert seen_of(*told, code=code, steps=steps) == seen_of(*told, code=outline(code), steps=steps)
