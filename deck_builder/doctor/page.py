"""Sections and trials -> rows of a page that is 80 columns wide, and what they come to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Final, NamedTuple

from deck_builder.doctor import Fact, Section, State, Trial

WIDTH: Final = 80
_NAME: Final = 14
_MARKS: Final[dict[State, str]] = {"good": " ", "absent": "-", "poor": "!", "broken": "x"}
_TITLES: Final = {"room": "folders"}


class Row(NamedTuple):
    """A line: its first columns, which may be coloured, and the rest; how it is with what it tells."""

    head: str
    text: str
    state: State = "good"


def section_rows(section: Section) -> Iterator[Row]:
    """A section under its name."""
    yield Row(_TITLES.get(section.name, section.name), "")
    for fact in section.facts:
        yield from _fact_rows(fact)


def _fact_rows(fact: Fact) -> Iterator[Row]:
    first, *more = _wrapped(fact.value)
    yield Row(f"{_MARKS[fact.state]} {fact.name:<{_NAME}}", first, fact.state)
    yield from _below(more)
    if fact.hint:
        yield from _below(_wrapped(f"hint: {fact.hint}"))


def trial_rows(trials: Sequence[Trial]) -> Iterator[Row]:
    """Attacks that were tried, those that nothing stopped first."""
    if not trials:
        return
    stopped = sum(trial.stopped for trial in trials)
    yield Row(f"  {'attacks':<{_NAME}}", f"{stopped} of {len(trials)} that were tried as slide code are stopped")
    for trial in sorted(trials, key=lambda trial: trial.stopped):
        said = f"{trial.title} ({trial.how})" if trial.how else trial.title
        first, *more = _wrapped(said)
        verdict, state = _verdict(trial)
        yield Row(f"{_MARKS[state]} {verdict:<{_NAME}}", first, state)
        yield from _below(more)


def _verdict(trial: Trial) -> tuple[str, State]:
    return ("stopped", "good") if trial.stopped else ("NOT stopped", "poor")


def verdict(broken: Iterable[str], leaks: int) -> str:
    """The last line: what keeps decks from being built, and what slide code is not kept from."""
    names = list(dict.fromkeys(broken))
    said = f"decks can't be built here: see {', '.join(names)}" if names else "decks can be built here"
    if leaks:
        said += f"; {leaks} of the attacks are not stopped: build only decks that you trust"
    return said


def _wrapped(text: str) -> list[str]:
    """A text's lines beside the names; a path stays whole, and so may stand out."""
    rows = [row for line in text.splitlines() for row in wrap(line, WIDTH - _NAME - 3, break_long_words=False)]
    return rows or [""]


def _below(rows: Iterable[str]) -> Iterator[Row]:
    yield from (Row(" " * (_NAME + 2), row) for row in rows)
