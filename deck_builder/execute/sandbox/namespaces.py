"""Places -> the order for namespaces: a file system that has only what may be read, and nobody else to be seen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from deck_builder.execute.sandbox.places import Places
from deck_builder.worker.protocol import Message

_USER, _MOUNT, _PID, _NET, _IPC, _UTS, _CGROUP = 1 << 28, 1 << 17, 1 << 29, 1 << 30, 1 << 27, 1 << 26, 1 << 25
FLAGS: Final = _USER | _MOUNT | _PID | _NET | _IPC | _UTS | _CGROUP
_SHARED_MEMORY: Final = 1 << 30
_TEMPORARY: Final = Path("/tmp")


def lacks() -> str:
    """Why there can be none; "" where only a try tells."""
    return "" if sys.platform == "linux" else "only Linux has them"


def part(places: Places) -> Message:
    """What is shown where. `/tmp` is a folder of the scratch folder's own, unless the deck lies just there."""
    scratch, read = places.scratch, places.readable()
    write = [[str(scratch), str(scratch)]]
    if str(_TEMPORARY) not in read:
        write.append([str(_TEMPORARY), str(scratch / "slash")])
    return {
        "flags": FLAGS,
        "root": str(scratch / "root"),
        "read": read,
        "write": write,
        "devices": places.devices(),
        "shared_memory": _SHARED_MEMORY,
    }
