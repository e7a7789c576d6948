"""This machine -> its system, its processors and memory, its GPU, a browser."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from deck_builder.doctor import Fact, Section
from deck_builder.doctor.asking import SHORT_S, Ask, ask

_TORCH_S: Final = 60.0
_NVIDIA: Final = ("nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader")
_DRIVER: Final = Path("/proc/driver/nvidia/version")
_CUDA: Final = (sys.executable, "-P", "-c", "import sys, torch; sys.stdout.write(str(torch.cuda.is_available()))")
BROWSERS: Final = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
"""Where a browser of Chromium's family is looked for, in this order."""


def machine() -> Section:
    """The system, processors and memory, the GPU, the browser."""
    facts = [
        Fact("system", _system()),
        Fact("processors", _processors()),
        gpu(ask, there=_DRIVER.exists() or shutil.which(_NVIDIA[0]) is not None),
        browser(ask, shutil.which),
    ]
    return Section("machine", tuple(facts))


def _system() -> str:
    """The distribution, if it has a name, and the kernel."""
    kernel = f"{platform.system()} {platform.release()} {platform.machine()}".strip()
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        name = f"macOS {platform.mac_ver()[0]}" if sys.platform == "darwin" else ""
    return f"{name}, {kernel}" if name else kernel


def _processors() -> str:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return str(count)
    return f"{count}, {memory / (1 << 30):.1f} GB of memory"


def gpu(ask: Ask, *, there: bool) -> Fact:
    """NVIDIA's GPU, and whether torch can use it: that is asked in a process of its own, and only where one is."""
    if not there:
        return Fact("gpu", "none; decks run on the processor", "absent")
    said = ask(_NVIDIA, SHORT_S)
    names = "; ".join(" ".join(line.split()) for line in said.splitlines()) or "a driver that does not say"
    if ask(_CUDA, _TORCH_S) == "True":
        return Fact("gpu", f"{names}; for decks that say `python: {{device: cuda}}`")
    hint = "install a torch that is built for its driver: https://pytorch.org/get-started/locally"
    return Fact("gpu", f"{names}; torch can't use it", "poor", hint)


def browser(ask: Ask, which: Callable[[str], str | None]) -> Fact:
    """A browser of Chromium's family: export and tests use one, builds do not."""
    for name in BROWSERS:
        if path := which(name):
            version = ask((path, "--version"), SHORT_S)
            if version:
                return Fact("browser", f"{_short(version)}, {path}")
            return Fact("browser", f"{path}, which does not start", "poor", f"try it: {path} --version")
    hint = "apt-get install chromium; only export and this project's own tests use one"
    return Fact("browser", "no Chromium and no Chrome", "absent", hint)


def _short(version: str) -> str:
    """What a browser calls itself, up to its number."""
    found = re.match(r".*?\d[\d.]*", version)
    return found[0] if found else version.partition("\n")[0]
