"""The vocabulary of front matter: it is whole, it is documented, and what it calls reported is reported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deck_builder.keys import DECK_KEYS, SLIDE_KEYS, Key, setting
from deck_builder.keys.python import WORKER_KEYS, worker_setting
from deck_builder.parse.defaults import BLOCK_KEYS
from deck_builder.parse.headmatter import REFUSED

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "frontmatter.md"


@pytest.mark.parametrize("keys", [DECK_KEYS, SLIDE_KEYS, WORKER_KEYS], ids=["deck", "slide", "worker"])
def test_the_document_says_of_every_key_what_the_table_says(keys: dict[str, Key]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = [f"| `{name}` | {key.takes} | {key.becomes} |" for name, key in keys.items()]
    assert "\n".join(row.replace(" | slide-right", r" \| slide-right") for row in rows) in text


def test_the_document_names_every_default_of_blocks() -> None:
    section = DOCUMENT.read_text(encoding="utf-8").split("## Keys below `python`")[1].split("| key |")[0]
    assert re.findall(r"`([\w-]+)`", section) == list(BLOCK_KEYS)


@pytest.mark.parametrize(
    ("python", "key", "read"),
    [
        ({"device": "cuda"}, "device", "cuda"),
        ({"device": "gpu"}, "device", None),
        ({"setup": " before.py "}, "setup", "before.py"),
        ({"setup": ""}, "setup", None),
        ({"seed": True}, "seed", None),
        ({"threads": 0}, "threads", None),
        ({}, "interpreter", None),
        ("3.12", "interpreter", None),
    ],
)
def test_what_is_said_of_the_worker(python: object, key: str, read: object) -> None:
    assert worker_setting({"python": python}, key) == read


def test_every_key_of_slidevs_is_in_the_tables(shared: Path) -> None:
    text = (shared / "spec" / "slidev-language.md").read_text(encoding="utf-8")
    headmatter = text.split("## 1.5 ")[1].split("## 1.6 ")[0]
    frontmatter = text.split("## 1.6 ")[1].split("## 1.7 ")[0]
    for part, known in ((headmatter, DECK_KEYS), (frontmatter, SLIDE_KEYS)):
        cells = re.findall(r"^\| (?!key)([\w /,]+) \|", part, re.MULTILINE)
        keys = {key for cell in cells for key in re.findall(r"\w+", cell)}
        assert len(keys) > 20
        assert not keys - known.keys()


def test_what_is_called_reported_is_reported_and_nothing_else() -> None:
    by_the_page = {"theme", "layout"}  # whether there is one of that name is found out later
    said = {name for name, key in {**SLIDE_KEYS, **DECK_KEYS}.items() if "reported" in key.becomes}
    assert said - by_the_page == REFUSED.keys()


@pytest.mark.parametrize(
    ("key", "value", "read"),
    [
        ("aspectRatio", 1, 1.0),
        ("aspectRatio", "16 / 9 ", 16 / 9),
        ("aspectRatio", "4:3", 4 / 3),
        ("aspectRatio", "1x1", 1.0),
        ("aspectRatio", "16|10", 1.6),
        ("aspectRatio", "hello", None),
        ("aspectRatio", "1/0", None),
        ("transition", "slide-left | fade", "slide-left|fade"),
        ("transition", {"name": "mine", "mode": "out-in"}, "mine"),
        ("transition", {"mode": "out-in"}, None),
        ("transition", 'x" onload="', None),
        ("clickAnimation", ["fade up", "scale"], ("fade", "up", "scale")),
        ("class", {"a": True, "b": False, "c d": 1}, "a c d"),
        ("class", ["a", {"b": True}, ""], "a b"),
        ("routeAlias", "/intro", "intro"),
        ("routeAlias", "引言", "引言"),
        ("routeAlias", "2", None),
        ("zoom", "0.8", 0.8),
        ("zoom", True, None),
        ("keywords", ["a", 1], ("a", "1")),
        ("info", False, ""),
        ("canvasWidth", 980.5, None),
        ("backgroundSize", "20em 70%", "20em 70%"),
        ("backgroundSize", "contain;x", None),
        ("lang", "zh-Hans-CN", "zh-Hans-CN"),
        ("duration", "45min", 2700),
        ("duration", " 1h 30 m", 5400),
        ("duration", "2 hours", 7200),
        ("duration", "90s", 90),
        ("duration", "10:30", 630),
        ("duration", "1:10:30", 4230),
        ("duration", 45, None),
        ("duration", "0min", None),
        ("duration", "", None),
        ("duration", "half an hour", None),
        ("duration", "10:75", None),
        ("duration", "9" * 5000 + "h", None),
        ("timer", "countdown", "countdown"),
        ("timer", "sundial", None),
        ("lang", 'x">', None),
    ],
)
def test_a_value_is_read_or_it_is_none(key: str, value: object, read: object) -> None:
    assert setting({key: value}, key) == read


def test_only_a_pages_harmless_attributes_are_an_authors() -> None:
    given = {"lang": "de", "dir": "rtl", "data-x": 1, "data-no": 3, "onload": "x", "data-a b": "y", "style": ["z"]}
    assert setting({"htmlAttrs": given}, "htmlAttrs") == {"lang": "de", "dir": "rtl", "data-x": "1"}


def test_a_themes_settings_end_where_they_end() -> None:
    given = {
        "primary": "#4d7534",
        "size": 3,
        "on": True,
        "shade": "rgb(0 0 0 / .2)",
        "logo": "https://example.org/a.png",
        "end": "red} * {color: red",
        "open": "url(x",
        "closed": ")(",
        "comment": "a /* b",
        "quote": "it's",
        "tag": "</style>",
        "line": "a\nb;c",
        "na me": "x",
        "list": [1],
    }
    read = setting({"themeConfig": given}, "themeConfig")
    assert read == {
        "primary": "#4d7534",
        "size": "3",
        "on": "true",
        "shade": "rgb(0 0 0 / .2)",
        "logo": '"https://example.org/a.png"',
        "end": '"red} * {color: red"',
        "open": '"url(x"',
        "closed": '")("',
        "comment": '"a /* b"',
        "quote": '"it\'s"',
        "tag": r'"\3c /style>"',
        "line": r'"a\a b;c"',
    }
    assert "primary" not in setting({"themeConfig": {"primary": "url(x)"}}, "themeConfig")
