from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from deck_builder.errors import LoadError, Span
from deck_builder.execute.session import Session
from deck_builder.load import load_theme
from deck_builder.model import BlockResult, Image, Problem, Source, Stream, Theme
from deck_builder.pipeline import Built, build

TEXT = """\
---
title: A talk
theme: {theme}
---

# One

![a curve](curve.png)

```python
print("hello")
```
"""
PNG = Image("image/png", b"\x89PNG\r\n\x1a\n")


def themes(name: str) -> Theme:
    return load_theme(name, Path())


def run(session: Session) -> Iterator[tuple[str, BlockResult]]:
    for block in session.blocks:
        yield block.id, BlockResult((Stream("stdout", "hello from the runner\n", (1,)),))


def no_pictures(pictures: Iterable[tuple[str, Span]], folder: Path) -> tuple[Mapping[str, Image], list[Problem]]:
    return {}, [Problem("D010", url, span, "", "warning") for url, span in pictures]


def built(theme: str = "default") -> Built:
    return build(Source(Path("talk/deck.md"), TEXT.format(theme=theme)), themes, run, no_pictures)


def test_results_reach_the_page() -> None:
    assert "hello from the runner" in built().rendered.html


def test_without_a_runner_no_code_runs() -> None:
    deck = build(Source(Path("deck.md"), TEXT.format(theme="default")), themes, None, no_pictures)
    assert deck.executed.results == {}
    assert 'data-block="1.1"' in deck.rendered.html


def test_pictures_are_asked_for_from_the_decks_folder_while_code_runs() -> None:
    asked = threading.Event()
    seen: list[tuple[list[str], Path]] = []

    def fetch(pictures: Iterable[tuple[str, Span]], folder: Path) -> tuple[Mapping[str, Image], list[Problem]]:
        seen.append(([url for url, _ in pictures], folder))
        asked.set()
        return {"curve.png": PNG}, []

    def waiting_run(session: Session) -> Iterator[tuple[str, BlockResult]]:
        assert asked.wait(20), "pictures are fetched only after the code ran"
        return run(session)

    deck = build(Source(Path("talk/deck.md"), TEXT.format(theme="default")), themes, waiting_run, fetch)
    assert seen == [(["curve.png"], Path("talk"))]
    assert "data:image/png;base64," in deck.rendered.html


def test_problems_of_pictures_are_passed_on() -> None:
    assert [(found.code, found.message) for found in built().problems] == [("D010", "curve.png")]


def test_what_fails_while_fetching_is_not_lost() -> None:
    def broken(pictures: Iterable[tuple[str, Span]], folder: Path) -> tuple[Mapping[str, Image], list[Problem]]:
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        build(Source(Path("deck.md"), TEXT.format(theme="default")), themes, run, broken)


def test_an_unknown_theme_is_reported_where_it_is_named() -> None:
    (problem, *_) = built("serif").problems
    assert (problem.code, problem.severity, str(problem.span)) == ("D013", "warning", "talk/deck.md:3:1")
    assert problem.message == "there is no theme 'serif'; `default` is used"
    assert problem.hint == "did you mean 'seriph'?"


def test_a_deck_without_a_theme_gets_the_default_one() -> None:
    asked: list[str] = []

    def noting(name: str) -> Theme:
        asked.append(name)
        return themes(name)

    for text in ("# One", "---\ntheme: null\n---\n# One", "---\ntheme: none\n---\n# One"):
        assert build(Source(Path("deck.md"), text), noting, None, no_pictures).problems == ()
    assert asked == ["default", "none", "none"]


def test_a_missing_default_theme_is_no_warning() -> None:
    def none(name: str) -> Theme:
        raise LoadError("the themes folder is missing")

    with pytest.raises(LoadError, match="missing"):
        build(Source(Path("deck.md"), "# One"), none, None, no_pictures)
