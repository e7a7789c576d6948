"""A deck's folders -> what slide code may read, and what it may write; the rest of the machine's files it may not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ETC: Final = """alternatives fonts group host.conf hosts ld.so.cache ld.so.conf ld.so.conf.d locale.alias localtime
mime.types nsswitch.conf os-release passwd pki/tls/certs protocols services ssl/certs timezone""".split()  # noqa: SIM905
_TOP: Final = ("bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "opt", "nix/store", "gnu/store")
_SYS: Final = ("devices/system", "fs/cgroup")
SYSTEM: Final = [f"/{name}" for name in _TOP] + [f"/etc/{name}" for name in _ETC] + [f"/sys/{name}" for name in _SYS]
"""What programs need of the system: no one's data, and no one's secrets."""

GPU_DEVICES: Final = (
    "nvidiactl",
    "nvidia-uvm",
    "nvidia-uvm-tools",
    "nvidia-caps",
    *(f"nvidia{no}" for no in range(16)),
)
"""What CUDA opens below /dev."""


@dataclass(frozen=True, slots=True)
class Places:
    """What slide code sees: folders and files to `read`; its `scratch` folder; `gpu`: whether it is to reach one.

    Where its own Python lies is known to itself.
    """

    read: tuple[Path, ...]
    scratch: Path
    gpu: bool = False

    def readable(self) -> list[str]:
        """All that may be read, as it is named; of a root folder what is in it, for the whole can't be shown twice."""
        found: dict[str, None] = dict.fromkeys(SYSTEM)
        found.update(dict.fromkeys(["/sys"] if self.gpu else []))
        for path in self.read:
            found.update(dict.fromkeys(map(str, _apart(path))))
        return list(found)

    def devices(self) -> list[str]:
        """What of /dev is to be there beside what everybody may use."""
        return list(GPU_DEVICES) if self.gpu else []


def _apart(path: Path) -> Iterable[Path]:
    if path != Path("/"):
        return [path]
    return [one for one in path.iterdir() if one.name not in ("proc", "dev", "sys", "tmp")]
