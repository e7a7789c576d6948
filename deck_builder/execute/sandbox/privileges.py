"""What a process may do that others may not -> nothing: no capability, and no program that gives one."""

from __future__ import annotations

import sys

from deck_builder.worker.protocol import Message


def lacks() -> str:
    """Why they can't be given up here; "" where they can."""
    return "" if sys.platform == "linux" else "only Linux has them apart"


def part() -> Message:
    """There is nothing to say about it."""
    return {}
