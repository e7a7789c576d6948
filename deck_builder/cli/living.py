"""A deck's path -> a deck that is served, with what this machine has for it; the terminal hears what becomes of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

import click

from deck_builder.cli.building import fetching, memory, place, reader, runs, themes
from deck_builder.cli.caches import cache_folder
from deck_builder.cli.judged import Finding, Judged, summary
from deck_builder.cli.report import report
from deck_builder.cli.runners import Runners
from deck_builder.cli.say import named, say
from deck_builder.cli.settings import Settings

if TYPE_CHECKING:
    from deck_builder.disk import Disk
    from deck_builder.model import Problem, Reader
    from deck_builder.remember import Remember
    from deck_builder.serve.build import Means
    from deck_builder.serve.deck import LiveDeck, Thumbnail, Told
    from deck_builder.serve.known import Known


@contextmanager
def live(path: Path, name: str, runners: Runners) -> Iterator[LiveDeck]:
    """A deck that is served, as long as the context lasts."""
    from deck_builder.serve.deck import LiveDeck

    settings = runners.settings
    kept = memory(settings)
    means = _means(settings, _one_at_a_time(kept.remember) if kept else None)
    with _known(settings) as known:
        code = (known, runners.resume) if known else None
        deck = LiveDeck(path, name, means, code, _Teller().tell, partial(_first_slide, means), runners.warm)
        try:
            yield deck
        finally:
            deck.close()
            if kept:
                kept.save()


@contextmanager
def _known(settings: Settings) -> Iterator[Known | None]:
    """What is known of a deck's code, kept from one command to the next unless nothing is to be kept."""
    if settings.no_run:
        yield None
        return
    from tempfile import TemporaryDirectory

    from deck_builder.execute.store import QuickStore
    from deck_builder.serve.known import Known

    folder = None if settings.no_cache else cache_folder("results")
    if folder:
        yield Known(QuickStore(folder), settings.sandbox)
        return
    with TemporaryDirectory(prefix="deck-results-") as made:
        yield Known(QuickStore(Path(made) / "results"), settings.sandbox)


def _means(settings: Settings, remember: Remember | None) -> Means:
    from deck_builder.load import load_source
    from deck_builder.remember import make_anew
    from deck_builder.serve.build import Means

    def reading(path: Path, disk: Disk) -> Reader:
        return reader(path, {}, disk)

    themes_of = partial(themes, settings)
    return Means(load_source, reading, themes_of, partial(fetching, settings), remember or make_anew)


def _one_at_a_time(remember: Remember) -> Remember:
    """The same for several threads: a page and a picture of it may be made at once."""
    lock = RLock()

    def safe(key: str, make: Callable[[], str]) -> str:
        with lock:
            return remember(key, make)

    return safe


def _first_slide(means: Means, path: Path, disk: Disk) -> Thumbnail:
    """A deck's first slide, without its code's results, as it stands on a stage: no script puts it there."""
    from deck_builder.model import ExecutedDeck
    from deck_builder.parse import parse
    from deck_builder.pipeline import themed
    from deck_builder.render import pictures, render
    from deck_builder.render.look import canvas
    from deck_builder.serve.deck import Thumbnail

    deck = parse(means.load(path, disk), means.reader(path, disk), means.remember)
    first = replace(deck, slides=deck.slides[:1])
    images, _ = means.fetch(disk)(pictures(first), path.parent)
    theme, _ = themed(deck, means.themes(path.parent, disk))
    html = render(ExecutedDeck(first, {}), theme, images, means.remember).html
    width, _ = canvas(deck.headmatter)
    staged = html.replace("<html", '<html class="live"', 1)
    staged = staged.replace(' style="--deck-width', f' style="--deck-scale:{980 / width:g};--deck-width', 1)
    return Thumbnail(deck.title, len(deck.slides), staged.replace('class="slide ', 'class="slide current ', 1))


class _Teller:
    """Says on the terminal what becomes of a deck: each thing that is wrong once, and when all is well again."""

    def __init__(self) -> None:
        self._said: frozenset[tuple[object, ...]] = frozenset()
        self._slides = -1

    def tell(self, told: Told) -> None:
        """Say what is new."""
        judged = _judged(told)
        new = [found for found in judged.findings if _said(found.problem) not in self._said]
        now = frozenset(map(_said, judged.problems))
        gone, self._said = self._said - now, now
        if new:
            say(report(replace(judged, findings=tuple(new))) + "\n", err=True)
        state = summary(judged) if judged.is_readable else "can't be read; what shows is its last good state"
        changed, self._slides = judged.slides != self._slides, judged.slides
        if new or gone or (changed and sys.stderr.isatty()):
            say(click.style(f"{named(told.path)}: {state}", dim=True), err=True)


def _said(problem: Problem) -> tuple[object, ...]:
    """What is the same of a problem when the lines above it move."""
    return problem.code, problem.message, problem.span and problem.span.path


def _judged(told: Told) -> Judged:
    deck = told.executed.deck if told.executed else None
    findings = tuple(Finding(problem, place(problem, deck) if deck else "") for problem in told.problems)
    ran = tuple(runs(told.executed)) if told.executed else ()
    slides = len(deck.slides) if deck else 0
    return Judged(told.path, told.sources, slides, ran, findings, told.seconds)
