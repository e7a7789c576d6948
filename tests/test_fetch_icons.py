"""Where icons come from, and what is said of those that are nowhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from deck_builder.errors import Span
from deck_builder.fetch import fetch, icons
from deck_builder.fetch.iconify import svg_of
from deck_builder.model import Problem

PATH = '<path fill="currentColor" d="M1 2h3v4z"/>'
SET = {"prefix": "carbon", "width": 32, "height": 16, "icons": {"arrow": {"body": PATH}}}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra is not installed; a test that wants it says so."""
    monkeypatch.setattr(icons, "_installed", lambda package: "")


def get(folder: Path, *names: str) -> tuple[Mapping[str, str], list[Problem]]:
    places = [(f"icon:{name}", Span(folder / "deck.md", line, line)) for line, name in enumerate(names, 1)]
    found, problems = fetch(places, folder, cache_dir=None)
    assert all(image.mime == "image/svg+xml" for image in found.values())
    return {address.removeprefix("icon:"): image.data.decode() for address, image in found.items()}, problems


def put(path: Path, icons: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(icons if isinstance(icons, str) else json.dumps(icons), encoding="utf-8")


def test_an_icon_comes_from_the_nearest_place(tmp_path: Path) -> None:
    deck = tmp_path / "talks" / "deck"
    deck.mkdir(parents=True)
    for path, body in (
        (tmp_path / "node_modules/@iconify-json/carbon/icons.json", "<g id='far'/>"),
        (deck / "node_modules/@iconify/json/json/carbon.json", "<g id='near'/>"),
        (deck / "icons/carbon.json", "<g id='own'/>"),
    ):
        put(path, {"icons": {"arrow": {"body": body}}})
        assert body in get(deck, "carbon:arrow")[0]["carbon:arrow"]
    put(deck / "icons/carbon/arrow.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g id='drawn'/></svg>")
    found, problems = get(deck, "carbon:arrow", "carbon:arrow")
    assert "drawn" in found["carbon:arrow"] and problems == []


def test_a_set_may_hold_an_icon_that_a_nearer_one_lacks(tmp_path: Path) -> None:
    put(tmp_path / "icons/carbon.json", {"icons": {}})
    put(tmp_path / "node_modules/@iconify-json/carbon/icons.json", SET)
    assert 'viewBox="0 0 32 16"' in get(tmp_path, "carbon:arrow")[0]["carbon:arrow"]


@pytest.mark.parametrize(
    ("alias", "box", "transform"),
    [
        ({}, "0 0 32 16", None),
        ({"hFlip": True}, "0 0 32 16", "translate(32 0) scale(-1 1)"),
        ({"vFlip": True, "hFlip": True}, "0 0 32 16", "translate(32 16) scale(-1 -1)"),
        ({"rotate": 1}, "8 -8 16 32", "rotate(90 16 8)"),
        ({"rotate": 2, "hFlip": True}, "0 0 32 16", "rotate(180 16 8) translate(32 0) scale(-1 1)"),
        ({"width": 16, "left": 4}, "4 0 16 16", None),
    ],
)
def test_aliases_turn_and_mirror(alias: Mapping[str, Any], box: str, transform: str | None) -> None:
    svg = svg_of({**SET, "aliases": {"other": {"parent": "arrow", **alias}}}, "other")
    moved = f'<g transform="{transform}">{PATH}</g>' if transform else PATH
    assert f'viewBox="{box}">{moved}</svg>' in svg


def test_aliases_of_aliases_add_up_and_circles_end() -> None:
    aliases = {
        "right": {"parent": "arrow", "rotate": 1},
        "down": {"parent": "right", "rotate": 1},
        "a": {"parent": "b"},
        "b": {"parent": "a"},
    }
    assert "rotate(180 " in svg_of({**SET, "aliases": aliases}, "down")
    assert svg_of({**SET, "aliases": aliases}, "a") == ""


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[]",
        '{"icons": []}',
        "[" * 100_000,
        {"icons": {"arrow": {"body": "<path"}}},
        {"icons": {"arrow": 5}, "aliases": [1]},
        {"icons": {}, "aliases": {"arrow": {"parent": "arrow", "rotate": "x"}}},
    ],
)
def test_a_broken_set_breaks_nothing(tmp_path: Path, broken: Any) -> None:
    put(tmp_path / "icons/carbon.json", broken)
    found, problems = get(tmp_path, "carbon:arrow")
    assert found == {} and all(problem.code == "D010" for problem in problems)


def test_icons_outside_of_the_decks_folder_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "deck" / "icons").mkdir(parents=True)
    put(tmp_path / "secret.json", SET)
    (tmp_path / "deck/icons/carbon.json").symlink_to(tmp_path / "secret.json")
    found, (first, _) = get(tmp_path / "deck", "carbon:arrow")
    assert found == {} and first.message.endswith("carbon.json can't be read: it lies outside of the deck's folder")


def test_all_that_are_missing_are_told_at_once(tmp_path: Path) -> None:
    put(tmp_path / "icons/carbon.json", SET)
    _, (problem,) = get(tmp_path, "carbon:arrow", "mdi:account", "carbon:none")
    assert problem.message == "2 icons are not here, and an empty square stands there: mdi:account, carbon:none"
    assert (problem.code, problem.severity, problem.span) == ("D010", "warning", Span(tmp_path / "deck.md", 2, 2))
    assert problem.hint.startswith('pip install "deck-builder[icons]"') and "icons/" in problem.hint


def test_the_extra_helps_out_with_what_is_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lucide = ModuleType("lucide")
    lucide.get_icon_list = lambda: ["rocket", "user", "sigma"]  # type: ignore[attr-defined]
    lucide.lucide_icon = lambda name: f'<svg class="lucide-{name}"/>'  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "lucide", lucide)
    monkeypatch.setattr(icons, "_installed", {"lucide": "x", "fontawesomefree": str(tmp_path)}.get)
    icons._lucide_names.cache_clear()
    brands = tmp_path / "static/fontawesomefree/js-packages/@fortawesome/fontawesome-free/svgs/brands"
    put(brands / "github.svg", "<svg><!-- fa --></svg>")
    names = ("lucide:rocket", "fa6-brands:github", "carbon:logo-github", "mdi:account-outline", "mdi:math-integral-box")
    found, (problem,) = get(tmp_path, *names, "ph:nothing")
    assert found["lucide:rocket"] == '<svg class="lucide-rocket"/>' and "fa" in found["fa6-brands:github"]
    assert found["carbon:logo-github"] == found["fa6-brands:github"] and "user" in found["mdi:account-outline"]
    assert problem.message == (
        "1 icon is not here, and an empty square stands there: ph:nothing; "
        "3 icons are replaced by ones that are like them:"
        " carbon:logo-github by fa-brands:github, mdi:account-outline by lucide:user,"
        " mdi:math-integral-box by lucide:sigma"
    )
    assert problem.hint.startswith("put Iconify's carbon.json in icons/")
    icons._lucide_names.cache_clear()


def test_the_real_packages_have_what_the_table_names() -> None:
    lucide = pytest.importorskip("lucide")
    from deck_builder.fetch.stand_ins import _LIKE

    assert set(_LIKE) <= set(lucide.get_icon_list())
