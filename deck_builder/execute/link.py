"""One end of a socket pair: orders go to a worker, with descriptors; what it says comes back as bytes."""

from __future__ import annotations

import json
import os
import selectors
import socket
import struct
import sys
import time
from contextlib import suppress
from typing import Final

from deck_builder.worker.protocol import HEADER, Message

_CREDENTIALS: Final = struct.Struct("3i")  # process, user, group
_SCM_CREDENTIALS: Final = 2
_PIECE: Final = 1 << 16
_PATIENCE_S: Final = 10.0


class Link:
    """Our end. `pid` is the number of the process at the other one, as the kernel has it, from its first bytes on."""

    def __init__(self) -> None:
        self.pid = 0
        self._socket, self._other = socket.socketpair()
        self._socket.settimeout(_PATIENCE_S)
        if sys.platform == "linux":
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.early = b""

    @property
    def theirs(self) -> int:
        """The other end's descriptor, until it has been handed over."""
        return self._other.fileno()

    def handed_over(self) -> None:
        """Close our copy of the other end: only so is its closing seen."""
        self._other.close()

    def fileno(self) -> int:
        """Our end's descriptor."""
        return self._socket.fileno()

    def order(self, message: Message, *fds: int) -> None:
        """Send an order. To one that has died nothing can be said: reading tells."""
        data = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
        try:
            sent = socket.send_fds(self._socket, [len(data).to_bytes(HEADER, "big") + data], list(fds))
            self._socket.sendall((len(data).to_bytes(HEADER, "big") + data)[sent:])
        except TimeoutError:  # slide code keeps it from listening, and half an order is none
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def meet(self, until: float, pid: int = 0) -> int:
        """Wait for the other end's first bytes (`early`); the number of its process, which `pid` tells off Linux.

        Raises `EOFError` when it has closed its end, `TimeoutError` after `until`.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            if not selector.select(max(0.0, until - time.monotonic())):
                raise TimeoutError
        try:
            self.early, ancillary, _, _ = self._socket.recvmsg(_PIECE, socket.CMSG_SPACE(_CREDENTIALS.size))
        except ConnectionError:
            raise EOFError from None
        if not self.early:
            raise EOFError
        if sys.platform == "linux":
            pid = next((_CREDENTIALS.unpack(data)[0] for _, kind, data in ancillary if kind == _SCM_CREDENTIALS), 0)
        self.pid = pid
        return pid

    def read(self) -> bytes:
        """Bytes that have come; b"" when no more will."""
        try:
            return os.read(self._socket.fileno(), _PIECE)
        except ConnectionError:
            return b""

    def close(self) -> None:
        """Close both ends, as far as they are ours."""
        self._socket.close()
        self._other.close()
