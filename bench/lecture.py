"""The lecture against its floor: a build against the same code in plain Python, the page against an empty one."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from deck_builder.load import deck_files, load_source
from deck_builder.parse import parse

ROOT = Path(__file__).resolve().parents[1]
SAVE_FIGURES = """
import matplotlib.pyplot as _plt
for _number in _plt.get_fignums():
    _plt.figure(_number).savefig(f"figure-{_number}.svg")
"""
FIRST_PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
  for (const entry of list.getEntriesByName("first-contentful-paint")) done(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""
EMPTY = "<!doctype html><meta charset=utf-8><title>Empty</title><p>One line of text"


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of several turns."""

    seconds: Sequence[float]

    def __str__(self) -> str:
        return f"{self.median:6.2f} s  ({min(self.seconds):.2f}-{max(self.seconds):.2f})"

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.seconds)


def in_turns(turns: int, *runs: Callable[[], float]) -> list[Times]:
    """Time each run in alternation; the first turn warms up and is not counted."""
    rows = [[run() for run in runs] for _ in range(turns + 1)][1:]
    return [Times(column) for column in zip(*rows, strict=True)]


def plain_script(deck: Path) -> str:
    """The deck's Python blocks in a row, as an author would have them in one file; figures are saved when shown."""
    parsed = parse(load_source(deck), deck_files(deck.parent))
    blocks = [block.code for block in parsed.blocks if block.options.run and not block.options.raises]
    shown = re.compile(r"^(\s*)plt\.show\(.*\)\s*$", re.M)
    return shown.sub(r"\1plt.savefig('figure.svg'); plt.close()", "\n".join(blocks)) + SAVE_FIGURES


def seconds_of(command: Sequence[str | Path], folder: Path, env: dict[str, str]) -> float:
    """How long one process takes from start to exit."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=os.environ | env, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def builds(deck: Path, work: Path, turns: int) -> tuple[list[Times], Path]:
    """A cold build, a build with its results kept, and the plain script, in turns."""
    page = work / "page.html"
    script = work / "plain.py"
    script.write_text(plain_script(deck), encoding="utf-8")
    build: list[str | Path] = [sys.executable, "-m", "deck_builder", "build", deck, "-o", page, "--offline"]
    cache = {"XDG_CACHE_HOME": str(work / "cache")}
    times = in_turns(
        turns,
        lambda: seconds_of([*build, "--no-cache"], work, cache),
        lambda: seconds_of(build, work, cache),
        lambda: seconds_of([sys.executable, script], work, {"MPLBACKEND": "svg"}),
    )
    return times, page


def weight_without_pictures(page: Path) -> int:
    """The page's bytes less the contents of its `data:` pictures."""
    return len(re.sub(r"data:image/[^\"')\s]+", "data:", page.read_text(encoding="utf-8")).encode())


def first_paint(browser: Browser, page: Path) -> float:
    """Seconds from the start of navigation to the first contentful paint, in a context of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    tab = context.new_page()
    tab.goto(page.as_uri())
    milliseconds = float(tab.evaluate(FIRST_PAINT))
    context.close()
    return milliseconds / 1000


def paints(page: Path, work: Path, turns: int) -> list[Times]:
    """Our page and an empty one, in turns."""
    empty = work / "empty.html"
    empty.write_text(EMPTY, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"))
        times = in_turns(turns * 2, lambda: first_paint(browser, page), lambda: first_paint(browser, empty))
        browser.close()
    return times


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--deck", type=Path, default=ROOT / "slides" / "linear-regression" / "slides.md")
    options.add_argument("--turns", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (cold, cached, plain), page = builds(chosen.deck.resolve(), work, chosen.turns)
        ours, empty = paints(page, work, chosen.turns)
        weight = weight_without_pictures(page) / 1024
        print(f"{chosen.deck}, medians of {chosen.turns} turns (smallest-largest)")
        print(f"build, cold            {cold}   {cold.median / plain.median:.2f} x plain   (goal 0.85)")
        print(f"build, cached          {cached}   {cached.median / plain.median:.2f} x plain")
        print(f"plain Python           {plain}")
        print(f"page without figures   {weight:6.1f} KB of {page.stat().st_size / 1024:.1f} KB   (goal 120 KB)")
        print(f"first slide visible    {ours}   {ours.median / empty.median:.2f} x empty")
        print(f"an empty page          {empty}")


if __name__ == "__main__":
    main()
