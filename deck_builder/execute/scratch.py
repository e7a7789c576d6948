"""The deck's folder -> a throw-away folder with the same entries: its files can be read, new ones stay out of it.

Each entry is a link, and a link knows whether it was followed: so what C code read of the deck's files is seen, too.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from deck_builder.execute.folder import walk
from deck_builder.execute.listen import Ran
from deck_builder.execute.steady import steady
from deck_builder.execute.throwaway import PREFIX, Throwaway

_MOST: Final = 5000
_NAME: Final = "deck"
_AS_IT_STANDS: Final = getattr(os, "O_PATH", 0) | os.O_NOFOLLOW | os.O_CLOEXEC


class Scratch:
    """A folder with `work` (the mirror of `folder`), `home` and `tmp`; gone when nobody holds it any more.

    `root` and `slash` are what namespaces make of it: their root folder, and their `/tmp`. `cells` ends those.
    """

    def __init__(self, folder: Path) -> None:
        self._made = Throwaway()
        self.root = self._made.path
        self._holders = 1
        self.cells = ExitStack()
        self._links: dict[Path, Path] = {}
        self._inodes: dict[Path, tuple[int, int]] = {}
        self.entries = entries_of(folder)
        try:
            for name in ("work", "home", "tmp", "root", "slash"):
                (self.root / name).mkdir()
            self._mirror(folder)
            self.shows_reads = self._can_tell()
        except BaseException:
            self._made.remove()
            raise

    def hold(self) -> Scratch:
        """Keep it until one more has let go."""
        self._holders += 1
        return self

    def let_go(self) -> None:
        """Remove it, with all that is in it, unless somebody else holds it."""
        self._holders -= 1
        if not self._holders:
            self.cells.close()
            self._made.remove()

    def followed(self) -> frozenset[Path]:
        """What of the deck's folder was looked at through the links since this was asked last."""
        return frozenset(target for link, target in self._links.items() if self._was_followed(link))

    def noted(self, ran: Ran) -> Ran:
        """A block that ran here, with what it looked at through the links; it tells nothing of this very folder."""
        reads, links = ran.reads | self.followed(), frozenset(self._links.values())
        result = steady(ran.result, str(self.root), str(self.root.with_name(_NAME)))
        return replace(ran, result=result, reads=reads, links=links, sees_links=self.shows_reads)

    def made(self) -> str | None:
        """A hash of what slide code made of this, by names, kinds and times; None if it is too much, or hidden."""
        digest, count = sha256(), 0
        with suppress(OSError):  # a path is too long, or a folder shut, or something changes just now
            for path, entries in _walk(self.root):
                for entry in entries:
                    digest.update(repr((str(path), entry.name, self._state(entry))).encode("utf-8", "surrogateescape"))
                    count += Path(entry.path) not in self._links
            return digest.hexdigest() if count <= _MOST else None
        return None

    def _state(self, entry: os.DirEntry[str]) -> object:
        """What changes when slide code changes an entry. When its inode was changed can't be set back."""
        if entry.is_symlink() and Path(entry.path) in self._links:
            return self._target(Path(entry.path))  # its times tell of those who follow it
        status = entry.stat(follow_symlinks=False)
        if entry.is_dir(follow_symlinks=False):
            return status.st_mode  # what is in it is told by name
        return status.st_ino, status.st_size, status.st_ctime_ns

    def _target(self, link: Path) -> str:
        """Where a link leads. To ask that is to look at it, too: it is left as if nobody had."""
        entry = os.open(link, _AS_IT_STANDS)
        try:
            seen = os.fstat(entry).st_atime_ns
            target = os.readlink("", dir_fd=entry)  # of the entry itself, whatever its path leads to now
            if not seen:
                os.utime(f"/proc/self/fd/{entry}", ns=(0, 0))
            return target
        finally:
            os.close(entry)

    def _mirror(self, folder: Path) -> None:
        """Make `folder`'s subfolders, and links to all else: a subfolder too large for that is a link, too."""
        work = self.root / "work"
        for name, is_folder in self.entries:
            copy = work / name
            if is_folder:
                copy.mkdir()
            else:
                copy.symlink_to(folder / name)
                self._links[copy] = folder / name
                self._inodes[copy] = _inode(copy.lstat())
                _forget(copy)

    def _was_followed(self, link: Path) -> bool:
        """Whether it was since this was asked last. Its path may lead anywhere by now, so no path is written to."""
        try:
            entry = os.open(link, _AS_IT_STANDS)
        except OSError:
            return False
        try:
            status = os.fstat(entry)
            if _inode(status) != self._inodes[link] or not stat.S_ISLNK(status.st_mode):
                return True  # slide code has put something else there
            if status.st_atime_ns:
                os.utime(f"/proc/self/fd/{entry}", ns=(0, 0))
            return bool(status.st_atime_ns)
        except OSError:
            return True
        finally:
            os.close(entry)

    def _can_tell(self) -> bool:
        """Whether this file system notes that a link was followed."""
        link = self.root / "link"
        link.symlink_to(self.root / "tmp")
        self._inodes[link] = _inode(link.lstat())
        _forget(link)
        with suppress(OSError):
            link.stat()
        told = self._was_followed(link) and not self._was_followed(link)
        link.unlink()
        return told


def entries_of(folder: Path) -> tuple[tuple[str, bool], ...]:
    """What is to be mirrored of a folder: names, and whether each is a folder that is made anew."""
    temporary = Path(tempfile.gettempdir()).resolve()

    def is_ours(path: Path) -> bool:  # a deck may well lie beside the temporary files
        return path.name.startswith(PREFIX) and path.parent == temporary

    return tuple((str(one.path.relative_to(folder)), one.kind == "folder") for one in walk(folder, leave=is_ours))


def _forget(link: Path) -> None:
    """Let a link look as if it had not been followed for long: so the next time is noted, however seldom that is."""
    with suppress(OSError, NotImplementedError):
        os.utime(link, ns=(0, 0), follow_symlinks=False)


def _inode(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _walk(root: Path) -> Iterator[tuple[Path, list[os.DirEntry[str]]]]:
    """Every folder below one, with its entries by name. Raises `OSError` where one can't be looked into."""
    waiting = [root]
    while waiting:
        path = waiting.pop()
        with os.scandir(path) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        yield path, entries
        waiting += [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
