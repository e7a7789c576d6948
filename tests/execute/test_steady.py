"""What differs from run to run through no doing of the deck's is not in its results."""

from __future__ import annotations

from pathlib import Path

import pytest

from deck_builder.execute.running import worker_runner
from deck_builder.execute.steady import steady
from deck_builder.model import BlockResult, Error, Figure, Output, Stream, Value, Warning
from tests.execute.decks import session

FIGURE = Figure("<svg>/tmp/deck-x at 0x7f0012345678</svg>", 1.0, 1.0, ())


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        (
            Stream("stdout", "<C at 0x7f0012345678> in /tmp/deck-x/work\n", (1,)),
            Stream("stdout", "<C at 0x…> in /tmp/deck/work\n", (1,)),
        ),
        (Value("PosixPath('/tmp/deck-x/tmp')", (1,)), Value("PosixPath('/tmp/deck/tmp')", (1,))),
        (Warning("W", "C at 0x7f0012345678", (1,)), Warning("W", "C at 0x…", (1,))),
        (
            Error("E", "no /tmp/deck-x/a", ("E: no /tmp/deck-x/a",), (1,)),
            Error("E", "no /tmp/deck/a", ("E: no /tmp/deck/a",), (1,)),
        ),
        (Stream("stdout", "0x7f0012345678, at 0xff", (1,)), Stream("stdout", "0x7f0012345678, at 0xff", (1,))),
        (FIGURE, FIGURE),
    ],
)
def test_outputs(came: Output, kept: Output) -> None:
    assert steady(BlockResult((came,)), "/tmp/deck-x", "/tmp/deck").outputs == (kept,)


def test_two_runs_tell_the_same_of_objects_and_folders(tmp_path: Path) -> None:
    codes = [
        "import os, tempfile\nprint(os.getcwd(), object())\ntempfile.gettempdir()",
        "open(os.path.expanduser('~/nothing'))",
        "raise ValueError(object())",
        "import warnings\nwarnings.warn(f'{os.getcwd()} {lambda: 0}')",
    ]
    first, second = ([result.outputs for _, result in worker_runner()(session(tmp_path, *codes))] for _ in range(2))
    assert first == second
    assert all(first)
