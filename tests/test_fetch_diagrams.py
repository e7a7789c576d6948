"""Mermaid's diagrams: drawn in a process of their own, kept, and what is said of those that are not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from deck_builder.errors import Span
from deck_builder.fetch import diagrams, fetch
from deck_builder.fetch.diagrams import _read_lines
from deck_builder.model import Problem

FAKE = """
import os, pathlib, signal, time

class Drawing:
    def __init__(self, source, config):
        self.source, self.config = source, config

    def svg(self):
        with pathlib.Path(__file__).with_name("drawn").open("a") as log:
            log.write(f"{os.getpid()} {self.source}|")
        if "hang" in self.source:
            signal.raise_signal(signal.SIGALRM)  # as when the time is up
        if "line" in self.source:
            raise RuntimeError(f"Mermaid rendering failed: Error: Parse error on {self.source.split('@')[1]}:")
        print("noise")
        left = signal.alarm(0)
        box = 'width="100%" height="9" viewBox="-5 0.5 300.25 150"'
        return f'<svg id="my-svg" {box}><g class="{self.config["theme"]} {0 < left <= 30}"/></svg>'

render = Drawing
"""


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mermaidx that draws nothing; the file tells what it was asked for, and by which process."""
    package = tmp_path / "lib" / "mermaidx"
    (package / "engines").mkdir(parents=True)
    (package / "__init__.py").write_text(FAKE)
    (package / "engines" / "__init__.py").touch()
    (package / "engines" / "_common.py").write_text("get_font = None\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    monkeypatch.setattr(diagrams, "_version", lambda: "0")
    return package / "drawn"


def at_line(folder: Path, line: int) -> Span:
    return Span(folder / "deck.md", line, line)


def get(folder: Path, *sources: str, theme: str = "", fresh: bool = False) -> tuple[Mapping[str, str], list[Problem]]:
    places = [(f"mermaid:{theme}\n{source}", at_line(folder, 10 * line)) for line, source in enumerate(sources, 1)]
    found, problems = fetch(places, folder, cache_dir=folder / "cache", fresh=fresh)
    assert all(image.mime == "image/svg+xml" for image in found.values())
    return {address.partition("\n")[2]: image.data.decode() for address, image in found.items()}, problems


def test_a_diagram_has_a_size_and_is_drawn_once(tmp_path: Path, drawn: Path) -> None:
    expected = '<svg width="300.25" height="150" id="my-svg" viewBox="-5 0.5 300.25 150"><g class="base True"/></svg>'
    for _ in range(2):
        assert get(tmp_path, "a", "b") == ({"a": expected, "b": expected}, [])
    (process,) = {line.split()[0] for line in drawn.read_text().split("|") if line}
    assert drawn.read_text() == f"{process} a|{process} b|", "both by one process, and not again"
    get(tmp_path, "a", fresh=True)
    assert drawn.read_text().count(" a|") == 2


@pytest.mark.parametrize(
    ("source", "theme", "used"),
    [("a", "", "base"), ("a", "forest", "forest"), ("%%{init: {'theme': 'dark'}}%%\na", "", "default")],
)
def test_a_diagram_has_the_decks_colours_unless_it_names_its_own(
    tmp_path: Path, drawn: Path, source: str, theme: str, used: str
) -> None:
    assert f'class="{used} ' in get(tmp_path, source, theme=theme)[0][source]


def test_one_that_takes_too_long_does_not_hold_the_others(tmp_path: Path, drawn: Path) -> None:
    found, problems = get(tmp_path, "a", "hang", "b", "hang too")
    assert set(found) == {"a", "b"}
    assert [(one.code, one.severity, one.span) for one in problems] == [
        ("D020", "warning", at_line(tmp_path, 20)),
        ("D020", "warning", at_line(tmp_path, 40)),
    ]


def test_a_mistake_is_told_at_its_line(tmp_path: Path, drawn: Path) -> None:
    source = "---\ntitle: x\n---\n%% a comment\nflowchart LR\n  A --> @line 2\n"
    found, (problem,) = get(tmp_path, source)
    assert found == {} and (problem.code, problem.severity) == ("D023", "error")
    assert problem.message == "this diagram can't be drawn: mermaid does not understand `A --> @line 2`"
    assert problem.span == at_line(tmp_path, 16)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("a\nb", [1, 2]),
        ("\n\na\nb", [3, 4]),
        ("---\ntitle: x\n---\na\nb", [4, 5]),
        ("%% c\na\n  %% d\nb", [2, 4]),
        ("%%{init: {\n'theme': 'x'}}%%\na\nb", [3, 4]),
    ],
)
def test_mermaid_counts_its_own_lines(source: str, lines: list[int]) -> None:
    assert _read_lines(source) == lines


def test_without_the_extra_a_deck_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagrams, "_version", lambda: "")
    found, (problem,) = get(tmp_path, "a", "b")
    assert found == {} and (problem.code, problem.hint) == ("D020", 'pip install "deck-builder[mermaid]"')


def test_an_extra_that_can_not_be_imported_is_told_once(tmp_path: Path, drawn: Path) -> None:
    drawn.with_name("__init__.py").write_text("raise ImportError('no engine')")
    found, (problem,) = get(tmp_path, "a", "b")
    assert found == {} and "(no engine)" in problem.message and "quickjs-ng" in problem.hint


def test_the_folder_it_runs_in_brings_in_no_code(tmp_path: Path, drawn: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    assert set(get(tmp_path, "a")[0]) == {"a"}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[str, str], list[Problem]]:
    """Two diagrams by mermaid itself."""
    pytest.importorskip("mermaidx")
    return get(
        tmp_path_factory.mktemp("real"), "flowchart LR\n A[反向传播算法]-->B[x]", "flowchart LR\n A-->B\n B-->|C[\n"
    )


def test_chinese_labels_have_room(real: tuple[Mapping[str, str], list[Problem]]) -> None:
    (svg,) = real[0].values()
    label = re.search(r'<foreignObject[^>]*width="([\d.]+)"[^>]*>(?:(?!</foreignObject).)*反向传播算法', svg, re.S)
    assert label and 6 * 16 <= float(label[1]) < 6 * 16 + 8


def test_a_diagram_is_drawn_alike_each_time(tmp_path: Path) -> None:
    pytest.importorskip("mermaidx")
    source = "flowchart LR\n A(round)-->B"
    assert get(tmp_path, source, fresh=True) == get(tmp_path, source, fresh=True)


def test_formulas_in_a_diagram_are_told(tmp_path: Path) -> None:
    pytest.importorskip("mermaidx")
    found, (problem,) = get(tmp_path, 'flowchart LR\n A["$$x^2$$"]')
    assert (
        len(found) == 1 and problem.code == "D020" and problem.message.startswith("formulas in a diagram are not set")
    )


def test_mermaids_own_mistakes_are_told_at_their_line(real: tuple[Mapping[str, str], list[Problem]]) -> None:
    (problem,) = real[1]
    assert problem.span and (problem.code, problem.span.start) == ("D023", 23)
    assert "`B-->|C[`" in problem.message
