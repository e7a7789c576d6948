"""Tensors -> what their author calls them: `w`, `params[0]`, `model.linear.weight`. No slide code runs.

They are looked for by identity, in the variables of the functions that run, the innermost first, then in the deck's.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import FrameType
from typing import Any, Final

_MOST_VARIABLES: Final = 2000
_MOST_ITEMS: Final = 100


def names_of(tensors: Sequence[Any], frame: FrameType | None, files: frozenset[str]) -> dict[int, str]:
    """By a tensor's `id`, its name; those that have none are left out. `files` hold the deck's code."""
    wanted = {id(one) for one in tensors}
    found: dict[int, str] = {}
    for scope in _scopes(frame, files):
        for name, tensor in _named(scope):
            if id(tensor) in wanted:
                found.setdefault(id(tensor), name)
        if len(found) == len(wanted):
            break
    return found


def _scopes(frame: FrameType | None, files: frozenset[str]) -> Iterator[Mapping[str, object]]:
    main = vars(sys.modules["__main__"])
    while frame is not None:
        if frame.f_code.co_filename in files and frame.f_globals is main and frame.f_code.co_name != "<module>":
            yield frame.f_locals
        frame = frame.f_back
    yield main


def _named(scope: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Each tensor of a scope with its name: variables first, then what lies within others."""
    torch = sys.modules["torch"]
    variables = [(name, value) for name, value in list(scope.items())[:_MOST_VARIABLES] if not name.startswith("_")]
    kinds = (torch.Tensor, torch.nn.Module)
    yield from ((name, value) for name, value in variables if issubclass(type(value), kinds[0]))
    for name, value in variables:
        if issubclass(type(value), kinds[1]):
            with suppress(Exception):  # slide code may derive from a module, and break what it derives
                yield from ((f"{name}.{part}", one) for part, one in kinds[1].named_parameters(value))
    for name, value in variables:
        yield from ((f"{name}{at}", one) for at, one in _items(value))


def _items(value: object) -> Iterator[tuple[str, object]]:
    if type(value) in (list, tuple):
        yield from ((f"[{no}]", one) for no, one in enumerate(value[:_MOST_ITEMS]))  # type: ignore[index]
    elif type(value) is dict:
        pairs = list(value.items())[:_MOST_ITEMS]
        yield from ((f"[{key!r}]", one) for key, one in pairs if type(key) in (str, int) and len(str(key)) < 40)
