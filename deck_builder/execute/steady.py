"""A result -> the same without what differs from run to run through no doing of the deck's. Pure.

That is where an object lies in memory, and what the scratch folder of a run is called.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from deck_builder.model import BlockResult, Error, Output, Stream, Value, Warning

ADDRESS: Final = re.compile(r"(?<= at 0x)[0-9a-fA-F]{6,}")
"""Where an object lies, as Python writes it."""


def steady(result: BlockResult, scratch: str, name: str) -> BlockResult:
    """The result of a block that ran in the folder `scratch`, as if that were called `name` in every run."""

    def text(written: str) -> str:
        return ADDRESS.sub("…", written.replace(scratch, name))

    def output(one: Output) -> Output:
        match one:
            case Stream() | Value():
                return replace(one, text=text(one.text))
            case Warning():
                return replace(one, message=text(one.message))
            case Error():
                return replace(one, evalue=text(one.evalue), traceback=tuple(map(text, one.traceback)))
            case _:
                return one

    return replace(result, outputs=tuple(map(output, result.outputs)))
