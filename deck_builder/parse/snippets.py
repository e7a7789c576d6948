"""`<<< ./train.py#loop {2|4}` -> a fence that holds the code of another file, or of a region of it.

The grammar is Slidev's, but that a region which is not there is an error, and not the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from deck_builder.errors import Span
from deck_builder.model import Origin, Source
from deck_builder.parse.info import did_you_mean
from deck_builder.parse.regions import dedented, openings, region
from deck_builder.parse.report import Report

if TYPE_CHECKING:
    from deck_builder.parse.files import Files

MARKUP = "<<<"
_LINE = re.compile(r"<<<(?!<)[ \t]*(?P<path>[^\s{#]+)(?:#(?P<region>[^\s{]*))?(?P<info>.*)")
_LANGUAGES = {
    "cc": "cpp",
    "cjs": "js",
    "cu": "cuda",
    "cuh": "cuda",
    "cxx": "cpp",
    "f90": "fortran",
    "h": "c",
    "hpp": "cpp",
    "htm": "html",
    "ipynb": "json",
    "jl": "julia",
    "kt": "kotlin",
    "m": "matlab",
    "mjs": "js",
    "py": "python",
    "pyi": "python",
    "txt": "text",
    "yml": "yaml",
    "zsh": "bash",
}
"""Of files whose extension is no name of their language."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """What a line `<<<` asks for; `info` is that of a fence, its language first, and `shift` where it would begin."""

    path: str
    region: str
    info: str
    shift: int


def snippet_plugin(md: MarkdownIt) -> None:
    """Such a line may end a paragraph, and stand in a list or a quotation; its fence is filled later."""
    md.block.ruler.before("fence", "snippet", _snippet, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def read_snippet(line: str) -> Snippet | None:
    """The snippet that a line without its indentation asks for."""
    found = _LINE.fullmatch(line.rstrip())
    if not found:
        return None
    info, name = found["info"].strip(), PurePosixPath(found["path"])
    shift = found.start("info") + len(found["info"]) - len(found["info"].lstrip())
    if not info or info[0] in "[{":
        extension = (name.suffix.removeprefix(".") or name.name).lower()
        language = f"{_LANGUAGES.get(extension, extension)} "
        info, shift = language + info, shift - len(language)
    return Snippet(found["path"], found["region"] or "", info.strip(), shift)


def _snippet(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    begin = state.bMarks[start] + state.tShift[start]
    snippet = read_snippet(state.src[begin : state.eMarks[start]])
    if snippet is None:
        return False
    if not silent:
        token = state.push("fence", "code", 0)
        token.markup, token.info = MARKUP, snippet.info
        column = begin - (state.src.rfind("\n", 0, begin) + 1)
        token.meta["snippet"] = replace(snippet, shift=snippet.shift + column)
        token.map = [start, start + 1]
        state.line = start + 1
    return True


class Snippets:
    """Takes in the code that the slides of one file ask for."""

    def __init__(self, files: Files, report: Report) -> None:
        self.files, self.report = files, report

    def fill(self, tokens: Sequence[Token]) -> None:
        """Put the code into each fence that stands for a snippet, and where it comes from into `meta["origin"]`."""
        for token in (each for outer in tokens for each in (outer, *outer.meta.get("fences", ()))):
            snippet = token.meta.get("snippet")
            if isinstance(snippet, Snippet) and (code := self._code(snippet, token.meta["span"])):
                token.content, token.meta["origin"] = code

    def _code(self, snippet: Snippet, span: Span) -> tuple[str, Origin] | None:
        """The code of a snippet, ended by a line end; None if it can't be had, and the report says why."""
        source = self.files.source(self.files.path(snippet.path, self.report.path), self.report, span)
        if source is None:
            return None
        path, lines = source.path, source.lines
        if not snippet.region:
            code, whole = whole_file(source)
            return code, Origin(path, whole)
        numbers = region(lines, snippet.region)
        if numbers is None:
            message, hint = _missing(snippet.region, path, lines)
            self.report.fail(message, span, hint)
            return None
        code = "\n".join([*dedented([lines[number - 1] for number in numbers]), ""])
        return code, Origin(path, tuple(numbers) or (1,))


def whole_file(source: Source) -> tuple[str, tuple[int, ...]]:
    """All of a file's code, ended by a line end, and the numbers of its lines."""
    lines = source.lines
    count = max(1, len(lines) - (lines[-1] == ""))
    return "\n".join([*lines[:count], ""]), tuple(range(1, count + 1))


def _missing(name: str, path: Path, lines: Sequence[str]) -> tuple[str, str]:
    """What to say, and to do, of a region that is not in a file, or not wholly."""
    known = dict.fromkeys(begun for _, begun in openings(lines) if begun)
    if name in known:
        return f"the region {name} of {path} never ends", f"mark its end as its beginning is: endregion {name}"
    hint = did_you_mean(name, known) if known else f"mark it with two lines, # region {name} and # endregion {name}"
    return f"there is no region {name} in {path}", hint
