"""The same random numbers in every run: seeds and threads for what is loaded now, and for what slides load later."""

from __future__ import annotations

import random
import sys
from typing import Any

from deck_builder.worker.afterwards import after_import

_last: dict[str, int] = {}


def fix(seed: int, threads: int) -> None:
    """Seed what is loaded, and set up what slide code may load later; nothing heavy is imported here."""
    _last.update(seed=seed, threads=threads)
    random.seed(seed)
    after_import("numpy.random", _seed_numpy)
    after_import("torch", _set_up_torch)


def seed_all(seed: int) -> None:
    """Begin the random numbers anew."""
    _last["seed"] = seed
    random.seed(seed)
    if "numpy.random" in sys.modules:
        _seed_numpy(sys.modules["numpy.random"])
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def set_threads(threads: int) -> None:
    """Let torch's operations use so many threads from now on."""
    if threads != _last["threads"]:
        _last["threads"] = threads
        if "torch" in sys.modules:
            sys.modules["torch"].set_num_threads(threads)


def _seed_numpy(module: Any) -> None:
    module.seed(_last["seed"] % 2**32)


def _set_up_torch(module: Any) -> None:
    module.manual_seed(_last["seed"])
    if module.get_num_threads() != _last["threads"]:
        module.set_num_threads(_last["threads"])
