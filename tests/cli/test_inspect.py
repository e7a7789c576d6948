"""deck inspect: a deck as data, without running it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deck_builder import cli
from tests.cli.decks import UNREADABLE, write

DECK = """---
theme: seriph
title: A talk
---

# One

---
layout: center
---

# Two

```python [walk.py] {all|6}{id: 'walk', startLine: 5}
a = 1
b = 2
```

<!-- said -->
"""


def inspected(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, Any]:
    assert cli.run(["inspect", *args, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert isinstance(data, dict)
    return data


def slides_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    return list(data["slides"])


def test_a_deck_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    write("talk.md", DECK)
    data = inspected(capsys, "talk.md")
    assert data["headmatter"] == {"theme": "seriph", "title": "A talk"}
    assert data["problems"] == []
    one, two = slides_of(data)
    assert (one["no"], one["start"], one["end"], one["layout"], one["title"]) == (1, 1, 7, "cover", "A talk")
    assert (two["start"], two["end"], two["layout"], two["note"], two["clicks"]) == (8, 19, "center", "said", 1)
    (block,) = two["blocks"]
    assert (block["id"], block["lang"], block["title"], block["start"], block["end"]) == (
        "2.1",
        "python",
        "walk.py",
        14,
        17,
    )
    assert block["steps"] == [[5, 6], [6]]
    assert block["options"]["id"] == "walk" and block["options"]["run"] is True


def test_for_people_it_is_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    write("talk.md", DECK)
    assert cli.run(["inspect", "talk.md"]) == 0
    out = capsys.readouterr().out
    assert "  2  8-19  center  clicks: 1  Two" in out and "2.1  14-17  python run  2 steps" in out


def test_a_deck_that_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    write("talk.md", UNREADABLE)
    assert cli.run(["inspect", "talk.md", "--json"]) == 3
    data = json.loads(capsys.readouterr().out)
    assert data["slides"] == [] and data["problems"][0]["line"] >= 1
    assert cli.run(["inspect", "talk.md"]) == 3
    assert "talk.md:" in capsys.readouterr().err


def test_the_original_lecture(capsys: pytest.CaptureFixture[str], lecture_000: Path) -> None:
    slides = slides_of(inspected(capsys, str(lecture_000)))
    blocks = {block["id"]: block["steps"] for slide in slides for block in slide["blocks"]}
    assert blocks["13.1"][1:4] == [[2, 5], [7], [9, 10, 11, 12]]
    assert [slide["clicks"] for slide in slides if slide["clicks"]] == [4, 4, 3, 2]
