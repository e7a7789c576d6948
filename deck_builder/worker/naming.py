"""Frames and a namespace -> what the author calls each tensor: `w`, `weights[0]`, `model.linear.weight`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from types import FrameType
from typing import Any, Final

_MOST: Final = 200
_LONGEST: Final = 60


def namespaces(frame: FrameType | None, files: frozenset[str], main: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The names that a deck's code has at a frame, the nearest first; last those of the deck itself."""
    found: list[Mapping[str, Any]] = []
    while frame is not None:
        if frame.f_code.co_filename in files and frame.f_globals is main and frame.f_locals is not main:
            found.append(dict(frame.f_locals))
        frame = frame.f_back
    return [*found, main]


def names_of(spaces: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Names of tensors by their identity; that of a variable comes before that of a module's parameter."""
    found: dict[int, str] = {}
    spaces = list(spaces)
    for space in spaces:
        for name, value in list(space.items()):
            if _is(value, "Tensor") and not name.startswith("_"):
                found.setdefault(id(value), name[:_LONGEST])
    for space in reversed(spaces):  # `model.weight` rather than a helper's `self.weight`
        for name, value in list(space.items()):
            if not name.startswith("_"):
                for inner, tensor in _inside(name, value):
                    found.setdefault(id(tensor), inner[:_LONGEST])
    return found


def modules_of(spaces: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Names of modules by their identity: `model.linear`, and `model` itself."""
    found: dict[int, str] = {}
    for space in reversed(list(spaces)):
        for name, value in list(space.items()):
            if _is_module(value) and not name.startswith("_"):
                with suppress(Exception):
                    for inner, module in _module().named_modules(value, prefix=name):
                        found.setdefault(id(module), inner[:_LONGEST])
    return found


def _inside(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The tensors in a module, a list, a dictionary or an object of a class of the deck's, with their names."""
    with suppress(Exception):
        if _is_module(value):
            yield from _module().named_parameters(value, prefix=name)
            yield from _module().named_buffers(value, prefix=name)
        elif type(value) in (list, tuple):
            yield from ((f"{name}[{at}]", one) for at, one in enumerate(value[:_MOST]) if _is(one, "Tensor"))
        elif type(value) is dict:
            pairs = list(value.items())[:_MOST]
            yield from ((f"{name}[{key!r}]", one) for key, one in pairs if type(key) is str and _is(one, "Tensor"))
        elif type(value).__module__ == "__main__" and not isinstance(value, type):
            pairs = list(vars(value).items())[:_MOST]
            yield from ((f"{name}.{key}", one) for key, one in pairs if _is(one, "Tensor"))


def _is(value: object, kind: str) -> bool:
    """Whether a value is a tensor: not `isinstance`, which asks slide code's own `__class__`."""
    return issubclass(type(value), getattr(sys.modules["torch"], kind))


def _module() -> Any:
    return sys.modules["torch"].nn.Module


def _is_module(value: object) -> bool:
    return issubclass(type(value), _module())
