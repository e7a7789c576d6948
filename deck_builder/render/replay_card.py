"""A step of a replay -> the card that says in formulas what happens; all steps -> a table, for who can't see. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby
from math import isclose
from typing import Final

from deck_builder.model import CodeBlock
from deck_builder.recorded import GraphInput, GraphNode, Shown
from deck_builder.render.operations import frac, held, mi, mn, mo, operation
from deck_builder.render.replay_view import Step, View, clipped, is_number, short
from deck_builder.steering import unsteered

_MOST_ROWS: Final = 7
_BREAK: Final = "\0"
_PARTIAL: Final = "<mo>∂</mo>"


class Cards:
    """The cards of a view, in a page's words, for a block."""

    def __init__(self, view: View, block: CodeBlock, words: Mapping[str, str]) -> None:
        self._view, self._block, self._words = view, block, words
        self._of = view.graph.of
        if _flows_in(view):
            self._of = "L" if "L" not in view.names else "ℒ"

    def first(self) -> str:
        """What stands there before the first step."""
        view, words = self._view, self._words
        name = escape(view.label(len(view.nodes) - 1))
        said = [words["replay_forward"]]
        if any(step.back for step in view.steps):
            said.append(words["replay_back"].replace("{name}", name))
        title = words["replay"].replace("{name}", name)
        return self._card(0, title, "".join(f"<p>{one}</p>" for one in said))

    def step(self, no: int, step: Step) -> str:
        """What a step does."""
        rows = [row for at in step.nodes for row in (self._back(at) if step.back else self._forward(at))]
        if len(step.nodes) > 1:  # in short
            rows = [row for row in rows if row[0] in (self._words["value"], self._words["chain"])]
        if len(rows) > _MOST_ROWS:
            rows = [*rows[: _MOST_ROWS - 1], ("…", "", "")]
        body = []
        for (said, kind), group in groupby(rows, lambda row: (row[0], row[2])):
            formulas = "".join(f"<span>{_in_parts(formula)}</span>" for _, formula, _ in group)
            body.append(f'<div class="{kind}"><dt>{escape(said)}</dt><dd>{formulas}</dd></div>')
        return self._card(no, self._title(step), f"<dl>{''.join(body)}</dl>")

    def table(self) -> str:
        """Every node, with what came of it."""
        words, view = self._words, self._view
        names = (words["node"], words["line"], words["value"], words["local"])
        heads = "".join(f'<th scope="col">{escape(one)}</th>' for one in (*names, words["upstream"], words["product"]))
        caption = escape(words["replay"].replace("{name}", view.label(len(view.nodes) - 1)))
        rows = "".join(self._row(at, node) for at, node in enumerate(view.nodes))
        return (
            f'<table class="replay-table"><caption>{caption}</caption><thead><tr>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )

    def _card(self, no: int, title: str, body: str) -> str:
        total = len(self._view.steps)
        count = self._words["replay_step"].format(no=no, total=total) if no else ""
        return (
            f'<section data-step="{no}"><header><strong>{title}</strong><span>{escape(count)}</span></header>'
            f"{body}</section>"
        )

    def _title(self, step: Step) -> str:
        node = self._view.nodes[step.nodes[0]]
        kinds = dict.fromkeys(self._kind(self._view.nodes[at]) for at in step.nodes)
        where = self._where(node)
        return escape(" · ".join(filter(None, [where, clipped(", ".join(kinds), 40)])))

    def _kind(self, node: GraphNode) -> str:
        return self._words.get(f"op_{node.op}") or unsteered(operation(node.op).sign)

    def _where(self, node: GraphNode) -> str:
        if not node.line or (self._block.options.hide and not node.block):
            return ""
        if node.block:
            return self._words["line_elsewhere"].format(block=unsteered(node.block), no=node.line)
        return self._words["line_no"].format(no=node.line + self._block.options.start_line - 1)

    def _terms(self, node: GraphNode) -> list[str]:
        return [mn(short(one_text(one))) if one.node < 0 else mi(self._view.names[one.node]) for one in node.inputs]

    def _forward(self, at: int) -> Iterator[tuple[str, str, str]]:
        view, node = self._view, self._view.nodes[at]
        formula = mi(view.names[at])
        if node.inputs:
            write = operation(node.op).write
            formula += mo("=") + write(self._terms(node))
            numbers = [
                mn(one.text) if one.node < 0 else _number(view.nodes[one.node].value, view.nodes[one.node].shape)
                for one in node.inputs
            ]
            if all(one.node < 0 or is_number(view.nodes[one.node].value) for one in node.inputs):
                formula += _BREAK + mo("=") + write(numbers)
        yield self._words["value"], f"{formula}{mo('=')}{_bold(_number(node.value, node.shape))}", "forward"

    def _back(self, at: int) -> Iterator[tuple[str, str, str]]:
        node, words = self._view.nodes[at], self._words
        flowing = [(which, one) for which, one in enumerate(node.inputs) if one.grad is not None]
        for which, one in flowing:
            if slope := self._slope(node, at, which, one):
                yield words["local"], slope, "plain"
        yield words["upstream"], self._upstream(at), "gradient"
        for _, one in flowing:
            yield words["chain"], self._chain(node, at, one), "gradient"
        yield from self._sums(at, node)

    def _slope(self, node: GraphNode, at: int, which: int, one: GraphInput) -> str:
        view = self._view
        by = operation(node.op).slope
        formula = frac(_PARTIAL + mi(view.names[at]), _PARTIAL + mi(view.names[one.node]))
        symbols = by(self._terms(node), mi(view.names[at]), which) if by else ""
        if not symbols and one.local is None:
            return ""
        if symbols:
            formula += mo("=") + symbols
        value = _number(one.local, view.nodes[one.node].shape) if one.local is not None else ""
        return formula + (mo("=") + value if value and value != symbols else "")

    def _loss(self, by: str) -> str:
        return frac(_PARTIAL + mi(self._of), _PARTIAL + by)

    def _upstream(self, at: int) -> str:
        view, node = self._view, self._view.nodes[at]
        parts = [one.grad for user in view.nodes for one in user.inputs if one.node == at and one.grad is not None]
        formula = self._loss(mi(view.names[at]))
        if len(parts) > 1 and all(map(is_number, parts)):
            formula += mo("=") + mo("+").join(held(_number(one, ())) for one in parts)
        return formula + mo("=") + _number(node.grad, node.shape)

    def _chain(self, node: GraphNode, at: int, one: GraphInput) -> str:
        view = self._view
        name, source = mi(view.names[at]), mi(view.names[one.node])
        formula = self._loss(source) if self._uses(one.node) == 1 else ""
        formula += mo("=") if formula else ""
        formula += self._loss(name) + mo("·") + frac(_PARTIAL + name, _PARTIAL + source)
        if is_number(node.grad) and is_number(one.local):
            formula += _BREAK + mo("=") + _number(node.grad, ()) + mo("×") + held(_number(one.local, ()))
        else:
            formula += _BREAK
        return formula + mo("=") + _bold(_number(one.grad, view.nodes[one.node].shape))

    def _uses(self, at: int) -> int:
        return sum(one.node == at and one.grad is not None for user in self._view.nodes for one in user.inputs)

    def _sums(self, at: int, node: GraphNode) -> Iterator[tuple[str, str, str]]:
        """Of each leaf that this is the last to send a gradient to, of several, their sum."""
        view = self._view
        for source in dict.fromkeys(one.node for one in node.inputs if one.grad is not None):
            users = [user for user, other in enumerate(view.nodes) for one in other.inputs if one.node == source]
            if view.nodes[source].op or len(users) < 2 or min(users) != at:
                continue
            yield self._words["summed"], self._upstream(source), "gradient"

    def _row(self, at: int, node: GraphNode) -> str:
        view = self._view
        sources = [one for one in node.inputs if one.grad is not None]
        local = "; ".join(f"{view.label(one.node)}: {short(one.local, node.shape)}" for one in sources if one.local)
        product = "; ".join(f"{view.label(one.node)}: {short(one.grad, view.nodes[one.node].shape)}" for one in sources)
        name = f"{view.label(at)} ({self._kind(node)})" if node.op else view.label(at)
        cells = (self._where(node), short(node.value, node.shape), local, short(node.grad, node.shape), product)
        return f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(one)}</td>" for one in cells)}</tr>'


def _flows_in(view: View) -> bool:
    """Whether gradients come from beyond the graph: they are those of another loss, which has no name here."""
    if (last := view.nodes[-1].grad) is not None and last.value != 1:
        return True
    for at, node in enumerate(view.nodes[:-1]):
        parts = [one.grad for user in view.nodes for one in user.inputs if one.node == at]
        numbers = [part.value for part in parts if part and isinstance(part.value, int | float)]
        whole = node.grad.value if node.grad else None
        if not isinstance(whole, int | float) or not parts or len(numbers) < len(parts):
            continue
        if not isclose(sum(numbers), whole, rel_tol=1e-3, abs_tol=1e-6):
            return True
    return False


def _in_parts(formula: str) -> str:
    """A formula as several, between which a line may end."""
    return "".join(f"<math>{part}</math>" for part in formula.split(_BREAK))


def one_text(one: GraphInput) -> Shown:
    """A constant as a value."""
    return Shown(one.text)


def _number(value: Shown | None, shape: tuple[int, ...]) -> str:
    return mn(short(value, shape).replace("−", "-"))


def _bold(number: str) -> str:
    return f'<mrow class="product">{number}</mrow>'
