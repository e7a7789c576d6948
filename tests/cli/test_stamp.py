"""A deck of which nothing has changed is not built again; one of which anything has, is."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deck_builder import cli
from deck_builder.cli import building, stamp
from deck_builder.cli.runners import Runners
from tests.cli.decks import BROKEN, write

ROOT = Path(__file__).resolve().parents[2]
DECK = [sys.executable, "-m", "deck_builder"]
PNG = "\x89PNG\r\n\x1a\n"
HEAVY = ["torch", "numpy", "matplotlib", "markdown_it", "jinja2", "pygments", "yaml", "fontTools", "linkify_it"]
HEAVY += ["rich", "importlib.metadata", "email"]
REMOTE = "https://127.0.0.1:1/x.png"
real_runner = Runners.runner


def picture(name: str, more: str = "") -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((PNG + more).encode("latin-1"))


@dataclass
class Desk:
    """Where decks are built; `built` are those that were, and not only recalled."""

    capsys: pytest.CaptureFixture[str]
    built: list[Path] = field(default_factory=list)

    def deck(self, *args: str) -> tuple[int, str, str, bytes]:
        """What a command says, less its seconds, and what the page is then."""
        code = cli.run(args)
        out, err = (re.sub(r"\d+\.\d+ s|time=\"[\d.]+\"", "", text) for text in self.capsys.readouterr())
        page = Path("build/talk.html")
        return code, out, err, page.read_bytes() if page.exists() else b""

    def is_known(self, *args: str) -> bool:
        """Whether a command knows what it would find, without building."""
        self.built.clear()
        self.deck(*args)
        return not self.built


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    here, judged = Desk(capsys), building.judge_anew

    def noting(path: Path, *rest: Any) -> Any:
        here.built.append(path)
        return judged(path, *rest)

    monkeypatch.setattr(building, "judge_anew", noting)
    monkeypatch.setattr(Runners, "runner", real_runner)
    return here


TALK = """\
---
theme: ./look
---

# One

![a](a.png) ![b](b.png) ![linked](linked.png) <mdi-star/> <SlidevVideo><source src="v.mp4"></SlidevVideo>

---
src: part.md
---

---
layout: own
---

<<< code.py

---
src: missing.md
---
"""


@pytest.fixture
def talk() -> None:
    """A deck that takes in all kinds of files, and names some that are not there."""
    write("talk/slides.md", TALK)
    write("talk/part.md", "# Two\n")
    write("talk/code.py", "x = 1\n")
    write("talk/look/theme.css", ":root{--deck-accent:red}\n")
    write("talk/look/layouts/quote.html", "<div>{{ content }}</div>")
    write("talk/style.css", '@import "more.css"; h1{background:url(c.png)}')
    write("talk/more.css", "h2{color:red}")
    write("talk/slide-top.html", "<b>{{ no }}</b>")
    write("talk/layouts/own.html", "<i>{{ content }}</i>")
    write("talk/v.mp4", "....ftypisom")
    for name in ("a", "c", "d", "e"):
        picture(f"talk/{name}.png", name)
    Path("talk/linked.png").symlink_to("d.png")


def relink() -> None:
    Path("talk/linked.png").unlink()
    Path("talk/linked.png").symlink_to("e.png")


def link_folder() -> None:
    Path("talk").rename("other")
    Path("talk").symlink_to("other")


CHANGES: dict[str, Callable[[], object]] = {
    "the deck": lambda: write("talk/slides.md", TALK.replace("# One", "# Uno")),
    "slides that it takes in": lambda: write("talk/part.md", "# Due\n"),
    "slides that were missing": lambda: write("talk/missing.md", "# Here\n"),
    "a name like that of missing slides": lambda: write("talk/missin.md", "# Near\n"),
    "code that it takes in": lambda: write("talk/code.py", "x = 2\n"),
    "the theme": lambda: write("talk/look/theme.css", ":root{--deck-accent:tan}\n"),
    "a layout of the theme": lambda: write("talk/look/layouts/quote.html", "<p>{{ content }}</p>"),
    "a new layout of the theme": lambda: write("talk/look/layouts/cover.html", "<p>{{ content }}</p>"),
    "the deck's styles": lambda: write("talk/style.css", "h1{color:tan}"),
    "styles that they import": lambda: write("talk/more.css", "h2{color:tan}"),
    "more styles": lambda: write("talk/styles/index.css", "h2{color:tan}"),
    "a picture of the styles": lambda: picture("talk/c.png", "C"),
    "a layer": lambda: write("talk/slide-top.html", "<u>{{ no }}</u>"),
    "a new layer": lambda: write("talk/global-top.html", "<u>over all</u>"),
    "a layer for Slidev": lambda: write("talk/global-bottom.vue", "<template/>"),
    "a layout": lambda: write("talk/layouts/own.html", "<s>{{ content }}</s>"),
    "a layout that is gone": lambda: Path("talk/layouts/own.html").unlink(),
    "a new layout": lambda: write("talk/layouts/cover.html", "<s>{{ content }}</s>"),
    "a component for Slidev": lambda: write("talk/components/deep/It.vue", "<template/>"),
    "a program for Slidev": lambda: write("talk/setup/main.ts", ""),
    "a picture": lambda: picture("talk/a.png", "A"),
    "a picture that is gone": lambda: Path("talk/a.png").unlink(),
    "a picture that was missing": lambda: picture("talk/public/b.png"),
    "where a link leads": relink,
    "what a link leads to": lambda: picture("talk/d.png", "D"),
    "a video": lambda: write("talk/v.mp4", "....ftypisomm"),
    "an icon": lambda: write("talk/icons/mdi/star.svg", "<svg><path/></svg>"),
    "a set of icons": lambda: write("node_modules/@iconify-json/mdi/icons.json", '{"icons":{"star":{"body":"<g/>"}}}'),
    "the folder, for a link to it": link_folder,
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_seen(change: str, talk: None, desk: Desk) -> None:
    command = ("build", "talk", "--no-run")
    desk.deck(*command)
    assert desk.is_known(*command)
    CHANGES[change]()
    assert not desk.is_known(*command)
    found = desk.deck(*command)
    assert found == desk.deck(*command, "--no-cache"), "what is recalled is not what a build finds"


def test_what_does_not_matter_does_not_count(talk: None, desk: Desk) -> None:
    command = ("build", "talk", "--no-run")
    write("talk/slides.md", TALK.replace("![b](b.png)", "").replace("src: missing.md", ""))
    desk.deck(*command)
    write("talk/README.md", "for the author")
    picture("talk/unused.png")
    Path("talk/slides.md").touch()
    assert desk.is_known(*command)
    assert desk.is_known("check", "talk", "--no-run"), "what a build found, a check knows"
    assert desk.is_known(*command, "-o", "elsewhere")


def test_every_setting_has_its_own(talk: None, desk: Desk) -> None:
    write("talk/slides.md", "# One\n\n```python\nprint(1)\n```\n")
    commands = [
        ("build", "talk", *more)
        for more in ((), ("--theme", "seriph"), ("--offline",), ("--no-run",), ("--sandbox", "off"))
    ]
    found = [desk.deck(*command) for command in commands]
    known = [desk.deck(*command) for command in commands]
    assert len({page for *_, page in found}) == 3
    assert [page for *_, page in known] == [page for *_, page in found]
    assert all(desk.is_known(*command) for command in commands)
    assert not desk.is_known("build", "talk", "--no-cache")


def test_it_matters_from_where_and_by_what_name(talk: None, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.deck("check", "talk", "--no-run")
    assert not desk.is_known("check", "./talk/../talk", "--no-run")
    monkeypatch.chdir("talk")
    assert not desk.is_known("check", "slides.md", "--no-run")
    assert "slides.md:7:" in desk.deck("check", "slides.md", "--no-run")[1]


def test_another_program_builds_anew(talk: None, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.deck("build", "talk", "--no-run")
    monkeypatch.setattr(stamp, "program", lambda: "another version")
    assert not desk.is_known("build", "talk", "--no-run")
    assert desk.is_known("build", "talk", "--no-run")


CODE = """\
# One

```python
from pathlib import Path
print(Path("data.csv").read_text())
```
"""


def test_code_runs_again_when_what_it_read_has_changed(desk: Desk) -> None:
    write("talk/slides.md", CODE)
    write("talk/data.csv", "first")
    assert "1 block ran, " in desk.deck("build", "talk")[1]
    assert desk.is_known("build", "talk")
    assert "1 block ran (1 from the cache), " in desk.deck("build", "talk")[1]
    write("talk/data.csv", "other")
    assert not desk.is_known("build", "talk")
    assert b"other" in desk.deck("build", "talk")[3]
    assert desk.is_known("build", "talk")
    write("talk/unread.py", "nothing imports it")
    assert desk.is_known("build", "talk")
    write("talk/pathlib.py", "class Path: ...")
    assert not desk.is_known("build", "talk"), "a module may come from the folder now"


def test_code_runs_again_when_data_beside_the_deck_have_changed(desk: Desk) -> None:
    read = "print(open(__file__[:-14] + 'sets/a.csv').read())"
    write("talk/slides.md", f"---\npython:\n  data: ../sets\n---\n\n# One\n\n```python\n{read}\n```\n")
    write("sets/a.csv", "first")
    desk.deck("build", "talk")
    assert desk.is_known("build", "talk")
    write("sets/a.csv", "other")
    assert not desk.is_known("build", "talk")
    assert b"other" in desk.deck("build", "talk")[3]
    assert desk.is_known("build", "talk")
    write("sets/unread.csv", "C code may have seen that it is not there")
    assert not desk.is_known("build", "talk")
    Path("sets").rename("away")
    code, _, err, _ = desk.deck("build", "talk")
    assert code == 3
    assert "talk/slides.md:3:9 `python: data` names ../sets, which is not there" in err


def test_a_block_that_waits_for_a_module_runs_when_that_is_there(desk: Desk) -> None:
    write("talk/slides.md", "# One\n\n```python {requires: 'no_such_module'}\nprint(1)\n```\n")
    desk.deck("build", "talk")
    assert desk.is_known("build", "talk")
    write("talk/no_such_module.py", "")
    assert not desk.is_known("build", "talk")


def test_a_python_that_is_gone_is_told_though_all_was_known(desk: Desk) -> None:
    write("python", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    Path("python").chmod(0o755)
    write("talk/slides.md", f"---\npython:\n  interpreter: {Path('python').absolute()}\n---\n\n{CODE}")
    write("talk/data.csv", "first")
    desk.deck("build", "talk")
    assert desk.is_known("build", "talk")
    Path("python").unlink()
    code, _, err, _ = desk.deck("build", "talk")
    assert code == 3
    assert "can't be started" in err


def test_results_that_are_not_known_are_not_recalled(desk: Desk) -> None:
    write("talk/slides.md", CODE)
    write("talk/data.csv", "first")
    desk.deck("build", "talk")
    for entry in Path("cache/deck-builder/results").iterdir():
        entry.unlink()
    assert desk.is_known("build", "talk"), "what they hang on is as it was"
    write("talk/slides.md", "# One\n\n```python\nimport os; os._exit(0)\n```\n")
    desk.deck("build", "talk")
    assert not desk.is_known("build", "talk"), "a session that died may do better"


@pytest.mark.parametrize(
    "command", [["build"], ["check"], ["check", "--format", "github"], ["check", "--format", "junit"]]
)
def test_the_same_is_said_of_what_is_known(command: list[str], desk: Desk) -> None:
    write("talk/slides.md", f"{BROKEN}\n---\nlayout: no-such\n---\n\n![x](nowhere.png)\n")
    write("talk/style.css", '@import "nowhere.css";')
    desk.deck(*command, "talk")
    for old in Path("cache/deck-builder/stamps").iterdir():
        old.unlink()
    from_results = desk.deck(*command, "talk")
    desk.built.clear()
    assert desk.deck(*command, "talk") == from_results
    assert not desk.built
    assert from_results[0] == 1
    assert "NameError" in from_results[1] + from_results[2]


def test_a_page_that_is_there_is_left_alone(talk: None, desk: Desk) -> None:
    page = Path("build/talk.html")
    *_, html = desk.deck("build", "talk", "--no-run")
    before = page.stat()
    assert desk.is_known("build", "talk", "--no-run")
    after = page.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    page.write_text("something else")
    assert desk.is_known("build", "talk", "--no-run")
    assert page.read_bytes() == html
    page.unlink()
    assert desk.is_known("build", "talk", "--no-run")
    assert page.read_bytes() == html


def test_what_the_web_refused_is_asked_for_again(desk: Desk) -> None:
    write("talk/slides.md", f"# One\n\n![x]({REMOTE})\n")
    desk.deck("build", "talk")
    assert not desk.is_known("build", "talk")
    desk.deck("build", "talk", "--offline")
    assert desk.is_known("build", "talk", "--offline"), "without the web, only the cache counts"


def test_a_picture_from_the_web_is_what_the_cache_holds(desk: Desk) -> None:
    write("talk/slides.md", f"# One\n\n![x]({REMOTE})\n")
    for more in ("first", "other"):
        digest = hashlib.sha256(f"{PNG}{more}".encode("latin-1")).hexdigest()
        picture(f"cache/deck-builder/pictures/contents/{digest}", more)
        write(f"cache/deck-builder/pictures/urls/{hashlib.sha256(REMOTE.encode()).hexdigest()}", digest)
        assert not desk.is_known("build", "talk")
        assert desk.is_known("build", "talk")


def test_a_deck_that_cannot_be_read_is_read_again(desk: Desk) -> None:
    write("talk/slides.md", "# One\n\n```python {raises\n```\n\n---\nsrc: slides.md\n---\n")
    assert desk.deck("check", "talk")[0] == 3
    assert not desk.is_known("check", "talk")


def stamps() -> list[Path]:
    return list(Path("cache/deck-builder/stamps").iterdir())


def spoilt(data: bytes) -> Iterator[bytes]:
    yield from (b"", data[:10], data[:40], data[: len(data) // 2], data[:-1], data + b"\n", b"{}\n", bytes(len(data)))
    yield from (data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(0, len(data), len(data) // 20))
    for line in (b"[]", b"{}", b'{"program":1}', b"[" * 10000):
        yield hashlib.sha256(line).digest() + line


def test_a_broken_stamp_is_none(talk: None, desk: Desk) -> None:
    command = ("build", "talk", "--no-run")
    right = desk.deck(*command)
    (path,) = stamps()
    for broken in spoilt(path.read_bytes()):
        path.write_bytes(broken)
        desk.built.clear()
        assert desk.deck(*command) == right
        assert desk.built, broken[:60]
        assert desk.is_known(*command), "it was mended"
    path.unlink()
    path.mkdir()
    assert not desk.is_known(*command)


def test_only_so_many_are_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        write(f"{name}.md", f"# {name}\n")
        desk.deck("check", f"{name}.md")
    a, b, c = sorted(stamps(), key=lambda path: path.stat().st_mtime_ns)
    for age, path in enumerate((c, b, a)):
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    assert desk.is_known("check", "a.md"), "it is used, and so the newest"
    monkeypatch.setattr(stamp, "MOST", 7 * a.stat().st_size // 2)
    write("d.md", "# d\n")
    desk.deck("check", "d.md")
    assert not b.exists()
    assert a.exists()
    assert c.exists()


def test_nothing_heavy_is_imported(talk: None, desk: Desk) -> None:
    write("talk/slides.md", CODE)
    write("talk/data.csv", "1")
    program = f"""
import sys
class Guard:
    def find_spec(self, name, path=None, target=None):
        if name in {HEAVY}:
            raise SystemExit(f"{{name}} is imported")
sys.meta_path.insert(0, Guard())
from deck_builder.cli import main
main()
"""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, "build", "talk"]
    first = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "is imported" in first.stderr, "a build can't do without"
    subprocess.run(
        [sys.executable, "-c", "from deck_builder.cli import main; main()", "build", "talk"],
        env=environment,
        check=True,
    )
    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (second.returncode, second.stderr) == (0, "")
    assert "1 block ran (1 from the cache)" in second.stdout


def test_many_may_build_at_once(talk: None, desk: Desk) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [*DECK, "build", "talk", "--no-run"]
    builds = [subprocess.Popen(command, env=environment, stdout=-3, stderr=-3) for _ in range(4)]
    assert [build.wait() for build in builds] == [1] * 4
    known = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert known.returncode == 1
    right = desk.deck("build", "talk", "--no-run", "--no-cache")[3]
    assert Path("build/talk.html").read_bytes() == right


def test_one_that_is_killed_while_it_writes_leaves_the_old_stamp_or_none(talk: None, desk: Desk) -> None:
    program = """
import os, pathlib, signal, sys
def die(path, target):
    if "stamps" in str(path):
        os.kill(os.getpid(), signal.SIGKILL)
    os.replace(path, target)
pathlib.Path.replace = die
from deck_builder.cli import main
main()
"""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, "build", "talk", "--no-run"]
    assert subprocess.run(command, env=environment, check=False, stderr=-3).returncode == -9
    assert len(stamps()) == 1, "half of one lies beside its place"
    assert not desk.is_known("build", "talk", "--no-run")
    assert desk.is_known("build", "talk", "--no-run")
