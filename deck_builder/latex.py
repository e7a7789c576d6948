r"""LaTeX -> the groups that it is made of, and their rows.

The parser counts rows, for the steps of a formula; the renderer sets them: both go by what is said here of `\\`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_PIECE = re.compile(
    r"""%[^\n]*                                                       # a comment
    | \\(?P<edge>begin|end)\s*\{(?P<name>[^{}]*)\}
    | \\(?P<fence>left|right)(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\.|[^\s\\])?
    | (?P<row>\\(?:\\\*?|(?:cr|newline)(?![A-Za-z])))(?:\s*\[\s*-?[\d.]+\s*[a-z]{2}\s*\])?
    | (?P<command>\\(?:[A-Za-z]+\*?|.))
    | (?P<mark>[{}$])""",
    re.VERBOSE | re.DOTALL,
)
_BLANK = re.compile(r"(?:\s|%[^\n]*\n|\\hline(?![A-Za-z])|\\hdashline(?![A-Za-z]))*")

TEXT = frozenset(
    r"\text \textrm \textbf \textit \textsf \texttt \textup \textnormal \textmd \emph \mbox \hbox \fbox".split()  # noqa: SIM905
)
"""Commands that take text, not mathematics."""

WRAPPERS = frozenset(["equation", "equation*"])
"""Environments that number what is in them, and make no rows of it."""

SMALL = frozenset(["subarray", "smallmatrix", r"\substack"])
"""Stacks of small type: their rows are none of the formula's."""


@dataclass(slots=True, eq=False)
class Group:
    r"""A stretch of a formula that holds together; `start` and `end` are those of what is in it.

    `name` is an environment's, `\left`, or for braces the command that they follow at once (`{` after none); the
    whole formula's is "". `before` and `after` are where it begins and ends with all that delimits it.
    """

    name: str
    before: int
    start: int
    end: int = 0
    after: int = 0
    environment: bool = False
    groups: list[Group] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)
    commands: list[tuple[str, int, int]] = field(default_factory=list)
    dollars: list[int] = field(default_factory=list)

    @property
    def is_table(self) -> bool:
        r"""Whether it has rows of the formula's: an environment but a wrapper, or what holds a `\\` itself."""
        if self.name in SMALL:
            return False
        return bool(self.breaks) or (self.environment and self.name not in WRAPPERS)

    def walk(self) -> Iterator[Group]:
        """This group and all within it, each before those that it holds."""
        waiting = [self]
        while waiting:
            group = waiting.pop()
            yield group
            waiting += reversed(group.groups)


def groups(latex: str) -> Group:
    """The whole formula as a group. Total: what is never closed ends with it, what was never opened is passed over."""
    root = Group("", 0, 0)
    open_ = [root]
    command = ""  # what came just before
    for piece in _PIECE.finditer(latex):
        here, start, end = open_[-1], piece.start(), piece.end()
        edge = piece["edge"] or piece["fence"] or piece["mark"]
        before, command = command, ""
        if edge in ("begin", "left") or edge == "{":
            name = piece["name"] if edge == "begin" else r"\left" if edge == "left" else before or "{"
            begins = here.commands[-1][1] if before else start
            open_.append(Group(name or "", begins, end, environment=edge == "begin"))
            here.groups.append(open_[-1])
        elif edge in ("end", "right") or edge == "}":
            _close(open_, {"end": piece["name"], "right": r"\left"}.get(edge), start, end)
        elif edge == "$":
            here.dollars.append(start)
        elif piece["row"] and here.name not in TEXT:
            here.breaks.append((start, end))
        elif piece["command"]:
            here.commands.append((piece["command"], start, end))
            command = piece["command"] if latex[end : end + 16].lstrip().startswith("{") else ""
    for group in open_:
        group.end = group.after = len(latex)
    return root


def _close(open_: list[Group], name: str | None, start: int, end: int) -> None:
    """Close the innermost group if that is what ends here: an environment or `\\left` of this name, or braces."""
    group = open_[-1]
    braces = not group.environment and group.name != r"\left"
    if len(open_) > 1 and (braces if name is None else group.name == name):
        group.end, group.after = start, end
        open_.pop()


def row_breaks(latex: str, group: Group) -> list[tuple[int, int]]:
    r"""The places of a group's `\\` that begin another row: not one that nothing but rules follow."""
    breaks = group.breaks
    if breaks and (blank := _BLANK.match(latex, breaks[-1][1])) and blank.end() >= group.end:
        return breaks[:-1]
    return breaks


def rows(latex: str) -> int:
    r"""How many rows a formula has: those of its outermost tables, whose rows stand side by side; else one."""
    most, waiting = 1, [groups(latex)]
    while waiting:
        group = waiting.pop()
        if group.is_table:
            most = max(most, len(row_breaks(latex, group)) + 1)
        elif group.name not in SMALL:
            waiting += group.groups
    return most
