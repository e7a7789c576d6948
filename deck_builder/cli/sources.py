"""What is named on the command line -> decks, and where each deck's page goes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from deck_builder.decks import DECK_NAME, find_decks

DECKS = Path("slides")


def decks_named(sources: tuple[Path, ...]) -> list[Path]:
    """The decks that are meant: files as they are, the decks of folders, and without a word all under ./slides."""
    if not sources and not DECKS.is_dir():
        raise click.UsageError("there is no folder ./slides: name a deck, or make one: deck new DIR")
    decks: list[Path] = []
    for source in sources or (DECKS,):
        if (source / DECK_NAME).is_file() and source != DECKS:
            decks.append(source / DECK_NAME)
        elif source.is_dir():
            found = find_decks(source)
            if not found:
                raise click.UsageError(f"there is no deck under {source}: deck new {source / 'my-talk'} makes one")
            decks += found
        else:
            decks.append(source)
    return list(dict.fromkeys(decks))


def deck_name(deck: Path) -> str:
    """What a deck is called: slides/linear-regression/slides.md is `linear-regression`, others go by their stem."""
    whole = deck.resolve()
    return whole.parent.name if whole.name == DECK_NAME and whole.parent.name else whole.stem


def pages_for(decks: list[Path], output: Path) -> dict[Path, Path]:
    """Where each deck's page goes: into a folder, or, one deck alone, into a file that ends with .html."""
    if output.suffix.lower() in (".html", ".htm") and not output.is_dir():
        if len(decks) > 1:
            raise click.UsageError(f"{len(decks)} decks can't all become {output}: give -o a folder")
        pages = dict.fromkeys(decks, output)
    elif output.suffix and not output.is_dir():
        message = "deck build writes HTML: name a file that ends with .html, or a folder"
        raise click.UsageError(f"{message} (to have one called {output}, make it first)")
    else:
        pages = {deck: output / f"{deck_name(deck)}.html" for deck in decks}
    for page, count in Counter(pages.values()).items():
        if count > 1:
            both = " and ".join(str(deck) for deck in decks if pages[deck] == page)
            raise click.UsageError(f"{both} would both become {page}: rename one, or build them into two folders")
    for deck, page in pages.items():
        if page.resolve() == deck.resolve():
            raise click.UsageError(f"{page} is the deck itself: choose another name with -o")
    return pages
