"""What is going on, on a terminal; silence elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from deck_builder.cli.say import named, plain

if TYPE_CHECKING:
    from deck_builder.execute.session import Runner, Session
    from deck_builder.model import BlockResult, CodeBlock


Tell: TypeAlias = "Callable[[str, CodeBlock, str], None]"
"""Says that a deck's block runs now, and with which value of a sweep, if with another than the deck's."""


class Progress(NamedTuple):
    """How to say what runs; within `aside` the line is gone, and something else can be said."""

    tell: Tell
    aside: Callable[[], AbstractContextManager[None]]


class Status(NamedTuple):
    """The same of whatever is done, in words."""

    tell: Callable[[str], None]
    aside: Callable[[], AbstractContextManager[None]]


@contextmanager
def progress() -> Iterator[Progress]:
    """A line on stderr that says which block of which deck runs, of several the last begun; it is gone at the end."""
    with status() as going:

        def tell(name: str, block: CodeBlock, variant: str) -> None:
            slide = block.id.partition(".")[0]
            code = next((line.strip() for line in block.code.split("\n") if line.strip()), "")
            value = f", with {variant}" if variant else ""
            going.tell(f"{named(name)}: slide {slide}, block {block.id}{value}  {code}")

        yield Progress(tell, going.aside)


@contextmanager
def status() -> Iterator[Status]:
    """A line on stderr that says what goes on; it is gone at the end."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield Status(lambda text: None, nullcontext)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    with console.status(Text()) as shown:

        def tell(text: str) -> None:
            line = Text(plain(text))
            line.truncate(console.width - 3, overflow="ellipsis")  # the spinner takes two cells
            shown.update(line)

        @contextmanager
        def aside() -> Iterator[None]:
            shown.stop()
            try:
                yield
            finally:
                shown.start()

        yield Status(tell, aside)


def watched(run: Runner, tell: Callable[[CodeBlock, str], None]) -> Runner:
    """The same runner; `tell` hears of each block as it begins, and of the variant that it is of."""

    def runner(session: Session) -> Iterator[tuple[str, BlockResult]]:
        following = dict(zip((block.id for block in session.blocks), session.blocks[1:], strict=False))
        tell(session.blocks[0], session.variant)
        for block_id, result in run(session):
            if block_id in following:
                tell(following[block_id], session.variant)
            yield block_id, result

    return runner
