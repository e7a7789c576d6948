"""Code that was typed on a slide goes into its file: those lines change, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.model import Deck, Reader, Source
from deck_builder.parse import parse, read_nothing
from deck_builder.serve.drafts import all_applied, applied, draft
from deck_builder.serve.editing import Editing

DECK = """# One

```python {1|2}
x = 1
print(x)
```

- a list

  ```python
  y = 2

  y += 1
  ```

> ```python
> z = 3
> ```
"""


def deck_of(text: str, read: Reader = read_nothing) -> Deck:
    return parse(Source(Path("deck.md"), text), read)


def edited(text: str, block: str, code: str) -> str | None:
    deck = deck_of(text)
    made = draft(deck, next(one for one in deck.blocks if one.id == block), code)
    return applied(text, made) if made else None


@pytest.mark.parametrize(
    ("block", "code", "there"),
    [
        ("1.1", "x = 5", "```python {1|2}\nx = 5\n```"),
        ("1.1", "x = 1\n\n\nprint(x)\n", "```python {1|2}\nx = 1\n\n\nprint(x)\n\n```"),
        ("1.1", "", "```python {1|2}\n```"),
        ("1.2", "y = 7\n\nif y:\n    y", "  ```python\n  y = 7\n\n  if y:\n      y\n  ```"),
        ("1.3", "z = 4\n\nz", "> ```python\n> z = 4\n>\n> z\n> ```"),
    ],
)
def test_it_is_written_as_the_file_is(block: str, code: str, there: str) -> None:
    text = edited(DECK, block, code)
    assert text and there in text
    again = {one.id: one.code for one in deck_of(text).blocks}
    before = {one.id: one.code for one in deck_of(DECK).blocks}
    assert again == before | {block: code}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["x", "", "  y = '`'", "---", "<!--", "# 中文", "\tz", "a`b"]), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["1.1", "1.2", "1.3"]),
)
def test_all_else_stays_byte_for_byte(rows: list[str], end: str, block: str) -> None:
    text = DECK.replace("\n", end)
    code = "\n".join(["first", *rows, "last"])
    changed = edited(text, block, code)
    assert changed is not None
    blocks = deck_of(changed).blocks
    assert next(one.code for one in blocks if one.id == block) == code
    span = next(one.span for one in deck_of(text).blocks if one.id == block)
    lines, old = changed.split(end), text.split(end)
    assert lines[: span.start] == old[: span.start]
    assert lines[len(lines) - (len(old) - span.end + 1) :] == old[span.end - 1 :]


def test_lines_that_moved_are_found_again() -> None:
    deck = deck_of(DECK)
    made = draft(deck, deck.blocks[0], "x = 9")
    assert made
    moved = f"intro\n\n{DECK}"
    assert "x = 9" in (applied(moved, made) or "")
    assert applied(DECK.replace("x = 1", "x = 2"), made) is None, "somebody else has changed them"
    twice = f"intro\n\n{DECK}\n---\n\n{DECK}"
    assert applied(twice, made) is None, "nobody knows which of them it is"


def test_the_last_line_of_a_file_may_have_no_end() -> None:
    assert edited("```python\nx", "1.1", "y\nz") == "```python\ny\nz"


def test_a_block_that_is_empty_is_filled_as_its_fence_stands() -> None:
    text = "- ```python\n  ```\n\n> ```python\n> ```\n"
    assert edited(text, "1.1", "x") == "- ```python\n  x\n  ```\n\n> ```python\n> ```\n"
    assert edited(text, "1.2", "y\nz") == "- ```python\n  ```\n\n> ```python\n> y\n> z\n> ```\n"


def test_several_drafts_of_one_file_go_together() -> None:
    deck = deck_of(DECK)
    drafts = [
        one for block, code in zip(deck.blocks, ("a\nb\nc", "d", "e"), strict=True) if (one := draft(deck, block, code))
    ]
    text, lost = all_applied(DECK, drafts)
    assert [one.code for one in deck_of(text).blocks] == ["a\nb\nc", "d", "e"] and not lost


def test_code_of_another_file_is_written_there() -> None:
    def read(path: Path) -> Source:
        return Source(path, "a = 1\n# #region it\nb = 2\nc = 3\n# #endregion it\n")

    deck = deck_of("# One\n\n<<< @/code.py#it\n", read)
    made = draft(deck, deck.blocks[0], "b = 5")
    assert made and made.path.name == "code.py"
    assert applied(read(made.path).text, made) == "a = 1\n# #region it\nb = 5\n# #endregion it\n"


class Talk:
    """An author before a file."""

    def __init__(self, folder: Path) -> None:
        self.file, self.calls = folder / "deck.md", 0
        self.file.write_text(DECK)
        self.editing = Editing(self.called)

    def called(self) -> None:
        self.calls += 1

    @property
    def deck(self) -> Deck:
        text, lost = all_applied(self.file.read_text(), self.editing.drafts)
        deck = parse(Source(self.file, text))
        self.editing.settle(deck, tuple(lost))
        return deck

    def ask(self, kind: str, was: str, code: str, block: str = "1.1") -> dict[str, object]:
        answer = self.editing.hear({"type": kind, "block": block, "was": was, "code": code}, self.deck)
        return {name: answer[name] for name in ("ok", "conflict", "code") if name in answer and answer[name] != ""}


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path)


FIRST = "x = 1\nprint(x)"


def test_what_runs_is_shown_and_not_written(talk: Talk) -> None:
    assert talk.ask("run", FIRST, "x = 2") == {"ok": True, "conflict": False}
    assert talk.deck.blocks[0].code == "x = 2" and talk.file.read_text() == DECK
    assert talk.ask("run", FIRST, "x = 3") == {"ok": True, "conflict": False}, "what the author began with"
    assert talk.ask("run", "x = 3", "x = 4") == {"ok": True, "conflict": False}, "what the slide shows"
    assert talk.deck.blocks[0].code == "x = 4" and talk.calls == 3


def test_what_is_saved_is_in_the_file_and_no_draft_any_more(talk: Talk) -> None:
    talk.ask("run", FIRST, "x = 2")
    assert talk.ask("save", FIRST, "x = 5") == {"ok": True, "conflict": False}
    assert talk.file.read_text() == DECK.replace(FIRST, "x = 5") and not talk.editing.drafts


def test_what_is_dropped_is_as_if_it_had_never_been(talk: Talk) -> None:
    talk.ask("run", FIRST, "x = 2")
    talk.editing.hear({"type": "drop", "block": "1.1"}, talk.deck)
    assert talk.deck.blocks[0].code == FIRST


def test_what_the_file_has_by_now_is_not_written_over(talk: Talk) -> None:
    talk.ask("run", FIRST, "x = 2")
    theirs = DECK.replace("x = 1", "x = 'theirs'")
    talk.file.write_text(theirs)
    answer = talk.ask("save", FIRST, "x = 3")
    assert answer == {"ok": False, "conflict": True, "code": "x = 'theirs'\nprint(x)"}
    assert talk.file.read_text() == theirs
    assert talk.ask("save", "x = 'theirs'\nprint(x)", "x = 3") == {"ok": True, "conflict": False}
    assert "x = 3" in talk.file.read_text()


def test_prose_that_changes_meanwhile_is_no_conflict(talk: Talk) -> None:
    talk.ask("run", FIRST, "x = 2")
    talk.file.write_text(f"new\n\n{DECK}")
    assert talk.deck.blocks[0].code == "x = 2"
    assert talk.ask("save", FIRST, "x = 2") == {"ok": True, "conflict": False}
    assert talk.file.read_text() == f"new\n\n{DECK.replace(FIRST, 'x = 2')}"


def test_a_draft_stays_with_its_block_when_slides_come(talk: Talk) -> None:
    talk.ask("run", FIRST, "x = 2")
    talk.file.write_text(f"# New\n\n---\n\n{DECK}")
    assert talk.deck.blocks[0].code == "x = 2"
    assert talk.ask("run", FIRST, "x = 3", "2.1")["ok"]


def test_code_that_would_end_its_block_is_refused(talk: Talk) -> None:
    answer = talk.editing.hear({"type": "save", "block": "1.1", "was": FIRST, "code": "x\n```\nrest"}, talk.deck)
    assert not answer["ok"] and "line 2" in answer["message"] and talk.file.read_text() == DECK


def test_a_file_keeps_its_mode_and_its_link(talk: Talk, tmp_path: Path) -> None:
    real = tmp_path / "real.md"
    talk.file.rename(real)
    real.chmod(0o640)
    talk.file.symlink_to(real)
    assert talk.ask("save", FIRST, "x = 5")["ok"]
    assert talk.file.is_symlink() and real.stat().st_mode & 0o777 == 0o640 and "x = 5" in real.read_text()
    assert {path.name for path in tmp_path.iterdir()} == {"deck.md", "real.md"}


def test_a_file_that_cannot_be_written_is_told(talk: Talk) -> None:
    deck = talk.deck
    talk.file.unlink()
    answer = talk.editing.hear({"type": "save", "block": "1.1", "was": FIRST, "code": "y"}, deck)
    assert not answer["ok"] and "can't be written" in answer["message"]
