"""Session -> the worker's environment: an allow list, so that no secret of the author's is in it."""

from __future__ import annotations

import os
import site
from pathlib import Path
from typing import Final

from deck_builder.execute.session import Session

PACKAGE: Final = Path(__file__).resolve().parents[1]
"""The folder of deck_builder, in which the worker finds its own modules."""


def environment(session: Session, root: Path, cache: Path) -> dict[str, str]:
    """All that slide code's environment holds: nothing of ours but where programs are found."""
    threads = str(session.threads)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(root / "home"),
        "TMPDIR": str(root / "tmp"),
        "PYTHONHASHSEED": "0",  # a set has the same order in every build
        **({"PYTHONUSERBASE": site.getuserbase()} if site.ENABLE_USER_SITE else {}),  # HOME has changed
        "MPLBACKEND": "module://deck_builder.worker.backend",
        "MPLCONFIGDIR": str(cache),
        "MATPLOTLIBRC": str(PACKAGE / "worker" / "matplotlibrc"),
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "OMP_WAIT_POLICY": "passive",
        "CUDA_VISIBLE_DEVICES": "",  # with a GPU in sight even a backward pass on the CPU starts a thread
    }


def matplotlib_cache() -> Path | None:
    """Where matplotlib keeps its list of fonts, which takes seconds to make; None where nothing can be kept."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        path = Path(home).expanduser() / "deck-builder" / "matplotlib"
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return path if os.access(path, os.W_OK) else None
