"""A view of a graph -> its drawing, with the steps at which each piece of it comes. Pure."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Final

from deck_builder.recorded import GraphInput
from deck_builder.render.graph_layout import Laid, Link, Spot, lay_out
from deck_builder.render.replay_view import View, clipped, equation, short, sign, text_width

_NAME, _LABEL = 16.0, 14.0
_HEIGHT, _LABEL_HEIGHT, _PAD = 38.0, 43.0, 4.0
_LEAST: Final = 58.0
_SPREAD: Final = 24.0
_OFTEN: Final = 3
_WIDE: Final = 820.0
"""What a slide has room for."""


def drawing(view: View) -> str:
    """The `<svg>` of a graph."""
    nodes = view.nodes
    result = len(nodes)  # the result has a box of its own
    boxes, edges = _boxes(view)
    names = [clipped(_name(view, at), 18) for at in boxes]
    sizes = [(max(_LEAST, text_width(name, _NAME) + 24), _HEIGHT) for name in names]
    labels = [_labels(view, one, at) for one, at, _ in edges]
    labels.append((_forward(view, result - 1), "", short(nodes[-1].grad)))
    place = {at: box for box, at in enumerate(boxes)}
    ends = [*((tail, place[at]) for _, at, tail in edges), (place[result - 1], place[result])]
    links = [
        Link(tail, tip, max(text_width(top, _LABEL), text_width(left + bold, _LABEL)) + 8, _LABEL_HEIGHT)
        for (tail, tip), (top, left, bold) in zip(ends, labels, strict=True)
    ]
    for tip, size in _taller(links).items():
        sizes[tip] = (sizes[tip][0], size)
    laid = lay_out(sizes, links, _WIDE)
    ports = _ports(links, laid)
    drawn = [_link(view, links[at], boxes, label, laid, at, ports) for at, label in enumerate(labels)]
    drawn += [_box(view, at, names[box], laid.spots[box]) for box, at in enumerate(boxes)]
    width, height = laid.width + 2 * _PAD, laid.height + 2 * _PAD
    return (
        f'<svg viewBox="{-_PAD:g} {-_PAD:g} {width:.1f} {height:.1f}" style="--w:{width:.0f};--h:{height:.0f}" '
        f'aria-hidden="true">{"".join(drawn)}</svg>'
    )


def _boxes(view: View) -> tuple[list[int], list[tuple[GraphInput, int, int]]]:
    """The node that each box is of, and the edges: what is taken, by which node, and from which box.

    A leaf that is taken over and over has a box beside each node that takes it: lines from one would go everywhere.
    """
    taken = [(one, at) for at, node in enumerate(view.nodes) for one in node.inputs if one.node >= 0]
    uses = Counter(one.node for one, _ in taken)
    often = {at for at, count in uses.items() if count > _OFTEN and not view.nodes[at].op}
    boxes = [at for at in range(len(view.nodes) + 1) if at not in often]
    place = {at: box for box, at in enumerate(boxes)}
    edges = []
    for one, at in taken:
        if one.node in often:
            boxes.append(one.node)
        edges.append((one, at, len(boxes) - 1 if one.node in often else place[one.node]))
    return boxes, edges


def _name(view: View, at: int) -> str:
    """What stands on the box of a node, or on that of the result."""
    last = len(view.nodes) - 1
    return sign(view, at) if at <= last and view.nodes[at].op else view.label(min(at, last))


def _taller(links: list[Link]) -> dict[int, float]:
    """Boxes that many lines lead to, with the height that those need."""
    counts: dict[int, int] = {}
    for link in links:
        counts[link.tip] = counts.get(link.tip, 0) + 1
    return {tip: max(_HEIGHT, 12.0 * count) for tip, count in counts.items()}


def _labels(view: View, one: GraphInput, at: int) -> tuple[str, str, str]:
    """What stands on an edge: the value above it, and the gradient below, of which the product is bold."""
    left, bold = equation(view.nodes[at].grad, one.local, one.grad)
    if one.grad is not None and not left:
        bold = short(one.grad, view.nodes[one.node].shape)
    return _forward(view, one.node), left, bold


def _forward(view: View, at: int) -> str:
    node = view.nodes[at]
    value = short(node.value, node.shape)
    return f"{view.label(at)} = {value}" if node.op and at < len(view.nodes) - 1 else value


def _ports(links: list[Link], laid: Laid) -> dict[int, float]:
    """How far from the middle of its box each link ends, in the order in which they come down."""
    found: dict[int, float] = {}
    for tip in {link.tip for link in links}:
        ending = [at for at, link in enumerate(links) if link.tip == tip]
        ending.sort(key=lambda at: (laid.ways[at][-1].y, at))
        room = min(_SPREAD, (laid.spots[tip].height - 14) / max(1, len(ending) - 1))
        for rank, at in enumerate(ending):
            found[at] = room * (rank - (len(ending) - 1) / 2)
    return found


def _link(
    view: View,
    link: Link,
    boxes: list[int],
    label: tuple[str, str, str],
    laid: Laid,
    at: int,
    ports: dict[int, float],
) -> str:
    """A line, what stands on it, and when that comes."""
    tail, tip, way = laid.spots[link.tail], laid.spots[link.tip], laid.ways[at]
    last = len(view.nodes) - 1
    forward, taker = view.step_of(boxes[link.tail], back=False), boxes[link.tip]
    taken = view.step_of(taker, back=False) if taker <= last else forward
    back = view.step_of(min(taker, last), back=True)
    top, left, bold = label
    middle = way[0]
    texts = _text("forward", f'data-from="{forward}"', middle.x, middle.y - 9, escape(top))
    if bold and back:
        gradient = f'{escape(left)}<tspan class="product">{escape(bold)}</tspan>'
        texts += _text("gradient", f'data-from="{back}"', middle.x, middle.y + 20, gradient)
    path = _path(tail, way, tip, ports[at])
    flows = f' data-back="{back}"' if bold and back else ""
    return f'<g class="link" data-from="{taken}"{flows}><path d="{path}"/>{texts}</g>'


def _text(kind: str, about: str, x: float, y: float, inner: str) -> str:
    return f'<text class="{kind}" {about} x="{x:.1f}" y="{y:.1f}">{inner}</text>'


def _path(tail: Spot, way: tuple[Spot, ...], tip: Spot, port: float) -> str:
    """From the right of a box through what is written, level, into the left of another."""
    x, y = tail.x + tail.width / 2, tail.y
    parts = [f"M{x:.1f} {y:.1f}"]
    stops = [*((spot.x - spot.width / 2, spot.y, spot.x + spot.width / 2) for spot in way)]
    for left, level, right in [*stops, (tip.x - tip.width / 2, tip.y + port, 0.0)]:
        half = (x + left) / 2
        parts.append(f"C{half:.1f} {y:.1f} {half:.1f} {level:.1f} {left:.1f} {level:.1f}")
        if right > left:
            parts.append(f"H{right:.1f}")
        x, y = max(right, left), level
    return "".join(parts)


def _box(view: View, at: int, name: str, spot: Spot) -> str:
    last = len(view.nodes) - 1
    if at > last:
        kind, forward, back = "result", view.step_of(last, back=False), 0
    else:
        node = view.nodes[at]
        kind = "op" if node.op else "leaf" if node.needs_grad else "leaf data"
        forward, back = view.step_of(at, back=False), view.step_of(at, back=True)
    x, y = spot.x - spot.width / 2, spot.y - spot.height / 2
    flows = f' data-back="{back}"' if back else ""
    return (
        f'<g class="node {kind}" data-from="{forward}"{flows}><rect x="{x:.1f}" y="{y:.1f}" width="{spot.width:.1f}" '
        f'height="{spot.height:.1f}" rx="9"/><text x="{spot.x:.1f}" y="{spot.y + 5.5:.1f}">{escape(name)}</text></g>'
    )
