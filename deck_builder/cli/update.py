"""deck check --update: what came goes into the deck's files, in place of what is written there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from deck_builder.cli.building import judge, reader
from deck_builder.cli.judged import Judged
from deck_builder.cli.say import named, plain, say
from deck_builder.cli.settings import Settings


def updated(judged: Judged, settings: Settings) -> Judged:
    """Write down what came in a deck's files, say where, and judge the deck anew if anything changed."""
    if (executed := judged.executed) is None:
        return judged
    from deck_builder.update import update

    found = update(executed, reader(judged.path, {}))
    for path, text in found.texts.items():
        _write(path, executed.deck.sources[path].text, text)
    for edit in found.made:
        first, *more = (plain(row).strip() for row in edit.rows or ("nothing",))
        say(f"{named(edit.span)} now says: {first}{' …' if more else ''}", err=True)
    for span in found.refused:
        say(f"{named(span)} is left as it is: what came would be read as something else", err=True)
    return judge(judged.path, settings) if found.texts else judged


def _write(path: Path, old: str, new: str) -> None:
    """Write aside, then rename: a reader sees the old file or the new one, never half of one."""
    path = path.resolve()
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.read_bytes() != old.encode():
            raise click.UsageError(f"{path} has changed since it was read; nothing is written there")
        aside.write_bytes(new.encode("utf-8", "replace"))
        shutil.copymode(path, aside)
        aside.replace(path)
    except OSError as err:
        raise click.UsageError(f"{path} can't be written: {err.strerror}") from err
    finally:
        aside.unlink(missing_ok=True)
