"""Everything a block can do, as values; `deck_builder.model`, which has them all, is where to take them from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NewType, TypeAlias

from deck_builder.recorded import Graph as Graph
from deck_builder.recorded import Trace as Trace
from deck_builder.recorded import Watched as Watched


@dataclass(frozen=True, slots=True)
class Stream:
    """Text that consecutive writes from the same line sent to stdout or stderr.

    `passes` are those of the loop around that line in which its rows began, row by row, where its block is watched.
    """

    name: Literal["stdout", "stderr"]
    text: str
    lines: tuple[int, ...]
    passes: tuple[int, ...] = ()


SafeHtml = NewType("SafeHtml", str)
"""Markup that may stand on a page as it is; only `execute.safe_html` makes it."""


@dataclass(frozen=True, slots=True)
class Value:
    """The value of the block's trailing expression, as `repr` gives it.

    `facts` are what a tensor or an array does not say there ("shape (2, 3)", "float32"); `html` is the table that a
    data frame is shown as.
    """

    text: str
    lines: tuple[int, ...]
    facts: tuple[str, ...] = ()
    html: SafeHtml = SafeHtml("")


@dataclass(frozen=True, slots=True)
class Figure:
    """A matplotlib figure as SVG text; `width` and `height` in CSS pixels.

    `iteration` is the pass of the loop around its line, where its block is watched, else -1.
    """

    svg: str
    width: float
    height: float
    lines: tuple[int, ...]
    iteration: int = -1


@dataclass(frozen=True, slots=True)
class Animation:
    """A figure that was drawn again and again: some of its frames as SVG texts, all of one size in CSS pixels.

    `numbers` say which of all they are, from 1; the first and the last are always there. `passes` are those of the loop
    around their line in which they were drawn, where its block is watched.
    """

    frames: tuple[str, ...]
    numbers: tuple[int, ...]
    width: float
    height: float
    lines: tuple[int, ...]
    passes: tuple[int, ...] = ()

    @property
    def last(self) -> Figure:
        """Its last frame, which stands for it where nothing moves."""
        return Figure(self.frames[-1], self.width, self.height, self.lines)


@dataclass(frozen=True, slots=True)
class Warning:
    """A Python warning, at the line of the deck that caused it, with how often it came."""

    category: str
    message: str
    lines: tuple[int, ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class Error:
    """What ended a block. `cause` is the id of the earlier block without whose failure this one would not have come.

    `column` is that of a `SyntaxError` in its line of the block, from 1 (0: none is known); `origin` says in words
    where on another slide it was raised, "raised in helper(), slide 2, line 2: return 1 / x"; `near` is the name that
    is there, where the error is about one that is not.
    """

    ename: str
    evalue: str
    traceback: tuple[str, ...]
    lines: tuple[int, ...]
    hint: str = ""
    cause: str = ""
    expected: bool = False
    column: int = 0
    origin: str = ""
    near: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Stands for all that a block did not do for want of modules that it requires; `hint` is the way to get them."""

    modules: tuple[str, ...]
    hint: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An output that came otherwise than it is written down: what `came`, and the end of a traceback that it `raised`.

    `lines` hold what is `written`, or the code if nothing is; or it is in the block `fence`. Of all that is written
    down of its block it is number `no`, and `row` is the first of its rows that differs, both from 0.
    """

    written: str
    came: str
    lines: tuple[int, ...]
    raised: str = ""
    fence: str = ""
    no: int = 0
    row: int = 0

    @property
    def all_that_came(self) -> str:
        """What was printed and what was raised, as a terminal shows it."""
        return "\n".join(filter(None, (self.came, self.raised)))


Output: TypeAlias = Stream | Value | Figure | Animation | Warning | Error | Skipped | Mismatch | Watched | Trace | Graph
"""Everything a block can do. `lines` are lines of its own block, from 1 (not shifted by `startLine`); () if unknown."""
