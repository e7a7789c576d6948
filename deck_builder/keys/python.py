"""What `python:` in the headmatter says of the worker that runs the deck's code; the rest are defaults of blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deck_builder.keys import Key
from deck_builder.keys.values import choice, whole

START = "start"
"""What a block goes on `from` that goes on from no other one."""

SETUP = "setup"
"""The id of the block that the file `python: {setup: file.py}` becomes."""


def _path(value: object) -> str:
    if isinstance(value, str) and value.strip() and "\0" not in value:
        return value.strip()
    raise ValueError


def _paths(value: object) -> tuple[str, ...]:
    return tuple(map(_path, value)) if isinstance(value, list) else (_path(value),)


def _tighter(value: object) -> str:
    if value in ("strict", "auto"):
        return str(value)
    raise ValueError("a deck can't loosen what holds its code, only `--sandbox=off` on the command line can")


WORKER_KEYS: Mapping[str, Key] = {
    "seed": Key("a whole number", "seeds the random numbers of every session; 0 without it", whole(0, 2**63 - 1)),
    "threads": Key(
        "a whole number from 1 up", "is how many threads torch computes with; 1 without it", whole(1, 2**31)
    ),
    "device": Key("cpu or cuda", "is what code may compute on; `cpu` without it", choice("cpu", "cuda")),
    "interpreter": Key("the path of a Python that has torch", "runs the code; deck's own without it", _path),
    "setup": Key("a Python file beside the deck", "runs before the first block, and is not shown", _path),
    "sandbox": Key("strict or auto", "`strict` runs the deck in a strict sandbox or not at all", _tighter),
    "data": Key("a folder or a file, or a list of them", "may be read by the code, too, beside the deck's own", _paths),
}


def worker_setting(headmatter: Mapping[str, Any], key: str) -> Any:
    """What `python:` says by a key of this table; None where it says nothing, or nothing that the key takes."""
    python = headmatter.get("python")
    value = python.get(key) if isinstance(python, Mapping) else None
    if value is None:
        return None
    try:
        return WORKER_KEYS[key].read(value)
    except ValueError:
        return None  # the parser has told its author
