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

    for kind, limits in _limits(pid).items():
        resource.prlimit(pid, kind, limits)


def settings() -> str:
    """The limits as they would be here."""
    return f"limits {_limits(0)}"


def _limits(pid: int) -> dict[int, tuple[int, int]]:
    """Soft and hard limit of each kind, for a process that has its own already (0: this one)."""
    import resource

    found = {}
    for name, most in LIMITS.items():
        kind = getattr(resource, name)
        soft, hard = (min(most, one) if one != resource.RLIM_INFINITY else most for one in resource.prlimit(pid, kind))
        found[kind] = soft, hard
    return found
