"""A deck's path -> all that is to be said of it; what `deck build` and `deck check` share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from deck_builder.cli.caches import cache_folder
from deck_builder.cli.judged import Finding, Judged, Run
from deck_builder.cli.program import program
from deck_builder.cli.progress import Tell, watched
from deck_builder.cli.runners import Runners
from deck_builder.cli.settings import Settings
from deck_builder.cli.sources import deck_name
from deck_builder.cli.stamp import keep, recall
from deck_builder.disk import DISK, Disk, NotingDisk
from deck_builder.errors import DeckError, SandboxError, Span

if TYPE_CHECKING:
    from deck_builder.fetch import Fetch
    from deck_builder.memory import Memory
    from deck_builder.model import Deck, ExecutedDeck, Problem, Reader, Source
    from deck_builder.pipeline import Built, Themes


def judge(path: Path, runners: Runners, tell: Tell, page: Path | None = None) -> Judged:
    """Build a deck in memory and gather every problem; a deck that can't be read is judged, too.

    Where nothing has changed since an earlier build, that one's findings are given, and the `page` if it is another.
    """
    began = perf_counter()
    settings = runners.settings
    stamps = None if settings.no_cache else cache_folder("stamps")
    judged = recall(stamps, path, settings, page) if stamps else None
    if judged is None:
        disk = NotingDisk()
        judged, executed = judge_anew(path, runners, tell, disk)
        if stamps and executed:
            keep(stamps, judged, runners, disk, executed)
    return replace(judged, seconds=perf_counter() - began)


def judged_twice(path: Path, runners: Runners, tell: Tell) -> Judged:
    """Judge a deck, run it once more, and gather, too, what its code does otherwise then."""
    from deck_builder.check import in_order
    from deck_builder.execute import execute
    from deck_builder.twice import differences

    began = perf_counter()
    judged, executed = judge_anew(path, runners, tell)
    if executed and (run := runners.runner(executed.deck.source)):
        deck = executed.deck
        again = execute(deck, watched(run, partial(tell, deck_name(path))), runners.settings.jobs)
        found = {finding.problem: finding for finding in judged.findings}
        found |= {problem: Finding(problem, place(problem, deck)) for problem in differences(executed, again)}
        judged = replace(judged, findings=tuple(found[problem] for problem in in_order(found, deck)))
    return replace(judged, seconds=perf_counter() - began)


def judge_anew(path: Path, runners: Runners, tell: Tell, disk: Disk = DISK) -> tuple[Judged, ExecutedDeck | None]:
    """Build a deck, by what the disk says; without what was executed if it can't be read."""
    from deck_builder.check import check, in_order

    sources: dict[Path, Source] = {}
    try:
        built = _built(path, runners, tell, disk, sources)
    except (DeckError, ExceptionGroup) as err:
        refused = isinstance(err, SandboxError)
        return Judged(path, sources, 0, (), tuple(map(Finding, unreadable(err))), 0.0, refused=refused), None
    executed = built.executed
    problems = in_order([*built.problems, *check(executed)], executed.deck)
    html = built.rendered.html.encode("utf-8", "replace")  # a slide may print what UTF-8 can't hold
    findings = tuple(Finding(problem, place(problem, executed.deck)) for problem in problems)
    return Judged(path, sources, len(executed.deck.slides), tuple(runs(executed)), findings, 0.0, html), executed


def _built(path: Path, runners: Runners, tell: Tell, disk: Disk, sources: dict[Path, Source]) -> Built:
    from deck_builder.load import load_source
    from deck_builder.remember import make_anew

    source = sources[path] = load_source(path, disk)
    run = runners.runner(source)  # before all that follows is imported
    from deck_builder.pipeline import build

    settings = runners.settings
    found, fetch, kept = themes(settings, path.parent, disk), fetching(settings, disk), memory(settings)
    remember = kept.remember if kept else make_anew
    watching = watched(run, partial(tell, deck_name(path))) if run else None
    built = build(source, found, watching, fetch, reader(path, sources, disk), remember, settings.jobs)
    if kept:
        kept.save()
    return built


def reader(path: Path, sources: dict[Path, Source], disk: Disk = DISK) -> Reader:
    """A reader of a deck's other files that notes down what it read: a report shows lines of it."""
    from deck_builder.load import deck_files

    read = deck_files(path.parent, disk)

    def noting(other: Path) -> Source:
        source = sources[other] = read(other)
        return source

    return noting


def runs(executed: ExecutedDeck) -> Iterable[Run]:
    """What became of each block that was to run."""
    for block in executed.deck.blocks:
        if result := executed.results.get(block.id):
            skipped = result.skipped.modules if result.skipped else ()
            ran = not skipped and not (result.error and result.error.ename == "NotRun")
            slide = executed.deck.slide_of(block.id).no
            place = (block.id, slide, block.path, block.first_line)
            yield Run(*place, result.seconds, result.cached, ran, skipped)


def place(problem: Problem, deck: Deck) -> str:
    """Where in the deck: `slide 15, block 15.1, line 19`; empty if nobody can tell."""
    span = problem.span
    if span is None:
        return ""
    if problem.block:
        block = next(block for block in deck.blocks if block.id == problem.block)
        slide = f"slide {deck.slide_of(block.id).no}, block {block.id}"
        line = block.number(span.start) if block.path == span.path else 0
        return f"{slide}, line {line}" if line else slide
    return next((f"slide {slide.no}" for slide in deck.slides if _is_in(span, slide.span)), "")


def _is_in(span: Span, slide: Span) -> bool:
    return span.path == slide.path and slide.start <= span.start <= slide.end


def unreadable(err: DeckError | ExceptionGroup[Exception]) -> tuple[Problem, ...]:
    """What keeps a deck from being read, in the deck's order; what is no fault of the deck's is raised again."""
    from deck_builder import check

    if isinstance(err, SandboxError) and err.span is None:  # the command asks for it, and not this deck
        raise err
    if not (found := check.unreadable(err)):
        raise err
    return found


def memory(settings: Settings) -> Memory | None:
    """What earlier builds leave for later ones of the parts of a page that are slow to make."""
    from deck_builder.memory import Memory

    folder = None if settings.no_cache else cache_folder("made")
    return Memory(folder / "kept.db", program()) if folder else None


def themes(settings: Settings, folder: Path, disk: Disk) -> Themes:
    """The themes that decks name, with what the deck's folder adds; with --theme always that one, found from here."""
    from deck_builder.layers import with_layers
    from deck_builder.load import load_theme

    if (theme := settings.theme) is not None:
        return lambda name: with_layers(load_theme(theme, Path(), disk), folder, disk)
    return lambda name: with_layers(load_theme(name, folder, disk), folder, disk)


def fetching(settings: Settings, disk: Disk) -> Fetch:
    """Who gets a deck's pictures."""
    from deck_builder.fetch import fetch

    return partial(
        fetch, cache_dir=cache_folder("pictures"), fresh=settings.no_cache, offline=settings.offline, disk=disk
    )
