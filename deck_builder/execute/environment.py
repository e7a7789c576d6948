"""Folders -> a worker's environment: an allow list, so that no secret of the author's is in it."""

from __future__ import annotations

import os
import site
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from deck_builder.execute.session import Session

_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
PACKAGE: Final = Path(__file__).resolve().parents[1]
"""The folder of deck_builder, in which the worker finds its own modules."""


def environment(home: Path, cache: Path) -> dict[str, str]:
    """All that the environment of slide code's process holds when it starts: nothing of ours but where programs are."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONHASHSEED": "0",  # a set has the same order in every build
        **({"PYTHONUSERBASE": site.getuserbase()} if site.ENABLE_USER_SITE else {}),  # HOME has changed
        "MPLBACKEND": "module://deck_builder.worker.backend",
        "MPLCONFIGDIR": str(cache),
        "MATPLOTLIBRC": str(PACKAGE / "worker" / "matplotlibrc"),
        **dict.fromkeys(_THREADS, "1"),  # one that has threads can't be forked
        "OMP_WAIT_POLICY": "passive",
        "KINETO_LOG_LEVEL": "99",  # torch's profiler logs by times and process numbers
        "CUDA_VISIBLE_DEVICES": "",  # with a GPU in sight even a backward pass on the CPU starts a thread
    }


def own_environment(session: Session, root: Path) -> dict[str, str]:
    """What a session's own process has otherwise: its scratch folder, its threads."""
    folders = {"HOME": str(root / "home"), "TMPDIR": str(root / "tmp")}
    return folders | dict.fromkeys(_THREADS, str(session.threads))


def font_folders() -> tuple[Path, ...]:
    """Where an author's own fonts lie, which figures may be set in."""
    with suppress(RuntimeError):  # who has no home has none
        shared = Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser()
        return shared / "fonts", Path("~/.fonts").expanduser()
    return ()


def cache_home() -> Path | None:
    """Where things are kept between builds; None for a user without a home."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "deck-builder"
    except RuntimeError:
        return None


def matplotlib_cache() -> Path | None:
    """Where matplotlib keeps its list of fonts, which takes seconds to make; None where nothing can be kept."""
    if (home := cache_home()) is None:
        return None
    path = home / "matplotlib"
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return path if os.access(path, os.W_OK) else None
