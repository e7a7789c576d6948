"""Source -> Built: parse, execute and render, with the pictures fetched while code runs. Effects are arguments."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import TypeAlias, TypeVar

from deck_builder.errors import LoadError
from deck_builder.execute import Runner, execute
from deck_builder.fetch import Fetch
from deck_builder.model import Deck, ExecutedDeck, Problem, Reader, RenderedDeck, Source, Theme
from deck_builder.parse import parse, read_nothing
from deck_builder.remember import Remember, make_anew
from deck_builder.render import pictures, render

Themes: TypeAlias = Callable[[str], Theme]
"""A theme's name -> the theme; LoadError if there is none."""

DEFAULT_THEME = "default"

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
) -> Built:
    """Build a deck; without a runner no code runs. An ExceptionGroup of ParseErrors if the deck can't be read."""
    deck = parse(source, read, remember)
    theme, unknown = _theme(deck, themes)
    fetched = _begin(lambda: fetch(pictures(deck), source.path.parent))
    executed = ExecutedDeck(deck, {})
    if run:
        # While the code runs, a page without results: it leaves coloured code, the font and all imports at hand.
        warmed = _begin(lambda: render(ExecutedDeck(deck, {}), theme, {}, remember))
        executed = execute(deck, run)
        warmed()
    images, missing = fetched()
    rendered = render(executed, theme, images, remember)
    return Built(executed, rendered, (*unknown, *missing, *rendered.problems))


def _begin(call: Callable[[], _T]) -> Callable[[], _T]:
    """Start a call beside this one; what comes back waits for its answer. An interrupted build does not wait."""
    answer: Future[_T] = Future()

    def work() -> None:
        try:
            answer.set_result(call())
        except BaseException as err:  # carried over to where the answer is asked for
            answer.set_exception(err)

    Thread(target=work, daemon=True).start()
    return answer.result


def _theme(deck: Deck, themes: Themes) -> tuple[Theme, list[Problem]]:
    """The theme that the headmatter names; where there is none such, the default one and a warning."""
    name = deck.headmatter.get("theme", DEFAULT_THEME)
    try:
        return themes("none" if name is None else str(name)), []
    except LoadError as err:
        message = f"{err.message}; `{DEFAULT_THEME}` is used"
        return themes(DEFAULT_THEME), [Problem("D013", message, deck.place("theme"), err.hint, "warning")]
