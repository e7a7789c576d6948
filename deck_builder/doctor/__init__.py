"""This machine -> facts, in sections, and a way out where one is not as it should be.

good     as it should be
absent   not there, and decks do without
poor     decks are built, but lack something, or take longer
broken   keeps decks from being built
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

State: TypeAlias = Literal["good", "absent", "poor", "broken"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing that was looked at: its name, which stays the same for ever, and what was found, in words."""

    name: str
    value: str
    state: State = "good"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Facts of one kind."""

    name: str
    facts: tuple[Fact, ...]


class Trial(Protocol):
    """An attack that was tried as slide code: whether something stopped it, and what, or what came of it."""

    @property
    def title(self) -> str:
        """What was tried, in a few words."""

    @property
    def stopped(self) -> bool:
        """Whether it came to nothing."""

    @property
    def how(self) -> str:
        """By what it was stopped, or what it got at."""


Tell: TypeAlias = Callable[[str], None]
"""Says what is looked at now."""

Trials: TypeAlias = Callable[[Tell], Iterable[Trial]]
"""Tries attacks, one after the other, and says of each before it begins."""
