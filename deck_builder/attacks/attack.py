"""A Markdown file -> attacks: each a heading with a number, some lines of `key: value`, and a block of Python.

after      what it is after: files, network, processes, memory, the report …
proof      how its success is seen: a name in `proofs.PROOFS`
needs      what the machine must have, for it to succeed even without a wall: a name in `NEEDS`
timeout    seconds after which it is stopped
off … strict   what is expected in a tier: "succeeds", "stopped" or "not run"; "succeeds as root", "succeeds as user".
           A tier without a line does as the one before it.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deck_builder.attacks.proofs import PROOFS
from deck_builder.attacks.victims import SITE

TIERS: Final = ("off", "seccomp", "landlock", "strict")
"""Each holds what the one before it holds, and more."""

OUTCOMES: Final = ("succeeds", "succeeds as root", "succeeds as user", "stopped", "not run")

LIVE: Final = Path(__file__).with_name("attacks.md")
"""Those that any machine may try at any time: harmless where they succeed, and quick."""

_YAMA: Final = Path("/proc/sys/kernel/yama/ptrace_scope")


def _traces() -> bool:
    return os.geteuid() == 0 or not _YAMA.exists() or _YAMA.read_text(encoding="ascii").strip() == "0"


def _reads_disk() -> bool:
    return any(path.is_block_device() and _reads(path) for path in Path("/dev").iterdir())


def _reads(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(1) != b""
    except OSError:  # also where the rights to it would do
        return False


NEEDS: Final[Mapping[str, Callable[[], bool]]] = {
    "": lambda: True,
    "two processors": lambda: (os.cpu_count() or 1) > 1,
    "8 GB of memory": lambda: os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") > 8 << 30,
    "room on the disk": lambda: shutil.disk_usage(tempfile.gettempdir()).free > 4 << 30,
    "a large /dev/shm": lambda: Path("/dev/shm").is_dir() and shutil.disk_usage("/dev/shm").free > 2 << 30,
    "ptrace": _traces,
    "IPv6": Path("/proc/net/if_inet6").exists,
    "a kernel that can be set": lambda: os.access("/proc/sys/kernel/core_pattern", os.W_OK),
    "a disk that can be read": _reads_disk,
    "a writable site-packages": lambda: os.access(SITE, os.W_OK),
}

_HEADING: Final = re.compile(r"^## +(\d+) +(.+)$", re.MULTILINE)
_KEY: Final = re.compile(r"^([a-z]+): +(.+)$", re.MULTILINE)
_CODE: Final = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Attack:
    """What slide code may try. `code` names its targets as `$KEY_FILE`, `$PORT`: see `victims`."""

    no: int
    title: str
    after: str
    proof: str
    code: str
    expected: Mapping[str, str]
    needs: str = ""
    timeout_s: float = 5.0

    def outcome(self, tier: str) -> str:
        """What is expected of it in a tier on this machine: "succeeded", "stopped" or "not run"."""
        word = self.expected[tier]
        root = os.geteuid() == 0
        possible = {"succeeds": True, "succeeds as root": root, "succeeds as user": not root}.get(word)
        if possible is None:
            return word
        return "succeeded" if possible and NEEDS[self.needs]() else "stopped"


def read(text: str) -> list[Attack]:
    """The attacks of a file, as they stand in it. Raises `ValueError` on one that is not whole."""
    parts = _HEADING.split(text)[1:]
    return [_attack(int(no), *rest) for no, *rest in zip(parts[::3], parts[1::3], parts[2::3], strict=True)]


def _attack(no: int, title: str, body: str) -> Attack:
    block = _CODE.search(body)
    if block is None:
        raise ValueError(f"attack {no} has no code")
    keys = dict(_KEY.findall(body[: block.start()]))
    try:
        found = Attack(
            no,
            title,
            keys.pop("after"),
            keys.pop("proof"),
            block[1],
            _expected(keys),
            keys.pop("needs", ""),
            float(keys.pop("timeout", 5)),
        )
    except KeyError as missing:
        raise ValueError(f"attack {no} has no line {missing}") from None
    known = found.needs in NEEDS and found.proof in PROOFS and set(found.expected.values()) <= set(OUTCOMES)
    if keys or not known:
        raise ValueError(f"attack {no} has a line that nobody understands")
    return found


def _expected(keys: dict[str, str]) -> dict[str, str]:
    """Each tier's outcome. Raises `KeyError` without one for the first."""
    found: dict[str, str] = {}
    word = keys["off"]
    for tier in TIERS:
        found[tier] = word = keys.pop(tier, word)
    return found
