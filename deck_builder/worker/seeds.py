"""The same random numbers in every run: Python's now, numpy's and torch's as soon as they are there."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def fix(seed: int, threads: int) -> None:
    """Seed what is loaded, and set up what slide code may load later; nothing heavy is imported here."""
    random.seed(seed)

    def seed_numpy(module: Any) -> None:
        module.seed(seed % 2**32)

    def seed_torch(module: Any) -> None:
        module.manual_seed(seed)
        module.set_num_threads(threads)

    sys.meta_path.insert(0, AfterImport({"numpy.random": seed_numpy, "torch": seed_torch}))


class AfterImport:
    """A finder that finds nothing itself; it calls a function with a module when the module has been loaded."""

    def __init__(self, calls: dict[str, Callable[[Any], None]]) -> None:
        self._calls = calls

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The other finders' spec, whose loader calls our function at the end; None for every other module."""
        call = self._calls.pop(name, None)  # and so this finder does not find itself below
        if call is None:
            return None
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            self._calls[name] = call
            return spec
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            try:
                execute(module)
            except BaseException:
                self._calls[name] = call  # a second try may succeed
                raise
            call(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
