"""What recording costs a loop of torch: its lit lines watched, and its training alone; and what it adds to a page."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from bench.lecture import Times, in_turns
from deck_builder.execute.engine import Engine
from deck_builder.execute.running import runner
from deck_builder.execute.session import Session, session_of
from deck_builder.load import deck_files
from deck_builder.model import Source
from deck_builder.parse import parse

LOOPS: Final[Mapping[str, str]] = {
    "by hand": """\
import torch
w = torch.tensor([1.0], requires_grad=True)
for epoch in range(1000):
    for x, y in zip([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]):
        loss = (x * w - y) ** 2
        loss.backward()
        w.data = w.data - 0.01 * w.grad.data
        w.grad.data.zero_()
""",
    "linear, SGD": """\
import torch
x = torch.linspace(-1, 1, 60).unsqueeze(1)
y = 2 * x - 1
model = torch.nn.Linear(1, 1)
criterion = torch.nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3000):
    y_pred = model(x)
    loss = criterion(y_pred, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
""",
    "two layers, Adam": """\
import torch
x = torch.randn(256, 8)
y = x.sum(1, keepdim=True)
model = torch.nn.Sequential(torch.nn.Linear(8, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
optimizer = torch.optim.Adam(model.parameters())
for epoch in range(1500):
    y_pred = model(x)
    loss = torch.nn.functional.mse_loss(y_pred, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
""",
}
DECK: Final = (sys.executable, "-m", "deck_builder")
WAYS: Final = {"nothing": "off", "training": "grads", "lit lines and training": "all"}


def deck(path: Path, code: str, trace: str) -> str:
    """A deck of one block, of which a step lights the last five lines."""
    last = code.count("\n")
    return f"# Training\n\n```python {{all|{last - 4}-{last}}}{{trace: '{trace}', timeout: 300}}\n{code}```\n"


def session(folder: Path, code: str, trace: str) -> Session:
    """The session of such a deck."""
    path = folder / "slides.md"
    return session_of(parse(Source(path, deck(path, code, trace)), deck_files(folder)))


def seconds(engine: Engine, one: Session) -> float:
    """How long its block takes, by the worker's own clock."""
    ((_, result),) = runner(engine)(one)
    assert result.error is None
    return result.seconds


def growth(folder: Path) -> int:
    """How many bytes a page of a loop of 10 000 steps, five lines of it lit, is larger than without recording."""
    code = LOOPS["linear, SGD"].replace("3000", "10_000")
    sizes = []
    for trace in ("all", "off"):
        source, page = folder / f"{trace}.md", folder / f"{trace}.html"
        source.write_text(deck(source, code, trace), encoding="utf-8")
        subprocess.run([*DECK, "build", source, "-o", page, "--offline", "--no-cache"], check=True, cwd=folder)
        sizes.append(page.stat().st_size)
    return sizes[0] - sizes[1]


def ratio(one: Times, other: Times) -> float:
    """How much longer one takes than another: turn by turn, for a machine has slow minutes; the middle one of all."""
    return median(mine / theirs for mine, theirs in zip(one.seconds, other.seconds, strict=True))


def main() -> None:
    """Measure each loop without recording and with it, in turns, and print the ratios and how much a page grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=11)
    turns = parser.parse_args().turns
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name).resolve()
        engine = stack.enter_context(Engine("off"))
        for what, code in LOOPS.items():
            calls: list[Callable[[], float]] = [
                partial(seconds, engine, session(folder, code, trace)) for trace in WAYS.values()
            ]
            times = dict(zip(WAYS, in_turns(turns, *calls), strict=True))
            ratios = ", ".join(f"{way} {ratio(one, times['nothing']):.3f} x" for way, one in times.items())
            print(f"{what:18} {times['nothing'].median * 1000:6.0f} ms: {ratios}")
        print(f"a page of 10 000 steps grows by {growth(folder) / 1000:.1f} KB")


if __name__ == "__main__":
    main()
