"""A process -> the same with resource limits: a guard against mistakes, not against malice."""

from __future__ import annotations

import sys
from typing import Final

_GIB: Final = 1 << 30
HOLDS: Final = "memory limit 4 GiB"
LIMITS: Final = {
    "RLIMIT_DATA": 4 * _GIB,  # not AS: that counts torch's libraries, and CUDA reserves far more than it uses
    "RLIMIT_FSIZE": _GIB,
    "RLIMIT_NOFILE": 256,
    "RLIMIT_CORE": 0,
}


def available() -> bool:
    """Whether limits can be put on another process: on Linux."""
    return sys.platform == "linux"


def apply(pid: int) -> None:
    """Limit a process and what it will start; a limit that is lower already stays."""
    import resource  # not on Windows, where decks are still parsed

    for name, most in LIMITS.items():
        kind = getattr(resource, name)
        soft, hard = resource.prlimit(pid, kind)
        limits = [most if limit == resource.RLIM_INFINITY else min(most, limit) for limit in (soft, hard)]
        resource.prlimit(pid, kind, (limits[0], limits[1]))
