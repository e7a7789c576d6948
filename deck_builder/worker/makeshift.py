"""What a sandbox without namespaces refuses, and libraries do not expect to be refused -> what they can live with."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from typing import Any

from deck_builder.worker.afterwards import after_import

_ALONE: dict[str, Any] = {"num_workers": 0, "timeout": 0, "prefetch_factor": None}
_ALONE |= {"persistent_workers": False, "multiprocessing_context": None}
_WORD = "num_workers={} runs as 0 here: in this sandbox processes share no memory; the batches are the same"


def make_do(tell: Callable[[str], None]) -> None:
    """Set it up for all that slide code does; `tell` is given a note for the reader."""
    after_import("torch.utils.data.dataloader", functools.partial(_load_alone, tell))
    _leave_times()


def _load_alone(tell: Callable[[str], None], module: Any) -> None:
    """A loader's workers need semaphores and sockets: left alone, it fails, or waits for ever."""
    loader = module.DataLoader
    begin, names = loader.__init__, inspect.signature(loader.__init__)

    @functools.wraps(begin)
    def init(self: Any, *args: Any, **options: Any) -> None:
        given = names.bind(self, *args, **options).arguments
        if given.get("num_workers"):
            tell(_WORD.format(given["num_workers"]))
            begin(**{**given, **_ALONE})
        else:
            begin(self, *args, **options)

    loader.__init__ = init


def _leave_times() -> None:
    """A file's times can't be set: `shutil.copy2` then keeps those that it has."""
    utime = os.utime

    @functools.wraps(utime)
    def leave(path: Any, *args: Any, **options: Any) -> None:
        try:
            utime(path, *args, **options)
        except PermissionError:
            os.stat(path, dir_fd=options.get("dir_fd"), follow_symlinks=options.get("follow_symlinks", True))

    os.utime = leave
