"""The C library's memory: one pool for all threads of a server, so that what one gives back serves the others."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

_M_ARENA_MAX: Final = -8
"""glibc's, of malloc.h; other C libraries have no such pools."""


def share_memory() -> None:
    """Have it so from now on: before the first thread is started. A served lecture takes some megabytes less."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
