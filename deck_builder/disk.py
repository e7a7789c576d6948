"""Questions to the disk -> answers. Whoever has them noted can ask again later, and know that all is as it was."""

from __future__ import annotations

import errno
import json
import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias, TypeVar

Status: TypeAlias = tuple[int, ...]
"""Size, inode, and when the contents and the inode were changed last."""

_SETTLED_NS: Final = 2_000_000_000
"""A file that was changed so shortly before it was read may be changed again within the same tick of its clock."""

_T = TypeVar("_T")


class Note(NamedTuple):
    """A question about a path, and what was answered: of a file that was read, its hash.

    While such a file keeps its status it keeps its contents; None where that is not sure.
    """

    question: str
    path: str
    answer: str
    status: Status | None = None


class _Read(NamedTuple):
    data: bytes
    status: Status | None


class Disk:
    """What a build asks of the disk. This one answers, and that is all."""

    def is_file(self, path: Path) -> bool:
        """Whether a regular file is there, or a link leads to one."""
        return self._answer("file", path, path.is_file, str)

    def is_dir(self, path: Path) -> bool:
        """Whether a folder is there, or a link leads to one."""
        return self._answer("folder", path, path.is_dir, str)

    def exists(self, path: Path) -> bool:
        """Whether anything is there."""
        return self._answer("exists", path, path.exists, str)

    def resolve(self, path: Path) -> Path:
        """Where a path leads, with every link followed."""
        return self._answer("real", path, path.resolve, str)

    def names(self, folder: Path) -> list[str]:
        """The names in a folder, in order."""
        return self._answer("names", folder, lambda: sorted(entry.name for entry in folder.iterdir()), json.dumps)

    def glob(self, folder: Path, pattern: str) -> list[Path]:
        """What lies in a folder and goes by a pattern, in order."""
        return self._answer(f"glob {pattern}", folder, lambda: sorted(folder.glob(pattern)), _listed)

    def read(self, path: Path, most: int, *, follow: bool = True) -> bytes:
        """A regular file's bytes, and of a larger one `most + 1`. OSError for anything else; nothing is waited for."""
        return self._answer(f"read {most}", path, lambda: _read(path, most, follow=follow), _hash).data

    def doubt(self) -> None:
        """Hear that something came from elsewhere, and may be another thing next time."""

    def _answer(self, question: str, path: Path, ask: Callable[[], _T], said: Callable[[_T], str]) -> _T:
        return ask()


DISK: Final = Disk()


class NotingDisk(Disk):
    """Keeps a note of each answer, refusals among them; `sure` as long as nothing came from elsewhere."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str], Note] = {}
        self.sure = True

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was asked and answered so far."""
        return tuple(self._notes.values())

    def doubt(self) -> None:
        """Be no longer sure."""
        self.sure = False

    def _answer(self, question: str, path: Path, ask: Callable[[], _T], said: Callable[[_T], str]) -> _T:
        try:
            answer = ask()
        except (OSError, ValueError, RuntimeError) as err:  # a RuntimeError is how Python 3.12 tells of links in a ring
            self._note(question, path, f"{type(err).__name__} {getattr(err, 'errno', '')}")
            raise
        self._note(question, path, said(answer), answer.status if isinstance(answer, _Read) else None)
        return answer

    def _note(self, question: str, path: Path, answer: str, status: Status | None = None) -> None:
        self._notes[question, str(path)] = Note(question, str(path), answer, status)


_ASK: Final[dict[str, Callable[[Disk, Path, str], object]]] = {
    "file": lambda disk, path, _: disk.is_file(path),
    "folder": lambda disk, path, _: disk.is_dir(path),
    "exists": lambda disk, path, _: disk.exists(path),
    "real": lambda disk, path, _: disk.resolve(path),
    "names": lambda disk, path, _: disk.names(path),
    "glob": lambda disk, path, pattern: disk.glob(path, pattern),
    "read": lambda disk, path, most: disk.read(path, int(most)),
}


def still_so(note: Note) -> bool:
    """Whether the disk gives the same answer as it did."""
    path = Path(note.path)
    if note.status is not None:
        with suppress(OSError, ValueError):
            if _status(path.stat()) == note.status:
                return True
    asking = NotingDisk()
    name, _, detail = note.question.partition(" ")
    with suppress(OSError, ValueError, RuntimeError):
        _ASK[name](asking, path, detail)
    return [again.answer for again in asking.notes] == [note.answer]


def _read(path: Path, most: int, *, follow: bool) -> _Read:
    """What stands in a file, and its status before it was read if nothing can have happened to it since."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
    descriptor = os.open(path, flags)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        settled = max(found.st_mtime_ns, found.st_ctime_ns) < time.time_ns() - _SETTLED_NS
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return _Read(file.read(most + 1), _status(found) if settled else None)
    finally:
        os.close(descriptor)


def _status(found: os.stat_result) -> Status:
    return found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns


def _hash(read: _Read) -> str:
    return sha256(read.data).hexdigest()


def _listed(paths: list[Path]) -> str:
    return json.dumps([str(path) for path in paths])
