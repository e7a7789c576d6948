"""The gallery shows everything that a deck can hold: what is new fails here until it hangs there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import pytest
from markdown_it.token import Token

from deck_builder import cli
from deck_builder.check import check
from deck_builder.execute import execute
from deck_builder.execute.engine import Engine
from deck_builder.execute.running import runner
from deck_builder.execute.session import Session
from deck_builder.execute.store import Store
from deck_builder.fetch import MADE, diagrams, fetch
from deck_builder.keys import SLIDE_KEYS
from deck_builder.keys.values import ANIMATIONS
from deck_builder.layers import with_layers
from deck_builder.load import deck_files, load_source, load_theme, theme_names
from deck_builder.model import BlockResult, Deck, ExecutedDeck, Mark, Mismatch, Output, Theme
from deck_builder.parse import parse
from deck_builder.parse.alerts import KINDS as ALERTS
from deck_builder.parse.clicks import DIRECTIVES
from deck_builder.parse.files import SourceFile
from deck_builder.parse.info import OPTIONS, read_info
from deck_builder.parse.marks import COLOURS
from deck_builder.parse.marks import KINDS as MARKS
from deck_builder.parse.report import Report
from deck_builder.pipeline import Built, build
from deck_builder.render import pictures
from deck_builder.render.components import COMPONENTS
from deck_builder.tags import kebab

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "slides" / "gallery" / "slides.md"

FRAMES = ("what an <iframe> would show", "what an <embed> would show", "what an <object> would show")
CARDS = (*FRAMES, "a YouTube video", "a post on X", "a post on Bluesky")
EXPECTED = {("D020", f"{card} is not loaded: a card with its link stands in its place") for card in CARDS} | {
    ("D020", "what can be dragged in Slidev keeps its place here"),
    ("D003", "UserWarning: this path will be closed"),
    ("D027", "skipped: it needs no_such_stars, not installed here"),
}
"""What stands in the gallery to show how it is told."""

UNDRAWN = ("D020", "mermaid's diagrams are not drawn: their source is shown")

_FENCE = re.compile(r"^(`{3,}).*?^\1$", re.M | re.S)


@pytest.fixture(scope="module")
def deck() -> Deck:
    return parse(load_source(GALLERY), deck_files(GALLERY.parent))


@pytest.fixture(scope="module")
def executed(deck: Deck, results: Path) -> ExecutedDeck:
    with Engine() as engine:
        return execute(deck, runner(engine, Store(results)))


@pytest.fixture(scope="module")
def prose(deck: Deck) -> str:
    """All that its files say, but for the code: sources that are only shown show nothing."""
    return "\n".join(_FENCE.sub("", source.text) for path, source in deck.sources.items() if path.suffix == ".md")


def tokens_of(deck: Deck) -> Iterator[Token]:
    def flat(tokens: Iterable[Token]) -> Iterator[Token]:
        for token in tokens:
            yield token
            yield from flat(token.children or ())

    for slide in deck.slides:
        yield from flat(slide.tokens)


def lacking(all_of: Iterable[str], found: Iterable[str]) -> list[str]:
    """What is not there."""
    return sorted(set(all_of) - set(found))


def test_every_layout(deck: Deck) -> None:
    assert lacking(load_theme("none", ROOT).layouts, (slide.layout for slide in deck.slides)) == []


def test_every_component(deck: Deck) -> None:
    tags = {kebab(token.tag) for token in tokens_of(deck) if token.type.startswith("tag")}
    assert lacking(COMPONENTS, tags) == []


def test_every_option_of_a_fence(deck: Deck) -> None:
    infos = [token.info for token in tokens_of(deck) if token.type == "fence"]
    assert lacking(OPTIONS, (pair.name for info in infos for pair in read_info(info).pairs)) == []


def test_every_key_of_a_slide_that_does_something(deck: Deck) -> None:
    honoured = [name for name, key in SLIDE_KEYS.items() if not key.becomes.startswith("does nothing")]
    files = [SourceFile(source, Report(path)) for path, source in deck.sources.items() if path.suffix == ".md"]
    assert (
        lacking(honoured, (key for file in files for no in range(len(file.raws)) for key in file.front(no).values))
        == []
    )


def test_every_alert(deck: Deck) -> None:
    assert lacking(ALERTS, (token.meta.get("alert", "") for token in tokens_of(deck))) == []


def test_every_directive(prose: str) -> None:
    used = [
        name for name in (*DIRECTIVES, "v-mark", "v-motion", "v-drag") if re.search(rf"<\w[^<>]*\s{name}[\s=.>]", prose)
    ]
    assert lacking([*DIRECTIVES, "v-mark", "v-motion", "v-drag"], used) == []


def test_every_way_of_coming(prose: str) -> None:
    assert lacking(ANIMATIONS, re.findall(r"\sv-click[\w.-]*?\.([\w-]+)(?=[\s>=])", prose)) == []


def test_every_mark_in_every_colour(deck: Deck) -> None:
    marks = [mark for token in tokens_of(deck) if isinstance(mark := token.meta.get("mark"), Mark)]
    assert lacking(MARKS.values(), (mark.kind for mark in marks)) == []
    assert lacking(COLOURS, (mark.colour for mark in marks)) == []


def test_movements_steps_notes_and_what_is_drawn(deck: Deck) -> None:
    tokens = list(tokens_of(deck))
    assert any(token.meta.get("motion") for token in tokens)
    assert {"magic", "code_group_open", "footnote_ref", "dl_open"} <= {token.type for token in tokens}
    assert any(token.type == "math_block" and len(token.meta.get("steps", ())) > 1 for token in tokens)
    assert any(len(slide.note_parts) > 1 for slide in deck.slides)
    assert lacking(MADE, (kind for kind in MADE for address, _ in pictures(deck) if address.startswith(kind))) == []


def test_every_kind_of_output(executed: ExecutedDeck) -> None:
    kinds = {type(output) for result in executed.results.values() for output in result.outputs}
    assert kinds == set(get_args(Output)) - {Mismatch}, "what comes otherwise than it is written is an error"


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def built(executed: ExecutedDeck, theme: str, cache_dir: Path) -> tuple[Built, list[tuple[str, str]]]:
    """The page in a theme, and all that is told of it."""

    def run(session: Session) -> Iterator[tuple[str, BlockResult]]:
        return iter(executed.results.items())

    def themes(_: str) -> Theme:
        return with_layers(load_theme(theme, ROOT), GALLERY.parent)

    get = partial(fetch, cache_dir=cache_dir, offline=True)
    made = build(load_source(GALLERY), themes, run, get, deck_files(GALLERY.parent))
    return made, sorted((problem.code, problem.message) for problem in (*made.problems, *check(made.executed)))


@pytest.mark.parametrize("theme", ["none", *theme_names()])
def test_it_builds_with_every_theme(executed: ExecutedDeck, cache_dir: Path, theme: str) -> None:
    made, told = built(executed, theme, cache_dir)
    assert told == sorted(EXPECTED | ({UNDRAWN} if find_spec("mermaidx") is None else set()))
    assert made.rendered.html.count('<section class="slide ') == len(executed.deck.slides)


def test_without_mermaid_one_more_warning_is_all(
    executed: ExecutedDeck, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagrams, "_version", lambda: "")
    made, told = built(executed, "none", cache_dir)
    assert told == sorted({*EXPECTED, UNDRAWN})
    assert "forward --&gt; loss" in made.rendered.html


def test_inspect_counts_its_slides(deck: Deck, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["inspect", str(GALLERY), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["slides"]) == len(deck.slides)
