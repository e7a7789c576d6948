"""What the parent wants this process kept from -> a process that is. Done once, before any slide code; see sandbox/.

Each part of the order has its function here, and what slide code starts inherits it all.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from deck_builder.worker import kernel
from deck_builder.worker.seccomp import compiled


class WallError(Exception):
    """A part of the wall that could not be raised; its text says which, and why."""


def raise_wall(parts: Mapping[str, Any]) -> None:
    """Put all parts but the namespaces around this process, which has to be in those already. Raises `WallError`."""
    if not parts:
        return
    if sys.platform == "linux" and len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208
        raise WallError("a thread is running, which would stay outside")
    for name, hold in _HOLDS.items():
        if name in parts:
            try:
                hold(parts[name])
            except OSError as error:
                raise WallError(f"{name}: {error.strerror}") from error


def python_places() -> list[str]:
    """Where this Python and its packages lie: folders, and its program, as they are named and as they are found."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    named = {*prefixes, *filter(os.path.isabs, sys.path), sys.executable, os.path.dirname(os.__file__)}  # noqa: PTH120
    for name, module in tuple(sys.modules.items()):
        if name.startswith("__editable__"):  # packages that are imported from where they are written (setuptools)
            named |= {path + end for path in getattr(module, "MAPPING", {}).values() for end in ("", ".py")}
    found = named | set(map(os.path.realpath, named))
    return sorted(path for path in found - {"/"} if os.path.exists(path))  # noqa: PTH110


def _limits(limits: Mapping[str, list[int]]) -> None:
    for name, (soft, hard) in limits.items():
        resource.setrlimit(getattr(resource, name), (soft, hard))


def _landlock(order: Mapping[str, Any]) -> None:
    rules = kernel.Landlock(order["files"], order["net"], order["scoped"])
    for path, rights in _granted(order):
        with suppress(FileNotFoundError):
            rules.allow(path, rights if os.path.isdir(path) else rights & order["file"])  # noqa: PTH112
    rules.enforce()


def _granted(order: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for rights, paths in order["rules"]:
        yield from ((path, rights) for path in paths)
    yield from ((path, order["python"]) for path in python_places())


def _seccomp(rules: Mapping[str, Any]) -> None:
    kernel.filter_calls(compiled(rules))


def _privileges(_: object) -> None:
    kernel.drop_privileges()


# privileges go before the filter, which needs that no new ones come; the limits, while they may still be set
_HOLDS: dict[str, Callable[[Any], None]] = {
    "limits": _limits,
    "privileges": _privileges,
    "landlock": _landlock,
    "seccomp": _seccomp,
}
