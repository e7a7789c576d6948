"""Text -> whoever reads it: people, a build server's log, or nobody any more."""

from __future__ import annotations

import errno
import os
import re
import sys
from contextlib import suppress
from typing import Final, NoReturn

import click

# Sequences that colour, and characters that would steer a terminal or can't be written at all.
_STEERING: Final = re.compile(
    r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
_COMMAND: Final = re.compile(r"^(?:\s|\x1b\[[0-9;]*m)*:(?=:)|##(?=\[)", re.M)
_NOBODY: Final = (errno.EPIPE, errno.EIO)


def say(text: str, *, err: bool = False, commands: bool = False) -> None:
    """Print a text in which slide code may have had its say; with `commands`, those in it are ours.

    A reader that has gone away, as in `| head`, is no failure: the command goes on, and talks to nobody.
    """
    try:
        click.echo(text if commands else harmless(text), err=err)
    except OSError as why:
        # What could not be said must not be tried again when the process ends.
        silence((sys.stderr if err else sys.stdout).fileno())
        if not err and why.errno not in _NOBODY:
            raise click.UsageError(f"standard output can't be written: {why.strerror}") from why


def plain(text: str) -> str:
    """What an author or slide code wrote, as it may be shown: text, line ends and tabs."""
    return _STEERING.sub("", text)


def named(path: object) -> str:
    """A path or a place in a file as it may be shown, on one line."""
    return plain(str(path)).replace("\n", " ")


def sized(size: int) -> str:
    """A number of bytes in words."""
    return f"{size / 1024:.0f} KB" if size < 1 << 20 else f"{size / (1 << 20):.1f} MB"


def harmless(text: str) -> str:
    """In GitHub's logs, text of which no line is a command to its runner: `::…` at a line's start, `##[…` anywhere."""
    return _COMMAND.sub(r"\g<0> ", text) if os.environ.get("GITHUB_ACTIONS") else text


def silence(descriptor: int) -> None:
    """Let everything that is written there from now on, or still waits to be, vanish."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)


def leave(code: int) -> NoReturn:
    """End the process when all is said. What it holds in memory is not put away piece by piece: that takes its time.

    With DECK_DEBUG it ends as Python does: profilers have their say then.
    """
    if os.environ.get("DECK_DEBUG"):
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody listens any more
            stream.flush()
    os._exit(code)


def open_streams() -> None:
    """Have stdout and stderr even where the process was started without them, as with `2>&-`."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)  # it takes the lowest free number: the missing stream's own
            setattr(sys, name, os.fdopen(null, mode, encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal may know no Chinese
