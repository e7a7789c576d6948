"""What a process may use -> the order that limits it: a guard against mistakes, and the friendly half of memory's."""

from __future__ import annotations

import sys
from typing import Final

from deck_builder.worker.protocol import Message

_GIB: Final = 1 << 30
MEMORY: Final = 4 * _GIB
"""Bytes that a run may use: of its own in each process, and of all its processes together (see watch.py)."""

LIMITS: Final = {
    "RLIMIT_DATA": MEMORY,  # not AS: that counts torch's libraries, and CUDA reserves far more than it uses
    "RLIMIT_FSIZE": _GIB,
    "RLIMIT_NOFILE": 256,
    "RLIMIT_MEMLOCK": 64 << 20,
    "RLIMIT_CORE": 0,
}


def lacks() -> str:
    """Why limits can't be had here; "" where they can. Not all systems heed them."""
    return "" if sys.platform == "linux" else "only Linux heeds them"


def part() -> Message:
    """Soft and hard limits by name; one that is lower here already stays."""
    import resource  # not on Windows, where decks are still parsed

    found = {}
    for name, most in LIMITS.items():
        here = resource.getrlimit(getattr(resource, name))
        found[name] = [min(most, one) if one != resource.RLIM_INFINITY else most for one in here]
    return found
