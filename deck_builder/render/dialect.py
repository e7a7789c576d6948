r"""LaTeX as authors write it -> LaTeX that math-core sets, and the way back from its places. Pure.

KaTeX reads more than math-core does: `\\` outside of tables, `split`, `\label` on its own, `$` in a `\text`, colours by
number, sizes. What math-core has a word for is said in that word; for the rest a stand-in goes in, and comes out again.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from deck_builder.latex import SMALL, TEXT, WRAPPERS, Group, groups, row_breaks
from deck_builder.render.mathml import Mention
from deck_builder.render.standins import StandIns

Edit: TypeAlias = tuple[int, int, str]
"""Where a stretch of the author's text begins and ends, and what stands there instead."""

_SIZES = dict(
    zip(
        r"\tiny \sixptsize \scriptsize \footnotesize \small \normalsize \large \Large \LARGE \huge \Huge".split(),  # noqa: SIM905
        (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.44, 1.728, 2.074, 2.488),
        strict=True,
    )
)
_LINE = "background:linear-gradient(currentColor) center/100% 1px no-repeat"
_RENAMED = {"split": "aligned", "alignedat": "aligned", "alignat": "align", "alignat*": "align*"}
_NUMBERED = (r"\label", r"\tag", r"\tag*")
_REFERENCES = (r"\ref", r"\eqref")
_SPECIAL = re.compile(
    r"\\\\|\$"
    r"|\\(?:cr|newline|tag|label|ref|eqref|require|color|textcolor|colorbox|sout|DeclareMathOperator"
    rf"|{'|'.join(size[1:] for size in _SIZES)})(?![A-Za-z])"
    r"|\\begin\s*\{(?:split|alignedat|alignat\*?|smallmatrix|[a-z*]+\}\s*\[)"
)
_OPTIONS = {"alignedat": r"\s*(?:\[[tcb]\])?\s*\{\d*\}", "alignat": r"\s*\{\d*\}", "alignat*": r"\s*\{\d*\}"}


@dataclass(frozen=True, slots=True)
class Rewritten:
    """LaTeX for math-core, and where its labels and references are in the author's.

    `stretches` are the pieces it consists of: where each begins, where it did, and whether it was kept as written.
    """

    latex: str
    labels: Sequence[Mention] = ()
    references: Sequence[Mention] = ()
    stretches: Sequence[tuple[int, int, bool]] = ((0, 0, True),)

    def place(self, offset: int) -> int:
        """The place in the author's text of what stands at an offset of this one."""
        start, written, kept = self.stretches[max(0, bisect_right(self.stretches, (offset, sys.maxsize)) - 1)]
        return written + (offset - start if kept else 0)


def rewrite(latex: str, standins: StandIns, *, block: bool = False, rows: bool = False) -> Rewritten:
    """Say a formula as math-core would have it; with `rows` it gets a row even if it has no more than one."""
    if not rows and not _SPECIAL.search(latex):
        return Rewritten(latex)
    root = groups(latex)
    around = _around(latex, root, block=block, rows=rows)
    edits = [*_words(latex, root, standins), *_rows(latex, root)]
    if around in ("gather", "align"):
        edits += _unnumbered(latex, root)
    return _assembled(latex, root, edits, around)


def rewrite_macro(latex: str, standins: StandIns) -> str:
    """Say what a macro stands for as math-core would have it; what its rows are shows where it is used."""
    root = groups(latex)
    return _assembled(latex, root, list(_words(latex, root, standins)), "").latex


def _assembled(latex: str, root: Group, edits: list[Edit], around: str) -> Rewritten:
    opening, closing = (rf"\begin{{{around}}}", f"\n\\end{{{around}}}") if around else ("", "")
    parts, length, at = [opening], len(opening), 0
    stretches = [(0, 0, False)]
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        stretches += [(length, at, True), (length + start - at, start, False)]
        parts += [latex[at:start], text]
        length += start - at + len(text)
        at = end
    stretches += [(length, at, True), (length + len(latex) - at, len(latex), False)]
    named = [(group.name, (_inside(latex, group), group.before)) for group in root.walk()]
    labels = [mention for name, mention in named if name == r"\label"]
    references = [mention for name, mention in named if name in _REFERENCES]
    return Rewritten("".join([*parts, latex[at:], closing]), labels, references, stretches)


def _around(latex: str, root: Group, *, block: bool, rows: bool) -> str:
    r"""The environment that a whole formula needs: for its own `\\`, and for a `\tag` or `\label` of its own."""
    breaks = row_breaks(latex, root)
    numbered = [name for name, _, _ in root.commands if name in _NUMBERED] if block else []
    if not numbered:
        return _stack(latex, root) if breaks or (rows and not any(part.is_table for part in root.walk())) else ""
    if breaks:
        return _stack(latex, root).removesuffix("ed") + ("" if r"\label" in numbered else "*")
    return "equation" if numbered == [r"\label"] else "equation*"


def _rows(latex: str, root: Group) -> Iterator[Edit]:
    r"""A `\\` outside of a table is dropped, as in LaTeX, but authors mean a break; one at the end makes no row."""
    for group in root.walk():
        breaks = row_breaks(latex, group)
        for start, end in group.breaks:
            if (start, end) not in breaks and not latex[end : group.end].strip():
                yield start, end, ""
            elif latex[start:end] != r"\\":
                yield start, end, r"\\ "
        stacks = not group.environment or group.name in WRAPPERS
        if breaks and stacks and group is not root and group.name not in SMALL:
            name = _stack(latex, group)
            yield group.start, group.start, rf"\begin{{{name}}}"
            yield group.end, group.end, f"\n\\end{{{name}}}"


def _unnumbered(latex: str, root: Group) -> Iterator[Edit]:
    r"""`\nonumber` for each row without a label or a tag, where others have one."""
    places = [start for name, start, _ in root.commands if name in _NUMBERED]
    start = 0
    for end, after in [*row_breaks(latex, root), (len(latex), 0)]:
        if not any(start <= place < end for place in places):
            yield end, end, r"\nonumber "
        start = after


def _stack(latex: str, group: Group) -> str:
    """The environment for rows that stand in none: aligned where they say at what."""
    return "aligned" if "&" in _own(latex, group) else "gathered"


def _own(latex: str, group: Group) -> str:
    """What stands in a group and in none of its own groups."""
    edges = [group.start, *(edge for inner in group.groups for edge in (inner.before, inner.after)), group.end]
    pieces = (latex[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    return " ".join(pieces).replace(r"\&", "")


def _inside(latex: str, group: Group) -> str:
    return latex[group.start : group.end].strip()


def _words(latex: str, root: Group, standins: StandIns) -> Iterator[Edit]:
    """Commands and environments that math-core says otherwise, or not at all."""
    quoted: set[Group] = set()  # what a \text holds: there is nothing of mathematics in it, but between dollars
    for group in root.walk():
        if group.name in TEXT:
            yield from () if group in quoted else _in_text(group, group.name)
            quoted.update(inner for inner in group.walk() if inner is not group)
        elif group not in quoted:
            for name, start, end in group.commands:
                if name in _SIZES and (standin := standins.style(f"font-size:{_SIZES[name]}em")):
                    yield start, end, rf"\color{{{standin}}}"
        if group.environment:
            yield from _environment(latex, group)
        for at, inner in enumerate(group.groups):
            yield from _argument(latex, inner, group.groups[at + 1 : at + 2], standins)
            text = group in quoted or group.name in TEXT
            if inner.name == r"\sout" and not text and (line := standins.style(_LINE)):
                yield inner.before, inner.start, rf"\textcolor{{{line}}}{{"


def _environment(latex: str, group: Group) -> Iterator[Edit]:
    name, arguments = _RENAMED.get(group.name, group.name), ""
    if name == "smallmatrix":
        columns = max(row.count("&") for row in _own(latex, group).split(r"\\")) + 1
        name, arguments = "subarray", f"{{{'c' * columns}}}"
    if name != group.name:
        yield group.before, group.start, rf"\begin{{{name}}}{arguments}"
        yield group.end, group.after, rf"\end{{{name}}}"
    options = re.compile(_OPTIONS.get(group.name, r"\s*\[[tcb]\]")).match(latex, group.start, group.end)
    if options:
        yield group.start, options.end(), ""


def _in_text(group: Group, command: str) -> Iterator[Edit]:
    r"""`\text{the $j$-th}` as `{\text{the }{j}\text{-th}}`; nothing where there are no formulas in the text."""
    if len(group.dollars) < 2 or command == r"\fbox":
        return
    yield group.before, group.start, f"{{{command}{{"
    for opening, closing in zip(group.dollars[::2], group.dollars[1::2], strict=False):
        yield opening, opening + 1, "}{"
        yield closing, closing + 1, f"}}{command}{{"
    yield group.end, group.after, "}}"


def _argument(latex: str, group: Group, following: Sequence[Group], standins: StandIns) -> Iterator[Edit]:
    """What is to be said of a command with its first argument, and of its second."""
    inside = _inside(latex, group)
    second = next((other for other in following if not latex[group.after : other.before].strip()), None)
    match group.name:
        case r"\require":
            yield group.before, group.after, ""
        case r"\label" | r"\eqref" | r"\ref" if "#" not in inside:
            standin = standins.label(inside, bare=group.name == r"\ref")
            name = r"\label" if group.name == r"\label" else r"\eqref"
            yield group.before, group.end, f"{name}{{{standin}"
        case r"\color" | r"\textcolor":
            yield group.start, group.end, standins.colour(inside)
        case r"\colorbox" if second and (paper := standins.background(inside)):
            yield group.before, group.end, rf"\textcolor{{{paper}"
            if len(second.dollars) < 2:
                yield second.before, second.start, r"{\text{"
                yield second.end, second.after, "}}"
            else:
                yield from _in_text(second, r"\text")
        case r"\DeclareMathOperator" | r"\DeclareMathOperator*" if second:
            yield group.before, group.start, r"\newcommand{"
            yield second.before, second.start, rf"{{\operatorname{'*' * group.name.endswith('*')}{{"
            yield second.end, second.after, "}}"
