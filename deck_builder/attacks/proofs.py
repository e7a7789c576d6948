"""Victims before and after a run, and its results -> the trace that an attack left, as words; "" for none.

What code claims of itself counts for `said` alone, where nothing is to be seen from outside.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from deck_builder.attacks.victims import Victims
from deck_builder.model import BlockResult, Stream

_LIMITS: Final = sorted(value for name, value in vars(resource).items() if name.startswith("RLIMIT_"))
_REMOVE: Final = 0  # IPC_RMID
_CROWD: Final = 450


@dataclass(frozen=True, slots=True)
class Look:
    """All that can be seen of the victims at one time."""

    files: Mapping[str, tuple[int, ...]]
    victim: Sequence[object]
    parent: Sequence[object]
    knocks: int


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a run: its results, how it looked before and after it, and how many it was at its most."""

    results: Sequence[BlockResult]
    before: Look
    after: Look
    crowd: int

    @property
    def has_error(self) -> bool:
        """Whether it was reported that something went wrong."""
        return not self.results or any(result.error for result in self.results)


Proof: TypeAlias = Callable[[Victims, Ran], str]


def look(victims: Victims, knocks: int) -> Look:
    """Look at the victims. `knocks` is how often this process was sent its signal."""
    return Look(dict(_files(victims)), _standing(victims.process.pid), _standing(os.getpid()), knocks)


def _files(victims: Victims) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each file with all that says that it was changed: nobody can set back when its inode was."""
    for path in [victims.place, *victims.place.rglob("*"), *victims.planted]:
        with suppress(FileNotFoundError):
            status = path.lstat()
            yield str(path), (status.st_mode, status.st_uid, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _standing(pid: int) -> Sequence[object]:
    """What others may set of a process; nothing of one that is gone."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        if state in "ZXT":
            return ()
        limits = [resource.prlimit(pid, one) for one in _LIMITS]
        badness = Path(f"/proc/{pid}/oom_score_adj").read_text(encoding="ascii")
        turn = os.getpriority(os.PRIO_PROCESS, pid), os.sched_getscheduler(pid), sorted(os.sched_getaffinity(pid))
        return turn, _turn_at_disk(pid), limits, badness
    except OSError:
        return ()


def _turn_at_disk(pid: int) -> int:
    """Its priority at the disk; -1 where it is not known how to ask."""
    call = {"x86_64": 252, "aarch64": 31}.get(platform.machine())  # ioprio_get
    return int(ctypes.CDLL(None).syscall(call, 1, pid)) if call else -1


def named(mark: str) -> list[int]:
    """The processes of that name that live: one that is dead and still listed is not among them."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError):
                head, _, tail = Path(entry.path, "stat").read_bytes().rpartition(b")")
                if head.endswith(mark.encode()) and tail.split()[0] not in (b"Z", b"X"):
                    found.append(int(entry.name))
    return found


def told(victims: Victims, ran: Ran) -> str:
    """A secret stands in the outputs."""
    text = repr([result.outputs for result in ran.results])
    return "a secret is in the outputs" if any(token in text for token in victims.tokens) else ""


def changed(victims: Victims, ran: Ran) -> str:
    """A file outside was made, changed or removed."""
    before, after = ran.before.files, ran.after.files
    paths = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return f"{paths[-1]} has changed" if paths else ""  # the last: a folder comes before what is in it


def reached(victims: Victims, ran: Ran) -> str:
    """Somebody knocked at a listener."""
    for name, one in (("TCP", victims.tcp), ("the socket file", victims.path), ("the socket", victims.abstract)):
        with suppress(BlockingIOError):
            one.accept()[0].close()
            return f"it was heard by {name}"
    with suppress(BlockingIOError):
        victims.udp.recv(99, socket.MSG_DONTWAIT)
        return "it was heard by UDP"
    return ""


def hit(victims: Victims, ran: Ran) -> str:
    """Another process was signalled, ended, or is ruled otherwise than before."""
    if ran.before.knocks != ran.after.knocks:
        return "the program that builds was signalled"
    if ran.before.parent != ran.after.parent:
        return "the program that builds is ruled otherwise"
    if not ran.after.victim:
        return "another process has ended"
    return "another process is ruled otherwise" if ran.before.victim != ran.after.victim else ""


def outlived(victims: Victims, ran: Ran) -> str:
    """A process lives on; it is ended now."""
    left = named(victims.mark)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return "a process has outlived its run" if left else ""


def left(victims: Victims, ran: Ran) -> str:
    """Memory or a queue that all programs share was left behind; it is removed now."""
    found = [path.name for path in victims.planted if path.exists()]
    libc = ctypes.CDLL(None, use_errno=True)
    if (shared := libc.shmget(victims.number, 0, 0)) >= 0:
        libc.shmctl(shared, _REMOVE, None)
        found.append("shared memory")
    if hasattr(libc, "mq_unlink") and libc.mq_unlink(f"/{victims.mark}".encode()) == 0:
        found.append("a message queue")
    return f"{found[0]} was left behind" if found else ""


def crowded(victims: Victims, ran: Ran) -> str:
    """A crowd of processes was seen, and nobody put an end to it."""
    return f"{ran.crowd} processes at once" if ran.crowd > _CROWD and not ran.has_error else ""


def passed(victims: Victims, ran: Ran) -> str:
    """What went wrong is not reported."""
    return "" if ran.has_error else "nothing is reported"


def said(victims: Victims, ran: Ran) -> str:
    """Code says that it has succeeded."""
    outputs = [output for result in ran.results for output in result.outputs]
    return "it says so" if any(isinstance(one, Stream) and victims.word in one.text for one in outputs) else ""


PROOFS: Final[Mapping[str, Proof]] = {
    one.__name__: one for one in (told, changed, reached, hit, outlived, left, crowded, passed, said)
}
