"""Sweeps on the command line: what is told, what is kept, and what an editor hears."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deck_builder import cli
from deck_builder.cli import building
from deck_builder.execute.listen import Ran
from deck_builder.execute.running import _Run

DECK = """# One

```python {sweep: {lr: [1, 2, 4]}}
lr = 2
print(8 / (lr - 7))
```

---

# Two

```python
print("then", lr)
```
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a deck, and a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    Path("talk.md").write_text(DECK, encoding="utf-8")
    return tmp_path


def test_a_value_that_fails_fails_the_build_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    Path("talk.md").write_text(DECK.replace("4]", "7]"), encoding="utf-8")
    assert cli.run(["build", "talk.md"]) == 1
    err = capsys.readouterr().err
    assert "talk.md:5:1 (slide 1, block 1.1, line 2) with lr = 7: ZeroDivisionError" in err
    assert err.count("[error D001]") == 1


def test_what_nothing_changed_of_is_not_built_again_and_a_new_value_runs_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []
    built: list[int] = []
    take, anew = _Run._take, building.judge_anew

    def noted(run: _Run, one: Ran) -> str:
        ran.append(f"{run._session.variant}: {one.block.id}")
        return take(run, one)

    def noted_build(*args: Any) -> Any:
        built.append(1)
        return anew(*args)

    monkeypatch.setattr(_Run, "_take", noted)
    monkeypatch.setattr(building, "judge_anew", noted_build)
    assert cli.run(["build", "talk.md"]) == 0
    assert sorted(ran) == [": 1.1", ": 2.1", "lr = 1: 1.1", "lr = 1: 2.1", "lr = 4: 1.1", "lr = 4: 2.1"]
    first = Path("build/talk.html").read_bytes()
    ran.clear()
    assert cli.run(["build", "talk.md"]) == 0
    assert (len(built), ran) == (1, [])
    assert cli.run(["build", "talk.md", "--no-cache", "-j", "1"]) == 0
    assert Path("build/talk.html").read_bytes() == first
    ran.clear()
    Path("talk.md").write_text(DECK.replace("[1, 2, 4]", "[1, 2, 3, 4]"), encoding="utf-8")
    assert cli.run(["build", "talk.md"]) == 0
    assert ran == ["lr = 3: 1.1", "lr = 3: 2.1"]
    assert Path("build/talk.html").read_bytes() != first
    assert capsys.readouterr().err == ""


def test_inspect_tells_the_results_of_each_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["inspect", "talk.md", "--run", "--json"]) == 0
    one, two = (block for slide in json.loads(capsys.readouterr().out)["slides"] for block in slide["blocks"])
    assert one["options"]["sweep"] == {"name": "lr", "values": ["1", "2", "4"], "at": 1}
    assert (two["sweep"]["name"], two["sweep"]["block"]) == ("lr", "1.1")
    told = [(row["value"], row["results"]["outputs"][0]["text"]) for row in two["sweep"]["values"]]
    assert told == [(1, "then 1\n"), (2, "then 2\n"), (4, "then 4\n")]
    assert two["results"]["outputs"][0]["text"] == "then 2\n"


def test_twice_looks_at_every_value(capsys: pytest.CaptureFixture[str]) -> None:
    text = DECK.replace("print(8", "import time\nprint(lr if lr < 4 else time.time_ns())\nprint(8")
    Path("talk.md").write_text(text, encoding="utf-8")
    assert cli.run(["check", "--twice", "talk.md"]) == 1
    assert "with lr = 4: this block does not do the same twice" in capsys.readouterr().out
