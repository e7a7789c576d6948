"""Slide code run by a real worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from deck_builder.execute.engine import Engine
from deck_builder.execute.running import runner
from deck_builder.model import BlockOptions, Error, Output, Stream, Trace, Watched
from tests.execute.decks import session

RECORDED = (Trace, Watched)
RunCode: TypeAlias = Callable[..., list[tuple[Output, ...]]]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One engine for a file's tests: it imports torch once."""
    with Engine() as engine:
        yield engine


@pytest.fixture
def run_code(engine: Engine, tmp_path: Path) -> RunCode:
    """Runs codes as the blocks of one deck; gives the outputs of each, but for what lit lines did and trained."""

    def run(*codes: str | tuple[str, BlockOptions], timeout_s: float = 30) -> list[tuple[Output, ...]]:
        results = dict(runner(engine)(session(tmp_path, *codes, timeout_s=timeout_s)))
        return [tuple(out for out in result.outputs if not isinstance(out, RECORDED)) for result in results.values()]

    return run


def texts(outputs: tuple[Output, ...]) -> str:
    """All that a block printed to standard output."""
    return "".join(out.text for out in outputs if isinstance(out, Stream) and out.name == "stdout")


def only_error(outputs: tuple[Output, ...]) -> Error:
    """The error of a block that did nothing else."""
    (error,) = outputs
    assert isinstance(error, Error)
    return error
