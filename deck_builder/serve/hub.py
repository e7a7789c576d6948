"""What a deck tells, and where its presenter is -> everybody who has it open."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from deck_builder.serve.served import Message, Served

if TYPE_CHECKING:
    from deck_builder.serve.reader import Reader

GOING_AWAY: Final = 1001


class Told(NamedTuple):
    """A message as it is sent, written once for all; of a patch, from which epoch to which it leads."""

    text: str
    epochs: tuple[int, int] | None = None


class Hub:
    """The readers of one deck. All but `hear_of` is for the event loop's own thread."""

    def __init__(self, deck: Served) -> None:
        self.deck = deck
        self.place: Message | None = None
        """Where the presenter is, for who comes later."""
        self.is_closing = False
        self.readers: set[Reader] = set()
        self._loop = asyncio.get_running_loop()
        self._end: Callable[[], None] = deck.subscribe(self.hear_of)

    def hear_of(self, message: Message) -> None:
        """Take what the deck tells, in any thread; it is put into words there."""
        told = as_told(message)
        with suppress(RuntimeError):  # the loop has come to its end, and nobody is there to be told
            self._loop.call_soon_threadsafe(self._tell, message, told)

    def move(self, place: Message, mover: Reader) -> None:
        """The presenter went somewhere: all others follow."""
        self.place = place
        for reader in self.readers:
            if reader is not mover:
                reader.follow()

    def close(self) -> None:
        """End it: the deck need not tell any more, and every reader is sent away."""
        if not self.is_closing:
            self.is_closing = True
            self._end()
            for reader in self.readers:
                reader.leave(GOING_AWAY)

    def _tell(self, message: Message, told: Told) -> None:
        if self.place and (order := message.get("order")):
            self.place = moved(self.place, order)
        for reader in self.readers:
            reader.tell(told)


def as_told(message: Message) -> Told:
    """A message, ready to be sent."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    is_patch = message.get("type") == "patch"
    return Told(text.encode("utf-8", "replace").decode(), (message["from"], message["epoch"]) if is_patch else None)


def moved(place: Message, order: list[int]) -> Message:
    """The same slide's place, after slides came and went; the nearest before it, if it went itself."""
    for no in range(place["no"], 0, -1):
        if no in order:
            return {**place, "no": order.index(no) + 1, "click": place["click"] if no == place["no"] else 0}
    return {**place, "no": 1, "click": 0}
