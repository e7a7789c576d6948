"""Graph -> its replay: the drawing, a card for each step, and a table. Pure. All that slide code named is text here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from deck_builder.model import BlockResult, CodeBlock, Graph
from deck_builder.render.replay_card import Cards
from deck_builder.render.replay_svg import drawing
from deck_builder.render.replay_view import view


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay, and how many clicks it takes."""

    html: str
    clicks: int


def replay(graph: Graph, block: CodeBlock, words: Mapping[str, str], start: int) -> Replay:
    """The replay of a graph of a block, from the click `start` on."""
    shown = view(graph)
    cards = Cards(shown, block, words)
    steps = "".join(cards.step(no, step) for no, step in enumerate(shown.steps, 1))
    lines = ",".join(_line(shown.nodes[step.nodes[0]], block) for step in shown.steps)
    said = escape(words["replay"].format(name=shown.label(len(shown.nodes) - 1)))
    html = (
        f'<div class="replay" data-for="{block.id}" data-click="{start}" data-lit="{lines}" role="group" '
        f'aria-label="{said}"><div class="graph">{drawing(shown)}</div>'
        f'<div class="card">{cards.first()}{steps}</div>{cards.table()}</div>'
    )
    return Replay(html, len(shown.steps))


def graphs_of(result: BlockResult | None) -> dict[str, Graph]:
    """The graphs that were recorded of a block, by name."""
    return {one.of: one for one in (result.outputs if result else ()) if isinstance(one, Graph)}


def _line(node: object, block: CodeBlock) -> str:
    """The line of the block that a step lights, as it is numbered; "" where it lies elsewhere."""
    line, elsewhere = getattr(node, "line", 0), getattr(node, "block", "")
    return str(line + block.options.start_line - 1) if line and not elsewhere else ""
