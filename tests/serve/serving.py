"""A server in a thread, as a test has it, and what is asked of it: by rules, and by bytes."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Event, Thread
from typing import Any, NamedTuple

from websockets.sync.client import ClientConnection, connect

from deck_builder.serve.app import Site
from deck_builder.serve.listen import host_names, listen
from deck_builder.serve.rights import Rights
from deck_builder.serve.served import Role, Served
from deck_builder.serve.server import Server

LOOPBACK = "127.0.0.1"


class Answer(NamedTuple):
    """An answer to a request."""

    status: int
    headers: Mapping[str, str]
    text: str


class Serving(NamedTuple):
    """A server that runs."""

    port: int
    rights: Rights
    server: Server

    @property
    def origin(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def get(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """Ask by the rules; `Sec_Fetch_Site=…` says a header."""
        connection = HTTPConnection(LOOPBACK, self.port, timeout=20)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, text)

    def cookie(self, role: Role) -> str:
        """The cookie of a role."""
        secret = {"author": self.rights.token, "presenter": self.rights.key, "audience": ""}[role]
        return f"deck-{role}-{self.port}={secret}"

    def socket(self, name: str, role: Role = "audience", epoch: int = 1, **options: Any) -> ClientConnection:
        """A deck's websocket, opened as our own page does."""
        given = {"origin": self.origin, "additional_headers": {"Cookie": self.cookie(role)}, "compression": None}
        url = f"ws://{LOOPBACK}:{self.port}/{name}/live?epoch={epoch}"
        return connect(url, **(given | options))

    def raw(self, data: bytes, then: bytes = b"") -> bytes:
        """All that comes back for some bytes, and for others after the first answer, until the other side ends it."""
        with socket.create_connection((LOOPBACK, self.port), 60) as line:
            got = b""
            try:
                line.sendall(data)
                while chunk := line.recv(65536):
                    got += chunk
                    if then:
                        line.sendall(then)
                        then = b""
            except TimeoutError:
                raise
            except OSError:
                pass  # cut off: that is an end, too
            return got


@contextmanager
def serving(*decks: Served, remote: bool = False) -> Iterator[Serving]:
    """Serve these decks until the context ends."""
    sockets = listen([LOOPBACK], 0)
    port = sockets[0].getsockname()[1]
    rights = Rights(port, remote=remote)
    site = Site({deck.name: deck for deck in decks}, host_names([LOOPBACK], port), rights, lambda: b"font")
    server, started = Server(site, sockets), Event()
    thread = Thread(target=server.run, args=(started.set,))
    thread.start()
    assert started.wait(60)
    try:
        yield Serving(port, rights, server)
    finally:
        server.stop()
        thread.join(60)
        assert not thread.is_alive(), "the server does not end"


def said(line: ClientConnection) -> Any:
    """The next message of a socket."""
    return json.loads(line.recv(timeout=20))


def complete(work: Coroutine[Any, Any, None]) -> None:
    """Do what is asynchronous, in a thread of its own: that of the tests may have a browser's loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
