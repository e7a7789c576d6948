"""`multiprocessing` by any way but fork -> an error that says so, in place of processes that die or wait for ever.

A spawned process imports the main program again, and this one is a Markdown file.
"""

from __future__ import annotations

from typing import Any, NoReturn

from deck_builder.worker.afterwards import after_import

_WORD = "a process that is spawned can't import a slide's code: use multiprocessing.get_context('fork')"


def refuse_spawning() -> None:
    """Set it up for when slide code loads `multiprocessing`."""
    after_import("multiprocessing.spawn", _refuse)


def _refuse(module: Any) -> None:
    def get_preparation_data(name: str) -> NoReturn:
        raise RuntimeError(_WORD)

    module.get_preparation_data = get_preparation_data
