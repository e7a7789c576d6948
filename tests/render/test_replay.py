"""Graphs as they are drawn: from left to right, nothing on anything else, and nothing of slide code's is markup."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.errors import Span
from deck_builder.model import BlockOptions, CodeBlock, Graph
from deck_builder.recorded import GraphInput, GraphNode, Shown
from deck_builder.render.folding import READABLE, folded
from deck_builder.render.graph_layout import Laid, Link, Spot, lay_out
from deck_builder.render.replay import replay
from deck_builder.render.replay_svg import drawing
from deck_builder.render.replay_view import text_width, view
from deck_builder.render.words import WORDS

BLOCK = CodeBlock("3.1", "python", "x\ny\nz", BlockOptions(graph=("loss",)), Span(Path("x"), 1, 5))


def shown(number: float) -> Shown:
    return Shown(f"{number:g}", number)


def product(name: str = "loss", x: str = "x") -> Graph:
    """x · w with what flows back from a 5."""
    inputs = (GraphInput(0, "", shown(3.0), shown(15.0)), GraphInput(1, "", shown(2.0), shown(10.0)))
    return Graph(
        name,
        (
            GraphNode("", x, shown(2.0), grad=shown(15.0)),
            GraphNode("", "w", shown(3.0), grad=shown(10.0)),
            GraphNode("mul", name, shown(6.0), inputs=inputs, grad=shown(5.0), line=3),
        ),
        (3,),
    )


def large(count: int, *, modules: bool = False) -> Graph:
    """Nodes of which each takes the one before, and a weight."""
    nodes = [GraphNode("", "x", shown(1.0))]
    last = 0
    for no in range(count):
        module = f"net.part{no // 20}.layer{no}" if modules else ""
        nodes.append(GraphNode("", f"{module or 'w'}{no}", shown(-1.25), grad=shown(0.5)))
        inputs = (
            GraphInput(last, "", shown(2.0), shown(1.0)),
            GraphInput(len(nodes) - 1, "", shown(-3.5), shown(-1.75)),
        )
        nodes.append(GraphNode("mul", "", shown(2.5), inputs=inputs, grad=shown(0.5), line=no % 3 + 1, module=module))
        last = len(nodes) - 1
    return Graph("loss", tuple(nodes), (1, 2, 3))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[tuple[float, float]], list[Link]]:
    """Boxes, and links of which each leads to a later one."""
    count = draw(st.integers(2, 24))
    sizes = [(float(draw(st.integers(40, 160))), float(draw(st.sampled_from((38, 60))))) for _ in range(count)]
    links = []
    for tip in range(1, count):
        for tail in draw(st.lists(st.integers(0, tip - 1), min_size=0, max_size=3, unique=True)):
            links.append(Link(tail, tip, float(draw(st.integers(20, 140))), 43.0))
    return sizes, links


def touch(one: Spot, other: Spot) -> bool:
    apart_x = abs(one.x - other.x) - (one.width + other.width) / 2
    apart_y = abs(one.y - other.y) - (one.height + other.height) / 2
    return apart_x < -0.01 and apart_y < -0.01


def check(laid: Laid, links: list[Link]) -> None:
    labels = [way[0] for way in laid.ways]
    spots = [*laid.spots, *labels]
    for one, other in combinations(spots, 2):
        assert not touch(one, other)
    for link, way in zip(links, laid.ways, strict=True):
        stops = [laid.spots[link.tail], *way, laid.spots[link.tip]]
        rights = [spot.x for spot in stops]
        assert rights == sorted(rights)
        assert all(one.column + 1 == other.column for one, other in pairwise(stops))
    for spot in spots:
        assert spot.x - spot.width / 2 >= -0.01
        assert spot.y - spot.height / 2 >= -0.01
        assert spot.x + spot.width / 2 <= laid.width + 0.01
        assert spot.y + spot.height / 2 <= laid.height + 0.01


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_links_go_from_left_to_right_and_no_two_boxes_or_labels_touch(
    graph: tuple[list[tuple[float, float]], list[Link]],
) -> None:
    sizes, links = graph
    laid = lay_out(sizes, links, 800)
    check(laid, links)
    assert lay_out(sizes, links, 800) == laid


def texts(svg: str) -> list[tuple[str, float, float, float]]:
    """Each text of a drawing, with its left, its right and its base."""
    found = []
    for text in ElementTree.fromstring(svg).iter("text"):
        said, size = "".join(text.itertext()), 14 if text.get("class") else 16
        width, x = text_width(said, size), float(text.get("x", 0))
        found.append((said, x - width / 2, x + width / 2, float(text.get("y", 0))))
    return found


@pytest.mark.parametrize("graph", [product(), large(19), large(60, modules=True)], ids=["small", "forty", "folded"])
def test_no_text_lies_on_another_or_runs_out(graph: Graph) -> None:
    svg = drawing(view(graph))
    left, top, width, height = map(float, re.findall(r'viewBox="([^"]*)"', svg)[0].split())
    found = texts(svg)
    assert found
    for one, other in combinations(found, 2):
        assert one[2] <= other[1] or other[2] <= one[1] or abs(one[3] - other[3]) >= 13, (one, other)
    for said, start, end, base in found:
        assert left <= start, said
        assert end <= left + width, said
        assert top + 9 <= base <= top + height


def test_what_flows_back_is_written_as_a_product() -> None:
    svg = drawing(view(product()))
    assert {"5 × 3 = 15", "5 × 2 = 10", "6", "2", "3", "×"} <= {said for said, *_ in texts(svg)}


def test_forward_then_back() -> None:
    made = replay(product(), BLOCK, WORDS["en"], 4)
    assert made.clicks == 2
    assert 'data-click="4" data-lit="3,3"' in made.html
    assert "Step 2 of 2" in made.html
    assert "Line 3 · multiplication" in made.html
    (row,) = re.findall(r'<tr><th scope="row">x</th>(.*?)</tr>', made.html)
    assert re.findall("<td>(.*?)</td>", row) == ["", "2", "", "15", ""]


def test_without_gradients_there_is_only_the_way_forward() -> None:
    (x, w, made) = product().nodes
    inputs = tuple(GraphInput(one.node) for one in made.inputs)
    plain = Graph("loss", (x, w, GraphNode("mul", "loss", made.value, inputs=inputs)), ())
    assert replay(plain, BLOCK, WORDS["en"], 1).clicks == 1


def test_a_name_of_slide_codes_is_no_markup() -> None:
    evil = '</text><script>alert(1)</script><b a="'
    html = replay(product("loss", evil), BLOCK, WORDS["zh"], 1).html
    assert "<script" not in html
    assert "<b " not in html
    ElementTree.fromstring(html.replace("&#8289;", ""))
    steering = replay(product("lo\x1b[31mss", "a\u202eb"), BLOCK, WORDS["zh"], 1).html
    assert "\x1b" not in steering
    assert "\u202e" not in steering


def test_a_large_graph_has_a_node_for_each_module() -> None:
    small = folded(large(60, modules=True))
    assert [node.op for node in small.nodes] == ["", "net.part0", "net.part1", "net.part2"]
    assert [one.node for one in small.nodes[2].inputs] == [1]
    assert small.nodes[-1].value == shown(2.5)


def test_a_large_graph_without_modules_folds_by_lines_and_a_small_one_does_not() -> None:
    assert folded(large(19)).nodes == large(19).nodes
    assert len(large(19).nodes) <= READABLE
    many = large(30)
    grouped = Graph("loss", tuple(node if not node.op else _at_line(node, 1) for node in many.nodes), (1,))
    assert len(folded(grouped).nodes) < len(grouped.nodes)


def _at_line(node: GraphNode, line: int) -> GraphNode:
    return GraphNode(node.op, node.name, node.value, inputs=node.inputs, grad=node.grad, line=line)
