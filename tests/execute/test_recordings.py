"""What was recorded of a run comes through the wall as it is; anything else that a worker may say is refused."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deck_builder.execute.frames import decode, encode
from deck_builder.execute.places import placed, unplaced
from deck_builder.execute.recordings import plain, recording
from deck_builder.model import BlockResult, Graph, Trace, Watched
from deck_builder.recorded import Assigned, GraphInput, GraphNode, Loop, Sample, Shown, TraceStep
from deck_builder.worker.protocol import ProtocolError
from tests.execute.decks import session

ONE = Shown("1", 1.0)
MANY = Shown("[1, nan]", ((1.0, math.inf), (-math.inf, 2)))
LOOPS = (Loop(1, "epoch", 6, (0, 2, 5), ("a", "b", "c")), Loop(2, "", 9, (0, 8), (), 0, (0, 5)))
WATCHED = Watched(
    (1, 3), ((1, 6, 0), (3, 9, 1)), LOOPS, (Assigned(3, "w", 1, 9, (Sample(0, ONE, ONE), Sample(8, MANY, None, ONE))),)
)
STEPS = (
    TraceStep(0, 3, 2.5, (("w", ONE),), (("w", MANY),)),
    TraceStep(7, 3, math.inf, iteration=4, lr=0.1, updated=(("w", ONE),), update_line=4),
)
TRACE = Trace("loss", (3,), 8, STEPS)
GRAPH = Graph(
    "z",
    (GraphNode("", "w", ONE), GraphNode("mul", "z", ONE, (2, 1), (GraphInput(0, "", ONE, ONE), GraphInput(-1, "2")))),
    (4,),
)
ALL = [WATCHED, TRACE, GRAPH]


@pytest.mark.parametrize("made", ALL)
def test_what_was_recorded_comes_through_as_it_is(made: Watched | Trace | Graph) -> None:
    message = json.loads(json.dumps(encode(made), allow_nan=False))
    assert decode(message, 5) == made


@pytest.mark.parametrize(
    "bad",
    [
        replace(WATCHED, lines=(3, 1)),
        replace(WATCHED, lines=(6,)),
        replace(WATCHED, counts=((1, 6, 2),)),
        replace(WATCHED, loops=(replace(LOOPS[0], parent=0),)),
        replace(WATCHED, loops=(replace(LOOPS[0], passes=(0, 6)),)),
        replace(WATCHED, loops=(replace(LOOPS[0], labels=("a",)),)),
        replace(WATCHED, loops=(), assigned=(), counts=((9, 1, -1),)),
        replace(TRACE, lines=(0,)),
        replace(TRACE, steps=STEPS[::-1]),
        replace(TRACE, name="x" * 500),
        replace(GRAPH, nodes=GRAPH.nodes[1:]),
    ],
)
def test_lines_loops_and_nodes_that_are_none_are_refused(bad: Any) -> None:
    with pytest.raises(ProtocolError):
        decode(encode(bad), 5)


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
trees = st.recursive(scalars, lambda inner: st.lists(inner, max_size=5), max_leaves=30)


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[type, Any]:
    """A recording of which one part is something else."""
    made = draw(st.sampled_from(ALL))
    data = plain(made)
    at: Any = data
    while isinstance(at, list) and at:
        no = draw(st.integers(0, len(at) - 1))
        if not isinstance(at[no], list) or draw(st.booleans()):
            at[no] = draw(trees)
            break
        at = at[no]
    return type(made), data


@given(spoilt())
def test_whatever_a_worker_says_is_a_recording_or_refused(said: tuple[Any, Any]) -> None:
    kind, data = said
    try:
        found = recording(kind, data, 5)
    except ProtocolError:
        return
    assert recording(kind, json.loads(json.dumps(plain(found), allow_nan=False)), 5) == found


def test_another_blocks_lines_are_kept_by_its_place_in_the_chain(tmp_path: Any) -> None:
    one = session(tmp_path, "def f(): pass", "f()")
    theirs = replace(WATCHED, block=one.blocks[0].id, lines=())
    result = BlockResult((theirs, replace(theirs, block="7.7"), GRAPH))
    kept, _ = unplaced(one, one.blocks, result, [])
    assert [out.block for out in kept.outputs if isinstance(out, Watched)] == ["@0"]
    moved = tuple(replace(block, id=f"3{block.id}") for block in one.blocks)
    assert placed(one, moved, kept).outputs == (replace(theirs, block="31.1"), GRAPH)
