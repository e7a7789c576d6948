"""What Linux can do to a process -> system calls, each of which raises `OSError`, with its own name, where it fails."""

from __future__ import annotations

import ctypes
import os

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_GET_CHILD_SUBREAPER = 37
PR_SET_NO_NEW_PRIVS = 38

MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 1 << 12, 1 << 14, 1 << 18

_SECCOMP_MODE_FILTER = 2
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR, _LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 442, 444, 445, 446  # the same on all machines
_MNT_DETACH = 2
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_ATTR_RDONLY, _ATTR_NOSUID = 1, 2
_CAPABILITY_VERSION = 0x20080522
_LAST_CAPABILITY = 63

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def prctl(option: int, value: int = 0) -> None:
    """One thing about this process."""
    _done("prctl", _libc.prctl(option, ctypes.c_ulong(value), *[ctypes.c_ulong()] * 3))


def is_subreaper() -> bool:
    """Whether orphans among the descendants of this process come to it."""
    found = ctypes.c_int()
    _libc.prctl(PR_GET_CHILD_SUBREAPER, ctypes.byref(found))
    return bool(found.value)


def unshare(flags: int) -> None:
    """New namespaces for this process, or for its children."""
    _done("unshare", _libc.unshare(flags))


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """mount(2)."""
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, data)]
    result = _libc.mount(*texts[:3], ctypes.c_ulong(flags), texts[3])
    _done(f"mount {target}", result)


def make_read_only(path: str, *, deep: bool) -> None:
    """Let nothing be written below a mount; `deep`: nor below those in it, and no program there be anyone else's."""
    attributes = (ctypes.c_uint64 * 4)(_ATTR_RDONLY | _ATTR_NOSUID, 0, 0, 0)
    how = _AT_RECURSIVE if deep else 0
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    _done(f"mount_setattr {path}", _libc.syscall(_MOUNT_SETATTR, _AT_FDCWD, os.fsencode(path), how, attributes, size))


def turn_root_into(path: str) -> None:
    """Let a mount be the root, and what was the root be nowhere. A folder as it was, and its own, are not left."""
    os.chdir(path)
    _done("pivot_root", _libc.syscall(_PIVOT_ROOT[os.uname().machine], b".", b"."))
    _done("umount", _libc.umount2(b".", _MNT_DETACH))
    os.chdir("/")


def drop_privileges() -> None:
    """Give up every capability, and the chance to gain one, for good."""
    for capability in range(_LAST_CAPABILITY + 1):
        if _libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), *[ctypes.c_ulong()] * 3):
            break  # there is none of that number, or an ordinary user has none to drop
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    _done("capset", _libc.capset(header, (ctypes.c_uint32 * 6)()))
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def landlock_version() -> int:
    """The version of Landlock that this kernel has; 0 for none."""
    return max(0, int(_libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)))


class Landlock:
    """A set of rules: of all the rights it handles, only those that a rule grants are left."""

    def __init__(self, files: int, net: int, scoped: int) -> None:
        handled = (ctypes.c_uint64 * 3)(files, net, scoped)
        size = ctypes.c_size_t(24 if scoped else 16 if net else 8)  # as much as this version knows
        self._fd = _done("landlock_create_ruleset", _libc.syscall(_LANDLOCK_CREATE, handled, size, 0))

    def allow(self, path: str, rights: int) -> None:
        """Grant rights to a file, or to all that is below a folder."""
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            rule = rights.to_bytes(8, "little") + fd.to_bytes(4, "little")
            _done(f"landlock_add_rule {path}", _libc.syscall(_LANDLOCK_ADD, self._fd, 1, rule, 0))
        finally:
            os.close(fd)

    def enforce(self) -> None:
        """Hold this thread, and all that comes of it, to the rules."""
        _done("landlock_restrict_self", _libc.syscall(_LANDLOCK_RESTRICT, self._fd, 0))
        os.close(self._fd)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def filter_calls(program: bytes) -> None:
    """Let a filter judge every system call of this process from now on."""
    code = _Program(len(program) // 8, program)
    result = _libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.byref(code))
    _done("seccomp", result)


def _done(what: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result
