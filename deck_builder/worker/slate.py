"""What must outlive the worker: how far its captured output was taken, and text it still holds, in a mapped file.

A worker may be killed at any moment. What stands here is read by its parent then; writing it costs no system call.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from os import fstat
from typing import Final

SIZE: Final = 1 << 17
"""Bytes of the file."""

_HEAD: Final = struct.Struct("<QQIII")  # bytes taken of stdout and stderr; the held text's descriptor, line and bytes
_USED: Final = struct.Struct("<I")  # the last part of the head
_ROOM: Final = SIZE - _HEAD.size


class Slate:
    """The worker's side. `fd` is a file of `SIZE` bytes; the mapping stays when it is closed."""

    def __init__(self, fd: int) -> None:
        self.inode = fstat(fd).st_ino
        self._map = mmap.mmap(fd, SIZE)
        self._taken = {1: 0, 2: 0}
        self._place = (0, 0)
        self._used = 0

    def taken(self, fd: int, at: int) -> None:
        """Say that a captured file was taken up to a byte."""
        self._taken[fd] = at
        self._say()

    def hold(self, fd: int, lines: list[int], text: str) -> None:
        """Add text that is not sent yet, of a stream and a line."""
        data = text.encode("utf-8", "replace")[: _ROOM - self._used]
        start = _HEAD.size + self._used
        self._used += len(data)
        self._map[start : _HEAD.size + self._used] = data
        place = (fd, lines[0] if lines else 0)
        if place == self._place:
            _USED.pack_into(self._map, _HEAD.size - _USED.size, self._used)
        else:
            self._place = place
            self._say()

    def drop(self) -> None:
        """Say that nothing is held any more."""
        if self._used:
            self._used = 0
            self._say()

    def _say(self) -> None:
        _HEAD.pack_into(self._map, 0, self._taken[1], self._taken[2], *self._place, self._used)


@dataclass(frozen=True, slots=True)
class Left:
    """What a dead worker's slate says: by descriptor, the bytes taken; and the text it held, with its place."""

    taken: dict[int, int]
    fd: int
    line: int
    text: str


def read(data: bytes) -> Left:
    """The file's content, which slide code may have spoilt, as what it says."""
    head = data[: _HEAD.size].ljust(_HEAD.size, b"\0")
    stdout, stderr, fd, line, used = _HEAD.unpack(head)
    text = data[_HEAD.size : _HEAD.size + min(used, _ROOM)].decode("utf-8", "replace") if fd in (1, 2) else ""
    return Left({1: min(stdout, 2**62), 2: min(stderr, 2**62)}, fd, line, text)
