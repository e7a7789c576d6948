"""Session -> the name of the state before its first block: of all that a run depends on but code and files."""

from __future__ import annotations

import json
import os
import platform
import site
import sys
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deck_builder.execute.data import state_of
from deck_builder.execute.environment import PACKAGE, environment

if TYPE_CHECKING:
    from deck_builder.execute.session import Session

DATA: Final = "the data"
"""What surroundings call all that lies where `data` of the headmatter leads."""


def beginning(session: Session, policy: str) -> str:
    """The name of the state before a session's first block, within a sandbox's policy; "" where nobody can know it."""
    around = surroundings_of(session, policy)
    if around[DATA] is None:
        return ""
    return name(json.dumps([around, str(session.folder.resolve() / session.path.name)]))


def surroundings_of(session: Session, policy: str) -> dict[str, object]:
    """All that a run depends on but code and files, by what it is, in words."""
    nowhere = Path()
    version, path = _python(session.interpreter)
    return {
        "Python": version,
        "the machine": [platform.machine(), _processor()],
        "the installed packages": _installed(path),
        "deck-builder": _worker_code(),
        "the sandbox": policy,
        "the environment": environment(nowhere, nowhere),
        "the seed": session.seed,
        "the threads": session.threads,
        "the device": [session.device, os.environ.get("CUDA_VISIBLE_DEVICES") if session.device == "cuda" else ""],
        "the interpreter": session.interpreter,
        DATA: state_of(session.data),
    }


def name(text: str) -> str:
    """What a thing of which all is told is called."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _python(interpreter: str) -> tuple[str, tuple[str, ...]]:
    if not interpreter:
        return sys.version, tuple(sys.path)
    try:
        return _ask(interpreter, Path(interpreter).stat().st_mtime_ns)
    except OSError:
        return "", ()  # it was there once


@lru_cache(maxsize=8)
def _ask(interpreter: str, changed: int) -> tuple[str, tuple[str, ...]]:
    """The version and search path of another Python, as itself says; nothing of one that does not."""
    import subprocess

    alone = ["-E", "-P", *([] if site.ENABLE_USER_SITE else ["-s"])]  # as the worker is started
    asked = [interpreter, *alone, "-c", "import json, sys; json.dump([sys.version, sys.path], sys.stdout)"]
    try:
        version, path = json.loads(subprocess.run(asked, capture_output=True, timeout=20, check=True).stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return "", ()
    return str(version), tuple(map(str, path))


@lru_cache(maxsize=1)
def _processor() -> str:
    """What the processor can: torch and numpy compute otherwise on another, in the last digits."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor()
    return next((line for line in text.splitlines() if line.startswith(("flags", "Features"))), "")


def _installed(path: tuple[str, ...]) -> list[str]:
    """Every installed package with its version, as its folder is named: nothing is opened, let alone imported."""
    names: set[str] = set()
    for folder in filter(os.path.isdir, path):
        names.update(_packages(folder, Path(folder).stat().st_mtime_ns))
    return sorted(names)


@lru_cache(maxsize=32)
def _packages(folder: str, changed: int) -> tuple[str, ...]:
    names = (entry.name for entry in Path(folder).iterdir())
    return tuple(name for name in names if name.endswith((".dist-info", ".egg-info")))


@lru_cache(maxsize=1)
def _worker_code() -> list[str]:
    """The worker's own text: a new version of it may say other things of the same code."""
    files = sorted(path for path in (PACKAGE / "worker").iterdir() if path.is_file())
    return [sha256(path.read_bytes()).hexdigest() for path in files]
