"""Running code -> the line of the block that made it run."""

from __future__ import annotations

from dataclasses import dataclass
from types import FrameType, TracebackType


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a block's figures are drawn: inches where its code says no size, pixels, the most frames of an animation."""

    width: float | None = None
    height: float | None = None
    pixels: bool = False
    frames: int = 24


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands: its id, and the lines `first` to `last` of the file `path` that hold its code.

    Of those, the `skipped` ones are none of the block's. `folder` is the deck's, `files` are all that hold its code.
    Of a block that runs in parts, `within` are the lines of the part that runs now: what it calls is told at its call.
    """

    id: str
    path: str
    first: int
    last: int
    skipped: tuple[int, ...] = ()
    folder: str = ""
    files: frozenset[str] = frozenset()
    within: tuple[int, int] | None = None
    drawing: Drawing = Drawing()

    @property
    def part(self) -> list[int]:
        """The first line of the part that runs now; [] of a block that runs as one."""
        return self.relative(self.within[0]) if self.within else []

    def line_of(self, frame: FrameType | None) -> list[int]:
        """The block's own line, from 1, in the frame nearest to `frame` that runs it; [] where none does."""
        while frame is not None:
            if frame.f_code.co_filename == self.path and (line := self.running(frame.f_lineno)):
                return line
            frame = frame.f_back
        return []

    def line_in(self, trace: TracebackType | None) -> list[int]:
        """The block's own line, from 1, in the innermost frame of a traceback that runs it; [] where none does."""
        line: list[int] = []
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self.path:
                line = self.running(trace.tb_lineno) or line
            trace = trace.tb_next
        return line

    def running(self, line: int | None) -> list[int]:
        """A line of the file as a line of the part of the block that runs; [] for one outside it."""
        if self.within and line is not None and not self.within[0] <= line <= self.within[1]:
            return []
        return self.relative(line)

    def relative(self, line: int | None) -> list[int]:
        """A line of the file as a line of the block; [] for one outside it."""
        if line is None or not self.first <= line <= self.last or line in self.skipped:
            return []
        return [line - self.first + 1 - sum(left_out < line for left_out in self.skipped)]
