"""uvicorn's protocols -> the same, within bounds that no request is needed to break."""

from __future__ import annotations

from asyncio import TimerHandle
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from deck_builder.serve.heard import LARGEST
from deck_builder.serve.rates import Bucket, network
from deck_builder.serve.rights import is_loopback

CONNECTIONS: Final = 700
"""Below the 1024 files that a process may have open, with what is needed besides."""
OF_ONE_PEER: Final = 400
FOR_OTHERS: Final = 650
"""Of all connections, so many are for other machines: whoever sits at this one always finds one."""
ASKS_WITHIN_S: Final = 10.0
CLOSES_WITHIN_S: Final = 2.0
MOST_PARTS: Final = 256
UNREAD: Final = 256 * 1024
CONTROLS: Final = (20.0, 100.0)


class Http(H11Protocol):
    """Who opens connections has to ask for something soon, and can't have them all."""

    _deadline: TimerHandle | None = None
    _is_socket = False

    def connection_made(self, transport: Any) -> None:
        """Let go at once what is too much."""
        super().connection_made(transport)
        peer = self.client[0] if self.client else ""
        others = [
            other.client[0] for other in self.connections if isinstance(other, (Http, WebSocket)) and other.client
        ]
        alike = sum(network(other) == network(peer) for other in others)
        if len(others) > (CONNECTIONS if is_loopback(peer) else FOR_OTHERS) or alike > OF_ONE_PEER:
            transport.abort()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        """Stop the clock with each request that is whole, and start it with the beginning of another."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._wait_no_more()
        elif self._deadline is None and self._is_idle() and not self._is_socket:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Put the clock away."""
        self._wait_no_more()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: Any) -> None:
        """A socket has clocks of its own."""
        self._is_socket = True
        self._wait_no_more()
        super().handle_websocket_upgrade(event)

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(ASKS_WITHIN_S, self._too_late)

    def _wait_no_more(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if self._is_idle():
            self.transport.abort()


class WebSocket(WebSocketsSansIOProtocol):
    """A socket takes little until its role is known, and is let go if it takes nothing of what it is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn.max_message_size = LARGEST["audience"]
        self._controls = Bucket(*CONTROLS)

    def data_received(self, data: bytes) -> None:
        """Let go of what is no handshake: it comes as a whole, and nothing would ever follow."""
        super().data_received(data)
        if not self.handshake_initiated:
            self.transport.abort()

    async def send(self, message: Any) -> None:
        """Know the role from the moment that the socket is accepted."""
        if message["type"] == "websocket.accept":
            self.conn.max_message_size = LARGEST[self.scope["deck.role"]]  # type: ignore[typeddict-item]
        await super().send(message)
        if message["type"] == "websocket.close":
            self.loop.call_later(CLOSES_WITHIN_S, self.transport.abort)

    def handle_cont(self, event: Any) -> None:
        """Parts may be empty, so that their size bounds nothing."""
        if len(self.frames) >= MOST_PARTS:
            self.transport.abort()
        else:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        """Answer, unless that is all that is wanted."""
        if self._is_flooded():
            self.transport.abort()
        else:
            super().handle_ping()

    def handle_pong(self, event: Any) -> None:
        """Take an answer to what was hardly asked so often."""
        if self._controls.take():
            super().handle_pong(event)
        else:
            self.transport.abort()

    def handle_parser_exception(self) -> None:
        """End what is no websocket; before the handshake is through there is nothing to be closed."""
        if self.conn.close_sent is None:
            self.transport.abort()
        else:
            super().handle_parser_exception()
            self.loop.call_later(CLOSES_WITHIN_S, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """Let go for good: what is still to be sent would keep it for as long as the system has patience."""
        super().keepalive_timeout()
        self.transport.abort()

    def _is_flooded(self) -> bool:
        return not self._controls.take() or self.transport.get_write_buffer_size() > UNREAD
