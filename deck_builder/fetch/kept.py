"""Bytes -> a file of a cache."""

from __future__ import annotations

import os
import threading
from pathlib import Path


def write_aside(path: Path, data: bytes) -> None:
    """Write aside, then rename: another build never reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    aside.write_bytes(data)
    aside.replace(path)
