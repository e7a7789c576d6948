"""A running session against plain Python: a changed block among eight, a loop that prints, a hundred edits in a row."""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.lecture import Times, in_turns
from deck_builder.errors import Span
from deck_builder.execute.engine import Engine
from deck_builder.execute.running import runner
from deck_builder.execute.session import Session
from deck_builder.execute.store import Store
from deck_builder.model import BlockOptions, BlockResult, CodeBlock

LECTURE = [
    "import torch\nimport matplotlib.pyplot as plt",
    "x = torch.linspace(-1, 1, 60).unsqueeze(1)\ny = 2 * x - 1 + 0.1 * torch.randn(60, 1)\nx.shape, y.shape",
    "model = torch.nn.Linear(1, 1)\nprint(model.weight.item(), model.bias.item())",
    "def loss_of(model):\n    return torch.nn.functional.mse_loss(model(x), y)\nloss_of(model)",
    "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\noptimizer",
    "losses = []\nfor epoch in range(100):\n    loss = loss_of(model)\n    optimizer.zero_grad()\n    loss.backward()\n"
    "    optimizer.step()\n    losses.append(loss.item())\n    if epoch % 10 == 0:\n        print(epoch, loss.item())",
    "print([round(p.item(), 3) for p in model.parameters()])",
    "plt.plot(losses)\nplt.xlabel('epoch')\nplt.ylabel('loss')\nplt.show()",
]
"""A lecture in eight blocks: data, a model, its training, a figure."""

LOOP = """x = torch.linspace(-1, 1, 64).unsqueeze(1)
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(10_000):
    loss = torch.nn.functional.mse_loss(model(x), 2 * x - 1)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(step, loss.item())"""
"""A training loop that prints in each of 10 000 steps."""

TIMED = "import sys, time\nbegan = time.perf_counter()\n{}\nprint(time.perf_counter() - began, file=sys.stderr)"
PLAIN = {**os.environ, "OMP_NUM_THREADS": "1", "MPLBACKEND": "svg"}


def session(folder: Path, codes: Sequence[str]) -> Session:
    """A session of codes, each the block of a slide."""
    (folder / "talk").mkdir(exist_ok=True)  # what lies beside a deck is looked at: stores and scripts lie elsewhere
    path = folder / "talk" / "slides.md"
    blocks, line = [], 1
    for no, code in enumerate(codes, start=1):
        end = line + code.count("\n") + 2
        blocks.append(CodeBlock(f"{no}.1", "python", code, BlockOptions(run=True), Span(path, line, end)))
        line = end + 2
    return Session(path, path.parent, tuple(blocks), timeout_s=300)


def edited(folder: Path, engine: Engine, store: Store, at: int, number: int) -> tuple[float, BlockResult]:
    """Change a block by a comment and run: the seconds until the last result, and the changed block's own."""
    codes = list(LECTURE)
    codes[at] += f"\n# edit {number}"
    began, seconds, results = time.perf_counter(), 0.0, {}
    for block, result in runner(engine, store)(session(folder, codes)):
        seconds, results[block] = time.perf_counter() - began, result
    return seconds, results[f"{at + 1}.1"]


def last_and_first(folder: Path, turns: int) -> tuple[Times, Times, Times]:
    """An edit of the last block less its own time, one of the first block, and the eight blocks in plain Python."""
    script = folder / "plain.py"
    script.write_text("\n".join(LECTURE).replace("plt.show()", "plt.savefig('figure.svg')"), encoding="utf-8")
    numbers = iter(range(10_000))
    store = Store(folder / "store")
    # a session each: what one edits and the other does not would be another state
    with Engine(mode="snapshot") as one, Engine(mode="snapshot") as other:

        def edit(engine: Engine, at: int, *, without_own: bool) -> float:
            seconds, result = edited(folder, engine, store, at, next(numbers))
            return seconds - result.seconds if without_own else seconds

        def plain() -> float:
            began = time.perf_counter()
            subprocess.run([sys.executable, script], cwd=folder, env=PLAIN, check=True, stdout=subprocess.DEVNULL)
            return time.perf_counter() - began

        last, first, floor = in_turns(
            turns, lambda: edit(one, 7, without_own=True), lambda: edit(other, 0, without_own=False), plain
        )
    return last, first, floor


def loops(folder: Path, turns: int) -> tuple[Times, Times]:
    """The loop as a block, and in plain Python with its output in a file."""
    with Engine() as engine:
        recorded, plain = in_turns(
            turns,
            lambda: dict(runner(engine)(session(folder, ["import torch", LOOP])))["2.1"].seconds,
            lambda: _plain_loop(folder),
        )
    return recorded, plain


def _plain_loop(folder: Path) -> float:
    with (folder / "loop.txt").open("w") as out:
        code = f"import torch\n{TIMED.format(LOOP)}"
        ran = subprocess.run([sys.executable, "-c", code], env=PLAIN, stdout=out, stderr=subprocess.PIPE, check=True)
    return float(ran.stderr)


def soak(folder: Path, edits: int) -> tuple[int, list[int]]:
    """Edit random blocks in one session; how many runs were not as from nothing, and the memory of all processes."""
    chance = random.Random(0)
    codes, wrong, memory = list(LECTURE), 0, []
    with Engine(mode="snapshot") as engine, Engine() as plain:
        for edit in range(edits):
            at = chance.randrange(len(codes))
            codes[at] = f"{LECTURE[at]}\n{chance.choice(['torch.rand(1)', f'print({edit})', f'# {edit}'])}"
            one = session(folder, codes)
            mine, anew = (dict(run(one)) for run in (runner(engine, Store(folder / "soak")), runner(plain)))
            wrong += any(mine[block].outputs != anew[block].outputs for block in anew)
            memory.append(sum(map(_pss, _children())))
    return wrong, memory


def _children() -> list[int]:
    tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]


def _pss(pid: int) -> int:
    """Bytes of memory that are a process' own, and its share of what it has with others."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(row.split()[1]) * 1024 for row in rows if row.startswith("Pss:"))


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=9)
    options.add_argument("--edits", type=int, default=100)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        last, first, floor = last_and_first(folder, chosen.turns)
        rows: list[tuple[str, Times, Times | None, str]] = [
            ("last block changed, less its own time", last, floor, "0.15 s"),
            ("first block changed, all eight run", first, floor, "0.6 s"),
            ("the eight in plain Python", floor, None, ""),
        ]
        recorded, plain = loops(folder, max(3, chosen.turns // 2))
        rows += [("10 000 steps that print", recorded, plain, "1.1 x"), ("the same in plain Python", plain, None, "")]
        print(f"medians of {chosen.turns} turns (smallest-largest)")
        for what, times, against, goal in rows:
            ratio = f"   {times.median / against.median:.3f} x plain   (goal {goal})" if against else ""
            print(f"{what:<38}{times}{ratio}")
        wrong, memory = soak(folder, chosen.edits)
        half = len(memory) // 2
        early, late = median(memory[:half] or [0]) / 1e6, median(memory[half:]) / 1e6
        print(f"{chosen.edits} edits of random blocks: {wrong} runs not as from nothing (goal 0);", end=" ")
        print(f"all processes {early:.0f} MB in the first half, {late:.0f} MB in the second; {len(_children())} left")


if __name__ == "__main__":
    main()
