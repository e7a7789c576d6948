"""A server that does what a test says: it has a page, and tells it things over its socket."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from deck_builder.load import load_theme
from deck_builder.model import BlockResult, ExecutedDeck, Source
from deck_builder.parse import parse
from deck_builder.remember import make_anew
from deck_builder.render.live import Live
from tests.client.running import ran

Message = dict[str, Any]
Results = tuple[tuple[str, BlockResult], ...]


@lru_cache
def served_page(text: str, *, run: bool, results: Results = ()) -> str:
    """A deck's page as it is served: with the code of its blocks, as it is written."""
    deck = parse(Source(Path("deck.md"), text))
    executed = ran(deck) if run else ExecutedDeck(deck, dict(results))
    return Live().page(executed, load_theme("default", Path()), {}, make_anew, loose=False).write()


def sections(html: str) -> list[str]:
    """The slides of a page."""
    body = html.split("<main", 1)[1].split("</main>")[0]
    return re.split(r'(?=<section class="slide )', body)[1:]


class Fake:
    """One deck, served; `heard` is what its pages say."""

    def __init__(self, text: str, *, run: bool = False, role: str = "author", results: Results = ()) -> None:
        self.run, self.role, self.epoch, self.results = run, role, 1, results
        self.html = served_page(text, run=run, results=results)
        self.heard: Queue[Message] = Queue()
        self.asked: list[str] = []
        self.sockets: list[ServerConnection] = []
        self.first: list[Message] = []
        self._start(0)

    def _start(self, port: int) -> None:
        self._server: Server = serve(self._talk, "127.0.0.1", port, process_request=self._page)
        self.port = self._server.socket.getsockname()[1]
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/deck/"

    def _page(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.path.startswith("/deck/live?"):
            self.asked.append(request.path)
            return None
        if request.path == "/font.woff2":
            font = load_theme("default", Path()).math_font
            return Response(200, "", Headers({"Content-Type": "font/ttf", "Content-Length": str(len(font))}), font)
        found = request.path.split("?")[0] == "/deck/"
        html = self.html.replace("<html", f'<html data-epoch="{self.epoch}"', 1) if found else ""
        body = html.encode()
        headers = Headers({"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))})
        return Response(200 if found else 404, "", headers, body)

    def _talk(self, connection: ServerConnection) -> None:
        hello = {"type": "hello", "epoch": self.epoch, "role": self.role, "place": None}
        for message in (hello, *self.first):
            connection.send(json.dumps(message))
        self.sockets.append(connection)
        for text in connection:
            self.heard.put(json.loads(text))

    def tell(self, **message: Any) -> None:
        """Say something to every page."""
        for socket in self.sockets:
            socket.send(json.dumps(message))

    def patch(self, text: str, *, run: bool | None = None, order: list[int] | None = None, **more: Any) -> Message:
        """What brings the pages to another state of the deck."""
        before, html = (
            sections(self.html),
            served_page(text, run=self.run if run is None else run, results=self.results),
        )
        now = sections(html)
        changed = {str(at + 1): one for at, one in enumerate(now) if before[at : at + 1] != [one]}
        self.html, self.epoch = html, self.epoch + 1
        news = {"from": self.epoch - 1, "epoch": self.epoch, "title": "A deck", "total": len(now), "css": None}
        return {"type": "patch", **news, "layers": None, "changed": changed, "stale": [], "order": order, **more}

    def show(self, text: str, **more: Any) -> None:
        """Tell the pages of another state of the deck."""
        self.tell(**self.patch(text, **more))

    def stop(self) -> None:
        self._server.shutdown()
        for socket in self.sockets:
            socket.close()
        self.sockets = []

    def restart(self) -> None:
        """Come back at the same address."""
        self._start(self.port)
