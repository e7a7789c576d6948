"""Real decks, read as Slidev's parser reads them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from deck_builder.load import deck_files, load_source
from deck_builder.model import Step
from deck_builder.parse import parse
from deck_builder.parse.html import split_html
from deck_builder.parse.info import read_info
from deck_builder.parse.markdown import markdown_parser
from deck_builder.parse.steps import read_steps
from deck_builder.parse.title import plain
from tests.parse.reading import FIXTURES, read_slides

REPLACED = "example.org"  # addresses that were replaced in the corpus: those slides have another checksum


def truths(shared: Path) -> dict[str, tuple[Path, dict[str, Any]]]:
    """Each deck of the corpus and what Slidev's parser told of it."""
    corpus = shared / "corpus"
    decks = {deck["id"]: corpus / "decks" / deck["id"] / deck["path"] for deck in load(corpus / "index.json")}
    decks["seed-000"] = next((shared / "lectures").glob("000_*.txt"))
    found = {file.stem: load(file) for file in sorted((corpus / "truth").glob("*.json"))}
    return {name: (decks[name], truth) for name, truth in found.items() if name in decks}


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def shown_title(slide: dict[str, Any]) -> str:
    """Slidev keeps a heading's Markdown in its title; front matter's is taken as it is."""
    title = slide["title"] or ""
    if slide["frontmatter"].get("title") or slide["frontmatter"].get("name"):
        return str(title)
    return plain(split_html(markdown_parser().parseInline(title)[0].children or ()))


def test_every_deck_is_split_and_read_as_slidev_does(shared: Path) -> None:
    decks = truths(shared)
    assert len(decks) == 24
    for name, (path, truth) in decks.items():
        read = read_slides(path.read_text(encoding="utf-8"))
        assert len(read) == truth["slideCount"], name
        for ours, theirs in zip(read, truth["slides"], strict=True):
            where = f"{name}, slide {theirs['index'] + 1}"
            assert (ours.start, ours.end) == (theirs["start"], theirs["end"]), where
            assert ours.fm == theirs["frontmatter"], where
            assert ours.note == (theirs["note"] or ""), where
            assert ours.title == shown_title(theirs), where
            assert ours.level == (theirs["level"] or (1 if theirs["title"] else 0)), where
            assert list(ours.infos) == [block["info"] for block in theirs["codeBlocks"]], where
            if REPLACED not in ours.content:
                checksum = hashlib.sha1(ours.content.encode()).hexdigest()
                assert checksum.startswith(theirs["contentSha1"]), where


def test_every_deck_comes_to_the_slides_that_slidev_shows(shared: Path) -> None:
    for name, (path, truth) in truths(shared).items():
        if "merged" not in truth:
            continue
        deck = parse(load_source(path), deck_files(path.parent))
        slides = truth["merged"]["slides"]
        assert len(deck.slides) == truth["merged"]["slideCount"], name
        for ours, theirs in zip(deck.slides, slides, strict=True):
            where = f"{name}, slide {theirs['no']}"
            assert ours.span.path.as_posix().endswith(theirs["from"]), where
            assert list(ours.frontmatter) == theirs["frontmatterKeys"], where
            if "{" not in str(theirs["title"]):  # Slidev keeps a heading's attributes in its title
                given = dict.fromkeys(theirs["frontmatterKeys"], True)
                assert ours.title == shown_title({**theirs, "frontmatter": given}), where
            assert ours.frontmatter.get("layout") == theirs["layout"], where
            assert bool(ours.note) == theirs["hasNote"], where


def test_a_file_that_is_missing_is_told_where_slidev_tells_of_it(shared: Path) -> None:
    path, truth = truths(shared)["cscs-pytorch"]
    (theirs,) = truth["merged"]["errors"]
    deck = parse(load_source(path), deck_files(path.parent))
    (error,) = (problem for problem in deck.problems if problem.severity == "error")
    assert error.code == "D024" and error.span is not None
    assert (error.span.path, error.span.start) == (path, theirs["row"] + 2), "Slidev's row is the slide's, from 0"
    assert error.message == f"there is no file {path.parent / '2.3-distributed/section-slides.md'}"


def lit(steps: tuple[Step, ...], count: int, first: int) -> list[list[int]]:
    return [list(range(first, first + count)) if step is None else list(step) for step in steps]


def test_every_range_of_the_corpus_lights_the_lines_that_slidev_lights(shared: Path) -> None:
    ranges = load(shared / "corpus" / "truth" / "ranges.json")["corpus"]
    assert len(ranges) == 76
    for case in ranges:
        info = read_info(case["info"])
        count, first = case["lines"], case["startLine"]
        steps, _ = read_steps(info.ranges, count, first)
        theirs = [step["highlighted"] for step in case["steps"]]
        where = f"{case['file']}:{case['line']}"
        assert info.ranges == case["range"], where
        assert lit(steps, count, first) == theirs, where
        assert len(steps) - 1 == case["clicks"], where


def test_range_strings_are_read_as_slidev_does_or_listed(shared: Path) -> None:
    truth = load(shared / "corpus" / "truth" / "ranges.json")
    deviations = load(FIXTURES / "range_deviations.json")
    differing = {}
    for case in truth["edge"]:
        text, total = case["str"].replace("(undefined)", ""), case["total"]
        ours = lit(read_steps(text, total)[0], total, 1)[0]
        if ours != case["result"]:
            differing[text] = ours
    assert differing == {text: deviation["lit"] for text, deviation in deviations.items()}


def test_range_strings_are_cut_into_steps_as_slidev_does(shared: Path) -> None:
    for case in load(shared / "corpus" / "truth" / "ranges.json")["normalizeRangeStr"]:
        steps = read_steps(case["str"], 50)[0] if case["str"] else ()
        assert steps == tuple(read_steps(step, 50)[0][0] for step in case["steps"]), case["str"]


def test_info_strings_are_taken_apart_as_slidev_does_or_listed(shared: Path) -> None:
    deviations = load(FIXTURES / "info_deviations.json")
    differing = {}
    for case in load(shared / "corpus" / "truth" / "ranges.json")["infoStrings"]:
        info = read_info(case["info"])
        ours = {"lang": info.lang, "title": info.title, "ranges": info.ranges, "rest": info.rest}
        theirs = {key: case.get(key, "").strip() for key in ours}
        has_options = bool(info.pairs or info.unread)
        options = "options" in case or "{" in theirs["rest"]
        if ours != theirs or has_options != options:
            differing[case["info"]] = {key: value for key, value in ours.items() if value != theirs[key]}
    assert differing == {text: deviation["ours"] for text, deviation in deviations.items()}
