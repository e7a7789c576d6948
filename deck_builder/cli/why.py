"""deck why: a deck's blocks -> whether each would run in the next build, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deck_builder.cli.caches import cache_folder
from deck_builder.cli.judged import Judged
from deck_builder.cli.reading import read_deck
from deck_builder.cli.report import report
from deck_builder.cli.say import named, plain, say

if TYPE_CHECKING:
    from deck_builder.cli.settings import Sandbox
    from deck_builder.execute.why import Reason

EXAMPLES = """
\b
Examples:
  deck why talk/slides.md           every block of a deck
  deck why talk/slides.md 13        those of slide 13
  deck why talk/slides.md 13.2      one; by its id, too
"""


@click.command(epilog=EXAMPLES)
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("wanted", metavar="[BLOCK]", required=False, default="")
@click.option(
    "--sandbox", type=click.Choice(["auto", "off", "strict"]), default="auto", show_default=True,
    help="The sandbox of the build that is asked about: results are kept for each.",
)  # fmt: skip
def why(source: Path, wanted: str, sandbox: Sandbox) -> int:
    """Say of each block whether its result is known or it will run in the next build, and why.

    Nothing is run and nothing is written. Exit code 3 if the deck can't be read.
    """
    deck = read_deck(source)
    if isinstance(deck, Judged):
        say(report(deck), err=True)
        return 3
    from deck_builder.execute.store import Store
    from deck_builder.execute.why import why as reasons

    folder = cache_folder("results")
    if folder is None:
        raise click.UsageError("nothing is kept for a user without a home folder: set XDG_CACHE_HOME")
    found = list(reasons(deck, sandbox, Store(folder)))
    meant = [reason for reason in found if _is_meant(reason, wanted)]
    if not meant and wanted:
        there = ", ".join(reason.block.id for reason in found) or "none"
        raise click.UsageError(f"no block that runs is called {wanted}: there are {there}")
    known = sum(reason.result is not None for reason in found)
    say(f"{named(deck.source.path)}: {len(found)} run, {known} known, {len(found) - known} to run")
    wide = max([12, *(len(_name(reason)) for reason in meant)])
    for reason in meant:
        say(_told(reason, wide))
    return 0


def _is_meant(reason: Reason, wanted: str) -> bool:
    block = reason.block
    return not wanted or wanted in (block.id, block.options.id, block.id.partition(".")[0])


def _name(reason: Reason) -> str:
    return f"{reason.block.id} {reason.variant or reason.block.options.id}".strip()


def _told(reason: Reason, wide: int) -> str:
    name = _name(reason).ljust(wide)
    if reason.result is None:
        return f"{name} {click.style('will run', fg='yellow')}  {plain(reason.why)}"
    return f"{name} {click.style('known', fg='green')}     {plain(reason.why)} ({reason.result.seconds:.2f} s then)"
