"""What a block read -> the paths that its cached result depends on, or why those can't be known.

Python tells by audit events of what it opens, lists, makes and takes away; `looking` tells of what it only looks for.
What C code opens is not seen here: the parent looks at the links of the scratch folder.
"""

from __future__ import annotations

import importlib.util
import os
import stat
import sys
from collections.abc import Callable, Collection, Container
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from deck_builder.worker.looking import ModuleSearch, watch
from deck_builder.worker.mirror import copy_up, leads
from deck_builder.worker.protocol import MAX_READS

_STARTS_PROCESS = {"subprocess.Popen", "os.system", "os.posix_spawn", "os.exec"}
_UNKNOWABLE = {
    "os.fork": "it starts a process",
    "os.forkpty": "it starts a process",
    **dict.fromkeys(
        [f"socket.{call}" for call in ("connect", "sendto", "sendmsg", "bind", "getaddrinfo", "gethostbyname")],
        "it uses the network",
    ),
    "sqlite3.connect": "it opens a database",
}
# what these do hangs on whether something is there; the number is that of the paths that they are given
_TOUCHES = {"os.chdir": 1, "os.mkdir": 1, "os.remove": 1, "os.rmdir": 1, "os.rename": 2, "os.link": 2, "os.symlink": 2}
_CHANGES = {"os.truncate", "os.chmod", "os.chown", "os.utime", "os.setxattr"}
_STARTERS = ("/subprocess.py", "/os.py", "/contextlib.py")
# parts of libraries that ask programs about the machine, or compile what they are given
_HARMLESS = ("/platform.py", "/uuid.py", "/ctypes/util.py", "/font_manager.py", "/loky/backend/context.py", "/torch/")
_SEARCH_PATH = ("<frozen importlib._bootstrap_external>", "importlib/metadata/__init__.py")
# not all of /usr: what lies in /usr/src or /usr/local/share is somebody's data, but for the places of fonts
_SYSTEM = ["/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32", "/usr/share", "/usr/local/lib", "/lib", "/lib64"]
_SYSTEM += ["/etc", "/proc", "/sys", "/dev", "/System", "/Library"]
_SYSTEM += ["/usr/local/share/fonts", "/usr/X11", "/usr/X11R6"]

_HEARD = frozenset(("open", "os.listdir", "os.scandir", *_CHANGES, *_TOUCHES, *_UNKNOWABLE, *_STARTS_PROCESS))


class Reads:
    """An audit hook that notes what is opened and listed outside of Python's own folders and the system's.

    `work` is the scratch folder, where `folder` (the deck's) is mirrored; `ignored` are folders whose contents may
    change nothing; what lies below `data` is read like the deck's own. Which of two nested folders a path belongs to is
    decided by the longer one. The deck's `own` files are looked for by Python to show a line of them; only who opens
    one reads it.
    """

    def __init__(
        self, work: str, folder: str, ignored: list[str], own: Collection[str] = (), data: Collection[str] = ()
    ) -> None:
        self.paths: set[str] = set()
        self.unknown = ""
        self._is_asking = False
        self._work, self._folder = os.path.realpath(work), os.path.realpath(folder)
        self._data = tuple(map(os.path.realpath, data))
        self._own = {self._work, self._folder, *own}
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
        sys.addaudithook(self.hook())
        watch(self._looked)
        ModuleSearch(self._looked).install()

    def hook(self) -> Callable[[str, tuple[Any, ...]], None]:
        """What hears of Python's events: a plain function, for of a method Python asks `__cantrace__` by an error."""
        hear = self._hear

        def hook(event: str, args: tuple[Any, ...], heard: Container[str] = _HEARD) -> None:
            if event in heard:  # most are of no file: whoever looks at a frame makes some
                hear(event, args)

        return hook

    def take(self) -> tuple[list[str], str]:
        """What was read since the last time, and why it is not all ("" if it is)."""
        paths, unknown = sorted(self.paths)[: MAX_READS + 1], self.unknown  # more are not kept anyway
        self.paths, self.unknown = set(), ""
        return paths, unknown

    def _looked(self, path: Any) -> None:
        """Note a path of the deck's that was looked for: what is there now, or is not, may not be so the next time."""
        if self._is_asking or isinstance(path, int):
            return
        self._is_asking = True  # what follows asks, too
        with suppress(Exception):  # what can't be a path was told as an error already
            self._touched(path)
        self._is_asking = False

    def _touched(self, path: Any) -> None:
        """Note a path as it stands, were it that of a link, if it is the deck's."""
        text = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 (`resolve` would follow the link)
        if text.startswith(self._quick):
            return
        named = os.path.join(os.path.realpath(os.path.dirname(text)), os.path.basename(text))  # noqa: PTH118, PTH119, PTH120
        root = self._root(named)
        if root == self._work:
            own = self._folder + named[len(self._work) :]
            if not (self._made_here(named) and not leads(Path(named), Path(own))):
                self.paths |= {own} - self._own
        elif root == self._folder or root in self._data:
            self.paths |= {named} - self._own

    def _holds(self, root: str) -> bool:
        real = os.path.realpath(root) + os.sep
        return any((folder + os.sep).startswith(real) for folder in (self._folder, *self._data))

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        was, self._is_asking = self._is_asking, True  # to look into it asks, too
        try:
            if event == "open":
                self._opened(*args)
            elif event in ("os.listdir", "os.scandir"):
                if not sys._getframe(2).f_code.co_filename.endswith(_SEARCH_PATH):
                    self._note(args[0])  # a search of sys.path says nothing of what was found
            elif event in _CHANGES:
                self._written(args[0], keep=True)
            elif event in _TOUCHES:
                for path in args[: _TOUCHES[event]]:
                    self._touched(path)
            elif event in _UNKNOWABLE:
                self.unknown = self.unknown or _UNKNOWABLE[event]
            elif event in _STARTS_PROCESS and self._by_slide_code(sys._getframe(2)):
                self.unknown = self.unknown or "it starts a program"
        except Exception:  # better to run again than to fail, or to be wrong
            self.unknown = self.unknown or f"it could not be followed ({event})"
        finally:
            self._is_asking = was

    def _opened(self, path: Any, mode: Any, flags: Any) -> None:
        if isinstance(path, int):
            return
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_TRUNC):  # to empty what is only read is to write, too
            if not flags & os.O_EXCL:
                self._written(path, keep=not flags & os.O_TRUNC)
            place = self._root(os.path.realpath(os.fsdecode(path)))
            if place not in (self._work, *self._ignored):
                self.unknown = self.unknown or f"it writes to {os.fsdecode(path)}"  # to leave out a write would show
        if flags & os.O_WRONLY:
            self._touched(path)  # whether it can be made hangs on whether it is there
        else:
            self._note(path)

    def _written(self, path: Any, *, keep: bool) -> None:
        """Let what is about to change be slide code's own; what is kept of the deck's file was read."""
        if not isinstance(path, int):
            named = Path(os.path.realpath(os.path.dirname(os.fsdecode(path)))) / os.path.basename(os.fsdecode(path))  # noqa: PTH119, PTH120
            if self._root(str(named)) == self._work:
                own = Path(self._folder) / named.relative_to(self._work)
                if copy_up(named, own, keep=keep) and keep:
                    self.paths.add(str(own))

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
        elif root != self._folder and root not in self._data:
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
        known = (self._work, self._folder, *self._data, *self._ignored)
        return max((root for root in known if (real + os.sep).startswith(root + os.sep)), key=len, default="")

    def _by_slide_code(self, frame: FrameType | None) -> bool:
        """Whether a process is started by other code than that of a library which may: a thread's has no frame here."""
        while frame is not None and frame.f_code.co_filename.endswith(_STARTERS):
            frame = frame.f_back
        file = frame.f_code.co_filename if frame else ""
        return not (file.startswith(self._libraries) and any(part in file for part in _HARMLESS))


def _python() -> list[str]:
    """Python's own folders. One that came with the system has only those of `_SYSTEM`, and its program."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    return [*sorted(prefixes - {"/", "/usr", "/usr/local"}), sys.executable, os.path.realpath(sys.executable)]
