"""The loops whose passes a reader walks, and the rows that change with them, as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from deck_builder.model import CodeBlock, Trace
from deck_builder.recorded import Loop
from deck_builder.steering import unsteered

NAME = 24
"""Characters of a loop's name, and of what its variable held."""

NONE = "–"
"""What a row shows of a pass in which its line did not run."""


@dataclass(frozen=True, slots=True)
class Track:
    """A loop whose passes can be walked, under a `key` of its own in the deck. `up` is the track around it, or -1."""

    key: str
    loop: Loop
    up: int = -1

    @property
    def is_call(self) -> bool:
        """Whether it is a function, whose passes only say how often it was called."""
        return self.loop.name.endswith("()")

    def label(self, at: int) -> str:
        """Which of the kept passes that is, in words: "epoch 12"."""
        loop = self.loop
        label = loop.labels[at] if at < len(loop.labels) else str(loop.passes[at] + 1)
        return f"{one_line(loop.name, NAME)} {one_line(label, NAME)}".strip()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a pane: what `name` held in each of the `passes` of a track.

    `kind` is "loss", "grad", "update", "trained" (the loss, by its training) or nothing; `no` is the later slide that
    ran the line; where the line `unless` is lit, the row stands there; `whole` is its name in full.
    """

    line: int
    name: str
    kind: str
    facts: str
    track: int
    passes: tuple[int, ...]
    texts: tuple[str, ...]
    no: int = 0
    unless: int = 0
    whole: str = ""

    def text(self, standing: Mapping[int, int]) -> str:
        """What it shows where those tracks stand at those passes: of any other, the end."""
        if self.track not in standing:
            return self.texts[-1]
        at = standing[self.track]
        return self.texts[self.passes.index(at)] if at in self.passes else NONE


@dataclass(frozen=True, slots=True)
class Training:
    """A training, and the track of which each of its steps is a pass."""

    trace: Trace
    track: int

    @property
    def lines(self) -> frozenset[int]:
        """Where it goes back, and where it updates."""
        return frozenset(chain(self.trace.lines, (step.update_line for step in self.trace.steps)))


@dataclass(frozen=True, slots=True)
class Happened:
    """All that is known of the runs of a block's lines. `counts` are of each: the line, how often it ran, its track."""

    block: CodeBlock
    tracks: tuple[Track, ...] = ()
    rows: tuple[Row, ...] = ()
    counts: tuple[tuple[int, int, int], ...] = ()
    trainings: tuple[Training, ...] = ()
    watched: bool = False

    def track_of(self, line: int) -> int:
        """The innermost track around a line of its own run, or -1."""
        known = [track for at, _, track in self.counts if at == line]
        return known[0] if known else self._around(line)

    def _around(self, line: int) -> int:
        """The loop around a line that nobody has counted, by its indentation."""
        rows = self.block.code.split("\n")
        own = {track.loop.line: at for at, track in enumerate(self.tracks) if track.key.startswith(f"{self.block.id}:")}
        least = _indent(rows[line - 1]) if line <= len(rows) else 0
        for no in range(min(line, len(rows)) - 1, 0, -1):
            row = rows[no - 1]
            if not row.strip() or row.lstrip().startswith("#") or _indent(row) >= least:
                continue
            least = _indent(row)
            if no in own and self.tracks[own[no]].loop.passes:
                return own[no]
        return -1

    def above(self, track: int) -> tuple[int, ...]:
        """A track and all that are around it, the innermost first."""
        return () if track < 0 else (track, *self.above(self.tracks[track].up))

    def label(self, lead: int, at: int) -> str:
        """Which of the kept passes of a track that is, with the loops around it: "epoch 3 · i 1"."""
        standing = self.standing(lead, at)
        around = [track for track in self.above(lead) if track == lead or not self.tracks[track].is_call]
        loops = ((self.tracks[track], self.tracks[track].loop.passes, standing[track]) for track in reversed(around))
        return " · ".join(track.label(passes.index(now)) for track, passes, now in loops if now in passes)

    def standing(self, lead: int, at: int = -1) -> dict[int, int]:
        """At which passes tracks stand when a kept one of `lead` shows; those within it at their last."""
        if lead < 0:
            return {}
        found = {lead: self.tracks[lead].loop.passes[at]}
        for inner, outer in zip(self.above(lead), self.above(lead)[1:], strict=False):
            loop = self.tracks[inner].loop
            found[outer] = dict(zip(loop.passes, loop.parents, strict=False)).get(found[inner], 0)
        for _ in self.tracks:  # as deep as they may be
            for no, track in enumerate(self.tracks):
                if no not in found and track.up in found:
                    pairs = zip(track.loop.passes, track.loop.parents, strict=False)
                    within = [one for one, outer in pairs if outer == found[track.up]]
                    found |= {no: within[-1]} if within else {}
        return found


def outline(code: str) -> str:
    """All of a block's code that its passes hang on: where its lines begin, and which of them say nothing."""
    return "\n".join(f"{row[: _indent(row)]}{_sign(row.lstrip())}" for row in code.split("\n"))


def _sign(text: str) -> str:
    return text[:1] if text.startswith("#") else "x" if text else ""


def one_line(text: str, longest: int) -> str:
    """A text without line breaks and without what would steer a reader, cut where it is too long."""
    is_flat = text.isprintable() and "  " not in text  # of all white space only the space is printable
    flat = (text if is_flat else re.sub(r"\s+", " ", unsteered(text))).strip()
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())
