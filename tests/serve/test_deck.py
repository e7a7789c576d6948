"""A deck as it is written: what is on its pages, and when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deck_builder.cli.runners import Runners
from deck_builder.serve.deck import LiveDeck
from tests.serve.living import SETTINGS, Page, served

DECK = """---
title: A talk
---

# One

```python
x = 1
print("x is", x)
```

---

# Two

```python {all|1}
y = x + 1
print("y is", y)
```
"""


@pytest.fixture(scope="module")
def runners() -> Iterator[Runners]:
    """What runs the decks of all tests here: one process imports for them."""
    with Runners(SETTINGS, resumes=True) as runners:
        yield runners


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "talk").mkdir()
    file = tmp_path / "talk" / "slides.md"
    file.write_text(DECK)
    return file


@pytest.fixture
def deck(file: Path, runners: Runners) -> Iterator[LiveDeck]:
    with served(file, runners) as deck:
        yield deck


@pytest.fixture
def page(deck: LiveDeck) -> Page:
    page = Page(deck)
    page.settle()
    return page


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_prose_changes_its_slide_and_no_other(page: Page, file: Path) -> None:
    others = page.slides[1]
    del page.heard[:]
    change(file, "# One", "# 一")
    page.shows("一</h1>")
    (patch,) = (message for message in page.heard if message["type"] == "patch")
    assert list(patch["changed"]) == ["1"] and page.slides[1] is others
    assert patch["css"] is None and patch["order"] is None


def test_code_shows_at_once_and_its_results_as_they_come(page: Page, file: Path) -> None:
    change(file, "x = 1", "x = 10")
    page.shows("x is 10")
    page.shows("y is 11")
    page.settle()
    first = next(message for message in page.heard if message["type"] == "patch")
    assert "x is 1" in str(first["changed"]) and first["stale"], "the old results stay until the new ones are there"


def test_a_slide_that_comes_moves_the_others(page: Page, file: Path) -> None:
    change(file, "---\n\n# Two", "---\n\n# New\n\n---\n\n# Two")
    page.shows("New</h1>")
    orders = [message["order"] for message in page.heard if message["type"] == "patch" and message["order"]]
    assert orders[0] == [1, 0, 2] and len(page.slides) == 3
    page.settle()
    page.shows("y is 2")


def test_a_deck_that_cannot_be_read_keeps_its_last_good_state(page: Page, file: Path) -> None:
    slides = list(page.slides)
    change(file, "title: A talk", "title: [a")
    page.wait(lambda page: page.problems["broken"])
    assert page.slides == slides
    (item,) = page.problems["items"]
    assert item["place"] == "slides.md:2:8" and "> 2 | title: [a" in item["frame"]
    change(file, "title: [a", "title: Better")
    page.wait(lambda page: not page.problems["broken"])
    assert page.problems["items"] == []


def test_results_that_come_do_not_mend_a_deck_that_cannot_be_read(page: Page, file: Path) -> None:
    change(file, "x = 1", "import time\ntime.sleep(1)\nx = 1")
    page.wait(lambda page: page.running == "1.1")
    change(file, "title: A talk", "title: [a")
    page.wait(lambda page: page.problems["broken"])
    del page.heard[:]
    page.wait(lambda page: page.running == "" and len(page.heard) > 1)
    assert page.problems["broken"]
    change(file, "title: [a", "title: Better")
    page.wait(lambda page: not page.problems["broken"])
    page.settle()
    page.shows("y is 2")


def test_a_file_that_goes_and_comes_back(page: Page, file: Path) -> None:
    text = file.read_text()
    file.unlink()
    page.wait(lambda page: page.problems["broken"])
    assert "no file" in page.problems["items"][0]["message"]
    file.write_text(text.replace("# Two", "# Zwei"))
    page.shows("Zwei</h1>")
    page.wait(lambda page: not page.problems["broken"])


def test_a_deck_that_could_never_be_read_waits(file: Path, runners: Runners) -> None:
    file.write_text("---\ntitle: [a\n---\n\n# x\n")
    with served(file, runners) as deck:
        page = Page(deck)
        page.wait(lambda page: page.problems["broken"])
        file.write_text("# At last\n")
        page.wait(lambda page: page.reloads > 0 or any("At last" in slide for slide in page.slides))
        assert "At last</h1>" in deck.page()


def test_code_that_fails_is_told_and_mended(page: Page, file: Path) -> None:
    change(file, "y = x + 1", "y = x / 0")
    page.wait(lambda page: bool(page.problems["items"]))
    (item,) = page.problems["items"]
    assert (item["code"], item["where"], item["slide"]) == ("D001", "slide 2, block 2.1", 2)
    change(file, "y = x / 0", "y = x + 1")
    page.wait(lambda page: not page.problems["items"])
    page.settle()
    page.shows("y is 2")


def test_another_file_of_the_deck_changes(page: Page, file: Path) -> None:
    helper, data = file.parent / "helper.py", file.parent / "data.txt"
    helper.write_text("def f(x):\n    return x * 100\n")
    data.write_text("seven")
    change(file, "y = x + 1", "from helper import f\ny = f(x)\nprint(open('data.txt').read())")
    page.shows("y is 100")
    page.shows("seven")
    helper.write_text("def f(x):\n    return x * 1000\n")
    page.shows("y is 1000")
    data.write_text("eight")
    page.shows("eight")
    page.settle()


def test_styles_snippets_and_slides_of_other_files(page: Page, file: Path) -> None:
    folder = file.parent
    (folder / "more.md").write_text("# From elsewhere\n")
    (folder / "code.py").write_text("print('taken in')\n")
    change(file, "---\n\n# Two", "---\nsrc: more.md\n---\n\n---\n\n<<< @/code.py python {run: true}\n\n---\n\n# Two")
    page.shows("From elsewhere")
    page.shows("taken in")
    (folder / "more.md").write_text("# From farther\n")
    page.shows("From farther")
    (folder / "code.py").write_text("print('another')\n")
    page.shows("another")
    (folder / "style.css").write_text("h1 { color: rgb(1, 2, 3) }")
    page.wait(lambda page: any("rgb(1, 2, 3)" in str(message.get("css")) for message in page.heard))
    page.settle()


def test_what_frames_the_slides_is_loaded_anew(page: Page, deck: LiveDeck, file: Path) -> None:
    change(file, "title: A talk", "title: A talk\naspectRatio: 4/3")
    page.wait(lambda page: page.reloads > 0)
    assert "--deck-height:735" in deck.page()


def test_many_saves_in_a_row_end_with_the_last(page: Page, file: Path) -> None:
    for no in range(50):
        file.write_text(DECK.replace("# One", f"# No {no}").replace("x = 1", f"x = {no}"))
    page.shows("x is 49")
    page.shows("y is 50")
    page.settle()
    assert "No 49</h1>" in page.slides[0]


def test_a_block_that_runs_is_let_go_when_it_changes(page: Page, file: Path) -> None:
    change(file, "y = x + 1", "while True: pass")
    page.wait(lambda page: page.running == "2.1")
    change(file, "while True: pass", "y = 5")
    page.shows("y is 5")
    page.settle()


def test_a_block_that_runs_goes_on_when_prose_changes(page: Page, file: Path) -> None:
    change(file, "y = x + 1", "while True: pass")
    page.wait(lambda page: page.running == "2.1")
    del page.heard[:]
    change(file, "# One", "# Eins\n\nmore")
    page.shows("Eins")
    page.wait(lambda page: [message["type"] for message in page.heard].count("patch") >= 1)
    assert "running" not in [message["type"] for message in page.heard], "it was not begun anew"


def test_a_draft_is_shown_run_and_saved(page: Page, deck: LiveDeck, file: Path) -> None:
    was = 'x = 1\nprint("x is", x)'
    answer = deck.hear({"type": "run", "block": "1.1", "was": was, "code": was.replace("1", "3")})
    assert answer and answer["ok"]
    page.shows("x is 3")
    page.shows("y is 4")
    assert file.read_text() == DECK
    answer = deck.hear({"type": "save", "block": "1.1", "was": was, "code": was.replace("1", "5")})
    assert answer and answer["ok"]
    page.shows("x is 5")
    assert file.read_text() == DECK.replace("x = 1", "x = 5")


def test_a_draft_whose_lines_change_in_the_file_is_told_of(page: Page, deck: LiveDeck, file: Path) -> None:
    was = 'x = 1\nprint("x is", x)'
    deck.hear({"type": "run", "block": "1.1", "was": was, "code": "x = 3"})
    page.wait(lambda page: "x is 1" not in page.slides[0])
    change(file, "x = 1", "x = 77")
    page.shows("x is 77")
    page.wait(lambda page: any(message["type"] == "answer" and message["conflict"] for message in page.heard))


def test_nothing_is_left_running(file: Path, runners: Runners) -> None:
    with served(file, runners) as deck:
        page = Page(deck)
        change(file, "x = 1", "while True: pass")
        page.wait(lambda page: page.running == "1.1")
    assert not deck._thread.is_alive()
    assert deck.page() != "" and deck.since(1) is not None, "who asks late is answered"


def test_blocks_that_no_run_brings_to_an_end_are_not_run_for_ever(page: Page, file: Path) -> None:
    killers = "\n\n".join(f"```python\nimport os; os._exit({no})\n```" for no in range(1, 7))
    change(file, "---\n\n# Two", f"---\n\n{killers}\n\n---\n\n# Two")
    page.settle()
    page.wait(lambda page: page.running == "" and page.problems["errors"] > 0)
    change(file, killers, "text")
    page.wait(lambda page: not page.problems["items"])


def test_settings_that_cannot_be_had_are_told(page: Page, file: Path) -> None:
    change(file, "title: A talk", "title: A talk\npython: {seed: -1}")
    page.wait(lambda page: page.problems["broken"])
    assert "seed" in page.problems["items"][0]["message"]
    change(file, "python: {seed: -1}", "python: {device: cuda}")
    page.wait(lambda page: any("no GPU" in item["message"] for item in page.problems["items"]))
    change(file, "python: {device: cuda}", "python: {seed: 1}")
    page.wait(lambda page: not page.problems["items"])
    page.settle()


def test_the_terminal_hears_of_each_thing_once(page: Page, file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    change(file, "y = x + 1", "y = x / 0")
    page.wait(lambda page: bool(page.problems["items"]))
    change(file, "# One", "# One\n\na line more")
    page.shows("a line more")
    page.settle()
    page.wait(lambda page: page.problems["items"][0]["place"].startswith("slides.md:19:"))
    change(file, "y = x / 0", "y = x + 1")
    page.wait(lambda page: not page.problems["items"])
    told = capfd.readouterr().err
    assert told.count("ZeroDivisionError") == 1 and "2 slides, 2 blocks ran" in told


def test_a_deck_that_nobody_has_opened_is_known_by_its_first_slide(deck: LiveDeck, file: Path) -> None:
    assert (deck.title, deck.total) == ("A talk", 2)
    assert "One</h1>" in deck.thumbnail() and "Two</h1>" not in deck.thumbnail()
    (file.parent / "style.css").write_text("h1 { color: rgb(1, 2, 3) }")
    assert "rgb(1, 2, 3)" in deck.thumbnail()
    file.write_text("---\ntitle: [a\n---\n")
    assert (deck.title, deck.total, deck.thumbnail()) == ("", 0, "")
