"""A process that waits -> a new one for each order: the zygote, which has only imported, and every checkpoint."""

from __future__ import annotations

import ctypes
import signal
import sys
from contextlib import suppress
from os import _exit, close, fork, getpid, getppid, setsid, waitpid  # slide code may put others in their place
from random import getstate, setstate
from time import sleep

from deck_builder.worker.link import Link, Order
from deck_builder.worker.warm import warm

_PR_SET_PDEATHSIG = 1


def wait(link: Link) -> Order:
    """Take orders. Returns in the process that is to run: a forked one, or, told to `become`, this one."""
    while (order := link.receive()) is not None:
        match order.message["do"]:
            case "warm":
                warm(order.message["modules"], thorough=order.message["thorough"])
            case "become":
                die_with_parent()
                link.close()
                return order
            case "fork" if fork_apart():
                link.close()
                return order
        for fd in order.fds:
            close(fd)
    _exit(0)


def fork_apart() -> bool:
    """Fork a process in a session of its own, whose parent is the deck's own process; whether this is the new one.

    The process between the two ends at once: what it leaves goes to the nearest process that takes orphans in.
    """
    state = getstate()  # Python seeds its generator anew in every child
    if middle := fork():
        with suppress(ChildProcessError):  # slide code may have it that children vanish by themselves
            waitpid(middle, 0)
        return False
    middle = getpid()
    if fork():
        _exit(0)
    while getppid() == middle:
        sleep(0.0002)
    setsid()
    die_with_parent()
    setstate(state)
    return True


def die_with_parent() -> None:
    """Be killed when the parent is gone. Linux only; elsewhere the parent has to see to it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
