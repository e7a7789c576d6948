"""Signals that ask a process to end -> exceptions, so that everything is put away on the way out."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import monotonic
from types import FrameType
from typing import Final, NoReturn

from deck_builder.cli.say import silence

_PATIENCE_S: Final = 10.0
_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP


class Stopped(SystemExit):  # like KeyboardInterrupt, it is a wish and no error
    """The process was asked to end; `status` is what it ends with: 128 and the signal's number."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.status = 128 + number


def heed_signals() -> None:
    """Leave in good order when asked to. What the caller had ignored (`nohup`) stays ignored."""
    for number in _numbers():
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _leave)


@contextmanager
def ended_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Have a signal call `stop`, which lets what is done within come to its end; only then leave in good order."""
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        stop()

    heeded = [number for number in _numbers() if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, note) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if asked:
        _leave(asked[0], None)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    again = partial(_again, monotonic())
    for each in _numbers():
        signal.signal(each, again)
    for descriptor in (1, 2):
        # A terminal that is gone is none any more, and to write to it would be an error.
        if stat.S_ISCHR(os.fstat(descriptor).st_mode) and not os.isatty(descriptor):
            silence(descriptor)
    raise Stopped(number)


def _again(asked: float, number: int, frame: FrameType | None) -> None:
    """Whoever asks twice does not stop the tidying halfway, unless it takes much longer than it can."""
    if monotonic() - asked > _PATIENCE_S:
        raise Stopped(number)


def _numbers() -> list[signal.Signals]:
    return [signal.Signals[name] for name in _NAMES if hasattr(signal, name)]
