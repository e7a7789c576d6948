"""What a block read -> the paths that its cached result depends on, or why those can't be known.

Python tells of opened files and listed folders by audit events, of names that it looks for and does not find by
`os.stat` and its like. What C code opens is not seen here: the parent looks at the links of the scratch folder.
"""

from __future__ import annotations

import importlib.util
import os
import stat
import sys
from contextlib import suppress
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

_STARTS_PROCESS = {"subprocess.Popen", "os.system", "os.posix_spawn", "os.exec"}
_UNKNOWABLE = {
    "os.fork": "it starts a process",
    "os.forkpty": "it starts a process",
    "socket.connect": "it uses the network",
    "socket.getaddrinfo": "it uses the network",
    "sqlite3.connect": "it opens a database",
}
_SEARCH_PATH = ("<frozen importlib._bootstrap_external>", "importlib/metadata/__init__.py")
# not all of /usr: what lies in /usr/src or /usr/local/share is somebody's data, but for the places of fonts
_SYSTEM = ["/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32", "/usr/share", "/usr/local/lib", "/lib", "/lib64"]
_SYSTEM += ["/etc", "/proc", "/sys", "/dev", "/System", "/Library"]
_SYSTEM += ["/usr/local/share/fonts", "/usr/X11", "/usr/X11R6"]


class Reads:
    """An audit hook that notes what is opened and listed outside of Python's own folders and the system's.

    `work` is the scratch folder, where `folder` (the deck's) is mirrored; `ignored` are folders whose contents may
    change nothing. Which of two nested folders a path belongs to is decided by the longer one.
    """

    def __init__(self, work: str, folder: str, ignored: list[str]) -> None:
        self.paths: set[str] = set()
        self.unknown = ""
        self._is_asking = False
        self._work, self._folder = os.path.realpath(work), os.path.realpath(folder)
        system = [*_python(), *_SYSTEM, str(Path(os.__file__).parent), str(Path(__file__).parents[1])]
        self._ignored = {*system, *(os.path.realpath(path) for path in [*system, *ignored])}
        inside = [root for root in self._ignored if root.startswith(self._folder + os.sep)]
        # nearly all of a run's files are Python's own: those are let go without a look at the disk
        self._quick = tuple(root + os.sep for root in [*inside, *_python()] if not self._holds(root))
        self._libraries = tuple(root + os.sep for root in [*inside, *system] if not self._holds(root))

    @property
    def known(self) -> bool:
        """Whether all that was read can be told."""
        return not self.unknown

    @property
    def system(self) -> tuple[str, ...]:
        """Where files lie that never change: Python's own folders and the system's."""
        return self._libraries

    def install(self) -> None:
        """Listen from now on; a hook can't be taken away again."""
        sys.addaudithook(self._hear)
        for name in ("stat", "lstat"):
            self._watch(name)
        self._watch_access()

    def take(self) -> tuple[list[str], str]:
        """What was read since the last time, and why it is not all ("" if it is)."""
        paths, unknown = sorted(self.paths), self.unknown
        self.paths, self.unknown = set(), ""
        return paths, unknown

    def _watch(self, name: str) -> None:
        """Note what `os.stat` or `os.lstat` does not find: it may be there the next time."""
        ask = getattr(os, name)

        @wraps(ask)
        def asking(path: Any, *args: Any, **options: Any) -> os.stat_result:
            try:
                result: os.stat_result = ask(path, *args, **options)
            except OSError:
                self._missed(path)
                raise
            return result

        setattr(os, name, asking)
        for capable in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
            if ask in capable:
                capable.add(asking)

    def _watch_access(self) -> None:
        ask = os.access

        @wraps(ask)
        def access(path: Any, *args: Any, **options: Any) -> bool:
            if not (found := ask(path, *args, **options)):
                self._missed(path)
            return found

        os.access = access
        for capable in (os.supports_dir_fd, os.supports_effective_ids, os.supports_follow_symlinks):
            if ask in capable:
                capable.add(access)

    def _missed(self, path: Any) -> None:
        if self._is_asking or isinstance(path, int):
            return
        self._is_asking = True  # what follows asks, too
        with suppress(Exception):  # what can't be a path was told as an error already
            if self._root(os.path.realpath(os.fsdecode(path))) in (self._work, self._folder):
                self._note(path)
        self._is_asking = False

    def _holds(self, root: str) -> bool:
        return (self._folder + os.sep).startswith(os.path.realpath(root) + os.sep)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        was, self._is_asking = self._is_asking, True  # to look into it asks, too
        try:
            if event == "open":
                self._opened(*args)
            elif event in ("os.listdir", "os.scandir"):
                if not sys._getframe(1).f_code.co_filename.endswith(_SEARCH_PATH):
                    self._note(args[0])  # a search of sys.path says nothing of what was found
            elif event == "import":
                self._imported(str(args[0]))
            elif event in _UNKNOWABLE:
                self.unknown = self.unknown or _UNKNOWABLE[event]
            elif event in _STARTS_PROCESS and self._by_slide_code(sys._getframe(1)):
                self.unknown = self.unknown or "it starts a program"
        except Exception:  # better to run again than to fail, or to be wrong
            self.unknown = self.unknown or f"it could not be followed ({event})"
        finally:
            self._is_asking = was

    def _imported(self, name: str) -> None:
        """Note where the deck's folder would have the module, were it there."""
        first = name.partition(".")[0]
        if "." in name and not Path(self._folder, first).exists():
            return  # a part of a package that is elsewhere
        path = f"{self._folder}/{name.replace('.', '/')}"
        if all(part.isidentifier() for part in name.split(".")):
            self.paths |= {one for one in (path, f"{path}.py") if not Path(one).exists()}

    def _opened(self, path: Any, mode: Any, flags: Any) -> None:
        if isinstance(path, int):
            return
        if flags & (os.O_WRONLY | os.O_RDWR):
            place = self._root(os.path.realpath(os.fsdecode(path)))
            if place not in (self._work, *self._ignored):
                self.unknown = self.unknown or f"it writes to {os.fsdecode(path)}"  # to leave out a write would show
        if not flags & os.O_WRONLY:
            self._note(path)

    def _note(self, path: Any) -> None:
        """Take a path as read: in the deck's folder, or as what would be there if it were."""
        if isinstance(path, int):  # an open folder
            path = Path(f"/proc/self/fd/{path}").readlink()
        text = os.fsdecode(path or ".")
        if text.startswith(self._quick) and "/../" not in text:
            return
        real = os.path.realpath(text)
        root = self._root(real)
        if root == self._work:
            if self._made_here(real):
                return
            real = self._folder + real[len(self._work) :]
        elif root in self._ignored:
            return
        elif root != self._folder:
            self.unknown = self.unknown or f"it reads {text}, outside of the deck's folder"
        if real.endswith(".pyc"):
            real = importlib.util.source_from_cache(real)
        self.paths.add(real)

    def _made_here(self, real: str) -> bool:
        """Whether slide code made this itself: the mirror has links and folders only."""
        try:
            mode = os.lstat(real).st_mode
        except OSError:
            return False
        return not stat.S_ISDIR(mode) or not Path(self._folder + real[len(self._work) :]).is_dir()

    def _root(self, real: str) -> str:
        roots = [
            root for root in (self._work, self._folder, *self._ignored) if (real + os.sep).startswith(root + os.sep)
        ]
        return max(roots, key=len, default="")

    def _by_slide_code(self, frame: FrameType | None) -> bool:
        """Whether a process is started by code that is not the standard library's or an installed package's."""
        while frame is not None and frame.f_code.co_filename.endswith(("/subprocess.py", "/os.py", "/contextlib.py")):
            frame = frame.f_back
        return frame is None or not frame.f_code.co_filename.startswith((*self._libraries, "<frozen"))


def _python() -> list[str]:
    """Python's own folders. One that came with the system has only those of `_SYSTEM`, and its program."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    return [*sorted(prefixes - {"/", "/usr", "/usr/local"}), sys.executable, os.path.realpath(sys.executable)]
