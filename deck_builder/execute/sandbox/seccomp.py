"""The machine and the other layers -> rules on system calls: those that slide code has no use for fail.

A list of what is refused, not of what is let through: torch, glibc and MKL call much, and not the same everywhere.
Numbers are those of the kernel's asm/unistd_64.h (x86_64) and asm-generic/unistd.h (aarch64).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from errno import EACCES, EINVAL, ENETUNREACH, ENOSYS, EPERM
from typing import Any, Final

from deck_builder.execute.sandbox.landlock import SIGNALS, TRUNCATE, version
from deck_builder.worker.protocol import Message

_ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_NEVER: Final = """
    unshare 272 97           setns 308 268             mount 165 40              umount2 166 39
    pivot_root 155 41        chroot 161 51             fsopen 430 430            fsconfig 431 431
    fsmount 432 432          fspick 433 433            move_mount 429 429        open_tree 428 428
    open_tree_attr 467 467   mount_setattr 442 442     bpf 321 280               perf_event_open 298 241
    add_key 248 217          request_key 249 218       keyctl 250 219            kexec_load 246 104
    kexec_file_load 320 294  userfaultfd 323 282       ptrace 101 117            process_vm_readv 310 270
    process_vm_writev 311 271  process_madvise 440 440 process_mrelease 448 448  pidfd_getfd 438 438
    kcmp 312 272             init_module 175 105       finit_module 313 273      delete_module 176 106
    reboot 169 142           swapon 167 224            swapoff 168 225           acct 163 89
    quotactl 179 60          quotactl_fd 443 443       syslog 103 116            sethostname 170 161
    setdomainname 171 162    settimeofday 164 170      clock_settime 227 112     adjtimex 159 171
    clock_adjtime 305 266    iopl 172 -                ioperm 173 -              vhangup 153 58
    name_to_handle_at 303 264  open_by_handle_at 304 265  fanotify_init 300 262  lookup_dcookie 212 18
    migrate_pages 256 238    move_pages 279 239        personality 135 92        rt_sigqueueinfo 129 138
    rt_tgsigqueueinfo 297 240"""
"""What no slide does: to change the system, to look into other processes, to load code into the kernel."""

_AS_IF_OLD: Final = """
    io_uring_setup 425 425   io_uring_enter 426 426    io_uring_register 427 427  clone3 435 435
    memfd_create 319 279     memfd_secret 447 447      shmget 29 194              shmat 30 196
    shmctl 31 195            msgget 68 186             semget 64 190              mq_open 240 180"""
"""What fails as if the kernel did not have it: libraries know what to do then. Memory that no limit counts, a clone
whose flags can't be seen here, and io_uring, whose work goes past this filter."""

_ATTRIBUTES: Final = """
    chmod 90 -               fchmod 91 52              fchmodat 268 53            fchmodat2 452 452
    chown 92 -               fchown 93 55              lchown 94 -                fchownat 260 54
    setxattr 188 5           lsetxattr 189 6           fsetxattr 190 7            setxattrat 463 463
    removexattr 197 14       lremovexattr 198 15       fremovexattr 199 16        removexattrat 466 466
    file_setattr 469 469"""
"""What Landlock does not see: changes of a file's mode and owner. They do nothing, so that a copy still works."""

_TIMES: Final = "utime 132 -    utimes 235 -    futimesat 261 -    utimensat 280 88"
"""Nor does it see changes of times. Those fail: who touches a file takes success to mean that it is there."""

_WATCHES: Final = "inotify_init 253 -       inotify_init1 294 26"
"""What Landlock does not see either: hearing of what happens in folders that can't be read. And in namespaces it counts
for the user, who has 128 of them: with all taken no other program hears of anything."""

_SINGLE: Final = """
    clone 56 220             ioctl 16 29               socket 41 198              prlimit64 302 261
    sched_setaffinity 203 122  sched_setscheduler 144 119  sched_setparam 142 118  sched_setattr 314 274
    setpriority 141 140      ioprio_set 251 30         truncate 76 45             kill 62 129
    tkill 200 130            tgkill 234 131            pidfd_send_signal 424 424
    fcntl 72 25                open 2 -                  openat 257 56             openat2 437 437"""

_NEW_NAMESPACES: Final = 0x7E020000
_TIOCSTI, _TIOCLINUX, _SETFLAGS, _SETFLAGS_32, _FSSETXATTR = 0x5412, 0x541C, 0x40086602, 0x40046602, 0x401C5820
_SETOWN, _SETOWN_EX, _FIOSETOWN, _SIOCSPGRP = 8, 15, 0x8901, 0x8902  # who hears that a file can be read
_SETLEASE, _SETDELEG = 1024, 1040  # who opens such a file waits for whoever holds it, up to 45 s, were it read alone
_NEITHER: Final = 3  # to read or to write: neither is asked for, and so none is looked at
_HOW: Final = _NEITHER | os.O_TRUNC  # opened to read a file is emptied, too, which an older Landlock does not see
_UNIX, _INET, _INET6 = 1, 2, 10


def lacks() -> str:
    """Why calls can't be filtered here; "" where they can."""
    if sys.platform != "linux":
        return "only Linux has it"
    machine = os.uname().machine
    return "" if machine in _ARCHITECTURES else f"nobody has told yet which calls are which on {machine}"


def part(*, rooms: bool) -> Message:
    """The rules. Within `rooms` there are fewer: what they hide needs no rule, and a library's processes may talk."""
    machine = os.uname().machine
    column = list(_ARCHITECTURES).index(machine)
    calls = list(_calls(column, rooms=rooms))
    return {"architecture": _ARCHITECTURES[machine], "x32": machine == "x86_64", "calls": calls}


def _calls(column: int, *, rooms: bool) -> Iterator[list[Any]]:
    one = _numbers(_SINGLE, column)
    yield from ([number, EPERM] for number in _numbers(_NEVER, column).values())
    yield from ([number, ENOSYS] for number in _numbers(_AS_IF_OLD, column).values())
    yield [one["clone"], EPERM, 0, "any bit", [_NEW_NAMESPACES]]
    yield [one["ioctl"], EPERM, 1, "one of", [_TIOCSTI, _TIOCLINUX]]
    yield [one["socket"], ENETUNREACH, 0, "one of", [_INET, _INET6]]
    yield [one["socket"], EACCES, 0, "none of", [_UNIX]]
    yield [one["fcntl"], EPERM, 1, "one of", [_SETLEASE, _SETDELEG]]
    yield from ([number, EINVAL] for number in _numbers(_WATCHES, column).values())
    if rooms:
        return
    yield [one["socket"], EACCES]
    yield [one["ioctl"], EPERM, 1, "one of", [_SETFLAGS, _SETFLAGS_32, _FSSETXATTR]]
    yield from ([number, 0] for number in _numbers(_ATTRIBUTES, column).values())
    yield from ([number, EPERM] for number in _numbers(_TIMES, column).values())
    yield from _of_others(one)
    yield [one["openat2"], ENOSYS]  # its flags can't be seen here
    for name, position in (("open", 1), ("openat", 2)):
        if name in one:
            yield [one[name], EACCES, position, "bits", [_HOW, os.O_TRUNC]]
            yield [one[name], EACCES, position, "bits", [_NEITHER, _NEITHER]]
    if version() < TRUNCATE:
        yield [one["truncate"], EPERM]
    if version() < SIGNALS:
        yield from ([one[name], EPERM, 0, "none of", [0, "self"]] for name in ("kill", "tkill", "tgkill"))
        yield [one["pidfd_send_signal"], EPERM]
        yield [one["fcntl"], EPERM, 1, "one of", [_SETOWN, _SETOWN_EX]]
        yield [one["ioctl"], EPERM, 1, "one of", [_FIOSETOWN, _SIOCSPGRP]]


def _of_others(one: Mapping[str, int]) -> Iterator[list[Any]]:
    """What a process may set for itself, and not for another."""
    yield [one["prlimit64"], EPERM, 0, "none of", [0, "self"]]
    for name in ("sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr"):
        yield [one[name], EPERM, 0, "none of", [0, "self"]]
    yield from ([one[name], EPERM, 1, "none of", [0, "self"]] for name in ("setpriority", "ioprio_set"))


def _numbers(table: str, column: int) -> dict[str, int]:
    """The names of a table with their numbers on a machine; what that does not have is left out."""
    words = table.split()
    found = zip(words[::3], words[1 + column :: 3], strict=True)
    return {name: int(number) for name, number in found if number != "-"}
