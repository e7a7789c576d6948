"""Source -> Built: parse, execute and render, with the pictures fetched while code runs. Effects are arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final, TypeAlias, TypeVar

from deck_builder.errors import LoadError
from deck_builder.execute import execute
from deck_builder.execute.session import Runner
from deck_builder.fetch import Fetch
from deck_builder.model import Deck, ExecutedDeck, Problem, Reader, RenderedDeck, Source, Theme
from deck_builder.parse import parse, read_nothing
from deck_builder.remember import Remember, make_anew
from deck_builder.render import pictures, render

Themes: TypeAlias = Callable[[str], Theme]
"""A theme's name -> the theme; LoadError if there is none."""

DEFAULT_THEME = "default"

_SOON_S: Final = 0.15
"""Known results are there sooner; code that runs takes longer."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a deck. `problems` are those of its theme, its pictures and its page; `check` tells the others."""

    executed: ExecutedDeck
    rendered: RenderedDeck
    problems: tuple[Problem, ...]


def build(
    source: Source,
    themes: Themes,
    run: Runner | None,
    fetch: Fetch,
    read: Reader = read_nothing,
    remember: Remember = make_anew,
    jobs: int = 1,
) -> Built:
    """Build a deck; without a runner no code runs. An ExceptionGroup of ParseErrors if the deck can't be read.

    Of what its code does for several values up to `jobs` run at once.
    """
    deck = parse(source, read, remember)
    theme, unknown = themed(deck, themes)
    fetched = _begin(lambda: fetch(pictures(deck), source.path.parent))
    executed = ExecutedDeck(deck, {})
    if run:
        # While the code runs, a page without results: it leaves coloured code, the font and all imports at hand.
        ended = Event()
        warmed = _begin(lambda: ended.wait(_SOON_S) or render(executed, theme, {}, remember))
        results = execute(deck, run, jobs)
        ended.set()
        warmed()
        executed = results
    images, missing = fetched()
    rendered = render(executed, theme, images, remember)
    return Built(executed, rendered, (*unknown, *missing, *rendered.problems))


def _begin(call: Callable[[], _T]) -> Callable[[], _T]:
    """Start a call beside this one; what comes back waits for its answer. An interrupted build does not wait."""
    answers: list[_T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            answers.append(call())
        except BaseException as err:  # carried over to where the answer is asked for
            errors.append(err)

    thread = Thread(target=work, daemon=True)
    thread.start()

    def answer() -> _T:
        thread.join()
        for err in errors:
            raise err
        return answers[0]

    return answer


def themed(deck: Deck, themes: Themes) -> tuple[Theme, list[Problem]]:
    """The theme that the headmatter names; where there is none such, the default one and a warning."""
    name = deck.headmatter.get("theme", DEFAULT_THEME)
    try:
        return themes("none" if name is None else str(name)), []
    except LoadError as err:
        message = f"{err.message}; `{DEFAULT_THEME}` is used"
        return themes(DEFAULT_THEME), [Problem("D013", message, deck.place("theme"), err.hint, "warning")]
