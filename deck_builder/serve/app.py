"""Decks -> what there is at each address; who asks, and whether they may, has been seen to by the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from deck_builder.serve.guard import Guard
from deck_builder.serve.hub import Hub
from deck_builder.serve.index import INDEX_POLICY, index_page
from deck_builder.serve.pages import address, missing_page
from deck_builder.serve.rates import Room
from deck_builder.serve.reader import Reader
from deck_builder.serve.rights import Rights
from deck_builder.serve.served import Served

# The page itself says by a nonce which of its scripts may run; both policies hold.
DECK_POLICY: Final = (
    "default-src 'none'; img-src data:; media-src data:; font-src 'self' data:; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
THUMB_POLICY: Final = (
    "default-src 'none'; img-src data:; media-src data:; font-src 'self' data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)


class Site:
    """All that is served: `decks` by name, looked at anew for each request; `font` gives the font of formulas."""

    def __init__(
        self, decks: Mapping[str, Served], names: frozenset[str], rights: Rights, font: Callable[[], bytes] = bytes
    ) -> None:
        self.rights = rights
        self._decks, self._font = decks, font
        self._hubs: dict[str, Hub] = {}
        self._room = Room()
        self._is_closing = False
        routes = [
            Route("/", self._index),
            Route("/font.woff2", self._whole_font),
            Route("/{name}", self._without_slash),
            Route("/{name}/", self._page),
            Route("/{name}/thumb", self._thumbnail),
            WebSocketRoute("/{name}/live", self._live),
        ]
        starlette = Starlette(routes=routes, exception_handlers={404: self._missing}, lifespan=self._lifespan)
        starlette.router.redirect_slashes = False
        self.app: ASGIApp = Guard(starlette, names, rights)

    def close(self) -> None:
        """Send all readers away, and have the decks tell nothing any more."""
        self._is_closing = True
        for hub in self._hubs.values():
            hub.close()

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        # What may block has its own threads: one that takes long keeps nobody else from reading.
        self._pages, self._talks = CapacityLimiter(8), CapacityLimiter(16)
        yield
        self.close()

    async def _index(self, request: Request) -> Response:
        decks = list(self._decks.values())
        if len(decks) == 1:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(address(decks[0].name) + query, 303)
        html = await self._made(lambda: index_page(decks))
        return HTMLResponse(html, headers={"Content-Security-Policy": INDEX_POLICY})

    async def _whole_font(self, request: Request) -> Response:
        font = await to_thread.run_sync(self._font, abandon_on_cancel=True, limiter=self._pages)
        kind = "font/woff2" if font.startswith(b"wOF2") else "font/ttf"
        return Response(font, media_type=kind, headers={"Cache-Control": "private, max-age=3600"})

    async def _without_slash(self, request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(address(self._deck(request).name) + query, 303)

    async def _page(self, request: Request) -> Response:
        html = await self._made(self._deck(request).page)
        return HTMLResponse(html, headers={"Content-Security-Policy": DECK_POLICY})

    async def _thumbnail(self, request: Request) -> Response:
        html = await self._made(self._deck(request).thumbnail)
        return HTMLResponse(html, headers={"Content-Security-Policy": THUMB_POLICY})

    async def _made(self, make: Callable[[], str]) -> bytes:
        def made() -> bytes:
            return make().encode("utf-8", "replace")  # a slide may print what UTF-8 can't hold

        return await to_thread.run_sync(made, abandon_on_cancel=True, limiter=self._pages)

    async def _live(self, socket: WebSocket) -> None:
        deck = self._decks.get(socket.path_params["name"])
        epoch = socket.query_params.get("epoch", "")
        is_epoch = epoch.isascii() and epoch.isdigit() and len(epoch) < 16
        if deck is None or not is_epoch or self._is_closing:
            return await socket.close(1008)
        role, peer = socket.scope["deck.role"], socket.client.host if socket.client else ""
        with self._room.place(role, peer) as has_room:
            if not has_room:
                return await socket.close(1013)
            await socket.accept()
            await Reader(self._hub(deck), socket, role, int(epoch), self._talks).run()

    def _hub(self, deck: Served) -> Hub:
        """The deck's readers. One that came anew by an old name has new ones."""
        hub = self._hubs.get(deck.name)
        if hub is None or hub.deck is not deck:
            if hub:
                hub.close()
            hub = self._hubs[deck.name] = Hub(deck)
        return hub

    def _deck(self, request: Request) -> Served:
        deck = self._decks.get(request.path_params["name"])
        if deck is None:
            raise HTTPException(404)
        return deck

    async def _missing(self, request: Request, error: Any) -> Response:
        asked = request.url.path.strip("/").partition("/")[0]
        return HTMLResponse(missing_page(request.path_params.get("name", asked), self._decks), 404)
