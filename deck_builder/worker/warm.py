"""Names of modules -> a process that has them: what slides import is there before they do."""

from __future__ import annotations

import gc
import importlib
import io
import sys
from collections.abc import Iterable
from contextlib import suppress


def warm(modules: Iterable[str], *, thorough: bool) -> None:
    """Import the modules; `thorough` also does once what imports more when it is first done.

    One that can't be imported is left to the slide, whose line then fails.
    """
    missing = [name for name in modules if name not in sys.modules]
    gc.disable()  # nothing that is imported goes away again: to look for what might takes a fifth of the time
    for name in missing:
        with suppress(BaseException):  # a library may well call sys.exit()
            importlib.import_module(name)
    if thorough:
        with suppress(Exception):
            _use()
        gc.collect()
    gc.enable()
    if missing:
        gc.freeze()  # else a collection looks at all that is here now, and copies its pages in every child


def _use() -> None:
    if "torch" in sys.modules:
        import torch

        weight = torch.zeros(1, requires_grad=True)
        for kind in (torch.optim.SGD, torch.optim.Adam):
            optimizer = kind([weight], lr=0.1)
            weight.grad = torch.ones(1)  # no backward pass: its engine does not outlive a fork in one piece
            optimizer.step()
        list(torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.zeros(2, 1))))
    if "matplotlib.pyplot" in sys.modules:
        from matplotlib.figure import Figure

        from deck_builder.worker.backend import SlideCanvas

        sys.modules["matplotlib.pyplot"].get_backend()
        for kind in ("svg", "png"):
            figure = Figure()
            SlideCanvas(figure)
            axes = figure.subplots()
            axes.plot([1, 2], label="a")
            axes.set_title("a")
            axes.legend()
            figure.savefig(io.BytesIO(), format=kind, bbox_inches="tight")
