"""A module's name and a function -> the function is called with the module once it is there: now, or when imported."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def after_import(name: str, call: Callable[[Any], None]) -> None:
    """Call a function with a module: at once where that is loaded, else at the end of its import."""
    if name in sys.modules:
        call(sys.modules[name])
    else:
        sys.meta_path.insert(0, _AfterImport(name, call))


class _AfterImport:
    """A finder that finds nothing itself; it lets another's loader call the function at the end."""

    def __init__(self, name: str, call: Callable[[Any], None]) -> None:
        self._name, self._call, self._busy = name, call, False

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The other finders' spec, with another loader; None for every other module."""
        if name != self._name or self._busy:
            return None
        self._busy = True  # and so this finder does not find itself below
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._busy = False
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)  # where it fails, a second try may succeed
            self._call(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
