"""`python: {data: […]}`: what else slide code may read, and that results hang on it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deck_builder.errors import DeckError, Span
from deck_builder.execute import execute
from deck_builder.execute import folder as folders
from deck_builder.execute.engine import Engine
from deck_builder.execute.proof import holds
from deck_builder.execute.running import proof_of, runner
from deck_builder.execute.sandbox import Sandbox
from deck_builder.execute.session import session_of
from deck_builder.execute.store import Store
from deck_builder.execute.why import why
from deck_builder.model import BlockResult, Deck, Source, Stream
from deck_builder.parse import parse
from tests.execute.decks import deck_of


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One engine for all tests."""
    with Engine() as engine:
        yield engine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A deck's folder, with data beside it, some of them by a link in it."""
    for name, text in {"sets/a.csv": "1", "sets/deep/b.csv": "2", "one.csv": "3", "other/c.csv": "4"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "talk").mkdir()
    (tmp_path / "talk" / "linked").symlink_to("../sets")
    return tmp_path / "talk"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def talk(folder: Path, *codes: str, data: object = "../sets") -> Deck:
    """A deck whose code says SETS for the path of the data."""
    sets = repr(str(folder.parent / "sets"))
    codes = tuple(code.replace("SETS", sets) for code in codes)
    return deck_of(*codes, path=folder / "slides.md", headmatter={"python": {"data": data}})


def ran(engine: Engine, deck: Deck, store: Store | None = None) -> list[BlockResult]:
    return [result for _, result in runner(engine, store)(session_of(deck))]


def is_known(engine: Engine, deck: Deck, store: Store) -> bool:
    return all(result.cached for result in ran(engine, deck, store))


def reasons(deck: Deck, store: Store, sandbox: Sandbox = "auto") -> list[str]:
    return [one.why for one in why(deck, sandbox, store)]


def test_names_are_those_of_the_decks_folder(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    names = ["../sets", "~/one.csv", str(tmp_path / "other"), "linked", "../other/../sets/deep"]
    assert session_of(talk(folder, "1", data=names)).data == tuple(
        tmp_path / one for one in ("sets", "one.csv", "other")
    )
    assert session_of(talk(folder, "1", data="linked")).data == (tmp_path / "sets",)


def test_what_is_the_decks_own_changes_nothing(folder: Path) -> None:
    (folder / "data").mkdir()
    assert session_of(talk(folder, "1", data=["data", ".", "../talk"])) == session_of(talk(folder, "1", data=None))


@pytest.mark.parametrize(
    ("data", "said", "hint"),
    [
        ("../setz", "names ../setz, which is not there", "did you mean ../sets?"),
        ("../nothing/alike", "names ../nothing/alike, which is not there", "a path begins in the deck's folder"),
        ("~nobody-of-that-name/x", "which is not there", "a path begins in the deck's folder"),
        ("x" * 5000, "which is not there", "a path begins"),
        ("..", "names .., which holds the deck itself", "name the folder in which the data lie"),
        ("/", "names /, which holds the deck itself", "name the folder in which the data lie"),
        ("../pipe", "names ../pipe, which is no folder and no file", "name a folder, or a regular file"),
        ("/proc/1", "names /proc/1, in which no data lie", "copy what is needed there"),
        ("/dev/null", "names /dev/null, in which no data lie", "copy what is needed there"),
        ("~", "names ~, which is private", "a deck can't ask for keys"),
        ("~/.ssh", "names ~/.ssh, which is private", "a deck can't ask for keys"),
        ("~/.cache/deck-builder", "names ~/.cache/deck-builder, which is private", "a deck can't ask for keys"),
        ("~/.cache/huggingface", "names ~/.cache/huggingface, which is private", "a deck can't ask for keys"),
        ("~/.cache/huggingface/token", "names ~/.cache/huggingface/token, which is private", "a deck can't ask"),
        ("~/.cache/browser", "names ~/.cache/browser, which is private", "a deck can't ask for keys"),
        ("~/work/.env", "names ~/work/.env, which is private", "a deck can't ask for keys"),
        ("/etc/shadow", "names /etc/shadow, in which no data lie", "copy what is needed there"),
        (3, "can't be 3", "it takes a folder or a file, or a list of them"),
        (["../sets", ""], "can't be ['../sets', '']", "it takes a folder"),
        ({"a": 1}, "can't be {'a': 1}", "it takes a folder"),
    ],
)
def test_what_is_no_data_is_told_with_the_way_out(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Any, said: str, hint: str
) -> None:
    home = tmp_path / "home"
    for name in (".ssh", ".cache/deck-builder", "work"):
        (home / name).mkdir(parents=True)
    (home / "work" / ".env").touch()
    (home / ".cache" / "browser").mkdir()
    (home / ".cache" / "huggingface").mkdir()
    (home / ".cache" / "huggingface" / "token").touch()
    monkeypatch.setenv("HOME", str(home))
    os.mkfifo(folder.parent / "pipe")
    with pytest.raises(DeckError) as caught:
        session_of(talk(folder, "1", data=data))
    assert said in caught.value.message
    assert caught.value.hint.startswith(hint)


def test_data_that_libraries_keep_in_hiding_are_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, folder = tmp_path / "home", tmp_path / ".worktree" / "talk"
    for path in (home / ".cache" / "huggingface" / "sets", home / ".keras", folder, folder.parent / "sets"):
        path.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    deck = talk(folder, "1", data=["~/.cache/huggingface/sets", "~/.keras", "../sets"])
    assert len(session_of(deck).data) == 3


def test_it_is_told_at_the_name_that_is_wrong(folder: Path) -> None:
    path = folder / "slides.md"
    for text, place in {
        "---\npython: {data: [../sets, ../no]}\n---\n": Span(path, 2, 2, 26),
        "---\npython:\n  data:\n    - ../sets\n    - ../no\n---\n": Span(path, 5, 5, 7),
        "---\npython:\n  data: 1.5\n---\n": Span(path, 3, 3, 3),
    }.items():
        with pytest.raises(DeckError) as caught:
            session_of(parse(Source(path, text)))
        assert caught.value.span == place


def retarget(tmp_path: Path) -> None:
    (tmp_path / "talk" / "linked").unlink()
    (tmp_path / "talk" / "linked").symlink_to("../sets/deep")


CHANGES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a file": ("print(open(SETS + '/a.csv').read())", lambda at: (at / "sets/a.csv").write_text("22")),
    "a file below a folder": (
        "print(open(SETS + '/deep/b.csv').read())",
        lambda at: (at / "sets/deep/b.csv").write_text("22"),
    ),
    "a file through a link": ("print(open('linked/a.csv').read())", lambda at: (at / "sets/a.csv").write_text("22")),
    "where a link leads": ("import os\nprint(os.listdir('linked'))", retarget),
    "a file that is gone": (
        "import os\nprint(os.path.exists(SETS + '/a.csv'))",
        lambda at: (at / "sets/a.csv").unlink(),
    ),
    "a file that comes": (
        "import os\nprint(os.path.exists(SETS + '/new.csv'))",
        lambda at: (at / "sets/new.csv").touch(),
    ),
    "names in a folder": ("import os\nprint(os.listdir(SETS))", lambda at: (at / "sets/new.csv").touch()),
    "a module": (
        "import sys\nsys.path.append(SETS)\ntry: import extra\nexcept ImportError: print('no')",
        lambda at: (at / "sets/extra.py").touch(),
    ),
    "a file that C code reads": (
        "import torch\nprint(torch.from_file(SETS + '/a.csv', size=1, dtype=torch.uint8))",
        lambda at: (at / "sets/a.csv").write_text("2"),
    ),
}


@pytest.mark.parametrize("title", CHANGES)
def test_a_change_of_the_data_is_a_miss(engine: Engine, folder: Path, store: Store, tmp_path: Path, title: str) -> None:
    code, change = CHANGES[title]
    deck = talk(folder, code)
    before = [result.outputs for result in ran(engine, deck, store)]
    assert is_known(engine, deck, store), reasons(deck, store)
    found = proof_of(deck, "auto", store)
    assert found and holds(found, deck.source.path, "auto")
    change(tmp_path)
    assert not holds(found, deck.source.path, "auto")
    after = [result.outputs for result in ran(engine, deck)]
    assert before != after, "the code does not see it"
    assert [result.outputs for result in ran(engine, deck, store)] == after
    assert is_known(engine, deck, store)


def test_a_file_of_the_same_time_and_size_is_known_by_its_contents(
    engine: Engine, folder: Path, store: Store, tmp_path: Path
) -> None:
    deck, file = talk(folder, "print(open(SETS + '/a.csv').read())"), tmp_path / "sets/a.csv"
    ran(engine, deck, store)
    was = file.stat()
    file.write_text("2")
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert ran(engine, deck, store)[0].outputs == (Stream("stdout", "2\n", (1,)),)


def test_a_single_file_counts_by_its_contents(engine: Engine, folder: Path, store: Store, tmp_path: Path) -> None:
    deck, file = (
        talk(folder, f"print(open({str(tmp_path / 'one.csv')!r}).read())", data="../one.csv"),
        tmp_path / "one.csv",
    )
    ran(engine, deck, store)
    os.utime(file)
    assert is_known(engine, deck, store)
    file.write_text("33")
    assert not is_known(engine, deck, store)


def test_what_lies_elsewhere_is_known_no_more_than_before(
    engine: Engine, folder: Path, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "sets" / "away").symlink_to("../other")
    for name in ("other/c.csv", "sets/away/c.csv", "sets/../other/c.csv"):
        deck = talk(folder, f"open({str(tmp_path / name)!r}).read()")
        ran(engine, deck, store)
        assert not is_known(engine, deck, store)
        (reason,) = reasons(deck, store)
        assert reason.startswith("it can't be kept: it reads")


def test_what_is_written_there_is_not_kept(engine: Engine, folder: Path, store: Store) -> None:
    deck = talk(folder, "open(SETS + '/made.txt', 'w').close()")
    ran(engine, deck, store)
    assert not is_known(engine, deck, store)


def test_data_that_change_while_a_block_runs_keep_it_out(folder: Path, store: Store) -> None:
    deck = talk(folder, "import ctypes, os\nctypes.CDLL(None).creat(os.fsencode(SETS + '/made.txt'), 0o600)")
    with Engine("off") as engine:
        ran(engine, deck, store)
    assert reasons(deck, store, "off") == [f"it can't be kept: {folder.parent / 'sets'} changed while it ran"]


def test_what_is_too_much_to_compare_is_not_kept(
    engine: Engine, folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_MOST", 1)
    deck = talk(folder, "1", "2")
    ran(engine, deck, store)
    assert not is_known(engine, deck, store)
    assert proof_of(deck, "auto", store) is None
    assert reasons(deck, store)[0].startswith("it can't be kept: its `data` hold more than can be compared")


def test_why_names_what_has_changed(engine: Engine, folder: Path, store: Store, tmp_path: Path) -> None:
    deck = talk(folder, "x = 1", "open(SETS + '/a.csv').read()")
    ran(engine, deck, store)
    assert reasons(deck, store)[1] == "as when it ran, and so is what it read: ../sets/a.csv"
    (tmp_path / "sets/deep/b.csv").write_text("22")
    counts = "`data` counts for every block: "
    assert reasons(deck, store)[0] == f"{counts}something there is not as it was"
    (tmp_path / "sets/a.csv").write_text("22")
    assert reasons(deck, store)[0] == f"{counts}../sets/a.csv has changed"
    other = talk(folder, "x = 1", "open(SETS + '/a.csv').read()", data=["../sets", "../other"])
    assert reasons(other, store)[0].startswith(counts)


def test_a_link_that_leads_elsewhere_by_now_is_seen_without_the_deck(
    engine: Engine, folder: Path, store: Store, tmp_path: Path
) -> None:
    shutil.copytree(tmp_path / "sets", tmp_path / "copy")
    deck = talk(folder, "x = 1", data="linked")
    ran(engine, deck, store)
    found = proof_of(deck, "auto", store)
    assert found and holds(found, deck.source.path, "auto")
    (folder / "linked").unlink()
    (folder / "linked").symlink_to("../copy")
    assert not holds(found, deck.source.path, "auto")
    assert not is_known(engine, deck, store)


def test_an_entry_can_not_say_what_the_data_are(engine: Engine, folder: Path, store: Store, tmp_path: Path) -> None:
    import json

    deck = talk(folder, "open(SETS + '/a.csv').read()")
    ran(engine, deck, store)
    (entry,) = store.folder.glob("*.json")
    data = json.loads(entry.read_text())
    assert str(tmp_path / "sets/a.csv") in data["reads"]
    other = str(tmp_path / "other/c.csv")
    entry.write_text(json.dumps({**data, "reads": {other: "0"}}))
    assert not is_known(engine, deck, store)


@pytest.mark.parametrize("code", ["open('../sets/a.csv')", "open('/no-such-place/a.csv')", "open('away/a.csv')"])
def test_who_reads_elsewhere_is_told_of_it(engine: Engine, folder: Path, tmp_path: Path, code: str) -> None:
    (folder / "away").symlink_to(tmp_path / "gone")
    error = execute(talk(folder, code, data=None), runner(engine)).results["1.1"].error
    assert error
    assert "name its folder in `python: {data: […]}`" in error.hint


@pytest.mark.skipif(sys.platform != "linux", reason="there is a wall on Linux only")
@pytest.mark.parametrize("sandbox", ["auto", "landlock", "seccomp", "off"])
def test_the_wall_has_a_window_to_them(folder: Path, tmp_path: Path, store: Store, sandbox: Sandbox) -> None:
    names = [str(tmp_path / "sets/deep/b.csv"), "linked/a.csv", str(tmp_path / "one.csv")]
    codes = [*(f"print(open({name!r}).read())" for name in names)]
    codes += ["from pathlib import Path\nprint((Path(__file__).parent / '../sets/a.csv').read_text())"]
    deck = talk(folder, *codes, data=["../sets", "../one.csv"])
    with Engine(sandbox) as engine:
        outputs = [result.outputs for result in ran(engine, deck, store)]
        assert [[output.text for output in block if isinstance(output, Stream)] for block in outputs] == [
            ["2\n"],
            ["1\n"],
            ["3\n"],
            ["1\n"],
        ]
        assert is_known(engine, deck, store)


@pytest.mark.skipif(sys.platform != "linux", reason="there is a wall on Linux only")
@pytest.mark.parametrize("sandbox", ["auto", "landlock"])
def test_through_it_nothing_else_is_seen_and_nothing_is_changed(folder: Path, tmp_path: Path, sandbox: Sandbox) -> None:
    codes = [f"open({str(tmp_path / 'other/c.csv')!r}).read()", "open(SETS + '/a.csv', 'w')", "open(SETS + '/b', 'w')"]
    with Engine(sandbox) as engine:
        results = execute(talk(folder, *codes), runner(engine)).results
    hints = [error.hint for result in results.values() if (error := result.error)]
    assert "name its folder in `python: {data: […]}`" in hints[0]
    assert [hint[:42] for hint in hints[1:]] == ["slide code may read what `data` names, not"] * 2
    assert (tmp_path / "sets/a.csv").read_text() == "1"
