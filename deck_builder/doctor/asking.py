"""A program -> the first line that it answers; "" where it is not there, fails, or takes too long."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

Ask: TypeAlias = Callable[[Sequence[str], float], str]
"""Asks a program, for some seconds at most; gives all that it says."""

SHORT_S: Final = 10.0


def ask(command: Sequence[str], timeout_s: float = SHORT_S) -> str:
    """What a program says on standard output."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""
