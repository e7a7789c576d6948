"""A job -> this process as a script of the deck's, whatever other decks had it import before."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deck_builder.worker.afterwards import after_import

_OURS = frozenset(sys.modules)  # a script has these before its first line: Python's own, and what the worker needs


def enter(job: Mapping[str, Any]) -> None:
    """Go to the scratch folder, and be a script of the deck's."""
    os.chdir(job["work"])
    os.environ.update(job["environment"])
    if (visible := job["visible"]) is None:
        os.environ.pop("CUDA_VISIBLE_DEVICES", None)
    else:
        os.environ["CUDA_VISIBLE_DEVICES"] = visible
    tempfile.tempdir = None  # another process' folder may be known
    sys.argv = [job["path"]]
    sys.path.insert(0, job["folder"])
    _forget(Path(job["folder"]))
    _mirror_fonts(Path(os.environ["MPLCONFIGDIR"]))
    if "matplotlib" not in sys.modules:
        after_import("matplotlib", _keep_style)


def _mirror_fonts(cache: Path) -> None:
    """Give matplotlib a folder that it can write to, with its list of fonts: all decks' own is for reading."""
    own = Path.home() / "matplotlib"
    own.mkdir()
    for path in cache.glob("*.json"):
        (own / path.name).symlink_to(path)
    os.environ["MPLCONFIGDIR"] = str(own)


def _forget(folder: Path) -> None:
    """Let a module of the deck's be found though one of its name is here, which another module has imported."""
    for name in {name.partition(".")[0] for name in sys.modules} - _OURS:
        if (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file():
            for one in [one for one in sys.modules if f"{one}.".startswith(f"{name}.")]:
                del sys.modules[one]


def _keep_style(matplotlib: Any) -> None:
    """Draw as when it is imported elsewhere than in the deck's folder, which may have a `matplotlibrc` of its own."""
    style = matplotlib.rc_params_from_file(os.environ["MATPLOTLIBRC"])
    for settings in (matplotlib.rcParams, matplotlib.rcParamsOrig):
        settings.update({name: value for name, value in style.items() if name != "backend"})
