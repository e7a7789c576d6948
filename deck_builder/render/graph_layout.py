"""Boxes and what leads from one to another -> where each stands: in layers from left to right. Pure.

Every edge has a box of its own for what is written on it, in a column between two layers; so no label lies on another,
or on a box. (Sugiyama's method: layers by longest path, order by barycentre, then least squares within an order.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

ROOM, SLOPE, GENTLE = 8.0, 20.0, 56.0
"""The least room between boxes of a column; the least and the most between columns, where lines go up or down."""

_THIN, _SWEEPS = 12.0, 8


@dataclass(slots=True)
class Spot:
    """A box: its column, its size, and the middle of it."""

    column: int
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Link:
    """From the box `tail` to `tip`, with a label of a size."""

    tail: int
    tip: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Laid:
    """Where all stands: boxes, of each link the spots it goes through, its label's the first, and the whole size."""

    spots: tuple[Spot, ...]
    ways: tuple[tuple[Spot, ...], ...]
    width: float
    height: float


def lay_out(sizes: Sequence[tuple[float, float]], links: Sequence[Link], wide: float = 0.0) -> Laid:
    """Lay boxes out, as wide as is said where that is not too narrow or too wide; each link leads to a later box."""
    layers = _layers(len(sizes), links)
    spots = [Spot(2 * layer, *size) for layer, size in zip(layers, sizes, strict=True)]
    ways = [_way(spots, link) for link in links]
    columns = _in_order(spots)
    _place_across(spots, columns)
    _place_along(spots, columns, wide)
    width = max((spot.x + spot.width / 2 for spot in spots), default=0)
    height = max((spot.y + spot.height / 2 for spot in spots), default=0)
    return Laid(tuple(spots[: len(sizes)]), tuple(tuple(spots[at] for at in way) for way in ways), width, height)


def _layers(count: int, links: Sequence[Link]) -> list[int]:
    """The layer of each box, from the left; one that nothing leads to stands right before what it leads to."""
    layers = [0] * count
    for link in sorted(links, key=lambda one: one.tip):
        layers[link.tip] = max(layers[link.tip], layers[link.tail] + 1)
    led_to = {link.tip for link in links}
    for at in range(count):
        following = [layers[link.tip] for link in links if link.tail == at]
        if at not in led_to and following:
            layers[at] = min(following) - 1
    return layers


def _way(spots: list[Spot], link: Link) -> list[int]:
    """Put in the spots that a link goes through; their places among all."""
    way: list[int] = []
    last = link.tail
    for column in range(spots[link.tail].column + 1, spots[link.tip].column):
        size = (link.width, link.height) if not way else (0.0, _THIN)
        spots.append(Spot(column, *size))
        way.append(len(spots) - 1)
        _join(spots, last, way[-1])
        last = way[-1]
    _join(spots, last, link.tip)
    return way


def _join(spots: list[Spot], one: int, other: int) -> None:
    spots[one].after.append(other)
    spots[other].before.append(one)


def _in_order(spots: Sequence[Spot]) -> list[list[int]]:
    """The columns, each from the top, with few crossings: the best order that sweeps to and fro come by."""
    columns: list[list[int]] = [[] for _ in range(1 + max((spot.column for spot in spots), default=0))]
    for at, spot in enumerate(spots):
        columns[spot.column].append(at)
    best, fewest = [list(column) for column in columns], _crossings(spots, columns)
    for sweep in range(_SWEEPS):
        back = sweep % 2 == 1
        for column in reversed(columns) if back else columns:
            ranks = {at: rank for other in columns for rank, at in enumerate(other)}
            _sort(column, {at: spots[at].after if back else spots[at].before for at in column}, ranks)
        if (count := _crossings(spots, columns)) < fewest:
            best, fewest = [list(column) for column in columns], count
    return best


def _sort(column: list[int], beside: dict[int, list[int]], ranks: dict[int, int]) -> None:
    def weight(at: int) -> float:
        return sum(ranks[one] for one in beside[at]) / len(beside[at]) if beside[at] else ranks[at]

    weights = {at: weight(at) for at in column}
    column.sort(key=lambda at: (weights[at], ranks[at]))


def _crossings(spots: Sequence[Spot], columns: Sequence[Sequence[int]]) -> int:
    count = 0
    for column in columns:
        ranks = {at: rank for other in columns for rank, at in enumerate(other)}
        lines = [(rank, ranks[to]) for rank, at in enumerate(column) for to in spots[at].after]
        count += sum(
            (one[0] - other[0]) * (one[1] - other[1]) < 0 for at, one in enumerate(lines) for other in lines[:at]
        )
    return count


def _place_across(spots: Sequence[Spot], columns: Sequence[Sequence[int]]) -> None:
    """Up and down: each near those it is joined to, in order, and none on another."""
    for column in columns:
        _spread(spots, column, [0.0] * len(column))
    for sweep in range(4 * _SWEEPS):
        for column in reversed(columns) if sweep % 2 else columns:
            wanted = []
            for at in column:
                beside = [*spots[at].before, *spots[at].after]
                wanted.append(sum(spots[one].y for one in beside) / len(beside) if beside else spots[at].y)
            _spread(spots, column, wanted)
    top = min((spot.y - spot.height / 2 for spot in spots), default=0)
    for spot in spots:
        spot.y -= top


def _spread(spots: Sequence[Spot], column: Sequence[int], wanted: Sequence[float]) -> None:
    """Place a column as near as can be to where its spots would be: those that would touch move as one (PAV)."""
    offsets, run = [], 0.0
    for rank, at in enumerate(column):
        if rank:
            run += (spots[column[rank - 1]].height + spots[at].height) / 2 + ROOM
        offsets.append(run)
    groups: list[tuple[float, int]] = []  # the mean of what is wanted, and how many
    for want, offset in zip(wanted, offsets, strict=True):
        mean, size = want - offset, 1
        while groups and groups[-1][0] >= mean:
            other, count = groups.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        groups.append((mean, size))
    places = [mean for mean, size in groups for _ in range(size)]
    for at, place, offset in zip(column, places, offsets, strict=True):
        spots[at].y = place + offset


def _place_along(spots: Sequence[Spot], columns: Sequence[Sequence[int]], wide: float) -> None:
    """From left to right: a column is as wide as its widest box, and lines go up and down between two."""
    widths = [max((spots[at].width for at in column), default=0.0) for column in columns]
    slope = min(max(SLOPE, (wide - sum(widths)) / max(1, len(columns) - 1)), GENTLE)
    left = 0.0
    for column, width in zip(columns, widths, strict=True):
        for at in column:
            spots[at].x = left + width / 2
        left += width + slope
