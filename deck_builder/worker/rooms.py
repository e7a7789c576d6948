"""A process -> namespaces of its own, and a first process in them: slide code sees the files that it may, and no more.

The first process is number 1 in there: with it everything in there ends. It reaps what nobody waits for, and tells the
parent how each ended.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import sleep
from typing import Any, NoReturn

from deck_builder.worker import kernel
from deck_builder.worker.protocol import ENDED
from deck_builder.worker.wall import python_places

_DEVICES = ("null", "zero", "full", "random", "urandom")
_STREAMS = {"fd": "fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
_ROOT_SIZE = "size=16m,mode=755"
_SHARED = "mode=1777,nr_inodes=16k"  # an empty file takes a kilobyte of the kernel's, which no limit counts


def open_rooms(order: Mapping[str, Any], tell: Callable[[str], None], reports: int) -> int:
    """Make the namespaces, and the first process in them; what this one forks from now on is in there, too.

    `tell` is called in that process: with "" when all is set up, else with what is wrong. Gives a descriptor from which
    a byte can be read when it is, and at once when it never will be. Raises `OSError`.
    """
    outside = os.getpid()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # who is not can't say who is who in there
    user, group = os.geteuid(), os.getegid()
    kernel.unshare(order["flags"])
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    ready, done = os.pipe()
    if os.fork():
        os.close(done)
        return ready
    try:
        while _parent() == outside:
            sleep(0.0002)
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        os.setsid()
        _furnish(order)
        kernel.drop_privileges()
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        tell("")
        os.write(done, b".")
    except OSError as error:
        tell(f"namespaces: {error.strerror}")
        os._exit(1)
    _stay(reports)


def _parent() -> int:
    """The number of this process' parent, as it is outside."""
    return int(_read("/proc/self/stat").rpartition(")")[2].split()[1])


def _furnish(order: Mapping[str, Any]) -> None:
    """Turn a folder into the root of all that is seen, with what may be read, and what may be written."""
    root: str = order["root"]
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", root, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, _ROOT_SIZE)
    _devices(f"{root}/dev", order["devices"], order["shared_memory"])  # first: files may lie in shared memory
    places = [(path, path, True) for path in {*order["read"], *python_places()}]
    places += [(path, source, False) for path, source in order["write"]]
    for path, source, is_fixed in sorted(places, key=lambda place: (place[0].count("/"), place)):
        _place(root, path, source, is_fixed=is_fixed)
    os.mkdir(f"{root}/proc")
    kernel.mount("proc", f"{root}/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    kernel.make_read_only(f"{root}/proc", deep=False)  # the settings of the whole system are in there
    kernel.make_read_only(root, deep=False)
    kernel.turn_root_into(root)


def _place(root: str, path: str, source: str, *, is_fixed: bool) -> None:
    """Show a file or a folder below a new root: a link at the top as a link, for whole systems are named so."""
    target = root + path
    if not os.path.exists(source) or (is_fixed and os.path.lexists(target)):
        return  # it is in a place that is there already
    if path.count("/") == 1 and os.path.islink(path):
        os.symlink(os.readlink(path), target)
        return
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    elif not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
    kernel.mount(source, target, None, kernel.MS_BIND | (kernel.MS_REC if is_fixed else 0))
    if is_fixed:
        kernel.make_read_only(target, deep=True)


def _devices(folder: str, names: list[str], shared_memory: int) -> None:
    os.mkdir(folder)
    for name in (*_DEVICES, *names):
        if os.path.exists(f"/dev/{name}"):
            os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
            os.close(os.open(f"{folder}/{name}", os.O_CREAT | os.O_WRONLY))
            kernel.mount(f"/dev/{name}", f"{folder}/{name}", None, kernel.MS_BIND)
    for name, target in _STREAMS.items():
        os.symlink(f"/proc/self/{target}", f"{folder}/{name}")
    os.mkdir(f"{folder}/shm")
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("tmpfs", f"{folder}/shm", "tmpfs", flags, f"{_SHARED},size={shared_memory}")


def _stay(reports: int) -> NoReturn:
    """Be the first process: reap, and tell of each."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    os.dup2(reports, 3)
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))
    os.set_blocking(3, False)
    while True:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)) != (0, 0):
                with suppress(OSError):  # the parent asks for few of them, and no more fit in
                    os.write(3, ENDED.pack(*ended))
        signal.sigwait({signal.SIGCHLD})


def _read(path: str) -> str:
    with open(path, encoding="ascii", errors="replace") as file:
        return file.read()


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
