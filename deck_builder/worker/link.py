"""A socket -> orders in and frames out: the worker's end of the wall. Orders may bring descriptors along."""

from __future__ import annotations

from array import array
from json import loads
from os import _exit, write
from socket import CMSG_LEN, SCM_RIGHTS, SOL_SOCKET, socket
from typing import NamedTuple

from deck_builder.worker.protocol import HEADER, Message, encode

_MOST_FDS = 8


class Order(NamedTuple):
    """What the parent wants, and the descriptors that belong to it."""

    message: Message
    fds: list[int]


class Link:
    """One end of a socket pair. Only the parent's orders are read here, so they are taken as they are."""

    def __init__(self, fd: int, nonce: str = "") -> None:
        self._socket = socket(fileno=fd)
        self._nonce = nonce

    def fileno(self) -> int:
        """The socket's descriptor."""
        return self._socket.fileno()

    def send(self, message: Message) -> None:
        """Send a frame. A worker that nobody listens to, or whose socket slide code has closed, ends."""
        data = memoryview(encode(message, self._nonce))
        try:
            while data:
                data = data[write(self._socket.fileno(), data) :]
        except OSError:
            _exit(1)

    def receive(self) -> Order | None:
        """The next order; None when there will be none."""
        space = CMSG_LEN(_MOST_FDS * array("i").itemsize)
        head, ancillary, _, _ = self._socket.recvmsg(HEADER, space)
        fds = array("i")
        for level, kind, data in ancillary:
            if level == SOL_SOCKET and kind == SCM_RIGHTS:
                fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
        head += self._read(HEADER - len(head)) if head else b""
        body = self._read(int.from_bytes(head, "big")) if len(head) == HEADER else b""
        return Order(loads(body), list(fds)) if body else None

    def close(self) -> None:
        """Close this process' end."""
        self._socket.close()

    def _read(self, size: int) -> bytes:
        parts = []
        while size and (part := self._socket.recv(size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts) if not size else b""
