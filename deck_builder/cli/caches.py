"""The name of a cache -> the folder in which one build leaves things for the next."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder(name: str) -> Path | None:
    """A folder of the cache's; None for a user without a home, as in `docker run --user 1234`."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "deck-builder" / name
    except RuntimeError:
        return None


def caches() -> Path | None:
    """The folder of all caches."""
    found = cache_folder("x")
    return found.parent if found else None
