"""`sweep: {lr: [0.1, 0.01]}` -> Sweep: a name, its values, and which of them the block's own code has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from keyword import iskeyword
from typing import Final

from deck_builder.model import Sweep
from deck_builder.parse.literal import unquoted
from deck_builder.sweep import places, same

SWEEP_TAKES: Final = "one name with 2 to 12 numbers, texts in quotes or booleans, such as {lr: [0.1, 0.01]}"

_LEAST: Final = 2
_MOST: Final = 12
_NUMBER: Final = re.compile(r"-?((?:0|[1-9]\d{0,14})(\.\d{0,15})?|\.\d{1,15})([eE][+-]?\d{1,3})?", re.ASCII)
_WORDS: Final[Mapping[str, str]] = {"true": "True", "True": "True", "false": "False", "False": "False"}


def read_sweep(value: object) -> Sweep:
    """A sweep as its option has it. What is wrong with a value is said in the error."""
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError
    ((name, items),) = value.items()
    if not name.isidentifier() or iskeyword(name):
        raise ValueError(f"{name} is no name in Python; it takes {SWEEP_TAKES}")
    if not isinstance(items, tuple) or not _LEAST <= len(items) <= _MOST:
        raise ValueError
    values = tuple(map(_python, items))
    for no, one in enumerate(values):
        if any(same(one, other) for other in values[:no]):
            raise ValueError(f"{items[no]} is there twice")
    return Sweep(name, values)


def settled(sweep: Sweep, code: str, lang: str, *, runs: bool) -> Sweep:
    """The sweep with the value that the code has: it comes first where it is none of the list's.

    Raises ValueError with a message and a hint where the code has no such value, or several.
    """
    name = sweep.name
    if not runs or lang != "python":
        what = "a session at the prompt" if runs else "a block that does not run"
        raise ValueError(f"{what} has no variants", "take sweep from it")
    try:
        found = places(code, name)
    except (SyntaxError, ValueError, RecursionError):
        return sweep  # the run will tell: nothing of it runs, with whatever value
    if not found:
        hint = f"it takes the place of a value in a line `{name} = {sweep.values[0]}` at the margin, or in a call"
        raise ValueError(f"nothing in this block has a value of `{name}` to be replaced", hint)
    written = found[0].text
    if other := next((one.text for one in found if not same(one.text, written)), ""):
        raise ValueError(
            f"`{name}` has two values in this block, {written} and {other}", "write the same in both places"
        )
    at = next((no for no, value in enumerate(sweep.values) if same(value, written)), None)
    return replace(sweep, at=at) if at is not None else replace(sweep, values=(written, *sweep.values))


def _python(item: str) -> str:
    """A literal of JavaScript's as Python writes it."""
    if _NUMBER.fullmatch(item):
        return item
    if (text := unquoted(item)) is not None:
        return repr(text)
    if item in _WORDS:
        return _WORDS[item]
    raise ValueError(f"{item} is no number, text in quotes or boolean")
