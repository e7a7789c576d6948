"""deck check --update: what came goes into the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deck_builder import cli
from deck_builder.execute.session import Session
from deck_builder.model import BlockResult, Stream
from tests.cli.decks import fake_run, run_by, saying, write

OLD = "# 一\r\n\r\n```python\r\nprint(1)\r\n#> 0\r\n```\r\n"
NEW = OLD.replace("#> 0", "#> 1")


def test_without_the_option_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path("talk.md")
    path.write_bytes(OLD.encode())
    assert cli.run(["check", "talk.md"]) == 1
    assert path.read_bytes() == OLD.encode()
    out = capsys.readouterr().out
    assert "talk.md:5:1 (slide 1, block 1.1, line 2) the output is not what is written here  [error D028]" in out
    assert "hint: `deck check --update` writes down what came" in out


def test_what_came_is_written_into_the_deck_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path("talk.md")
    path.write_bytes(OLD.encode())
    path.chmod(0o640)
    assert cli.run(["check", "talk.md", "--update"]) == 0
    assert path.read_bytes() == NEW.encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(Path().glob(".talk*")) == [], "nothing is left beside it"
    out, err = capsys.readouterr()
    assert err == "talk.md:5:1 now says: #> 1\n"
    assert "talk.md: 1 slide, 1 block ran" in out
    assert cli.run(["check", "talk.md", "--update"]) == 0
    assert capsys.readouterr().err == ""


def test_a_link_stays_one_and_a_file_of_code_is_written_where_it_lies() -> None:
    write("real/talk.md", "<<< ./code/a.py\n")
    code = write("real/code/a.py", "print(1)\n#> 0")
    Path("talk").symlink_to("real")
    assert cli.run(["check", "talk/talk.md", "--update"]) == 0
    assert code.read_text(encoding="utf-8") == "print(1)\n#> 1"
    assert Path("talk").is_symlink()


def test_two_decks_may_share_a_file() -> None:
    for name in ("a.md", "b.md"):
        write(f"slides/{name}", "<<< ./code.py\n")
    code = write("slides/code.py", "print(1)\n#> 0\n")
    assert cli.run(["check", "--update"]) == 0
    assert code.read_text(encoding="utf-8") == "print(1)\n#> 1\n"


def test_a_block_that_fails_is_left_as_it_is() -> None:
    path = write("talk.md", "```python\nlost(1)\n#> 0\n```\n\n```python\nprint(1)\n#> 0\n```\n")
    assert cli.run(["check", "talk.md", "--update"]) == 1
    assert path.read_text(encoding="utf-8").count("#> 0") == 1


def test_what_can_not_be_written_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run_by(monkeypatch, saying(Stream("stdout", ">>> 1", (1,))))
    text = "```pycon\n>>> x\n1\n```\n"
    path = write("talk.md", text)
    assert cli.run(["check", "talk.md", "--update"]) == 1
    assert path.read_text(encoding="utf-8") == text
    assert capsys.readouterr().err == "talk.md:3:1 is left as it is: what came would be read as something else\n"


def test_a_deck_that_changes_meanwhile_is_not_written_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("talk.md", OLD)

    def editing(session: Session) -> Iterator[tuple[str, BlockResult]]:
        path.write_text("# Mine\n", encoding="utf-8")
        return fake_run(session)

    run_by(monkeypatch, editing)
    assert cli.run(["check", "talk.md", "--update"]) == 2
    assert path.read_text(encoding="utf-8") == "# Mine\n"
    assert "talk.md has changed since it was read" in capsys.readouterr().err


def test_a_deck_that_can_not_be_read_is_left_alone() -> None:
    path = write("talk.md", "---\na: [\n---\n")
    assert cli.run(["check", "talk.md", "--update"]) == 3
    assert path.read_text(encoding="utf-8") == "---\na: [\n---\n"
