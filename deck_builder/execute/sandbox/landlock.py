"""Places -> Landlock's rules: what files a process may open, and that it reaches no other process and no network.

Numbers and versions are those of the kernel's documentation (userspace-api/landlock); a kernel that is older knows
fewer of them, and what it lacks is refused by the filter of system calls (seccomp.py).
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Final

from deck_builder.execute.sandbox.places import Places
from deck_builder.worker.protocol import Message

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK, _REFER, _TRUNCATE, _IOCTL_DEV = 1 << 6, 1 << 11, 1 << 13, 1 << 14, 1 << 15
_ALL_OF_FIRST: Final = (1 << 13) - 1
_READ: Final = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
"""The rights that a rule on a file, not a folder, may grant."""
_DEVICES: Final = ("null", "zero", "full", "random", "urandom")

SIGNALS: Final = 6
"""The first version that keeps a process from signalling others."""
TRUNCATE: Final = 3
"""The first version that knows that to cut a file off is to write to it."""


@lru_cache(maxsize=1)
def version() -> int:
    """Which Landlock this kernel has; 0 for none."""
    if sys.platform != "linux":
        return 0
    from deck_builder.worker.kernel import landlock_version

    return landlock_version()


def lacks() -> str:
    """Why there is no Landlock here; "" where there is."""
    return "" if version() else "this kernel has no Landlock"


def part(places: Places, *, rooms: bool) -> Message:
    """The rules; in `rooms` all that is seen may be read."""
    known = version()
    files = _ALL_OF_FIRST | sum(right for right, since in _LATER.items() if since <= known)
    write = files & ~(_MAKE_CHAR | _MAKE_BLOCK | _IOCTL_DEV)
    to_write = [str(places.scratch), *(["/tmp", "/dev/shm"] if rooms else [])]
    rules = [
        [_READ & files, ["/"] if rooms else [*places.readable(), "/proc"]],
        [write, to_write],
        [files & (_READ_FILE | _WRITE_FILE), [f"/dev/{name}" for name in _DEVICES]],
        [files & (_READ_FILE | _WRITE_FILE | _IOCTL_DEV | _READ_DIR), [f"/dev/{name}" for name in places.devices()]],
    ]
    scoped = 3 if known >= SIGNALS else 0
    net = 3 if known >= 4 else 0
    return {"files": files, "net": net, "scoped": scoped, "rules": rules, "file": _OF_FILES, "python": _READ & files}


_LATER: Final = {_REFER: 2, _TRUNCATE: TRUNCATE, _IOCTL_DEV: 5}
