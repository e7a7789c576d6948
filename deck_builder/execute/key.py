"""Session -> the hash of all that decides a run before it begins; prose, slide numbers and time limits do not."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from pathlib import Path

from deck_builder.execute.environment import PACKAGE, environment
from deck_builder.execute.session import Session


def key(session: Session, policy: str) -> str:
    """The hash for a session within a sandbox's policy."""
    nowhere = Path()
    parts: list[object] = [sys.version, platform.machine(), _installed(), _worker_code(), policy]
    parts += [environment(session, nowhere, nowhere), str(session.folder.resolve() / session.path.name)]
    parts += [session.seed, session.threads]
    found = _hash(json.dumps(parts))
    for block in session.blocks:
        found = _hash(found + block.code)
    return found


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _installed() -> list[str]:
    """Every installed package with its version, as its folder is named: nothing is opened, let alone imported."""
    names: set[str] = set()
    for path in filter(os.path.isdir, sys.path):
        names.update(entry.name for entry in Path(path).iterdir() if entry.suffix in (".dist-info", ".egg-info"))
    return sorted(names)


def _worker_code() -> list[str]:
    """The worker's own text: a new version of it may say other things of the same code."""
    files = sorted(path for path in (PACKAGE / "worker").iterdir() if path.is_file())
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
