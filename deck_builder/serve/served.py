"""A deck that is being written -> pages and messages: what the network needs of it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeAlias

Role: TypeAlias = Literal["author", "presenter", "audience"]
"""Who is there: writes and runs, drives, or looks on."""

Message: TypeAlias = dict[str, Any]
"""What goes through a websocket, as JSON."""


class Served(Protocol):
    """A deck as it is served; its methods may be called from any thread."""

    @property
    def name(self) -> str:
        """Its part of the address."""

    @property
    def title(self) -> str:
        """What its author calls it; empty if that is not known yet."""

    @property
    def total(self) -> int:
        """How many slides it has; 0 if that is not known yet."""

    def page(self) -> str:
        """The whole page as it stands; may block."""

    def thumbnail(self) -> str:
        """Its first slide, without scripts; may block."""

    def since(self, epoch: int) -> list[Message]:
        """What brings a page of that epoch up to date."""

    def subscribe(self, tell: Callable[[Message], None]) -> Callable[[], None]:
        """Have `tell` hear of every change, from other threads; gives what ends that."""

    def hear(self, message: Message) -> Message | None:
        """Do what an author asks for (run, save, drop), in rights and types already checked; may block."""
