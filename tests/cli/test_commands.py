from __future__ import annotations

import pwd
from collections.abc import Iterator
from pathlib import Path

import pytest

from deck_builder import cli
from deck_builder.cli.runners import Runners
from deck_builder.execute import probe
from deck_builder.execute.sandbox import Tier
from deck_builder.execute.session import Session
from deck_builder.model import BlockResult, Error
from tests.cli.decks import BROKEN, GOOD, UNREADABLE, pages, run_by, write

real_runner = Runners.runner


def test_every_deck_under_slides_is_built_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    write("slides/linear-regression/slides.md", GOOD)
    write("slides/other.md", GOOD)
    assert cli.run(["build"]) == 0
    assert pages() == ["linear-regression.html", "other.html"]
    out, err = capsys.readouterr()
    assert "build/linear-regression.html: 1 slide, 1 block ran, " in out
    assert len(out.splitlines()) == 2, "a deck without problems has one line"
    assert err == ""


@pytest.mark.parametrize(
    ("source", "output", "page"),
    [
        ("talk.md", [], "build/talk.html"),
        ("talk/slides.md", [], "build/talk.html"),
        ("talk/slides.md", ["-o", "out"], "out/talk.html"),
        ("talk/slides.md", ["-o", "out/mine.html"], "out/mine.html"),
        ("talk/slides.md", ["-o", "v1.2"], "v1.2/talk.html"),
        ("000_f9.txt", [], "build/000_f9.html"),
    ],
)
def test_pages_are_named_after_their_decks(source: str, output: list[str], page: str) -> None:
    Path("v1.2").mkdir()
    write(source, GOOD)
    assert cli.run(["build", source, *output]) == 0
    assert Path(page).read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_folder_stands_for_its_deck() -> None:
    write("talk/slides.md", GOOD)
    assert cli.run(["build", "talk"]) == 0
    assert pages() == ["talk.html"]


def test_a_deck_called_slides_goes_by_its_folder(here: Path) -> None:
    write("slides.md", GOOD)
    assert cli.run(["build", "slides.md"]) == 0
    assert pages() == [f"{here.name}.html"]


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["build"], "there is no folder ./slides"),
        (["build", "empty"], "there is no deck under empty"),
        (["build", "a/talk.md", "b/talk.md"], "would both become build/talk.html"),
        (["build", "a/talk.md", "b/talk.md", "-o", "x.html"], "2 decks can't all become x.html"),
        (["build", "page.html", "-o", "page.html"], "is the deck itself"),
        (["build", "a/talk.md", "-o", "page.html/x"], "can't be made"),
        (["build", "a/talk.md", "-o", "out.pdf"], "deck build writes HTML"),
        (["build", "a/talk.md", "-o", "page.md"], "deck build writes HTML"),
        (["build", "a/talk.md", "--theme", "serif"], "there is no theme 'serif' (did you mean 'seriph'?)"),
        (["build", "a/talk.md", "--sandbox", "none"], "'none' is not one of"),
        (["build", "--fast"], "No such option"),
        (["check", "a/talk.md", "--format", "pdf"], "'pdf' is not one of"),
        (["new", "a"], "a/slides.md exists already"),
        (["new", "page.html"], "page.html exists already"),
        (["new", "page.html/x"], "can't be written"),
        (["publish"], "No such command"),
    ],
)
def test_wrong_usage_is_explained_and_builds_nothing(
    args: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a/talk.md", "b/talk.md", "page.html", "a/slides.md"):
        write(name, GOOD)
    Path("empty").mkdir()
    assert cli.run(args) == 2
    assert word in capsys.readouterr().err
    assert pages() == []
    assert Path("page.html").read_text() == GOOD


def test_a_deck_that_cannot_be_read_leaves_the_old_page(capsys: pytest.CaptureFixture[str]) -> None:
    write("build/talk.html", "the old page")
    write("talk.md", UNREADABLE)
    write("good.md", GOOD)
    assert cli.run(["build", "talk.md", "good.md"]) == 3
    assert Path("build/talk.html").read_text() == "the old page"
    assert pages() == ["good.html", "talk.html"], "the other deck is built all the same"
    err = capsys.readouterr().err
    assert "talk.md:" in err
    assert "hint: " in err
    assert "build/talk.html: left as it was" in err


def test_a_missing_deck_is_unreadable(capsys: pytest.CaptureFixture[str]) -> None:
    hint = "deck new DIR makes a small deck to start from"
    assert cli.run(["build", "missing.md"]) == 3
    expected = f"there is no file missing.md  [error]\n  hint: {hint}\n\nbuild/missing.html: not written\n"
    assert "".join(capsys.readouterr()) == expected
    assert cli.run(["check", "missing.md"]) == 3
    assert (
        capsys.readouterr().out == f"there is no file missing.md  [error]\n  hint: {hint}\n\nmissing.md: not checked\n"
    )


def test_a_sandbox_that_cannot_be_had_is_not_done_without(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(probe, "strongest", lambda: Tier("limits", {"landlock": "this kernel has no Landlock"}))
    write("talk.md", GOOD)
    assert cli.run(["build", "talk.md", "--sandbox", "strict"]) == 4
    assert "a strict sandbox can't be had" in capsys.readouterr().err
    assert pages() == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "the disk is full\n  hint: make room"),
        (OSError(24, "Too many open files"), "too many files are open\n  hint: run fewer decks"),
        (MemoryError(), "there is not enough memory\n  hint: run fewer decks"),
    ],
)
def test_what_a_machine_is_short_of_is_no_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, said: str
) -> None:
    def short(*_: object) -> None:
        raise error

    write("talk.md", GOOD)
    monkeypatch.setattr(Runners, "runner", short)
    assert cli.run(["build", "talk.md", "--no-cache"]) == 71
    err = capsys.readouterr().err
    assert said in err and "report" not in err


def test_an_output_that_cannot_be_written_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    write("talk.md", GOOD)
    monkeypatch.setattr(Path, "replace", full)
    assert cli.run(["build", "talk.md"]) == 2
    assert "build/talk.html can't be written: No space left on device" in capsys.readouterr().err
    assert pages() == [], "what was written aside is taken away"


def test_no_run_shows_code_only(capsys: pytest.CaptureFixture[str]) -> None:
    write("talk.md", BROKEN)
    assert cli.run(["build", "talk.md", "--no-run"]) == 0
    assert "0 blocks ran" in capsys.readouterr().out


def test_results_from_the_cache_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    write("talk.md", GOOD.replace("print(1)", "print('cached')"))
    cli.run(["build", "talk.md"])
    assert "1 block ran (1 from the cache)" in capsys.readouterr().out


def test_blocks_that_did_not_run_are_not_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def dying(session: Session) -> Iterator[tuple[str, BlockResult]]:
        yield session.blocks[0].id, BlockResult((Error("WorkerDied", "", (), ()),))
        for block in session.blocks[1:]:
            yield block.id, BlockResult((Error("NotRun", "", (), (), cause="1.1"),))

    run_by(monkeypatch, dying)
    write("talk.md", BROKEN)
    assert cli.run(["check", "talk.md"]) == 1
    out = capsys.readouterr().out
    assert "2 slides, 1 block ran, " in out
    assert "2 more blocks failed only because of these: 2.1, 2.2" in out


def test_a_user_without_a_home_builds_without_a_cache(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    monkeypatch.setattr(Runners, "runner", real_runner)
    write("talk.md", GOOD + "\n![x](https://127.0.0.1:1/x.png)\n")
    for _ in range(2):
        assert cli.run(["build", "talk.md"]) == 0
        out, err = capsys.readouterr()
        assert "1 block ran, " in out
        assert "the connection was refused" in err


def test_check_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write("good.md", GOOD)
    write("talk.md", BROKEN)
    assert cli.run(["check", "good.md"]) == 0
    assert cli.run(["check", "talk.md"]) == 1
    assert "talk.md:5:1 (slide 1, block 1.1, line 2) NameError" in capsys.readouterr().out
    assert pages() == []


def test_new_writes_a_deck_that_builds(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["new", "talks/mine"]) == 0
    assert "deck serve talks/mine" in capsys.readouterr().out
    assert cli.run(["build", "talks/mine"]) == 0
    out, err = capsys.readouterr()
    assert "build/mine.html: 4 slides, 2 blocks ran" in out
    assert err == "", "the starter has no problems"


def test_an_error_of_our_own_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(runners: object, source: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Runners, "runner", broken)
    write("talk.md", GOOD)
    assert cli.run(["build", "talk.md"]) == 70
    err = capsys.readouterr().err
    assert "RuntimeError: a bug" in err
    assert "Traceback" not in err
