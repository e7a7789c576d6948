"""A small deck -> whether slide code runs here, as it does in a build, and what its figures find."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

from deck_builder.doctor import Fact
from deck_builder.errors import DeckError
from deck_builder.model import BlockResult, Error, Source, Value

if TYPE_CHECKING:
    from deck_builder.execute.session import Runner

_CODE: Final = """\
import torch
import matplotlib.pyplot as plt
from matplotlib import rcParamsOrig
from matplotlib.font_manager import fontManager
w = torch.ones(3, requires_grad=True)
w.sum().backward()
there = {font.name for font in fontManager.ttflist}
plt.plot([1, 2])
plt.show()
[font for font in rcParamsOrig["font.family"] if font in there]
"""


class Run(NamedTuple):
    """What came of it; the families that figures find are None where it did not get so far."""

    fact: Fact
    fonts: tuple[str, ...] | None = None


def run_one(run: Runner) -> Run:
    """Run a block that computes a gradient and draws a figure."""
    from deck_builder.execute import execute
    from deck_builder.parse import parse

    began = perf_counter()
    with TemporaryDirectory(prefix="deck-doctor-") as folder:
        deck = parse(Source(Path(folder) / "doctor.md", f"```python {{timeout: 120}}\n{_CODE}```\n"))
        try:
            executed = execute(deck, run)
        except DeckError as err:
            return Run(Fact("slide code", err.message, "broken", err.hint))
    return judged(executed.results.values(), perf_counter() - began)


def judged(results: Iterable[BlockResult], seconds: float) -> Run:
    """What the one block's result says of this machine."""
    outputs = [output for result in results for output in result.outputs]
    for output in outputs:
        if isinstance(output, Error):
            said = f"{output.ename}: {output.evalue}" if output.evalue else output.ename
            return Run(Fact("slide code", f"does not run: {said}", "broken", output.hint or "deck build shows more"))
    fonts = _fonts(next((output.text for output in outputs if isinstance(output, Value)), ""))
    if fonts is None:
        return Run(Fact("slide code", "runs, and says something else than it should", "broken", "please report it"))
    return Run(Fact("slide code", f"runs: a first block, with a gradient and a figure, took {seconds:.1f} s"), fonts)


def _fonts(text: str) -> tuple[str, ...] | None:
    """The families that the block gives as its value."""
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    return tuple(map(str, found)) if isinstance(found, list) else None
