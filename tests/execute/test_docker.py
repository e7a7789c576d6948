"""In a container whose filter allows no namespaces, the rest of the wall holds what it holds elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.execute.attack_run import tried
from tests.execute.ordinary import ROOT, told

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is a wall on Linux only")

ATTACKS = tried("landlock")


def within(*command: str, cache_home: Path) -> subprocess.CompletedProcess[str]:
    """A Python command behind such a filter."""
    python = [sys.executable, "-m", "tests.execute.like_docker", sys.executable]
    env = os.environ | {"XDG_CACHE_HOME": str(cache_home)}
    return subprocess.run([*python, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@cache
def verdicts(base: Path) -> dict[int, dict[str, Any]]:
    """What came of all attacks in the strongest tier that there is."""
    return told(within("-m", "tests.execute.attack_run", "--tier", "landlock", "--json", cache_home=base))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of its own."""
    return tmp_path_factory.mktemp("docker")


def test_the_strongest_that_there_is_is_taken_and_named(base: Path) -> None:
    code = "from deck_builder.execute.sandbox import describe\nprint(describe('strict'))"
    said = within("-c", code, cache_home=base).stdout
    assert said.startswith(
        "sandbox: landlock (no more than that: namespaces: unshare: Operation not permitted) | held: "
    )
    assert "files, network, signals" in said


@pytest.mark.parametrize("no", [attack.no for attack in ATTACKS], ids=[f"{one.no}-{one.title}" for one in ATTACKS])
def test_it_stops_what_it_stops_elsewhere(base: Path, no: int) -> None:
    verdict = verdicts(base)[no]
    assert verdict["outcome"] == verdict["expected"], verdict["how"]
