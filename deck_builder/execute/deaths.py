"""How a worker ended -> what to say of it, and what to do about it."""

from __future__ import annotations

import signal
from typing import Final

_CRASHES: Final = ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGTRAP", "SIGSYS")
_HINTS: Final = {
    **dict.fromkeys(_CRASHES, "code written in C has crashed"),
    "SIGKILL": "perhaps the machine ran out of memory",
    "SIGALRM": "an alarm went off, and no handler was set for it: `signal.signal(signal.SIGALRM, …)`",
    "SIGXFSZ": "a slide may write files of 1 GiB at most",
    "SIGXCPU": "the time that this machine allows a process is used up",
    "SIGPIPE": "it wrote to a pipe that nobody reads",
}


def death(status: int | None) -> tuple[str, str]:
    """What ended a worker, by its exit status or minus a signal (None: it closed its pipe, and lived); and a hint."""
    if status is None:
        return "the process closed the pipe for its results in this block", "leave descriptors alone that are not yours"
    if status >= 0:
        hint = "os._exit() ends the whole session: raise an exception, or call sys.exit(), to end this block alone"
        return f"the process ended with exit status {status} in this block", hint
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    hint = _HINTS.get(name, f"somebody sent it {name}: the block itself, a process it started, or another program")
    return f"the process was ended by {name} in this block", hint
