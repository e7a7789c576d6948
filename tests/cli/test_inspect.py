"""deck inspect: a deck as data, without running it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deck_builder import cli
from deck_builder.cli.results import result_data
from deck_builder.cli.runners import Runners
from deck_builder.model import Animation, BlockResult, Error, Figure, Mismatch, Output, Skipped, Stream, Value, Warning
from tests.cli.decks import UNREADABLE, write

real_runner = Runners.runner

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


RUNS = """# One

```python
import warnings
print("said")
warnings.warn("beware")
6 * 7
```

```python
1 / 0
```

```js
nothing()
```
"""


def test_what_each_block_did_as_data(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Runners, "runner", real_runner)
    write("talk.md", RUNS)
    (slide,) = slides_of(inspected(capsys, "talk.md", "--run"))
    good, bad, other = slide["blocks"]
    assert [(one["kind"], one["text"], one["lines"]) for one in good["results"]["outputs"]] == [
        ("stream", "said\n", [2]),
        ("warning", "UserWarning: beware", [3]),
        ("value", "42", [4]),
    ]
    (error,) = bad["results"]["outputs"]
    assert (error["kind"], error["text"], error["lines"]) == ("error", "ZeroDivisionError: division by zero", [1])
    assert "results" not in other


def test_every_kind_of_output_has_its_words_or_says_what_picture_it_is() -> None:
    outputs: list[Output] = [
        Stream("stdout", "a", (1,)),
        Value("1", (1,)),
        Figure("<svg/>", 1, 2, (1,)),
        Animation(("<svg/>",), (1,), 1, 2, (1,)),
        Warning("UserWarning", "a", (1,)),
        Error("Stop", "", (), (1,)),
        Skipped(("seaborn",), "pip install seaborn"),
        Mismatch("1", "2", (1,)),
    ]
    found = result_data(BlockResult(tuple(outputs), 1.5))
    assert [one["kind"] for one in found["outputs"]] == [type(one).__name__.lower() for one in outputs]
    assert all(bool(one.get("text")) != bool(one.get("mime")) for one in found["outputs"])
    assert json.loads(json.dumps(found)) == found


def test_to_run_is_for_data_alone(capsys: pytest.CaptureFixture[str]) -> None:
    write("talk.md", RUNS)
    assert cli.run(["inspect", "talk.md", "--run"]) == 2
    assert "say both" in capsys.readouterr().err
