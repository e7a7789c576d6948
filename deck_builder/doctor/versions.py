"""What pip has installed -> versions, what is missing, and the extras. Nothing is imported for it."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import metadata
from importlib.util import find_spec
from typing import Final, TypeAlias

from deck_builder import __version__
from deck_builder.doctor import Fact, Section

_TOLD: Final = ("torch", "matplotlib", "numpy")
_NEED: Final = re.compile(r"([\w.-]+)(?:\[[^\]]*\])?[^;]*(?:;.*\bextra\s*==\s*['\"]([\w-]+)['\"])?")

Version: TypeAlias = Callable[[str], "str | None"]
"""The version of an installed package; None for one that is not."""


def versions(needs: Mapping[str, Sequence[str]], version: Version) -> Section:
    """The versions that decide what slides show, and whether all is there that decks need."""
    facts = [Fact("deck-builder", __version__), Fact("python", f"{platform.python_version()}, {sys.executable}")]
    facts += [_told(name, version(name)) for name in _TOLD]
    needed = needs.get("", _TOLD)
    missing = [name for name in needed if version(name) is None]
    if missing:
        hint = f"pip install {' '.join(missing)}"
        facts.append(Fact("packages", f"missing: {', '.join(missing)}", "broken", hint))
    else:
        facts.append(Fact("packages", f"all {len(needed)} that are needed"))
    return Section("versions", tuple(facts))


def _told(name: str, version: str | None) -> Fact:
    if version is None:
        return Fact(name, "not installed", "broken", f"pip install {name}")
    return Fact(name, version)


def extras(needs: Mapping[str, Sequence[str]], version: Version) -> Section:
    """Which of the optional extras are there."""
    facts = []
    for extra, names in needs.items():
        if extra in ("", "dev"):
            continue
        found = {name: version(name) for name in names}
        if None in found.values():
            facts.append(Fact(extra, "not installed", "absent", f'pip install "deck-builder[{extra}]"'))
        else:
            facts.append(Fact(extra, ", ".join(f"{name} {one}" for name, one in found.items())))
    return Section("extras", tuple(facts))


def needs_in(requirements: Sequence[str]) -> dict[str, list[str]]:
    """The packages in some requirements, as pip writes them, by their extra; "" for those that are always needed."""
    found: dict[str, list[str]] = {}
    for one in requirements:
        if match := _NEED.match(one):
            found.setdefault(match[2] or "", []).append(match[1])
    return found


def installed_needs() -> dict[str, list[str]]:
    """What this very deck-builder needs, as it was installed."""
    try:
        return needs_in(metadata.requires("deck-builder") or ())
    except metadata.PackageNotFoundError:  # a checkout that nobody installed
        return {"": list(_TOLD)}


def installed_version(name: str) -> str | None:
    """The version of an installed package."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "of unknown version" if name in _TOLD and find_spec(name) else None


def versions_here() -> Iterator[Section]:
    """Versions and extras of this Python."""
    needs = installed_needs()
    yield versions(needs, installed_version)
    yield extras(needs, installed_version)
