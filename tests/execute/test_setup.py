"""A file that runs before the first block."""

from __future__ import annotations

from pathlib import Path

from deck_builder.check import check
from deck_builder.execute import execute
from deck_builder.execute.running import worker_runner
from deck_builder.load import deck_files, load_source, load_theme
from deck_builder.model import ExecutedDeck, Stream
from deck_builder.parse import parse
from deck_builder.render import render

DECK = """\
---
python: {setup: before.py}
---

# One

```python
print(helper())
```
"""


def executed(folder: Path, setup: str, deck: str = DECK) -> ExecutedDeck:
    (folder / "before.py").write_text(setup, encoding="utf-8")
    path = folder / "slides.md"
    path.write_text(deck, encoding="utf-8")
    return execute(parse(load_source(path), deck_files(folder)), worker_runner())


def test_its_names_are_the_decks(tmp_path: Path) -> None:
    done = executed(tmp_path, "import math\n\ndef helper():\n    return math.floor(7.5)\n")
    assert done.results["1.1"].outputs == (Stream("stdout", "7\n", (1,)),)
    assert check(done) == []


def test_its_errors_name_its_own_file_and_line_and_what_falls_with_it(tmp_path: Path) -> None:
    done = executed(tmp_path, "import math\n\nhelper = math.flor\n")
    first, second = check(done)
    assert str(first.span) == f"{tmp_path / 'before.py'}:3:15"
    assert first.message == "AttributeError: module 'math' has no attribute 'flor'"
    assert (second.code, second.hint) == ("D002", "a consequence of 1.0")
    error = done.results["1.1"].error
    assert error
    assert error.hint == "before.py, which failed, would define `helper`"
    html = render(done, load_theme("none", tmp_path), {}).html
    assert html.count("has no attribute") == 1, "the first slide shows what went wrong"
    assert '<p class="origin">before.py</p>' in html


def test_a_failure_in_one_of_its_functions_is_told_where_it_was_raised(tmp_path: Path) -> None:
    (problem,) = check(executed(tmp_path, "def helper():\n    return 1 / 0\n"))
    assert str(problem.span) == f"{tmp_path / 'slides.md'}:8:1"
    assert problem.origin == "raised in helper(), before.py, line 2: return 1 / 0"
