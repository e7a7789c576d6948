"""What a run read: which paths are the deck's, which the system's, and which can't be answered for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from deck_builder.worker.reads import Reads


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/usr/share/zoneinfo/UTC", True),
        ("/usr/lib/os-release", True),
        ("/usr/local/lib/x.so", True),
        ("/usr/local/share/fonts", True),
        ("/usr/X11R6/lib/X11/TTF", True),
        ("/etc/localtime", True),
        ("/proc/cpuinfo", True),
        (f"{sys.prefix}/x", True),
        (sys.executable, True),
        ("/usr/src/data.csv", False),
        ("/usr/local/share/data.csv", False),
        ("/usr/local/data.csv", False),
        ("/opt/data.csv", False),
        (f"{sys.prefix}/../data-of-somebody.csv", False),
        (f"{sys.prefix}/lib/../../data-of-somebody.csv", False),
    ],
)
@pytest.mark.parametrize("base", ["/usr", None])
def test_only_what_comes_with_the_system_is_not_the_decks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, known: bool, base: str | None
) -> None:
    if base:  # a Python that came with the system
        monkeypatch.setattr(sys, "base_prefix", base)
        monkeypatch.setattr(sys, "base_exec_prefix", base)
    reads = Reads(str(tmp_path / "work"), str(tmp_path / "talk"), [])
    reads.hook()("open", (path, "r", os.O_RDONLY))
    assert reads.known is known


def test_a_deck_below_the_systems_folders_starts_processes_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    reads = Reads(str(tmp_path / "work"), str(tmp_path / "talk"), [])
    code = compile("hear('os.system', (b'true',))", str(tmp_path / "talk" / "slides.md"), "exec")
    exec(code, {"hear": reads.hook()})
    assert not reads.known
