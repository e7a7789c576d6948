"""A deck of several files: what is wrong is shown in the file that holds it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from deck_builder import cli
from tests.cli.decks import write

COURSE = Path(__file__).parents[1] / "parse" / "decks" / "course"
DECK = "# One\n\n---\nsrc: parts/two.md\n---\n\n---\n\n[^c]\n"
PART = "# Two\n\n```python\na = 1\nlost(a)\n```\n\n<<< ./b.py#body\n\n{{ b }}\n"
CODE = "\n# region body\nx = 0\n# endregion\n"


@pytest.fixture(autouse=True)
def talk(here: Path) -> None:
    write("talk/slides.md", DECK)
    write("talk/parts/two.md", PART)
    write("talk/parts/b.py", CODE)


def said(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    cli.run([*args])
    return "".join(capsys.readouterr())


def test_lines_are_shown_of_the_file_they_are_in(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "check", "talk/slides.md")
    first, warned, last, _ = out.split("\n\n")
    assert first.startswith("talk/parts/two.md:5:1 (slide 2, block 2.1, line 2) NameError")
    assert "> 5 | lost(a)" in first
    assert warned.startswith("talk/parts/two.md:10:1 (slide 2) ") and "> 10 | {{ b }}" in warned
    assert last.startswith("talk/slides.md:9:1 (slide 3) ") and "> 9 | [^c]" in last


def test_code_that_was_taken_in_is_shown_in_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    write("talk/parts/b.py", "\n# region body\nx = 0\n# region\nlost(x)\n# endregion\n# endregion\n")
    two = Path("talk/parts/two.md")  # whose own block would be the one to blame
    two.write_text(two.read_text().replace("lost(a)", "print(a)"))
    out = said(capsys, "check", "talk/slides.md")
    assert "talk/parts/b.py:5:1 (slide 2, block 2.2, line 2) NameError" in out
    assert "> 5 | lost(x)" in out


def test_build_servers_get_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "check", "talk/slides.md", "--format", "github")
    assert re.findall(r"file=(\S+?),line=(\d+)", out) == [
        ("talk/parts/two.md", "5"),
        ("talk/parts/two.md", "10"),
        ("talk/slides.md", "9"),
    ]
    suite = ET.fromstring(said(capsys, "check", "talk/slides.md", "--format", "junit"))
    cases = [(case.get("file"), case.get("line")) for case in suite.iter("testcase")]
    assert cases == [("talk/parts/two.md", "5"), ("talk/parts/b.py", "3")]
    assert "> 5 | lost(a)" in str(next(suite.iter("failure")).text)


def test_a_deck_that_cannot_be_read_shows_the_lines_of_every_file(capsys: pytest.CaptureFixture[str]) -> None:
    write("talk/slides.md", f"{DECK}\n---\nsrc: parts/too.md\n---\n")
    write("talk/parts/two.md", "# Two\n\n<<< ./b.py#bdy\n\n---\na: [\n---\n")
    for command in ("check", "inspect"):
        first, second, third, *_ = said(capsys, command, "talk/slides.md").split("\n\n")
        assert first.startswith("talk/parts/two.md:3:1 there is no region bdy in talk/parts/b.py")
        assert "> 3 | <<< ./b.py#bdy" in first and "hint: did you mean body?" in first
        assert second.startswith("talk/parts/two.md:6:") and "> 6 | a: [" in second
        assert third.startswith("talk/slides.md:12:1 there is no file talk/parts/too.md")
        assert "hint: did you mean talk/parts/two.md?" in third


def test_a_file_that_is_only_taken_in_is_no_deck(capsys: pytest.CaptureFixture[str]) -> None:
    assert "1 error" in said(capsys, "build", ".")
    assert [page.name for page in Path("build").glob("*")] == ["talk.html"]


def test_inspect_names_the_file_of_each_slide(capsys: pytest.CaptureFixture[str]) -> None:
    slides = json.loads(said(capsys, "inspect", "talk/slides.md", "--json"))["slides"]
    places = [(slide["path"], slide["start"], slide["end"]) for slide in slides]
    assert places == [("talk/slides.md", 1, 2), ("talk/parts/two.md", 1, 10), ("talk/slides.md", 8, 9)]
    assert [block["start"] for block in slides[1]["blocks"]] == [3, 8]
    out = said(capsys, "inspect", "talk/slides.md")
    assert "  2  talk/parts/two.md:1-10  default  Two" in out
    assert "2.2  8-8  python run  from talk/parts/b.py" in out


def test_pictures_lie_beside_the_file_that_names_them(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "build", str(COURSE / "slides.md"), "-o", "course.html", "--no-run")
    assert "warning" not in out
    assert Path("course.html").read_text(encoding="utf-8").count("data:image/svg+xml;base64,") == 2
    assert len(re.findall(r"<img ", Path("course.html").read_text(encoding="utf-8"))) >= 2


def test_a_picture_of_the_whole_deck_lies_in_its_folder(capsys: pytest.CaptureFixture[str]) -> None:
    write("talk/parts/a.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    head = "---\ndefaults: {image: parts/a.svg, layout: image-left}\n---\n"
    write("talk/slides.md", f"{head}\n---\nsrc: parts/two.md\n---\n")
    write("talk/parts/two.md", "![a](a.svg)\n\n![a](../parts/a.svg)\n\n<img src='/parts/a.svg'>\n\n![b](b.svg)\n")
    out = said(capsys, "check", "talk/slides.md", "--no-run")
    (lost,) = re.findall(r"the picture .*", out)
    assert lost.startswith("the picture parts/b.svg can't be had: there is no such file")
