"""A deck of several files as a whole: what is read, how often, and what the deck then knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from deck_builder.errors import ParseError, Span
from deck_builder.load import deck_files, load_source
from deck_builder.model import Source
from deck_builder.parse import imports, parse
from tests.parse.reading import deck, deck_of, told

COURSE = Path(__file__).parent / "decks" / "course"
ENTRY = Path("slides.md")


def written(**files: str) -> dict[Path, str]:
    """Files by name; `parts__a_md` is parts/a.md."""
    return {Path(name.replace("__", "/").replace("_", ".")): text for name, text in files.items()}


def mended(files: Mapping[Path, str]) -> list[str]:
    """What must be mended before a deck can be read."""
    with pytest.raises(ExceptionGroup) as caught:
        deck_of(files)
    return [told(error, path=True) for error in caught.value.exceptions if isinstance(error, ParseError)]


def test_a_course_in_two_files() -> None:
    read = parse(load_source(COURSE / "slides.md"), deck_files(COURSE))
    chapter, code = COURSE / "chapters" / "loss.md", COURSE / "chapters" / "loss.py"
    assert [(slide.span.path.name, slide.title) for slide in read.slides] == [
        ("slides.md", "A course in two files"),
        ("loss.md", "Halves"),
        ("loss.md", "Totals"),
        ("slides.md", "Together"),
    ]
    assert [slide.frontmatter.get("class") for slide in read.slides] == [None, "chapter", "chapter", None]
    assert list(read.sources) == [COURSE / "slides.md", chapter, code]
    assert [(block.path, block.first_line) for block in read.blocks[:2]] == [(code, 5), (code, 15)]
    halves = read.blocks[0]
    assert [halves.line(no) for no in (1, 2, 3)] == [5, 7, 9]
    assert [halves.number(line) for line in (5, 6, 7, 8, 9, 12)] == [1, 0, 2, 0, 3, 0]
    assert read.slides[1].place("class") == Span(COURSE / "slides.md", 9, 9)


def test_every_file_is_read_once_and_known_in_the_order_of_its_first_use() -> None:
    files = written(
        slides_md="<<< b.py\n\n---\nsrc: a.md\n---\n\n---\nsrc: ./a.md#2\n---\n\n---\n\n<<< c.py\n",
        a_md="# A\n\n---\n\n<<< b.py\n",
        b_py="b\n",
        c_py="c\n",
    )
    asked: list[Path] = []

    def read(path: Path) -> Source:
        asked.append(path)
        return Source(path, files[path])

    found = parse(Source(ENTRY, files[ENTRY]), read)
    assert asked == [Path("b.py"), Path("a.md"), Path("c.py")]
    assert list(found.sources) == [ENTRY, *asked] and list(found.imported) == asked
    assert [(span.path.name, span.start) for span in found.written] == [
        ("slides.md", 1),
        ("slides.md", 3),
        ("a.md", 1),
        ("a.md", 4),
        ("slides.md", 7),
        ("a.md", 4),
        ("slides.md", 12),
    ]


def test_a_deck_in_one_file_needs_no_reader() -> None:
    assert list(deck("# A\n").sources) == [ENTRY]
    with pytest.raises(ExceptionGroup) as caught:
        deck("---\nsrc: b.md\n---\n")
    (error,) = caught.value.exceptions
    assert isinstance(error, ParseError)
    assert told(error) == "error 2:1 b.md is not read here | copy what is in it into the deck"


def test_the_headmatter_is_the_entrys_and_the_title_that_of_the_first_slide_shown() -> None:
    head = "---\nsrc: a.md\ncolorSchema: dark\n---\n"
    read = deck_of(written(slides_md=head, a_md="---\ntheme: none\n---\n\n# A talk\n"))
    assert read.headmatter == {"src": "a.md", "colorSchema": "dark"}
    assert read.title == "A talk"
    assert read.place("colorSchema") == Span(ENTRY, 3, 3)
    assert read.place("theme") == Span(ENTRY, 1, 1)


def test_a_revision_changes_with_all_that_a_slide_is_made_of() -> None:
    def revision(head: str = "", chapter: str = "<<< a.py\n", code: str = "a\n") -> str:
        (slide,) = deck_of(written(slides_md=f"---\nsrc: a.md\n{head}---\n", a_md=chapter, a_py=code)).slides
        return slide.revision

    assert revision() == revision()
    assert len({revision(), revision("class: b\n"), revision(chapter="<<< a.py {1}\n"), revision(code="b\n")}) == 4


def test_an_id_that_a_slide_brings_in_twice_is_one_id() -> None:
    files = written(
        slides_md="---\nsrc: a.md\n---\n\n---\nsrc: a.md\n---\n\n---\n\n```python {id: 'x'}\n```\n",
        a_md="```python {id: 'x'}\n1\n```\n",
    )
    assert [told(problem, path=True) for problem in deck_of(files).problems] == [
        "D011 slides.md:11:12 the id x is that of block 1.1 already | give every block an id of its own"
    ]


def test_the_places_of_defaults_are_the_headmatters() -> None:
    head = "---\ndefaults:\n  layout: b\nsrc: a.md\n---\n"
    read = deck_of(written(slides_md=head, a_md="# A\n\n---\nlayout: c\n---\n"))
    assert [slide.place("layout") for slide in read.slides] == [Span(ENTRY, 3, 3, 3), Span(Path("a.md"), 4, 4)]


def test_files_that_multiply_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MOST", 100)
    twice = "---\nsrc: {0}.md\n---\n\n---\nsrc: {0}.md\n---\n"
    files = {Path(f"{no}.md"): twice.format(no + 1) for no in range(40)} | {Path("40.md"): "# A\n"}
    hint = "take some of the src away: does one file take in another over and over?"
    assert mended(files) == [f"error 0.md:1:1 more than 100 slides are taken in | {hint}"]


def test_files_in_files_in_files_are_stopped() -> None:
    chain = {Path(f"{no}.md"): f"---\nsrc: {no + 1}.md\n---\n" for no in range(2000)} | {Path("2000.md"): "# A\n"}
    message = f"more than {imports.DEEPEST} files take in each other here | name the last of them here"
    assert mended(chain) == [f"error {imports.DEEPEST}.md:2:1 {message}"]
    last = dict(list(chain.items())[1951:])
    assert len(deck_of(last).slides) == 1
