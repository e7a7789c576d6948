"""deck check --update: what came goes into the deck's files, in place of what is written there."""

from __future__ import annotations

from pathlib import Path

import click

from deck_builder.cli.building import judge, judge_anew, reader
from deck_builder.cli.judged import Judged
from deck_builder.cli.progress import Tell
from deck_builder.cli.runners import Runners
from deck_builder.cli.say import named, plain, say
from deck_builder.kept import write_over


def updated(path: Path, runners: Runners, tell: Tell) -> Judged:
    """Judge a deck, write down in its files what came, and say where; judge it anew if anything changed."""
    judged, executed = judge_anew(path, runners, tell)
    if executed is None:
        return judged
    from deck_builder.update import update

    found = update(executed, reader(path, {}))
    for file, text in found.texts.items():
        _write(file, executed.deck.sources[file].text, text)
    for edit in found.made:
        first, *more = (plain(row).strip() for row in edit.rows or ("nothing",))
        say(f"{named(edit.span)} now says: {first}{' …' if more else ''}", err=True)
    for span in found.refused:
        say(f"{named(span)} is left as it is: what came would be read as something else", err=True)
    return judge(path, runners, tell) if found.texts else judged


def _write(path: Path, old: str, new: str) -> None:
    try:
        write_over(path, old.encode(), new.encode("utf-8", "replace"))
    except FileExistsError as err:
        raise click.UsageError(f"{path.resolve()} has changed since it was read; nothing is written there") from err
    except OSError as err:
        raise click.UsageError(f"{path.resolve()} can't be written: {err.strerror}") from err
