from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import click
import pytest

from deck_builder import check, cli
from deck_builder.cli.report import frame
from deck_builder.errors import Span
from deck_builder.model import Error, Problem
from tests.cli.decks import BROKEN, GOOD, UNREADABLE, pages, run_by, saying, write

Golden = Callable[[str, str], None]
FORMATS = ("text", "github", "junit")


def test_the_mark_stands_under_its_character_after_wide_ones() -> None:
    shown = click.unstyle(frame(Span(Path("a.md"), 1, 1, 5), ["旧 = found(a)"]))
    assert shown == "> 1 | 旧 = found(a)\n    |      ^"


def test_of_a_long_line_the_part_that_matters_is_shown() -> None:
    shown = click.unstyle(frame(Span(Path("a.md"), 2, 2, 301), ["b" * 200, f"{'a' * 300}here{'c' * 300}"]))
    long, line, mark = shown.split("\n")
    assert long == f"  1 | {'b' * 109}…"
    assert line == f"> 2 | …{'a' * 20}here{'c' * 84}…"
    assert line.index("here") == mark.index("^")


def test_github_sees_annotations_on_the_decks_lines(capsys: pytest.CaptureFixture[str], golden: Golden) -> None:
    write("talks/a,b.md", BROKEN)
    assert cli.run(["check", "talks/a,b.md", "--format", "github"]) == 1
    golden("check-github.txt", capsys.readouterr().out)


def test_junit_has_a_case_for_each_block(capsys: pytest.CaptureFixture[str], golden: Golden) -> None:
    write("talk.md", BROKEN)
    write("bad.md", UNREADABLE)
    assert cli.run(["check", "talk.md", "bad.md", "--format", "junit"]) == 3
    out = capsys.readouterr().out
    assert [suite.get("tests") for suite in ET.fromstring(out)] == ["3", "1"]
    golden("check-junit.xml", re.sub(r'time="[\d.]+"', 'time="0"', out))


def test_broken_code_is_told_in_full_and_the_page_written(capsys: pytest.CaptureFixture[str], golden: Golden) -> None:
    write("talk.md", BROKEN)
    assert cli.run(["build", "talk.md"]) == 1
    out, err = capsys.readouterr()
    assert pages() == ["talk.html"]
    golden("build.txt", err)
    assert "2 errors, 1 warning" in out


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write("talk.md", BROKEN)
    cli.run(["build", "talk.md"])
    assert "\x1b" not in "".join(capsys.readouterr())


def checked(form: str, capsys: pytest.CaptureFixture[str], deck: str = "talk.md") -> str:
    """What a check says in one of the formats."""
    cli.run(["check", deck, "--format", form])
    return capsys.readouterr().out


@pytest.mark.parametrize("form", FORMATS)
def test_a_failure_is_followed_by_where_it_began(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    origin = "raised in helper(), slide 1, line 2: return 1 / x"
    failure = Problem("D001", "ZeroDivisionError: division by zero", None, "mend it", "error", "1.1", origin)
    monkeypatch.setattr(check, "check", lambda executed: [failure])
    write("talk.md", GOOD)
    expected = {
        "text": f"talk.md: {failure.message}  [error D001]\n    {origin}\n  hint: mend it\n",
        "github": f"::error file=talk.md,title=D001::{failure.message}%0A{origin}%0Amend it\n",
        "junit": f">talk.md: {failure.message}\n    {origin}\nmend it</failure>",
    }
    assert expected[form] in checked(form, capsys)


@pytest.mark.parametrize("form", FORMATS)
def test_a_problem_without_a_place_names_its_deck(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "check", lambda executed: [Problem("D021", "it is odd", None, "", "warning")])
    write("talk.md", "# One\n")
    expected = {"text": "talk.md: it is odd", "github": "::warning file=talk.md", "junit": ">talk.md: it is odd"}
    out = checked(form, capsys)
    assert expected[form] in out or (form == "github" and "file=talk.md" in out)
    assert "None" not in out


@pytest.mark.parametrize("form", FORMATS)
def test_slide_code_gives_github_no_commands(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    message = "no\n::error::one\n \u3000::add-mask::two\r::warning::three\n##[group]four #\x00#[group]five"
    run_by(monkeypatch, saying(Error("E", message, (), (1,), hint=message)))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    write("talk.md", "# One\n\n```python\n## ##[group]six\n```\n")
    out = checked(form, capsys)
    for word in ("one", "two", "three", "four", "five"):
        assert word in out
    lines = re.split(r"[\r\n]", out)
    ours = [line for line in lines if re.match(r"\s*::", line)]
    if form == "github":
        assert [line[:8] for line in ours] == ["::error "]
        assert len(lines) == 2
    else:
        assert ours == []
        assert "##[" not in out
    if form == "junit":
        ET.fromstring(out)


def test_names_of_files_give_github_no_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for name in ("::error::a.md", "b\n::error::c.md"):
        write(name, UNREADABLE)
        cli.run(["check", name])
        cli.run(["build", name, name.replace(":", "")])
        cli.run(["build", name, "-o", f"{name}.pdf"])
    assert not re.findall(r"^\s*::.*", "".join(capsys.readouterr()), re.M)


def test_the_lines_of_a_message_are_told_apart_from_the_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = Error("E", "first\n  second\n\ntalk.md:1:1 third", (), (1,), hint="try\nthis")
    run_by(monkeypatch, saying(error))
    write("talk.md", GOOD)
    assert checked("text", capsys).startswith(
        "talk.md:4:1 (slide 1, block 1.1, line 1) E: first  [error D001]\n"
        "    |   second\n    |\n    | talk.md:1:1 third\n"
    )
    assert "  hint: try\n        | this\n" in checked("text", capsys)


def test_an_annotation_stands_on_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write("talk.md", "# One\n\n```python\na = [\n    1,\n]\n```\n\n![x](missing.png)\n")
    for error in (Error("E", "", (), (1, 3)), Error("Timeout", "", (), ())):
        run_by(monkeypatch, saying(error))
        places = re.findall(r",line=(\d+),endLine=(\d+),", checked("github", capsys))
        assert [start for start, end in places if start == end] == ["4" if error.lines else "3", "9"]


@pytest.mark.parametrize("ends", ["\r", "\r\n"])
def test_line_ends_of_every_kind_are_counted_alike(ends: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("talk.md", BROKEN)
    expected = checked("text", capsys)
    Path("talk.md").write_bytes(BROKEN.replace("\n", ends).encode())
    assert re.sub(r"[\d.]+ s,", "", checked("text", capsys)) == re.sub(r"[\d.]+ s,", "", expected)
