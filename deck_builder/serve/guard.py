"""Request -> refused, or let in with a role: Host, Origin, method, sizes and rates, before anything else sees it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote, unquote_plus, unquote_to_bytes

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deck_builder.serve.pages import PLAIN_POLICY, refusal_page
from deck_builder.serve.rates import REQUESTS, Peers
from deck_builder.serve.rights import Rights

LONGEST_ADDRESS: Final = 2048
LARGEST_HEADERS: Final = 16 * 1024
MOST_HEADERS: Final = 64

HEADERS: Final = {
    "Content-Security-Policy": PLAIN_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # an address may have had a token in it
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What every answer says unless it says otherwise."""

_SECRETS: Final = ("token", "key")
_LOG: Final = logging.getLogger(__name__)


class Refused(NamedTuple):
    """Why a request is not let in."""

    status: HTTPStatus
    why: str


class Guard:
    """Lets in what comes to one of our `names` (host:port) and from our own pages, and says whose it is.

    Whatever the address by which a connection reached us is called is ours, too, if it is a number: only
    names can be made to point here by others.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str], rights: Rights) -> None:
        self._app, self._names, self._rights = app, names, rights
        self._peers = Peers(*REQUESTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The same for requests and sockets; nothing gets past it."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        peer = scope["client"][0] if scope.get("client") else ""
        headers = _headers(scope)
        refused = self.refused(scope, headers)
        if refused is None and not self._peers.take(peer):
            refused = Refused(HTTPStatus.TOO_MANY_REQUESTS, "That is too much at once: wait a second.")
        if scope["type"] == "websocket":
            if refused:
                return await send({"type": "websocket.close", "code": 1008})
            scope["deck.role"] = self._rights.role(headers.get("cookie", ()), peer)
            return await self._app(scope, receive, send)
        telling = _Telling(send)
        response = _answer(refused) if refused else self._admit(scope, peer)
        if response:
            return await response(scope, receive, telling)
        scope["deck.role"] = self._rights.role(headers.get("cookie", ()), peer)
        try:
            await self._app(scope, receive, telling)
        except Exception:
            _LOG.exception("a request failed")
            if not telling.began:
                why = "Something went wrong here; the terminal in which deck runs may say more."
                await _answer(Refused(HTTPStatus.INTERNAL_SERVER_ERROR, why))(scope, receive, telling)

    def refused(self, scope: Scope, headers: Mapping[str, Sequence[str]]) -> Refused | None:
        """Why it is not let in, if so: for every request and socket, without a look at who it is from."""
        is_socket = scope["type"] == "websocket"
        hosts = headers.get("host", ())
        if len(hosts) != 1 or not self._is_ours(hosts[0].lower(), scope):
            return Refused(HTTPStatus.MISDIRECTED_REQUEST, "This server does not go by that name.")
        if not is_socket and scope["method"] not in ("GET", "HEAD"):
            return Refused(HTTPStatus.METHOD_NOT_ALLOWED, "Pages can be read here, and that is all.")
        origins = headers.get("origin", ())
        own = f"http://{hosts[0].lower()}"
        if any(origin.lower() != own for origin in origins) or (is_socket and len(origins) != 1):
            return Refused(HTTPStatus.FORBIDDEN, "This comes from another page.")
        sites = headers.get("sec-fetch-site", ())
        if any(site not in ("same-origin", "none") for site in sites) and (is_socket or not _is_link(headers)):
            return Refused(HTTPStatus.FORBIDDEN, "This comes from another page.")
        return _too_large(scope, headers)

    def _is_ours(self, host: str, scope: Scope) -> bool:
        return host in self._names or host == _reached(scope)

    def _admit(self, scope: Scope, peer: str) -> Response | None:
        """For an address with a token or key: put it into a cookie, and lead to the address without it."""
        query = scope["query_string"].decode("latin-1")
        secrets = [(name, value) for name, value in parse_qsl(query) if name in _SECRETS]
        if not secrets:
            return None
        cookies = [self._rights.cookie(name, value, peer) for name, value in secrets]
        if None in cookies:
            return _answer(Refused(HTTPStatus.FORBIDDEN, "This link is no longer good: the terminal has a new one."))
        parts = [part for part in query.split("&") if unquote_plus(part.partition("=")[0]) not in _SECRETS]
        left = quote("&".join(parts), safe="=&%+")
        where = quote(scope["path"].encode("utf-8", "replace"), safe="/")
        response = Response(
            status_code=HTTPStatus.SEE_OTHER, headers={"Location": f"{where}?{left}" if left else where}
        )
        for cookie in cookies:
            response.headers.append("Set-Cookie", cookie or "")
        return response


class _Telling:
    """Sends an answer on, with our headers in it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.began = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.began = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _is_link(headers: Mapping[str, Sequence[str]]) -> bool:
    """Whether someone followed a link from elsewhere into a tab: that page sees nothing of ours."""
    return list(headers.get("sec-fetch-mode", ())) == ["navigate"] and list(headers.get("sec-fetch-dest", ())) == [
        "document"
    ]


def _reached(scope: Scope) -> str:
    """The address by which a connection came in, as a Host that is a number says it."""
    host, port = scope.get("server") or ("", None)
    if ":" in host:
        host = f"[{host}]"
    elif not host.replace(".", "").isdigit():
        return ""
    return host if port == 80 else f"{host}:{port}"


def _too_large(scope: Scope, headers: Mapping[str, Sequence[str]]) -> Refused | None:
    raw = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
    if len(raw) + len(scope["query_string"]) > LONGEST_ADDRESS:
        return Refused(HTTPStatus.REQUEST_URI_TOO_LONG, "This address is too long.")
    size = sum(len(name) + len(value) for name, value in scope["headers"])
    if size > LARGEST_HEADERS or len(scope["headers"]) > MOST_HEADERS:
        return Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "This request says too much about itself.")
    if "transfer-encoding" in headers or any(length.strip() != "0" for length in headers.get("content-length", ())):
        return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Pages can be read here, and that is all.")
    path = unquote_to_bytes(raw)
    if not path.startswith(b"/") or path.startswith((b"//", b"/\\")) or any(byte < 32 for byte in path):
        return Refused(HTTPStatus.NOT_FOUND, "There is nothing here.")
    return None


def _answer(refused: Refused) -> Response:
    response = HTMLResponse(refusal_page(refused.status.phrase, refused.why), refused.status)
    response.headers["Connection"] = "close"
    if refused.status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = "GET, HEAD"
    return response
