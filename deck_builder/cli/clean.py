"""deck clean: what builds left for later ones -> nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from deck_builder.cli.caches import caches
from deck_builder.cli.say import named, say, sized

_KEPT = {
    "results": "results of code",
    "results-ledgers": "what runs of decks knew",
    "known": "marks of code that ran",
    "stamps": "whole builds",
    "made": "parts of pages",
    "pictures": "pictures from the network",
    "matplotlib": "matplotlib's list of fonts",
}
"""What there is, by its folder's name."""

_SLOW = ("pictures", "matplotlib")


EXAMPLES = """
\b
Examples:
  deck clean --dry-run     how much there is
  deck clean               results, finished pages and their parts
  deck clean --all         pictures from the network, too
"""


@click.command(epilog=EXAMPLES)
@click.option(
    "--all", "everything", is_flag=True, help="Also pictures from the network and matplotlib's list of fonts."
)
@click.option("--dry-run", is_flag=True, help="Say what there is, and leave it.")
def clean(everything: bool, dry_run: bool) -> None:
    """Delete what builds keep for later ones: the next build runs every block again.

    Results are known by all they depend on, so this is never needed for a right result: it frees room.
    """
    folder = caches()
    total = 0
    for name, what in _KEPT.items():
        if folder is None or not (path := folder / name).is_dir() or (name in _SLOW and not everything):
            continue
        size = sum(_size(one) for one in path.rglob("*"))
        total += size
        say(f"{sized(size):>8}  {what}")
        if not dry_run:
            shutil.rmtree(path, ignore_errors=True)
    where = f" in {named(folder)}" if folder else ""
    say(f"{sized(total):>8}  {'could be freed' if dry_run else 'freed'}{where}")


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
