"""Every language that pygments knows colours code, by its own names and by those of other highlighters."""

from __future__ import annotations

import re
from html import unescape

import pytest

from deck_builder.remember import make_anew
from deck_builder.render.colour import coloured
from deck_builder.render.languages import lexer


@pytest.mark.parametrize(
    ("lang", "name"),
    [
        *(("python", "Python"), ("TS", "TypeScript"), ("c++", "C++"), ("c#", "C#"), ("shell", "Bash"), ("vue", "Vue")),
        *(("dockerfile", "Docker"), ("jsonc", "JSON5"), ("svelte", "HTML"), ("kts", "Kotlin"), ("mdx", "Markdown")),
        *(("train.py", "Python"), ("CMakeLists.txt", "CMake"), ("package.json", "JSON"), ("patch", "Diff")),
        *(("", "Text only"), ("plaintext", "Text only"), ("ansi", "Text only"), ("no such thing", "Text only")),
    ],
)
def test_a_language_is_known_by_many_names(lang: str, name: str) -> None:
    assert lexer(lang).name == name


@pytest.mark.parametrize(
    ("lang", "code"),
    [
        ("console", "$ pip install torch\nSuccessfully installed torch"),
        ("pycon", ">>> 1 + 1\n2"),
        ("diff", "- a\n+ b"),
        ("vue", "<script setup>\nconst a = 1\n</script>\n<template>{{ a }}</template>"),
        ("html+jinja", "{% if x %}<b>{{ y }}</b>{% endif %}"),
    ],
)
def test_the_code_is_whole_and_coloured(lang: str, code: str) -> None:
    rows = coloured(code, lang, make_anew)
    assert [unescape(re.sub(r"<[^>]+>", "", row)) for row in rows] == code.split("\n")
    assert all('<span class="' in row for row in rows)
