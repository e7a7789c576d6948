"""A page that is made with the help of what was remembered is the same page, and the same is told of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deck_builder.layers import with_layers
from deck_builder.load import deck_files, load_source
from deck_builder.model import ExecutedDeck, RenderedDeck, Source, Theme
from deck_builder.parse import parse
from deck_builder.remember import Remember, make_anew
from deck_builder.render import render

GALLERY = Path(__file__).resolve().parents[2] / "slides" / "gallery" / "slides.md"
EQUATIONS = r"""# One

$$
\begin{equation} a \label{a} \end{equation}
$$

As in $\eqref{a}$ and $\RR$.

---

$$ {1|2}
x \\
y
$$
"""
MACROS = '---\nkatex: {macros: {"\\\\RR": "\\\\mathbb{R}"}}\n---\n\n'
DECKS = {
    "plain formulas": "# One\n\n$a$ and $$b$$\n\n---\n\n$a$\n",
    "numbers and references": EQUATIONS,
    "macros": MACROS + EQUATIONS,
    "a label twice": EQUATIONS + "\n---\n\n" + EQUATIONS,
    "no formula": "# One\n\n$\\frac{1$ and $\\nosuch$\n",
    "a bad macro": MACROS.replace("mathbb", "nosuch{") + "$\\RR$\n",
    "other layouts": "---\nlayout: two-cols\n---\n\na\n\n::right::\n\nb\n\n---\nlayout: end\n---\n",
}


class Memory:
    """A memory that counts what was made."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.made = 0

    def remember(self, key: str, make: Callable[[], str]) -> str:
        if key not in self.kept:
            self.made += 1
            self.kept[key] = make()
        return self.kept[key]


@pytest.fixture
def page(theme: Theme) -> Callable[[str, Remember], RenderedDeck]:
    def of(text: str, remember: Remember) -> RenderedDeck:
        deck = parse(Source(Path("deck.md"), text), remember=remember)
        return render(ExecutedDeck(deck, {}), theme, {}, remember)

    return of


@pytest.mark.parametrize("name", DECKS)
def test_a_memory_changes_nothing(name: str, page: Callable[[str, Remember], RenderedDeck]) -> None:
    memory = Memory()
    anew = page(DECKS[name], make_anew)
    assert page(DECKS[name], memory.remember) == anew
    made = memory.made
    assert page(DECKS[name], memory.remember) == anew, "the second time"
    assert memory.made == made


def test_a_memory_changes_nothing_in_the_gallery(theme: Theme) -> None:
    memory = Memory()

    def rendered(remember: Remember) -> RenderedDeck:
        deck = parse(load_source(GALLERY), deck_files(GALLERY.parent), remember)
        return render(ExecutedDeck(deck, {}), with_layers(theme, GALLERY.parent), {}, remember)

    anew = rendered(make_anew)
    assert rendered(memory.remember) == anew
    assert rendered(memory.remember) == anew, "the second time"


def test_a_formula_that_moves_to_another_slide_is_counted_there(page: Callable[[str, Remember], RenderedDeck]) -> None:
    memory = Memory()
    page(EQUATIONS, memory.remember)
    moved = "# Before\n\n---\n\n" + EQUATIONS
    assert page(moved, memory.remember) == page(moved, make_anew)


@pytest.mark.parametrize("spoilt", ["", "x", "1", "[]", "{}", "[[]]", '[["<math></math>"]]', "null"])
def test_a_memory_that_holds_anything_does_no_harm(spoilt: str, page: Callable[[str, Remember], RenderedDeck]) -> None:
    def remember(key: str, make: Callable[[], str]) -> str:
        return spoilt if key.startswith("formulas") else make()

    text = DECKS["plain formulas"]
    assert page(text, remember) == page(text, make_anew)
