"""An error -> a way out of it, in one line, or "" where none is known."""

from __future__ import annotations

import builtins
import difflib
import re
import sys
import unicodedata
from collections.abc import Sequence
from typing import Final

from deck_builder.execute.names import bound_names
from deck_builder.execute.notebook import notebooks_hint
from deck_builder.execute.packages import pip_install
from deck_builder.execute.written import TRANSCRIPT, program
from deck_builder.model import CodeBlock, Deck, Error

_PYTHON: Final = ("python", TRANSCRIPT)
_IMPORTS: Final = {
    "plt": "import matplotlib.pyplot as plt",
    "mpl": "import matplotlib as mpl",
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "sns": "import seaborn as sns",
    "torch": "import torch",
    "nn": "from torch import nn",
    "optim": "from torch import optim",
    "F": "import torch.nn.functional as F",
    "DataLoader": "from torch.utils.data import DataLoader",
    "Dataset": "from torch.utils.data import Dataset",
    "Path": "from pathlib import Path",
    "dataclass": "from dataclasses import dataclass",
    "defaultdict": "from collections import defaultdict",
    "partial": "from functools import partial",
}
_QUOTES: Final = "“”„‘’«»＂＇"
_STRAIGHT: Final = "use straight quotes in code: \" or '"
_MEMORY: Final = "slide code may use 4 GiB of memory; make the arrays smaller"
_OTHERS: Final = {
    "EOFError": "a slide has no standard input: give the value in the code",
    "FileNotFoundError": "paths are relative to the deck's folder",
    "MemoryError": _MEMORY,
    "_ArrayMemoryError": _MEMORY,
    "OutOfMemoryError": _MEMORY,
    "SystemExit": "sys.exit() ends its own block; the blocks after it still run",
}


def missing_name(error: Error) -> str:
    """The name that a `NameError` is about, else ""."""
    found = re.fullmatch(r"name '(\w+)' is not defined", error.evalue)
    return found[1] if found and error.ename == "NameError" else ""


def hint_for(error: Error, deck: Deck, block: CodeBlock, good: Sequence[CodeBlock], on_the_way: frozenset[str]) -> str:
    """A hint for the error of a block that goes on from those `on_the_way`; `good` are the ones that did not fail."""
    name = missing_name(error)
    if name:
        return _elsewhere(name, error, deck, block, on_the_way) or _import(name) or _alike(name, [*good, block])
    if error.ename == "ModuleNotFoundError":
        module = re.match(r"No module named '([\w-]+)", error.evalue)
        return pip_install([module[1]]) if module else ""
    if error.ename == "SyntaxError":
        return _syntax(error, block)
    if error.ename == "RuntimeError" and "can't allocate memory" in error.evalue:  # torch's own words
        return _MEMORY
    return _OTHERS.get(error.ename, "")


def _syntax(error: Error, block: CodeBlock) -> str:
    found = re.match(r"invalid (?:non-printable )?character (?:'.' \()?U\+([0-9A-F]{4,6})", error.evalue)
    char = chr(int(found[1], 16)) if found else ""
    if char and char in _QUOTES:
        return _STRAIGHT
    plain = unicodedata.normalize("NFKC", char)
    if plain.isspace():
        return "use an ordinary space in code: this one only looks like it"
    if (plain != char and plain.isascii()) or (char and char in "，。、：；（）【】《》"):
        return "use half-width ( ) , : in code"
    rows = block.code.split("\n")
    row = rows[error.lines[0] - 1] if error.lines and error.lines[0] <= len(rows) else ""
    if "unterminated" in error.evalue and "string" in error.evalue and any(quote in row for quote in _QUOTES):
        return _STRAIGHT  # it was begun with one of the keyboard's and ended with one that a Chinese keyboard writes
    if row.startswith(">>>") and block.lang != TRANSCRIPT:
        return "`>>>` begins a line of a transcript: a block with one begins so"
    first = next((row for row in rows if row.strip()), "")
    return notebooks_hint(row) or (notebooks_hint(first) if first.startswith("%%") else "")


def _elsewhere(name: str, error: Error, deck: Deck, block: CodeBlock, on_the_way: frozenset[str]) -> str:
    """Where in the deck the name is bound after all: above without being run, on another branch, or later."""
    later = False
    for other in deck.blocks:
        line = bound_names(program(other)).get(name) if other.lang in _PYTHON else None
        slide = deck.slide_of(other.id)
        if other.id == block.id:
            later = True
            if line and error.lines and line > error.lines[0]:
                return f"`{name}` is first defined on line {line} of this block"
        elif line and later:
            if _import(name) and _is_import(other, line):
                return ""  # better imported twice than its slides in another order
            if slide is deck.slide_of(block.id):
                return f"`{name}` is first defined in block {other.id}, below"
            return f"`{name}` is first defined on slide {slide.no}"
        elif line and not other.options.run:
            return f"`{name}` is defined on slide {slide.no}, in a block that is not run"
        elif line and other.id not in on_the_way:
            return f"`{name}` is defined in block {other.id}, which this block does not go on from"
    return ""


def _is_import(block: CodeBlock, line: int) -> bool:
    return block.code.split("\n")[line - 1].lstrip().startswith(("import ", "from "))


def _import(name: str) -> str:
    line = _IMPORTS.get(name) or (f"import {name}" if name in sys.stdlib_module_names else "")
    return f"add `{line}`" if line else ""


def _alike(name: str, blocks: Sequence[CodeBlock]) -> str:
    known = {bound for block in blocks for bound in bound_names(program(block))}
    close = difflib.get_close_matches(name, sorted(known), 1, 0.75) or difflib.get_close_matches(
        name, dir(builtins), 1, 0.8
    )
    return f"did you mean `{close[0]}`?" if close else ""
