"""A site and sockets that listen -> a server, until it is told to stop; then nothing of it is left."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from socket import socket
from typing import Any, Final

from uvicorn import Config
from uvicorn import Server as Uvicorn

from deck_builder.serve.app import Site
from deck_builder.serve.heard import LARGEST
from deck_builder.serve.protocols import Http, WebSocket

HEADERS_AT_MOST: Final = 20 * 1024
"""A little more than the guard takes, so that it is the guard who answers."""
PATIENCE_S: Final = 1
_LOGGERS: Final = ("uvicorn", "asyncio", "websockets", "deck_builder.serve")


class Server:
    """Serves on sockets that are given to it, and closes them at the end."""

    def __init__(self, site: Site, sockets: Sequence[socket]) -> None:
        self._site, self._sockets = site, list(sockets)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._is_to_stop = False

    def run(self, started: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop` is called; `started` is called once requests are answered."""
        quiet()
        try:
            asyncio.run(self._serve(started))
        finally:
            for each in self._sockets:
                each.close()

    def stop(self) -> None:
        """End it soon: from any thread, from a signal's handler, as often as one likes, also before it began."""
        self._is_to_stop = True
        if self._loop and self._stop:
            with suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._stop.set)

    async def _serve(self, started: Callable[[], None]) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        if not os.environ.get("DECK_DEBUG"):
            self._loop.set_exception_handler(lambda loop, context: None)  # others end connections as they like
        if self._is_to_stop:
            return
        await _Uvicorn(_config(self._site), self._site, self._stop, started).serve(self._sockets)


class _Uvicorn(Uvicorn):
    """uvicorn's, without its signals and its clock."""

    def __init__(self, config: Config, site: Site, stop: asyncio.Event, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._site, self._stop, self._started = site, stop, started

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the command."""
        yield

    async def main_loop(self) -> None:
        """Wait: an idle server does nothing at all."""
        self._started()
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Send all readers away in words, then close; who does not take his leave is cut off."""
        self._site.close()
        for _ in range(20):
            await asyncio.sleep(0)  # those who can be told have been told then
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S / 2):
                while any(isinstance(each, WebSocket) and not each.close_sent for each in self._connections()):
                    await asyncio.sleep(0.01)
        cut = asyncio.get_running_loop().call_later(PATIENCE_S / 2, self._cut_off)
        await super().shutdown(sockets)
        cut.cancel()

    def _connections(self) -> list[Any]:
        return list(self.server_state.connections)

    def _cut_off(self) -> None:
        for connection in self._connections():
            connection.transport.abort()
        for task in self.server_state.tasks:
            task.cancel()


def _config(site: Site) -> Config:
    return Config(
        site.app, loop="asyncio", http=Http, ws=WebSocket, lifespan="on",
        ws_max_size=LARGEST["author"], ws_per_message_deflate=False, h11_max_incomplete_event_size=HEADERS_AT_MOST,
        log_config=None, access_log=False, server_header=False, date_header=False,
        proxy_headers=False,  # a peer is who has connected, and not who it says it is
        timeout_graceful_shutdown=PATIENCE_S, backlog=1024,
    )  # fmt: skip


def quiet() -> None:
    """Keep what libraries note down to themselves, but from who looks for an error of deck's."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if os.environ.get("DECK_DEBUG"):
            logger.setLevel(logging.WARNING)
        elif not logger.handlers:
            logger.addHandler(logging.NullHandler())
            logger.propagate = False
