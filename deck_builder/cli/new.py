"""deck new: a small deck to start from."""

from __future__ import annotations

from pathlib import Path

import click

from deck_builder.cli.say import named, say
from deck_builder.decks import DECK_NAME

EXAMPLES = """
\b
Examples:
  deck new my-talk                 writes my-talk/slides.md
  deck build my-talk               then builds it into build/my-talk.html
"""


@click.command(epilog=EXAMPLES)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Write a small deck that builds: steps, a formula, a figure.

    DIR is made if need be; a deck that is there already is left alone.
    """
    deck = folder / DECK_NAME
    text = Path(__file__).with_name("template").joinpath(DECK_NAME).read_text(encoding="utf-8")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with deck.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        there = deck if folder.is_dir() else folder
        raise click.UsageError(f"{there} exists already: name another folder") from None
    except OSError as err:
        raise click.UsageError(f"{deck} can't be written: {err.strerror}") from err
    say(f"{named(deck)} is written; now: deck serve {named(folder)} --open")
