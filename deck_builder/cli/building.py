"""A deck's path -> all that is to be said of it; what `deck build` and `deck check` share."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import deck_builder
from deck_builder.cli.progress import progress, watched
from deck_builder.cli.settings import Settings
from deck_builder.cli.sources import deck_name
from deck_builder.errors import DeckError, SandboxError
from deck_builder.model import BlockResult, Deck, Problem, Reader, Source
from deck_builder.remember import make_anew

if TYPE_CHECKING:
    from deck_builder.execute import Runner
    from deck_builder.fetch import Fetch
    from deck_builder.memory import Memory
    from deck_builder.pipeline import Built, Themes


@dataclass(frozen=True, slots=True)
class Judged:
    """A deck, the files that were read for it, what became of it (None if it can't be read), and every problem."""

    path: Path
    sources: Mapping[Path, Source]
    built: Built | None
    problems: tuple[Problem, ...]
    seconds: float

    @property
    def name(self) -> str:
        """What the deck is called."""
        return deck_name(self.path)

    def lines(self, path: Path) -> Sequence[str]:
        """The lines of one of its files; none of a file that could not be read."""
        return lines_of(self.sources[path]) if path in self.sources else ()

    @property
    def deck(self) -> Deck | None:
        """The parsed deck."""
        return self.built.executed.deck if self.built else None

    @property
    def ran(self) -> list[BlockResult]:
        """The results of the blocks that ran, in this build or in an earlier one."""
        results = self.built.executed.results.values() if self.built else ()
        return [one for one in results if not (one.skipped or (one.error and one.error.ename == "NotRun"))]

    @property
    def exit_code(self) -> int:
        """What this deck alone makes of the command's exit code."""
        if self.built is None:
            return 3
        return int(any(problem.severity == "error" for problem in self.problems))


@lru_cache(maxsize=64)
def lines_of(source: Source) -> Sequence[str]:
    """The lines of a file, cut once however many slides or problems are told of."""
    return source.lines


def judge(path: Path, settings: Settings) -> Judged:
    """Build a deck in memory and gather every problem; a deck that can't be read is judged, too."""
    from deck_builder.check import check, in_order
    from deck_builder.load import load_source
    from deck_builder.pipeline import build

    began = perf_counter()
    sources: dict[Path, Source] = {}
    try:
        source = sources[path] = load_source(path)
        with progress(deck_name(path)) as tell:
            run = None if settings.no_run else watched(_runner(settings), tell)
            themes, fetch, memory = _themes(settings, path.parent), _fetch(settings), _memory(settings)
            remember = memory.remember if memory else make_anew
            built = build(source, themes, run, fetch, reader(path, sources), remember)
            if memory:
                memory.save()
    except (DeckError, ExceptionGroup) as err:
        return Judged(path, sources, None, unreadable(err), perf_counter() - began)
    problems = tuple(in_order([*built.problems, *check(built.executed)], built.executed.deck))
    return Judged(path, sources, built, problems, perf_counter() - began)


def reader(path: Path, sources: dict[Path, Source]) -> Reader:
    """A reader of a deck's other files that notes down what it read: a report shows lines of it."""
    from deck_builder.load import deck_files

    read = deck_files(path.parent)

    def noting(other: Path) -> Source:
        source = sources[other] = read(other)
        return source

    return noting


def summary(judged: Judged, size: str = "") -> str:
    """One line: slides, blocks, seconds, cached, size, and what is wrong."""
    if judged.built is None:
        return "can't be read"
    executed = judged.built.executed
    cached = sum(result.cached for result in judged.ran)
    errors = sum(problem.severity == "error" for problem in judged.problems)
    parts = [
        _count(len(executed.deck.slides), "slide"),
        f"{_count(len(judged.ran), 'block')} ran" + (f" ({cached} from the cache)" if cached else ""),
        f"{judged.seconds:.1f} s",
        size,
        _count(errors, "error") if errors else "",
        _count(warnings, "warning") if (warnings := len(judged.problems) - errors) else "",
    ]
    return ", ".join(part for part in parts if part)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def unreadable(err: DeckError | ExceptionGroup[Exception]) -> tuple[Problem, ...]:
    """What keeps a deck from being read, in the deck's order; what is no fault of the deck's is raised again."""
    if isinstance(err, SandboxError):
        raise err
    if isinstance(err, DeckError):
        return (_unreadable(err),)
    of_deck, others = err.split(DeckError)
    if of_deck is None or others is not None:
        raise err
    return tuple(_unreadable(one) for one in of_deck.exceptions if isinstance(one, DeckError))


def _unreadable(err: DeckError) -> Problem:
    return Problem("", err.message, err.span, err.hint)


def _cache(name: str) -> Path | None:
    """Where results or pictures are kept; None for a user without a home, as in `docker run --user 1234`."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "deck-builder" / name
    except RuntimeError:
        return None


def _memory(settings: Settings) -> Memory | None:
    """What earlier builds leave for later ones of the parts of a page that are slow to make."""
    from deck_builder.memory import Memory

    folder = None if settings.no_cache else _cache("made")
    if folder is None:
        return None
    versions = (version(name) for name in ("pygments", "fonttools", "markdown-it-py", "mdit-py-plugins"))
    return Memory(folder / "kept.db", " ".join((deck_builder.__version__, *versions, *_own_code())))


def _own_code() -> Iterator[str]:
    """The state of our own text that makes what is remembered: in a checkout it changes without a version."""
    package = Path(deck_builder.__file__).parent
    for part in ("parse", "render"):
        for path in sorted((package / part).glob("*.py")):
            stat = path.stat()
            yield f"{path.name}:{stat.st_size}:{stat.st_mtime_ns}"


def _runner(settings: Settings) -> Runner:
    from deck_builder.execute import Store, worker_runner

    folder = None if settings.no_cache else _cache("results")
    return worker_runner(settings.sandbox, Store(folder) if folder else None)


def _themes(settings: Settings, folder: Path) -> Themes:
    """The themes that decks name, with what the deck's folder adds; with --theme always that one, found from here."""
    from deck_builder.layers import with_layers
    from deck_builder.load import load_theme

    if (theme := settings.theme) is not None:
        return lambda name: with_layers(load_theme(theme, Path()), folder)
    return lambda name: with_layers(load_theme(name, folder), folder)


def _fetch(settings: Settings) -> Fetch:
    from deck_builder.fetch import fetch

    return partial(fetch, cache_dir=_cache("pictures"), fresh=settings.no_cache, offline=settings.offline)
