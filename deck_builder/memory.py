"""What builds remember from one to the next, kept on disk: text by key, the least used of it forgotten first.

Nothing hangs on it: where the file can't be read or written, or is not what it was, everything is made anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

MOST = 64 * 1024 * 1024
"""Bytes of text that are kept."""

_AT_ONCE = 500
"""Texts that wait to be written together."""

_DAY = 24 * 60 * 60
_TABLE = (
    "CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, text TEXT NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID"
)
_TOTAL = "SELECT COALESCE(SUM(LENGTH(CAST(text AS BLOB))), 0) FROM kept"
_OLDEST = "SELECT key, LENGTH(CAST(text AS BLOB)) FROM kept ORDER BY used, key"


class Memory:
    """Text by key, in a file. `salt` is in every key: the versions of what makes the texts."""

    def __init__(self, file: Path, salt: str, most: int = MOST) -> None:
        self._file, self._salt, self._most = file, salt, most
        self._kept: sqlite3.Connection | None = None
        self._new: dict[bytes, str] = {}
        self._used: set[bytes] = set()
        self._wrote = False
        self._open(file)

    def remember(self, key: str, make: Callable[[], str]) -> str:
        """The text that belongs to a key: kept from before, else made now."""
        name = hashlib.sha256(f"{self._salt}\0{key}".encode("utf-8", "surrogatepass")).digest()
        if (text := self._new.get(name)) is None and (text := self._look_up(name)) is None:
            text = self._new[name] = make()
            if len(self._new) >= _AT_ONCE:
                self._write()
        return text

    def save(self) -> None:
        """Write down what is new. Another build that writes at the same time goes first, or nothing is written."""
        if self._kept is None:
            return
        self._write()
        with suppress(sqlite3.Error), closing(self._kept), self._kept:
            used = ((int(time.time()), key) for key in self._used)
            self._kept.executemany("UPDATE kept SET used = ? WHERE key = ?", used)
            if self._wrote:
                self._make_room(self._kept)
        self._kept = None

    def _write(self) -> None:
        if self._kept is None:
            return
        now = int(time.time())
        with suppress(sqlite3.Error, UnicodeError), self._kept:
            rows = ((key, text, now) for key, text in self._new.items())
            self._kept.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)
            self._wrote = self._wrote or bool(self._new)
        self._new.clear()

    def _open(self, file: Path) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # A page may be rendered in a thread that warms up; only one at a time asks.
            self._kept = sqlite3.connect(file, timeout=1.0, check_same_thread=False)
            self._kept.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Go on without the file; one that is broken, not just busy, is put out of the way for the next build."""
        if self._kept:
            self._kept.close()
        self._kept = None
        broken = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        if broken:
            with suppress(OSError):
                self._file.unlink(missing_ok=True)

    def _look_up(self, name: bytes) -> str | None:
        if self._kept is None:
            return None
        try:
            found = self._kept.execute("SELECT text, used FROM kept WHERE key = ?", (name,)).fetchone()
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        match found:
            case (str() as text, int() as used):
                pass
            case _:  # nothing, or what was never written here
                return None
        if used < time.time() - _DAY:
            self._used.add(name)
        return text

    def _make_room(self, kept: sqlite3.Connection) -> None:
        """Delete what was not used for longest, down to three quarters, once there is too much."""
        (total,) = kept.execute(_TOTAL).fetchone()
        if total <= self._most:
            return
        gone = []
        for key, size in kept.execute(_OLDEST):
            if total <= self._most * 3 // 4:
                break
            gone.append((key,))
            total -= size
        kept.executemany("DELETE FROM kept WHERE key = ?", gone)
