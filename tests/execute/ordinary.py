"""This Python -> one that an ordinary user can start, and what they say of attacks that they try.

Where tests run as root, Python itself may lie in a folder that is root's alone; then its own part of it, without
what is installed, is copied to where everybody may read it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
USER = 12345
_LEFT_OUT = shutil.ignore_patterns("site-packages", "test", "idlelib", "config-*", "*.a")


@contextmanager
def somebody() -> Iterator[Callable[[str, Iterable[int]], dict[int, dict[str, Any]]]]:
    """Who is not root, and tries attacks in a tier; tells what came of them, by their numbers."""
    with _folder() as folder, _python(folder) as python:

        def verdicts(tier: str, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
            home = folder / "home" / tier
            home.mkdir(parents=True)
            if os.geteuid() == 0:
                os.chown(home, USER, USER)
            program: list[str | Path] = [python, "-m", "tests.execute.attack_run", "--tier", tier, "--json"]
            return told(_as_user([*program, *map(str, numbers)], home))

        yield verdicts


def told(done: subprocess.CompletedProcess[str]) -> dict[int, dict[str, Any]]:
    """The verdicts that a program printed."""
    assert done.returncode == 0, done.stdout + done.stderr
    return {verdict["no"]: verdict for verdict in map(json.loads, done.stdout.splitlines())}


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that everybody may look into: pytest's own may be shut to others."""
    with tempfile.TemporaryDirectory(prefix="ordinary-") as name:
        Path(name).chmod(0o755)
        yield Path(name).resolve()


def _as_user(command: list[str | Path], home: Path) -> subprocess.CompletedProcess[str]:
    """Run it as somebody who is not root."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    if os.geteuid() != 0:
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        user=USER,
        group=USER,
        extra_groups=[],
    )


@contextmanager
def _python(folder: Path) -> Iterator[Path]:
    """A Python that has all that this one has."""
    found = Path(sys.executable)
    if not _imports(found, folder):
        found = _copied(folder)
        if not _imports(found, folder):
            if os.environ.get("CI"):
                pytest.fail("nobody but root can read the checkout or what is installed")
            pytest.skip("nobody but root can read the checkout or what is installed")
    yield found


def _imports(python: Path, folder: Path) -> bool:
    try:
        return _as_user([python, "-c", "import deck_builder, tests, matplotlib"], folder).returncode == 0
    except PermissionError:
        return False


def _copied(folder: Path) -> Path:
    """A copy of Python, in an environment that has the packages of this one."""
    base, version = Path(sys.base_prefix), f"python{sys.version_info[0]}.{sys.version_info[1]}"
    copy, venv = folder / "base", folder / "venv"
    shutil.copytree(base / "lib" / version, copy / "lib" / version, ignore=_LEFT_OUT)
    for library in (base / "lib").glob("libpython*"):
        shutil.copy2(library, copy / "lib", follow_symlinks=False)
    (copy / "bin").mkdir()
    # where it looks for its library is written into it, as it was compiled
    was, now = f"{base}/lib\0".encode(), f"{copy}/lib".encode()
    program = (base / "bin" / version).resolve().read_bytes()
    python = copy / "bin" / version
    python.write_bytes(program.replace(was, now.ljust(len(was), b"\0")) if len(now) < len(was) else program)
    python.chmod(0o755)
    (venv / "bin").mkdir(parents=True)
    (venv / "lib" / version).mkdir(parents=True)
    (venv / "lib" / version / "site-packages").symlink_to(sysconfig.get_path("purelib"))
    (venv / "pyvenv.cfg").write_text(f"home = {copy / 'bin'}\n", encoding="utf-8")
    (venv / "bin" / "python").symlink_to(python)
    return venv / "bin" / "python"
