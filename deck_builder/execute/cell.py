"""The first process of a worker's namespaces, seen from outside: it tells how others in there ended, and ends them."""

from __future__ import annotations

import selectors
import socket
import time
from typing import Final

from deck_builder.worker.protocol import ENDED

_PATIENCE_S: Final = 2.0


class Cell:
    """What holds namespaces together. `pid` is the first process' number, a child of ours, once it is known."""

    def __init__(self) -> None:
        self.pid = 0
        self._mine, self._theirs = socket.socketpair()
        self._mine.setblocking(False)
        self._bytes = b""
        self._ended: dict[int, int] = {}

    @property
    def reports(self) -> int:
        """The descriptor on which it is to tell of the ends."""
        return self._theirs.fileno()

    def handed_over(self) -> None:
        """Close our copy of its end."""
        self._theirs.close()

    def status_of(self, number: int) -> int | None:
        """How a process ended that had this number in there, as `waitpid` has it; None if that can't be known."""
        until = time.monotonic() + _PATIENCE_S
        while number not in self._ended and (left := until - time.monotonic()) > 0:
            if not self._read(left):
                break
        return self._ended.pop(number, None)

    def close(self) -> None:
        """Listen no more."""
        self._mine.close()
        self._theirs.close()

    def _read(self, seconds: float) -> bool:
        """Take what it has told, or wait for it; whether more may come."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._mine, selectors.EVENT_READ)
            if not selector.select(seconds):
                return False
        try:
            data = self._mine.recv(1 << 12)
        except OSError:
            return False
        self._bytes += data
        whole = len(self._bytes) - len(self._bytes) % ENDED.size
        self._ended.update(ENDED.iter_unpack(self._bytes[:whole]))
        self._bytes = self._bytes[whole:]
        return bool(data)
