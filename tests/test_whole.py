"""From a deck's file to its page, with nothing faked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deck_builder import cli

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_the_lecture_builds_without_a_problem_and_twice_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    for page, more in (("a", []), ("b", ["--no-cache"]), ("c", [])):
        assert cli.run(["build", "slides/linear-regression", "-o", str(tmp_path / f"{page}.html"), *more]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "15 slides" in out
    assert "from the cache" in out.splitlines()[2], "the third build ran the code again"
    first, without_cache, from_cache = ((tmp_path / f"{page}.html").read_bytes() for page in "abc")
    assert first == without_cache
    assert first == from_cache
    assert len(re.findall(rb'<section class="slide', first)) == 15


@pytest.mark.parametrize(("name", "slides"), [("back-propagation", 20), ("gradient-descent-by-hand", 21)])
def test_a_lecture_is_the_same_twice_and_has_no_problem(
    name: str, slides: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert cli.run(["check", "--twice", f"slides/{name}"]) == 0
    out, err = capsys.readouterr()
    assert f"{slides} slides" in out
    assert err == ""


def test_lecture_000_as_it_stands_names_its_three_failures(
    lecture_000: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "000.html"
    assert cli.run(["build", str(lecture_000), "-o", str(page), "--offline"]) == 1
    out, err = capsys.readouterr()
    assert "3 errors" in out
    found = re.findall(r":(\d+):\d+ \((.*?)\) (\w+): .*?  \[(error|warning) (D\d+)\]", err)
    assert [row for row in found if row[4] != "D010"] == [
        ("141", "slide 9, block 9.1, line 12", "NameError", "error", "D001"),
        ("164", "slide 9, block 9.2, line 8", "NameError", "error", "D001"),
        ("256", "slide 14, block 14.1, line 4", "UserWarning", "warning", "D003"),
        ("300", "slide 15, block 15.1, line 19", "NameError", "error", "D001"),
    ]
    assert "> 141 |     lost_val = lost(x_data,y_data)" in err
    assert "hint: `x_data` is first defined on slide 12" in err
    assert "size_average" in err
    missing = re.findall(r"the picture (\S+) can't be had", err)
    assert len(missing) == len(set(missing)) == 9
    html = page.read_text(encoding="utf-8")
    assert html.count('class="missing"') >= 8, "each picture leaves a stand-in; a background leaves none"
    assert "NameError" in html
