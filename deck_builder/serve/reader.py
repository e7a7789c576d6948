"""A websocket -> one reader of a deck: what is to be told waits here, within bounds, until the reader takes it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from starlette.websockets import WebSocket, WebSocketDisconnect

from deck_builder.serve.heard import LARGEST, heard
from deck_builder.serve.hub import GOING_AWAY, Hub, Told, as_told
from deck_builder.serve.rates import MESSAGES, Bucket
from deck_builder.serve.served import Message, Role

MOST_WAITING: Final = 64
MOST_WAITING_BYTES: Final = 4 << 20
MOST_WISHES: Final = 16
PATIENCE_S: Final = 0.5

NOT_TEXT, TOO_MUCH, TOO_LARGE, FAILED = 1003, 1008, 1009, 1011

_LOG: Final = logging.getLogger(__name__)
_GONE: Final = (WebSocketDisconnect, OSError)
"""What sending says when the other side has left in the middle of it."""


class Reader:
    """One page that shows the deck, from its first message on."""

    def __init__(self, hub: Hub, socket: WebSocket, role: Role, epoch: int, threads: CapacityLimiter) -> None:
        self._hub, self._socket, self._role, self._epoch, self._threads = hub, socket, role, epoch, threads
        self._waiting: deque[Told] = deque()
        self._size = 0
        self._is_behind = True  # of what came before it, the deck itself knows best
        self._is_to_follow = False
        self._code: int | None = None
        self._wake, self._greeted, self._left = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._wishes: asyncio.Queue[Message] = asyncio.Queue(MOST_WISHES)

    async def run(self) -> None:
        """Talk until one of both ends it."""
        self._hub.readers.add(self)
        if self._hub.is_closing:
            self.leave(GOING_AWAY)
        tasks = [asyncio.create_task(part()) for part in (self._write, self._read, self._work, self._left.wait)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.readers.discard(self)
            for task in tasks:
                task.cancel()
            for found in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(found, Exception) and not isinstance(found, _GONE):
                    _LOG.error("a socket failed", exc_info=found)
                    self._code = self._code or FAILED
            with suppress(*_GONE, RuntimeError, TimeoutError):
                async with asyncio.timeout(PATIENCE_S):  # who reads nothing does not read this, either
                    await self._socket.close(self._code or 1000)

    def tell(self, told: Told) -> None:
        """Have a message sent in its turn. Who takes nothing is told later, at once, how things are then."""
        if len(self._waiting) >= MOST_WAITING or self._size + len(told.text) > MOST_WAITING_BYTES:
            self._forget()
            self._is_behind = True
        elif not self._is_behind:
            self._waiting.append(told)
            self._size += len(told.text)
        self._wake.set()

    def follow(self) -> None:
        """Have the presenter's place sent: only the last one counts, however many there were."""
        self._is_to_follow = True
        self._wake.set()

    def leave(self, code: int) -> None:
        """End it with a websocket's code."""
        self._code = code
        self._left.set()

    async def _write(self) -> None:
        await self._catch_up(greets=True)
        self._greeted.set()
        while True:
            if self._is_behind:
                await self._catch_up()
            elif self._waiting:
                told = self._waiting.popleft()
                self._size -= len(told.text)
                await self._pass_on(told)
            elif self._is_to_follow:
                self._is_to_follow = False
                if self._hub.place:
                    await self._send(as_told(self._hub.place).text)
            else:
                self._wake.clear()
                await self._wake.wait()

    async def _catch_up(self, *, greets: bool = False) -> None:
        """Ask the deck what this page lacks. What is told meanwhile waits, and is left out if that was in it."""
        self._is_behind = False
        missed = [as_told(message) for message in await self._in_thread(self._hub.deck.since, self._epoch)]
        self._epoch = max([self._epoch, *(told.epochs[1] for told in missed if told.epochs)])
        if greets:
            hello = {"type": "hello", "epoch": self._epoch, "role": self._role, "place": _bare(self._hub.place)}
            self._is_to_follow = False
            await self._send(as_told(hello).text)
        for told in missed:
            await self._send(told.text)

    async def _pass_on(self, told: Told) -> None:
        if told.epochs:
            before, after = told.epochs
            if after <= self._epoch:
                return
            if before != self._epoch:
                self._forget()
                self._is_behind = True
                return
            self._epoch = after
        await self._send(told.text)

    async def _read(self) -> None:
        bucket = Bucket(*MESSAGES[self._role])
        while (got := await self._socket.receive())["type"] == "websocket.receive":
            text = got.get("text")
            if text is None:
                return self.leave(NOT_TEXT)
            if len(text) > LARGEST[self._role]:
                return self.leave(TOO_LARGE)
            if not bucket.take():
                return self.leave(TOO_MUCH)
            message = heard(text, self._role)
            if message and message["type"] == "place":
                self._hub.move(message, self)
            elif message:
                await self._wishes.put(message)  # while too many wait, nothing more is read

    async def _work(self) -> None:
        """Have the deck do what its author asks for, one thing after the other."""
        await self._greeted.wait()
        while True:
            message = await self._wishes.get()
            try:
                answer = await self._in_thread(self._hub.deck.hear, message)
            except Exception:
                _LOG.exception("a wish failed")
                answer = _failed(message)
            if answer is not None:
                await self._send(as_told(answer).text)

    async def _in_thread(self, call: Any, *args: Any) -> Any:
        # Who waits is let go when the server ends, even if the deck does not answer.
        return await to_thread.run_sync(partial(call, *args), abandon_on_cancel=True, limiter=self._threads)

    async def _send(self, text: str) -> None:
        try:
            await self._socket.send({"type": "websocket.send", "text": text})
        except RuntimeError as err:  # the other side has been sent away meanwhile
            raise WebSocketDisconnect(FAILED) from err

    def _forget(self) -> None:
        self._waiting.clear()
        self._size = 0


def _bare(place: Message | None) -> Message | None:
    return {"no": place["no"], "click": place["click"]} if place else None


def _failed(wish: Message) -> Message:
    why = "Something went wrong; the terminal in which deck runs may say more."
    return {
        "type": "answer",
        "to": wish["type"],
        "block": wish["block"],
        "ok": False,
        "message": why,
        "conflict": False,
    }
