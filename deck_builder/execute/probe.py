"""This machine -> the strongest tier whose whole set-up passes, tried in a process that is thrown away.

No system setting says whether namespaces can be had: AppArmor, a container or a security module may let one call pass
and refuse the next. What was found is kept for as long as the machine runs and this process' own standing is the same.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import ExitStack, suppress
from errno import EAGAIN, EMFILE, ENFILE, ENOMEM, ENOSPC
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from deck_builder.execute.contents import read
from deck_builder.execute.environment import cache_home, environment
from deck_builder.execute.sandbox import TIERS, Tier, TierName, lacks
from deck_builder.execute.sandbox.places import Places
from deck_builder.kept import write_whole

_TO_TRY: Final[tuple[TierName, ...]] = ("strict", "landlock", "seccomp", "limits")
_UNCLEAR: Final = "a process that tries it does not come"  # too much is going on, or the disk is full
_FLEETING: Final = {os.strerror(number) for number in (EAGAIN, EMFILE, ENFILE, ENOMEM, ENOSPC)}
"""What may pass: others have taken all there is."""
_MOST: Final = 1 << 16
# what a system call's failure may hang on: the boot, this user, and all that this process inherited
_STANDING: Final = (
    "/proc/sys/kernel/random/boot_id",
    "/proc/self/attr/current",
    "/proc/self/uid_map",
    "/proc/sys/user/max_user_namespaces",
    "/proc/sys/kernel/unprivileged_userns_clone",
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
)
_OWN: Final = ("Uid:", "Gid:", "CapEff:", "CapBnd:", "NoNewPrivs:", "Seccomp", "Cpus_allowed")


@lru_cache(maxsize=1)
def strongest() -> Tier:
    """The strongest tier that this machine has; kept on disk, since a try takes a tenth of a second."""
    file = _file()
    reasons = _known(file) if file else None
    if reasons is None:
        reasons = _tried()
        if file and not any(_may_pass(why) for why in reasons.values()):
            with suppress(OSError):
                write_whole(file, json.dumps(reasons).encode())
    off: TierName = "off"
    return Tier(next((name for name in _TO_TRY if name not in reasons), off), reasons)


def _may_pass(why: str) -> bool:
    return why == _UNCLEAR or any(why.endswith(text) for text in _FLEETING)


def attempt(name: TierName) -> str:
    """Raise a tier's whole wall in a process that runs nothing else; "" or why that failed."""
    from deck_builder.execute.descendants import adopting
    from deck_builder.execute.throwaway import Throwaway
    from deck_builder.execute.zygote import RefusedError, Start, StartError, zygote

    with adopting(), ExitStack() as stack:
        made = Throwaway()
        stack.callback(made.remove)
        root = made.path
        for part in ("work", "home", "root", "slash"):
            (root / part).mkdir()
        places = Places((root / "work",), root)
        job = {
            "work": str(root / "work"), "folder": str(root / "work"), "path": str(root / "work" / "probe.md"),
            "environment": {"HOME": str(root / "home")},
            "visible": "", "device": "cpu", "wall": Tier(name).wall(places),
            "files": [], "written": [], "ignored": [], "seed": 0, "threads": 1,
        }  # fmt: skip
        waiting = zygote(Start("", environment(root, root)))
        stack.callback(waiting.end)
        try:
            with ExitStack() as cells, ExitStack() as inner:
                waiting.fork(job, inner, cells)
        except StartError as error:
            return str(error).removeprefix(": ") if isinstance(error, RefusedError) else _UNCLEAR
    return ""


def _tried() -> dict[TierName, str]:
    """Why each tier that is stronger than the one that can be had can't be."""
    reasons: dict[TierName, str] = {}
    for name in _TO_TRY:
        if not (why := lacks(name) or attempt(name)):
            break
        reasons[name] = why
    return reasons


def _known(file: Path) -> dict[TierName, str] | None:
    with suppress(OSError, ValueError):
        found = json.loads(read(file, _MOST))
        if isinstance(found, dict) and all(name in TIERS and isinstance(why, str) for name, why in found.items()):
            return found
    return None


def _file() -> Path | None:
    """Where an answer is kept that was found in just these circumstances."""
    home = cache_home()
    if home is None:
        return None
    told = [tempfile.gettempdir(), *map(_text, _STANDING)]
    told += [line for line in _text("/proc/self/status").splitlines() if line.startswith(_OWN)]
    told += [os.readlink(f"/proc/self/ns/{kind}") for kind in ("user", "mnt", "pid") if os.path.exists("/proc/self/ns")]  # noqa: PTH110, PTH115
    return home / "sandbox" / sha256("\n".join(told).encode()).hexdigest()


def _text(path: str) -> str:
    with suppress(OSError):
        return Path(path).read_text(encoding="utf-8", errors="replace")
    return ""
