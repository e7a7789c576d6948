"""What each tier of the sandbox costs a run: from a warm process until the first result, and until all is gone."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

from bench.lecture import in_turns
from bench.session import session
from deck_builder.execute.engine import Engine
from deck_builder.execute.running import runner
from deck_builder.execute.sandbox import Sandbox

TIERS: tuple[Sandbox, ...] = ("off", "seccomp", "landlock", "strict")
WARM = ["import torch\nimport matplotlib.pyplot as plt", "1"]


def once(engine: Engine, folder: Path, totals: list[float]) -> float:
    """A run of one block: the seconds until its result; those until its processes are gone come to `totals`."""
    began = time.perf_counter()
    running = runner(engine)(session(folder, ["1"]))
    next(running)
    seconds = time.perf_counter() - began
    for _ in running:
        pass
    totals.append(time.perf_counter() - began)
    return seconds


def main() -> None:
    """Measure all tiers in turns, each from a process that has torch, and print what they add to none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=31)
    turns = parser.parse_args().turns
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name).resolve()
        calls: list[Callable[[], float]] = []
        totals: dict[Sandbox, list[float]] = {tier: [] for tier in TIERS}
        for tier in TIERS:
            engine = stack.enter_context(Engine(tier))
            for _ in runner(engine)(session(folder, WARM)):  # it has imported by then
                pass
            calls.append(partial(once, engine, folder, totals[tier]))
        firsts = dict(zip(TIERS, in_turns(turns, *calls), strict=True))
    none = firsts["off"].median, median(totals["off"])
    for tier in TIERS:
        first, total = firsts[tier].median, median(totals[tier])
        print(
            f"{tier:9} first result {first * 1000:6.1f} ms ({(first - none[0]) * 1000:+6.1f})   "
            f"all gone {total * 1000:6.1f} ms ({(total - none[1]) * 1000:+6.1f})"
        )


if __name__ == "__main__":
    main()
