from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import click
import pytest

from deck_builder import cli
from deck_builder.cli import building
from deck_builder.cli.report import frame
from deck_builder.errors import Span
from deck_builder.execute import Session
from deck_builder.model import BlockResult, Error, Stream, Warning

ROOT = Path(__file__).resolve().parents[1]
GOOD = "# One\n\n```python\nprint(1)\n```\n"
BROKEN = """\
# One

```python
a = 1
lost(a)
```

---

# 第二页

```python
旧 = found(a)
```

```python
import old
```
"""
Golden = Callable[[str, str], None]
UNREADABLE = "---\ntitle: [never closed\n---\n\n# One\n"


def fake_run(session: Session) -> Iterator[tuple[str, BlockResult]]:
    """What a worker would say of the decks above."""
    for block in session.blocks:
        if "lost" in block.code:
            yield block.id, BlockResult((Error("NameError", "name 'lost' is not defined", (), (2,), hint="define it"),))
        elif "found" in block.code:
            yield (
                block.id,
                BlockResult((Error("NameError", "name 'found' \x1b[31mis\x1b[0m\nnot", (), (1,), cause="1.1"),)),
            )
        elif "old" in block.code:
            yield block.id, BlockResult((Warning("DeprecationWarning", "100%: old", (1,)),))
        else:
            yield block.id, BlockResult((Stream("stdout", "1\n", (1,)),), cached="cached" in block.code)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with a cache of its own and no worker behind the wall."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(building, "_runner", lambda settings: fake_run)
    return tmp_path


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def pages() -> list[str]:
    return sorted(path.name for path in Path("build").glob("*")) if Path("build").is_dir() else []


def test_every_deck_under_slides_is_built_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    write("slides/linear-regression/slides.md", GOOD)
    write("slides/other.md", GOOD)
    assert cli.run(["build"]) == 0
    assert pages() == ["linear-regression.html", "other.html"]
    out, err = capsys.readouterr()
    assert "build/linear-regression.html: 1 slide, 1 block ran, " in out
    assert "sandbox: " in out
    assert err == ""


@pytest.mark.parametrize(
    ("source", "output", "page"),
    [
        ("talk.md", [], "build/talk.html"),
        ("talk/slides.md", [], "build/talk.html"),
        ("talk/slides.md", ["-o", "out"], "out/talk.html"),
        ("talk/slides.md", ["-o", "out/mine.html"], "out/mine.html"),
        ("000_f9.txt", [], "build/000_f9.html"),
    ],
)
def test_pages_are_named_after_their_decks(source: str, output: list[str], page: str) -> None:
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


def test_broken_code_is_told_in_full_and_the_page_written(capsys: pytest.CaptureFixture[str], golden: Golden) -> None:
    write("talk.md", BROKEN)
    assert cli.run(["build", "talk.md"]) == 1
    out, err = capsys.readouterr()
    assert pages() == ["talk.html"]
    golden("build.txt", err)
    assert "2 errors, 1 warning" in out


def test_the_mark_stands_under_its_character_after_wide_ones() -> None:
    shown = click.unstyle(frame(Span(Path("a.md"), 1, 1, 5), "旧 = found(a)"))
    assert shown == "> 1 | 旧 = found(a)\n    |      ^"


def test_of_a_long_line_the_part_that_matters_is_shown() -> None:
    shown = click.unstyle(frame(Span(Path("a.md"), 2, 2, 301), f"{'b' * 200}\n{'a' * 300}here{'c' * 300}"))
    long, line, mark = shown.split("\n")
    assert long == f"  1 | {'b' * 109}…"
    assert line == f"> 2 | …{'a' * 20}here{'c' * 84}…"
    assert line.index("here") == mark.index("^")


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
    assert "talk.md can't be read; build/talk.html is left as it was" in err


def test_a_missing_deck_is_unreadable(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["build", "missing.md"]) == 3
    assert "there is no file missing.md" in capsys.readouterr().err
    assert cli.run(["check", "missing.md"]) == 3


def test_a_sandbox_that_cannot_be_had_is_not_done_without(capsys: pytest.CaptureFixture[str]) -> None:
    write("talk.md", GOOD)
    assert cli.run(["build", "talk.md", "--sandbox", "strict"]) == 4
    assert "a strict sandbox can't be had" in capsys.readouterr().err
    assert pages() == []


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


def test_check_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write("good.md", GOOD)
    write("talk.md", BROKEN)
    assert cli.run(["check", "good.md"]) == 0
    assert cli.run(["check", "talk.md"]) == 1
    assert "talk.md:5:1 (slide 1, block 1.1, line 2) NameError" in capsys.readouterr().out
    assert pages() == []


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


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write("talk.md", BROKEN)
    cli.run(["build", "talk.md"])
    assert "\x1b" not in "".join(capsys.readouterr())


def on_a_terminal(args: list[str], env: dict[str, str]) -> str:
    """What a command shows on a terminal of its own."""
    controller, terminal = os.openpty()
    command = [sys.executable, "-m", "deck_builder", *args]
    process = subprocess.Popen(
        command, stdout=terminal, stderr=terminal, env=os.environ | {"PYTHONPATH": str(ROOT)} | env
    )
    os.close(terminal)
    shown = b""
    while True:
        try:
            shown += (chunk := os.read(controller, 65536))
        except OSError:
            chunk = b""
        if not chunk:
            break
    process.wait()
    os.close(controller)
    return shown.decode()


def test_no_color_is_honoured() -> None:
    write("talk.md", "# One\n\n![x](missing.png)\n")
    assert "\x1b[1m" in on_a_terminal(["check", "talk.md"], {"TERM": "xterm", "NO_COLOR": ""})
    assert "\x1b[1m" not in on_a_terminal(["check", "talk.md"], {"TERM": "xterm", "NO_COLOR": "1"})


def test_a_terminal_shows_which_block_runs() -> None:
    cli.run(["new", "talk"])
    shown = on_a_terminal(["build", "talk"], {"TERM": "xterm", "COLUMNS": "80"})
    assert "talk: slide 3, block 3.1  def slope(x):" in shown
    assert "talk: slide 4, block 4.1  import matplotlib" in shown


def test_new_writes_a_deck_that_builds(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["new", "talks/mine"]) == 0
    assert "deck build talks/mine" in capsys.readouterr().out
    assert cli.run(["build", "talks/mine"]) == 0
    out, err = capsys.readouterr()
    assert "build/mine.html: 4 slides, 2 blocks ran" in out
    assert err == "", "the starter has no problems"


def test_an_error_of_our_own_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(settings: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(building, "_runner", broken)
    write("talk.md", GOOD)
    assert cli.run(["build", "talk.md"]) == 70
    err = capsys.readouterr().err
    assert "RuntimeError: a bug" in err
    assert "Traceback" not in err


def test_ctrl_c_stops_without_a_traceback(here: Path) -> None:
    write("talk.md", "# One\n\n```python\nimport pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(60)\n```\n")
    begun = Path("begun")
    text = f"pathlib.Path({json.dumps(str(here / 'begun'))}).touch()"
    write("talk.md", Path("talk.md").read_text().replace("pathlib.Path('begun').touch()", text))
    process = subprocess.Popen(
        [sys.executable, "-m", "deck_builder", "build", "talk.md"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(600):
        if begun.exists() or process.poll() is not None:
            break
        time.sleep(0.1)
    assert begun.exists(), process.communicate()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in out + err
    assert pages() == []
