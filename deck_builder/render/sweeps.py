"""Variants -> the results of each value of a sweep, all in one place, and the slider that says which show. Pure."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

from deck_builder.model import BlockResult, CodeBlock, ExecutedDeck, Figure, Sweep, Variant

_NAMED = re.compile(r' (id|for|name|aria-controls|aria-labelledby|aria-describedby|aria-owns)="([^"]+)"')

_PLACE = re.compile(r'<div(?=[^>]* class="(?:results|pane)[ "])')

EMPTY = '<div class="results"></div>'
"""The place of results that are none."""

Html: TypeAlias = Callable[[Mapping[str, BlockResult]], str]
"""What shows of a block, given the results of all blocks: its results, and a pane for each of its steps."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a block did, by value: markup for its run's classes and attributes, its sliders, and its results."""

    css_class: str = ""
    attributes: str = ""
    sliders: str = ""
    results: str = ""


@dataclass(frozen=True, slots=True)
class _Reach:
    """A sweep that reaches a block: the block that sweeps, its values, and what comes of each."""

    by: str
    sweep: Sweep
    variants: tuple[Variant, ...]


class Sweeps:
    """The sweeps of a deck, as one slide shows them: the slider of each stands on it once."""

    def __init__(self, executed: ExecutedDeck) -> None:
        self._results = executed.results
        blocks = {block.id: block.options.sweep for block in executed.deck.blocks} if executed.variants else {}
        self._reaches = [
            _Reach(by, sweep, executed.variants[by])
            for by, sweep in blocks.items()
            if sweep and by in executed.variants
        ]
        self._shown: set[str] = set()

    def moves(self, block: CodeBlock) -> bool:
        """Whether a block's own code has a value that a slider moves."""
        return any(reach.by == block.id for reach in self._reaches)

    def of(self, block: CodeBlock, html: Html, *, again: bool = False) -> Swept:
        """What shows of a block, given what shows of it by all results; `again`: with a slider wherever it stands."""
        own = html(self._results)
        reaches, texts = self._others(block, own, html)
        if not reaches:
            return Swept(results=own)
        sliders = "".join(self._slider(reach, block) for reach in reaches if again or reach.by not in self._shown)
        self._shown.update(reach.by for reach in reaches)
        names = " ".join(reach.by for reach in reaches)
        results = own if len(texts) == 1 else "".join(_stacked(texts, own))
        sliders = f'<div class="sweeps">{sliders}</div>' if sliders else ""
        return Swept(" variants", f' data-sweeps="{names}"', sliders, results)

    def _others(self, block: CodeBlock, own: str, html: Html) -> tuple[list[_Reach], Mapping[str, list[str]]]:
        """The sweeps that a block shows something of; and each text that it may show, with the values that bring it."""
        reaches: list[_Reach] = []
        texts: dict[str, list[str]] = {own: []}
        for reach in self._reaches:
            if block.id not in reach.variants[0].results:
                continue
            came = [
                own if at == reach.sweep.at else html({**self._results, **one.results})
                for at, one in enumerate(reach.variants)
            ]
            if reach.by == block.id or any(text != own for text in came):
                reaches.append(reach)
                for at, text in enumerate(came):
                    texts.setdefault(text, []).append(f"{reach.by}={at}")
        return reaches, texts

    def _slider(self, reach: _Reach, block: CodeBlock) -> str:
        """A slider with a tick at each value, which shows with scripts only, and the value in words."""
        sweep = reach.sweep
        said = [sweep.said(at) for at in range(len(sweep.values))]
        now, wide = escape(said[sweep.at]), max(map(len, said))
        told = escape(json.dumps(said, ensure_ascii=False))
        stops, ticks = f"stops-{reach.by}-{block.id}", "".join(f'<option value="{at}">' for at in range(len(said)))
        return (
            f'<div class="sweep" data-sweep="{reach.by}" data-at="{sweep.at}" data-said="{told}" '
            f'style="--wide:{wide}ch"><output>{now}</output><input type="range" hidden min="0" max="{len(said) - 1}" '
            f'step="1" value="{sweep.at}" aria-label="{escape(sweep.name)}" aria-valuetext="{now}" list="{stops}">'
            f'<datalist id="{stops}">{ticks}</datalist></div>'
        )


def swept_figure(
    executed: ExecutedDeck, block: str, own: Figure, drawn: Callable[[BlockResult], Figure | None]
) -> dict[str, str]:
    """What an image of a block's figure says of those that other values led to; "" stands for none."""
    others: dict[str, str] = {}
    for by, variants in executed.variants.items():
        for at, variant in enumerate(variants):
            figure = drawn(variant.results[block]) if block in variant.results else own
            if figure != own:
                others[f"{by}={at}"] = b64encode(figure.svg.encode()).decode() if figure else ""
    names = dict.fromkeys(name.partition("=")[0] for name in others)
    return {"data-sweeps": " ".join(names), "data-others": json.dumps(others)} if others else {}


def _stacked(texts: Mapping[str, list[str]], own: str) -> Iterator[str]:
    """The results of every value, one on the other; those of the deck as it is written come first, and show."""
    for no, (text, values) in enumerate(texts.items()):
        mark = " data-main data-now" if text == own else ""
        of = f'<div data-of="{" ".join(values)}"{mark}'
        yield _PLACE.sub(of, _renamed(text or EMPTY, no))


def _renamed(html: str, no: int) -> str:
    """Markup whose names are no other variant's."""
    if no == 0:
        return html
    return _NAMED.sub(rf' \1="\2-{no}"', html)


def swept_rows(block: CodeBlock, sweep: Sweep, versions: list[tuple[str, ...]]) -> Iterator[str]:
    """The lines of a block in all its versions: where they differ, what each has."""
    for rows in zip(*versions, strict=True):
        if len(set(rows)) == 1:
            yield rows[0]
        else:
            yield _swept_row(block.id, sweep, rows)


_PIECE = re.compile(r"<span[^>]*>[^<]*</span>|&#?\w+;|[^<]")


def _swept_row(by: str, sweep: Sweep, rows: tuple[str, ...]) -> str:
    pieces = [_PIECE.findall(row) for row in rows]
    first = _alike(pieces)
    last = min(_alike([one[::-1] for one in pieces]), min(map(len, pieces)) - first)
    middles = ["".join(one[first : len(one) - last]) for one in pieces]
    widest = max(range(len(rows)), key=lambda at: len(re.sub("<[^>]*>", "", middles[at])))
    inside = "".join(
        f"<span{' data-now' if at == sweep.at else ''}{' data-widest' if at == widest else ''}>{middle}</span>"
        for at, middle in enumerate(middles)
    )
    before, after = "".join(pieces[0][:first]), "".join(pieces[0][len(pieces[0]) - last :])
    return f'{before}<span class="swept" data-sweep="{by}">{inside}</span>{after}'


def _alike(pieces: list[list[str]]) -> int:
    """How many pieces all rows begin with."""
    return next((at for at, ones in enumerate(zip(*pieces, strict=False)) if len(set(ones)) > 1), min(map(len, pieces)))
