"""Lines between `$$` and `$$` -> a token of type `math_block`, as Slidev reads them.

A line that begins with `$$` opens a formula, also right below a paragraph's or an item's line; what follows on that
line is the info of its steps, or LaTeX. A line that ends with `$$` closes it.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from mdit_py_plugins.dollarmath import dollarmath_plugin

from deck_builder.parse.info import read_info

_DOLLARS = re.compile(r"(?<!\\)(?:\\\\)*\$\$")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_RANGES = re.compile(r"[\d\s,;|*-]+|.*\|.*|\s*(?:all|none|hide)\s*", re.DOTALL)
_OPTIONS = ("at", "finally")


def formula_plugin(md: MarkdownIt) -> None:
    """Formulas between dollars: inline as dollarmath reads them, in blocks as Slidev does."""
    dollarmath_plugin(md, double_inline=True, allow_space=False, allow_digits=False, allow_labels=False)
    md.block.ruler.at("math_block", _formula, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def is_info(text: str) -> bool:
    """Whether what stands after an opening `$$` is about steps, `{1|2}{at: 3}`: LaTeX has braces, too."""
    info = read_info(text.strip())
    if info.lang or info.title or info.rest or info.unread or not (info.ranges or info.pairs):
        return False
    return bool(_RANGES.fullmatch(info.ranges)) if info.ranges else any(pair.name in _OPTIONS for pair in info.pairs)


def _formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start) or not _text(state, start).startswith("$$") or _ends_an_inline_one(state, start):
        return False
    last = _last(state, start, end)
    if last is None or silent:
        return last is not None
    line, closed = last
    first = state.bMarks[start] + state.tShift[start] + 2
    begins = [first, *(_begin(state, number) for number in range(start + 1, line + 1))]
    rows = [state.src[begin : state.eMarks[number]] for number, begin in enumerate(begins, start)]
    if closed:
        rows[-1] = rows[-1].rstrip()[:-2]
    token = state.push("math_block", "math", 0)
    if line > start and is_info(rows[0]):
        token.info, rows[0] = rows[0], ""
    token.block, token.markup, token.map = True, "$$", [start, line + 1]
    token.content = "\n".join(rows)
    token.meta["closed"] = closed
    token.meta["columns"] = [begin - state.src.rfind("\n", 0, begin) for begin in begins]
    state.line = line + 1
    return True


def _last(state: StateBlock, start: int, end: int) -> tuple[int, bool] | None:
    """The line that a formula ends with, and whether it is closed there; None for what is a matter of inline text."""
    rest = _text(state, start)[2:].strip()
    if "$$" in rest:
        return (start, True) if _closes(rest) and rest != "$$" else None
    if rest.startswith("$"):
        return None
    outside = None  # the first line that is indented less than the item of a list that the formula is in
    for line in range(start + 1, end):
        text = _text(state, line).strip()
        if outside is None and text and state.sCount[line] < state.blkIndent:
            outside = line
        if _closes(text):
            return line, True
        if outside is not None and not text:
            return outside - 1, False
        if _DOLLARS.search(text):
            alone = any(state.isEmpty(number) for number in range(start, line)) or text.endswith("$$")
            return (line - 1, False) if alone else None
    return (end if outside is None else outside) - 1, False


def _closes(text: str) -> bool:
    """Whether the only `$$` of a line ends it."""
    found = _DOLLARS.search(text)
    return found is not None and found.end() == len(text)


def _ends_an_inline_one(state: StateBlock, start: int) -> bool:
    """Whether a formula that began within the paragraph above still waits for this `$$`."""
    if state.parentType not in ("paragraph", "reference"):
        return False
    above = "\n".join(_text(state, line) for line in range(state.line, start))
    return len(_DOLLARS.findall(_CODE_SPAN.sub("", above))) % 2 == 1


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _begin(state: StateBlock, line: int) -> int:
    """Where the text of a line begins: what indents its list or quotation is none of the formula's."""
    return state.bMarks[line] + min(state.tShift[line], state.blkIndent)
