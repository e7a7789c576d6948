"""A process that waits -> a new one for each order: the zygote, which has only imported, and every checkpoint."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress

# slide code may put others in their place
from os import _exit, close, fork, getpid, getppid, read, setsid, waitpid, write
from random import getstate, setstate
from time import sleep

from deck_builder.worker.link import Link, Order
from deck_builder.worker.protocol import encode
from deck_builder.worker.warm import warm


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
            case "fork" if fork_apart(order):
                link.close()
                return order
        for fd in order.fds:
            close(fd)
    _exit(0)


def fork_apart(order: Order | None = None) -> bool:
    """Fork a process in a session of its own, whose parent is the deck's own process; whether this is the new one.

    The process between the two ends at once: what it leaves goes to the nearest process that takes orphans in. Where
    the order has it so, that one opens namespaces first, and the new one is in them.
    """
    state = getstate()  # Python seeds its generator anew in every child
    if middle := fork():
        with suppress(ChildProcessError):  # slide code may have it that children vanish by themselves
            waitpid(middle, 0)
        return False
    middle = getpid()
    ready = _open_rooms(order) if order else None
    if fork():
        _exit(0)
    if ready is None:
        while getppid() == middle:
            sleep(0.0002)
    elif not read(ready, 1):
        _exit(1)
    else:
        close(ready)
    setsid()
    die_with_parent()
    setstate(state)
    return True


def _open_rooms(order: Order) -> int | None:
    """Make the namespaces that an order asks for, if it does; gives what `open_rooms` does."""
    job = order.message["job"]
    if "namespaces" not in (wall := job.get("wall", {})):
        return None
    from deck_builder.worker.rooms import open_rooms  # Linux only

    link, *_, reports = order.fds

    def tell(why: str) -> None:
        write(link, encode({"kind": "refused", "why": why} if why else {"kind": "rooms"}, job["nonce"]))

    try:
        return open_rooms(wall["namespaces"], tell, reports)
    except OSError as error:
        tell(f"namespaces: {error.strerror}")
        _exit(1)


def die_with_parent() -> None:
    """Be killed when the parent is gone. Linux only; elsewhere the parent has to see to it."""
    _set("PR_SET_PDEATHSIG", signal.SIGKILL)


def hide() -> None:
    """Let no process of the same user look into this one. Linux only."""
    _set("PR_SET_DUMPABLE", 0)


def be_seen() -> None:
    """Let the parent count what memory this process has: where Landlock keeps others of the same user from a look."""
    _set("PR_SET_DUMPABLE", 1)


def _set(option: str, value: int) -> None:
    if sys.platform == "linux":
        from deck_builder.worker import kernel

        kernel.prctl(getattr(kernel, option), value)
