"""Session, blocks, what they read -> the names of states and results; prose, slide numbers and time limits are no part.

A state is named by all that led to it: so a block's key holds those of the blocks before it, and of what they read.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from deck_builder.execute.environment import PACKAGE, environment
from deck_builder.execute.session import Session
from deck_builder.execute.written import marks
from deck_builder.model import CodeBlock


def beginning(session: Session, policy: str) -> str:
    """The name of the state before a session's first block, within a sandbox's policy."""
    return _hash(json.dumps([surroundings_of(session, policy), str(session.folder.resolve() / session.path.name)]))


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
    }


def result_key(state: str, block: CodeBlock) -> str:
    """The name of what a block does in a state."""
    options = block.options
    return _hash(json.dumps([state, block.code, marks(block), options.seed, options.threads]))


def state_after(key: str, reads: Mapping[str, str]) -> str:
    """The name of the state after a block, given what it found in the files that it read."""
    return _hash(json.dumps([key, sorted(reads.items())]))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _python(interpreter: str) -> tuple[str, tuple[str, ...]]:
    return _ask(interpreter, Path(interpreter).stat().st_mtime_ns) if interpreter else (sys.version, tuple(sys.path))


@lru_cache(maxsize=8)
def _ask(interpreter: str, changed: int) -> tuple[str, tuple[str, ...]]:
    """The version and search path of another Python, as itself says; nothing of one that does not."""
    asked = [interpreter, "-I", "-c", "import sys, json; print(json.dumps([sys.version, sys.path]))"]
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
        names.update(entry.name for entry in Path(folder).iterdir() if entry.suffix in (".dist-info", ".egg-info"))
    return sorted(names)


def _worker_code() -> list[str]:
    """The worker's own text: a new version of it may say other things of the same code."""
    files = sorted(path for path in (PACKAGE / "worker").iterdir() if path.is_file())
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
