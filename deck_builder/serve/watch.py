"""Folders -> the paths that change in them, once what changes them is done with it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Condition
from typing import Final

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

SETTLES_S: Final = 0.1
"""A file that is being written, or has gone, may be whole again so soon."""

_NOISE: Final = re.compile(
    r"\..*|.*~|.*\.(?:sw[a-z]|tmp|bak|pyc|part|crdownload)|#.*#|4913|__pycache__|___jb_(?:tmp|old)___"
)
"""What editors and Python leave lying about for a moment."""

_AT_ONCE: Final = ("created", "moved", "closed")
_SOON: Final = ("modified", "deleted")


class Watch(FileSystemEventHandler):
    """Says what changed. A context: at its end nothing is watched."""

    def __init__(self) -> None:
        self._observer = Observer()
        self._observer.daemon = True
        self._watched: dict[Path, object] = {}
        self._changed = Condition()
        self._due: dict[Path, float] = {}
        self._is_called = self._closed = False

    def start(self) -> None:
        """Begin to watch."""
        self._observer.start()

    def close(self) -> None:
        """Watch nothing any more, and let nobody wait."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()

    def follow(self, folders: Iterable[Path]) -> None:
        """Watch these folders, and not those below; where one is not there, the next one above."""
        wanted = {there for folder in folders if (there := _there(folder))}
        for folder in self._watched.keys() - wanted:
            with suppress(KeyError, OSError):
                self._observer.unschedule(self._watched.pop(folder))  # type: ignore[arg-type]
        for folder in wanted - self._watched.keys():
            with suppress(OSError):  # it went away this very moment, or too many are watched: other events will come
                self._watched[folder] = self._observer.schedule(self, str(folder))

    def call(self) -> None:
        """Let whoever waits go on: there is something to do that is no file's."""
        with self._changed:
            self._is_called = True
            self._changed.notify_all()

    def wait(self) -> frozenset[Path] | None:
        """Wait until something is to be done; the paths that changed. None once it is closed."""
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                if self._is_called or any(due <= now for due in self._due.values()):
                    found = frozenset(self._due)
                    self._due.clear()
                    self._is_called = False
                    return found
                self._changed.wait(min(self._due.values()) - now if self._due else None)
        return None

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take what the system tells. Files that are only opened or looked at are of no interest."""
        kind = event.event_type
        if kind not in _AT_ONCE + _SOON or (event.is_directory and kind == "modified"):
            return
        now = time.monotonic()
        with self._changed:
            for path, soon in _paths(event):
                if not _NOISE.fullmatch(path.name):
                    due = now + (SETTLES_S if soon else 0.0)
                    self._due[path] = due if not soon else min(due, self._due.get(path, due))
            self._changed.notify_all()


def _paths(event: FileSystemEvent) -> Iterable[tuple[Path, bool]]:
    """What an event is about, and whether it may not be over yet."""
    gone = event.event_type in _SOON
    if event.src_path:
        yield Path(os.fsdecode(event.src_path)), gone or event.event_type == "moved"
    if event.event_type == "moved" and event.dest_path:
        yield Path(os.fsdecode(event.dest_path)), False


def _there(folder: Path) -> Path | None:
    """A folder, or the nearest above it that is there."""
    for one in (folder, *folder.parents):
        with suppress(OSError):
            if one.is_dir():
                return one
    return None
