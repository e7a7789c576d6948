"""An error -> a way out of it, in one line, or "" where none is known."""

from __future__ import annotations

import builtins
import difflib
import re
import sys
from collections.abc import Sequence
from typing import Final

from deck_builder.execute.data import led
from deck_builder.execute.messages import ONLY_SHOW, message_hint
from deck_builder.execute.names import bound_names
from deck_builder.execute.packages import pip_install
from deck_builder.execute.reach import path_hint
from deck_builder.execute.syntax import syntax_hint
from deck_builder.execute.written import TRANSCRIPT, program
from deck_builder.keys.python import worker_setting
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
_GONE: Final = {
    "basestring": "`str`",
    "cmp": "`(a > b) - (a < b)`",
    "execfile": "`import`, or `<<< ./file.py` on the slide",
    "long": "`int`",
    "raw_input": "`input`; a slide has nobody to ask",
    "reduce": "`functools.reduce`",
    "reload": "`importlib.reload`",
    "unichr": "`chr`",
    "unicode": "`str`",
    "xrange": "`range`",
}
"""What Python 2 had, and what there is now."""

_OTHERWISE: Final = {
    "self": f"`self` is there only within a method: write the class around it, or {ONLY_SHOW}",
    "display": "`display` is a notebook's: a block's last expression is shown, others by `print`",
    "get_ipython": f"`get_ipython` is a notebook's: take the line away, or {ONLY_SHOW}",
}


def missing_name(error: Error) -> str:
    """The name that a `NameError` is about, else ""."""
    found = re.fullmatch(r"name '(\w+)' is not defined", error.evalue)
    return found[1] if found and error.ename == "NameError" else ""


def missing_module(error: Error) -> str:
    """The module that a `ModuleNotFoundError` is about, else ""; of `a.b` it is `a`."""
    found = re.match(r"No module named '([\w-]+)", error.evalue) if error.ename == "ModuleNotFoundError" else None
    return found[1] if found else ""


def hint_for(error: Error, deck: Deck, block: CodeBlock, good: Sequence[CodeBlock], on_the_way: frozenset[str]) -> str:
    """A hint for the error of a block that goes on from those `on_the_way`; `good` are the ones that did not fail."""
    name = missing_name(error)
    if name:
        return (
            _elsewhere(name, error, deck, block, on_the_way)
            or _OTHERWISE.get(name, "")
            or (f"this is Python 2: now there is {_GONE[name]}" if name in _GONE else "")
            or _import(name)
            or _alike(name, [*good, block])
            or f"no block defines `{name}`: do so above, or {ONLY_SHOW}"
        )
    if module := missing_module(error):
        return _package(module)
    if error.near:
        return f"did you mean `{error.near}`?"
    if error.ename in ("SyntaxError", "IndentationError", "TabError"):
        return syntax_hint(error, block)
    folder = deck.source.path.parent
    data = led(folder, worker_setting(deck.headmatter, "data") or ())
    return path_hint(error, block, folder, data) or message_hint(error, block)


def _package(module: str) -> str:
    if module == "IPython":
        return "there is no notebook here: a block's last expression is shown, others by `print`"
    return pip_install([module])


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
