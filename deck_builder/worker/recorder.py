"""What a block does -> output messages, in true order, capped, sent on as they come.

Printed lines are sent some at a time, and what is held till then stands on the slate: so a block that dies keeps what
it had printed. The parent joins what came from one line.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable, Collection
from os import close, dup, fstat, pread, register_at_fork, write
from time import monotonic
from types import FrameType

from deck_builder.worker.place import Drawing, Place
from deck_builder.worker.protocol import MAX_FIGURE, MAX_OUTPUTS, MAX_TEXT, Message, clip
from deck_builder.worker.slate import Slate
from deck_builder.worker.watch import Watch

NAMES = {1: "stdout", 2: "stderr"}
_CHUNK = 1 << 16
_PAUSE_S = 0.05  # a loop that prints would else send a frame for each line
_IOLBF = 1


class Recorder:
    """The outputs of the block that runs. Python's writers, warnings and figures come to it."""

    def __init__(self) -> None:
        self.place: Place | None = None
        self.watch: Watch | None = None
        self._files: dict[int, int] = {}
        self._libc = ctypes.CDLL(None)
        with contextlib.suppress(ValueError):  # C's standard output, line by line as on a terminal: in its true place
            self._libc.setvbuf(ctypes.c_void_p.in_dll(self._libc, "stdout"), None, _IOLBF, ctypes.c_size_t(0))
        self._warnings: dict[tuple[str, str, int], Message] = {}
        self._room = self._outputs = 0
        self._origin: tuple[str, list[int]] | None = None
        self._told: set[str] = set()
        self._place: Place | None = None
        self._known: dict[int, list[int]] = {}  # of its lines: a loop that prints asks over and over
        register_at_fork(after_in_child=self._forget)

    def attach(self, send: Callable[[Message], None], slate: Slate) -> None:
        """Send to a parent from now on, and take what is written to this process' 1 and 2."""
        self._send = send
        self._slate = slate
        self._lock = threading.RLock()
        for file in self._files.values():
            close(file)
        # slide code may close 1 and 2; these stay. Both are unlinked files that C code and child processes write to.
        self._files = {fd: dup(fd) for fd in NAMES}
        self._taken = dict.fromkeys(NAMES, 0)
        self._decoders = {fd: getincrementaldecoder("utf-8")("replace") for fd in NAMES}
        self._fd = 0
        self._lines: list[int] = []
        self._is_whole = True
        self._text: list[str] = []
        self._passes: list[int] = []
        self._held, self._due = 0, 0.0
        self.is_forked = False

    @property
    def descriptors(self) -> Collection[int]:
        """Its own descriptors of the captured streams."""
        return self._files.values()

    def begin(self, place: Place) -> None:
        """Take what comes from now on as this block's."""
        with self._lock:
            self._room, self._outputs, self._warnings = MAX_TEXT, MAX_OUTPUTS, {}
            self._origin, self._told = None, set()
            self.place = place
            self._send({"kind": "start", "block": place.id})

    def end(self, seconds: float, reads: list[str], unknown: str) -> None:
        """Send what is still held, and close the block: with what it read, or why that can't be known."""
        with self._lock:
            self._libc.fflush(None)  # C code's own buffer: its standard output is no terminal
            self.drain(final=True)
            self.flush()
            for warning in self._warnings.values():
                if warning["count"] > 1:
                    self._output(warning)  # once more: the parent takes the last count
            assert self.place is not None
            end = {"kind": "end", "block": self.place.id, "seconds": seconds}
            self._send({**end, "reads": reads, "unknown": unknown})
            self.place = None

    @property
    def drawing(self) -> Drawing:
        """How the block that is running has its figures drawn."""
        return self.place.drawing if self.place else Drawing()

    def go_on(self, place: Place) -> None:
        """Take what comes from now on as that of another part of the block."""
        with self._lock:
            self._libc.fflush(None)
            self.drain()
            self.place = place

    def pass_of(self, lines: list[int]) -> int:
        """The pass that is going on of the loop around a line of a block that is watched; else -1."""
        return self.watch.pass_of(lines) if self.watch else -1

    def here(self) -> list[int]:
        """The line of the block that is running now."""
        place = self.place
        return place.line_of(sys._getframe(1)) if place else []

    def write(self, fd: int, text: str) -> None:
        """Take text that Python code wrote to stdout (1) or stderr (2)."""
        if self.is_forked:
            write(fd, text.encode("utf-8", "replace"))  # a child process has no block: as C code would
            return
        with self._lock:
            if self._is_whole or not self._text:  # once a line is enough
                self.drain()
            self._take(fd, text, self._writer(sys._getframe(2)))

    def _writer(self, frame: FrameType) -> list[int]:
        """The line of the block that runs in a frame, or from which that was called."""
        if (place := self.place) is None:
            return []
        if place is not self._place:
            self._place, self._known = place, {}
        if frame.f_code.co_filename != place.path:
            return place.line_of(frame)
        no = frame.f_lineno
        if (lines := self._known.get(no)) is None:
            lines = self._known[no] = place.running(no)
        return lines or place.line_of(frame)

    def drain(self, final: bool = False) -> None:
        """Take what C code and child processes wrote to the descriptors since the last time.

        The files are never cut: children write at one common place in them, whenever they like.
        """
        for fd, file in self._files.items():
            with contextlib.suppress(OSError):  # slide code may have closed every descriptor there is
                start, size = self._taken[fd], fstat(file).st_size
                if size <= start and not final:
                    continue
                data = pread(file, min(size - start, 4 * MAX_TEXT), start) if size > start else b""
                if text := self._decoders[fd].decode(data, final):
                    self._take(fd, text, self.place.part if self.place else [])
                if data:
                    self._taken[fd] = size
                    self._slate.taken(fd, size)

    def flush(self) -> None:
        """Send the text that is held."""
        with self._lock:
            if not (self._text and self.place):
                return
            text, self._text, self._held, self._due = "".join(self._text), [], 0, monotonic() + _PAUSE_S
            passes, self._passes = self._passes, []
            kept = text[: self._room]
            self._room -= len(kept)
            if kept:
                stream = {"type": "stream", "name": NAMES[self._fd], "text": kept, "lines": self._lines}
                self._output(stream | ({"passes": passes} if passes else {}))
            if len(kept) < len(text):
                self._say_truncated(f"a block may print {MAX_TEXT >> 20} MiB")
            self._slate.drop()

    def warn(self, category: str, message: str, lines: list[int]) -> None:
        """Take a warning; one that comes again from the same line is only counted."""
        category, message = clip(str.__str__(category)), clip(str.__str__(message))
        with self._lock:
            key = (category, message, lines[0] if lines else 0)
            known = self._warnings.get(key)
            if known:
                known["count"] += 1
                return
            warning = {"type": "warning", "category": category, "message": message, "lines": lines, "count": 1}
            self._warnings[key] = warning
            self.add(warning)

    def figure(self, svg: str, width: float, height: float, lines: list[int]) -> None:
        """Take a figure as SVG. Raises `ValueError` when it is too large for a slide."""
        if len(svg) > MAX_FIGURE:
            raise ValueError(f"this figure is {len(svg) >> 20} MiB of SVG; draw fewer points, or use rasterized=True")
        figure = {"type": "figure", "svg": svg, "width": width, "height": height, "lines": lines}
        self.add({**figure, "iteration": self.pass_of(self.here())})

    def animation(
        self, frames: list[str], numbers: list[int], width: float, height: float, passes: list[int], lines: list[int]
    ) -> None:
        """Take the frames of a film, with their numbers and the passes of a loop in which they came.

        Raises `ValueError` when they are too large for a slide.
        """
        if (size := sum(map(len, frames))) > MAX_FIGURE:
            raise ValueError(f"this animation is {size >> 20} MiB of SVG; say {{frames: {len(frames) // 2}}}")
        sizes = {"width": width, "height": height, "lines": lines, "passes": passes if max(passes) >= 0 else []}
        self.add({"type": "animation", "frames": frames, "numbers": numbers, **sizes})

    def add(self, output: Message) -> None:
        """Take an output as it is."""
        if self.is_forked:
            with contextlib.suppress(OSError):
                write(*_as_text(output))
            return
        with self._lock:
            self.drain()
            self.flush()
            self._output(output)

    def _take(self, fd: int, text: str, lines: list[int]) -> None:
        begins = self._is_whole or (not self._text and self._origin != (NAMES[fd], lines))
        if fd != self._fd or lines != self._lines:
            self.flush()
            self._fd, self._lines, begins = fd, lines, True
        if self.watch and lines and (at := self.watch.pass_of(lines)) >= 0:
            self._passes += [at] * (begins + text.count("\n", 0, -1))
        self._text.append(text)
        self._held += len(text) + 1
        self._is_whole = text.endswith("\n")
        if self._held > _CHUNK or (self._is_whole and monotonic() > self._due):
            self.flush()
        else:
            self._slate.hold(fd, lines, text)

    def _output(self, output: Message) -> None:
        if self.place is None:
            return  # a thread that goes on between two blocks
        origin = (output["name"], output["lines"]) if output["type"] == "stream" else None
        if origin is None or origin != self._origin:  # else the parent joins it to the last
            self._outputs -= 1
        self._origin = origin
        if self._outputs >= 0 or output["type"] == "error":
            self._send({"kind": "output", "block": self.place.id, "output": output})
        else:
            self._say_truncated(f"a block may have {MAX_OUTPUTS} outputs")

    def _say_truncated(self, why: str) -> None:
        if self.place and why not in self._told:
            self._told.add(why)
            text = f"\n… output truncated: {why} …\n"
            notice = {"type": "stream", "name": "stderr", "text": text, "lines": []}
            self._send({"kind": "output", "block": self.place.id, "output": notice})

    def _forget(self) -> None:
        """In a forked child: the results are the parent's to send, and what it holds is the parent's to print."""
        self.is_forked = True
        self._lock = threading.RLock()
        self._text = []
        self._send = lambda message: None


def _as_text(output: Message) -> tuple[int, bytes]:
    """An output of a child process, which can't send any, as a descriptor and what to write to it."""
    match output["type"]:
        case "error":
            fd, text = 2, "\n".join(output["traceback"])
        case "warning":
            fd, text = 2, f"{output['category']}: {output['message']}"
        case _:
            fd, text = 1, output.get("text", "(a figure of a child process is not shown)")
    return fd, f"{text}\n".encode("utf-8", "replace")


_current: list[Recorder] = []


def use(recorder: Recorder) -> None:
    """Make this the recorder that libraries' hooks, which are called without one, find."""
    _current[:] = [recorder]


def current() -> Recorder:
    """The recorder of this process."""
    return _current[0]
