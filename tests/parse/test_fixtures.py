"""Each fixture file tells what one part of the parser makes of its inputs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from markdown_it.token import Token

from deck_builder.errors import ParseError
from deck_builder.model import CodeBlock, Deck
from deck_builder.parse.literal import LiteralError, read_object
from deck_builder.parse.markdown import markdown_parser
from deck_builder.parse.report import Report
from deck_builder.parse.split import split
from deck_builder.parse.steps import read_steps
from deck_builder.render.code import steps_attribute
from tests.parse.outline import outline
from tests.parse.reading import NAME, cases, deck, deck_of, errors, files, options, told


def read_split(text: str) -> str:
    lines, report = text.split("\n"), Report(NAME)
    slides = []
    for raw in split(lines, report):
        front = "" if raw.opening is None else f", front matter opened on {raw.opening + 1}"
        closed = "" if raw.closed else " and never closed"
        slides.append(f"lines {raw.start + 1}-{raw.end}, text from {raw.content + 1}{front}{closed}")
    return "\n".join([*slides, *map(told, report.problems)])


def read_front_matters(text: str) -> str:
    if broken := errors(text):
        return "\n".join(broken)
    read = deck(text)
    values = (json.dumps(slide.frontmatter, ensure_ascii=False) for slide in read.slides)
    return "\n".join([*values, *map(told, read.problems)])


def read_blocks(text: str) -> str:
    read = deck(text)
    blocks = [f"{block.id} {block.lang or '-'} {options(block.options)}".strip() for block in read.blocks]
    return "\n".join([*blocks, *map(told, read.problems)])


def read_ranges(text: str) -> str:
    ranges, _, count = text.rpartition(" of ")
    first, _, last = count.rpartition("-")
    begin = int(first or 1)
    steps, strays = read_steps(ranges, int(last) - begin + 1, begin)
    shown = ["all" if step is None else ",".join(map(str, step)) or "none" for step in steps]
    return "\n".join([" | ".join(shown), *(f"{stray.offset}: {stray.text} {stray.reason}" for stray in strays)])


def read_literal(text: str) -> str:
    try:
        return "\n".join(f"{pair.offset}: {pair.name} = {pair.value!r}" for pair in read_object(text))
    except LiteralError as error:
        return f"can't be read from {error.offset} on"


def read_clicks(text: str) -> str:
    read = deck(text)
    slides = []
    for slide in read.slides:
        moves = (f", {block.id}{_moves(block)}" for block in slide.blocks if _moves(block))
        slides.append(f"slide {slide.no}: {slide.clicks} clicks{''.join(moves)}")
    return "\n".join([*slides, *map(told, read.problems)])


def _moves(block: CodeBlock) -> str:
    steps = [f" from {block.click}"] if len(block.options.steps) > 1 else []
    return ",".join([*steps, *([f" turned from {block.turn}"] if block.turn else [])])


def read_appearances(text: str) -> str:
    read = deck(text)
    (slide,) = read.slides
    tokens = [each for token in slide.tokens for each in (token, *(token.children or ()))]
    shown = [*map(_appearance, tokens), f"{slide.clicks} clicks"]
    return "\n".join([*filter(None, shown), *map(told, read.problems)])


def _appearance(token: Token) -> str:
    mark, click = token.meta.get("mark"), token.meta.get("appears")
    said = []
    if mark:
        said += [part for part in ("marked", mark.kind, mark.colour, mark.start) if part]
    if click:
        said += [f"{click.start}-{click.end}" if click.end else click.start]
        said += [*(["hides"] if click.hide else []), *click.animations]
    return " ".join(map(str, [token.tag, *said])) if said else ""


def read_tags(text: str) -> str:
    read = deck(text)
    tokens = [each for token in read.slides[0].tokens for each in (token, *(token.children or ()))]
    return "\n".join([" ".join(filter(None, map(_shape, tokens))), *map(told, read.problems)])


def _shape(token: Token) -> str:
    if token.type == "slot":
        return f"|{token.info}|"
    if token.type in ("tag_open", "tag", "tag_close"):
        return f"</{token.tag}>" if token.nesting < 0 else f"<{token.tag}>"
    return "" if token.hidden or not token.nesting else "/" * (token.nesting < 0) + token.tag


def read_titles(text: str) -> str:
    read = deck(text)
    slides = (f"{slide.no} {slide.layout} {slide.level} {slide.title!r}" for slide in read.slides)
    return "\n".join([f"deck {read.title!r}", *slides, *map(told, read.problems)])


def read_notes(text: str) -> str:
    slides = deck(text).slides
    return "\n".join(f"{slide.note!r} after {len(slide.tokens)} tokens" for slide in slides)


def read_formulas(text: str) -> str:
    read = deck(text)
    tokens = [each for token in read.slides[0].tokens for each in (token, *(token.children or ()))]
    found = (_formula(token) for token in tokens if token.type.startswith("math"))
    return "\n".join([*found, *map(told, read.problems)])


def _formula(token: Token) -> str:
    """A formula, its steps, and what else its info says."""
    steps = token.meta.get("steps")
    parts = [token.type, repr(token.content), "" if steps is None else f"{{{steps_attribute(steps)}}}"]
    parts += [f"{name} {token.meta[name]}" for name in ("at", "veiled", "finally") if name in token.meta]
    if click := token.meta.get("click"):
        parts.append(f"from {click.start}")
    return " ".join(filter(None, parts))


def read_slots(text: str) -> str:
    shown = [token for token in deck(text).slides[0].tokens if token.type in ("slot", "inline", "fence")]
    return "\n".join(f"[{token.info}]" if token.type == "slot" else token.content.rstrip("\n") for token in shown)


def read_problems(text: str) -> str:
    return "\n".join(map(told, deck(text).problems))


def read_html(text: str) -> str:
    return str(markdown_parser().render(text)).rstrip("\n")


def read_magic(text: str) -> str:
    if broken := errors(text):
        return "\n".join(broken)
    slide = deck(text).slides[0]
    moving = (token.meta for token in slide.tokens if token.type == "magic")
    said = (f"{meta['versions']} at {meta['at']} for {meta['duration']}: {meta['frames']}" for meta in moving)
    places = (f"{block.id} {block.span.start}-{block.span.end}:{block.span.column}" for block in slide.blocks)
    return "\n".join([*said, *places, read_blocks(text)])


def read_imports(text: str) -> str:
    def listed(read: Deck) -> Iterator[str]:
        for slide in read.slides:
            place = f"{slide.span.path}:{slide.span.start}-{slide.span.end}"
            front = json.dumps(slide.frontmatter, ensure_ascii=False)
            yield f"{slide.no} {place} {slide.layout} {slide.title!r} {front}"

    return read_files(text, listed)


def read_snippets(text: str) -> str:
    def listed(read: Deck) -> Iterator[str]:
        for block in read.blocks:
            where = f" from {block.path} {','.join(map(str, block.origin.lines))}" if block.origin else ""
            yield f"{block.id} {block.lang or '-'} {block.code!r}{where} {options(block.options)}".rstrip()

    return read_files(text, listed)


def read_files(text: str, listed: Callable[[Deck], Iterator[str]]) -> str:
    """What several files come to, or what must be mended in them."""
    try:
        read = deck_of(files(text))
    except ExceptionGroup as group:
        return "\n".join(told(error, path=True) for error in group.exceptions if isinstance(error, ParseError))
    return "\n".join([*listed(read), *(told(problem, path=True) for problem in read.problems)])


READERS: dict[str, Callable[[str], str]] = {
    "split.md": read_split,
    "frontmatter.md": read_front_matters,
    "keys.md": read_problems,
    "info.md": read_blocks,
    "references.md": read_blocks,
    "results.md": read_blocks,
    "steps.md": read_ranges,
    "literal.md": read_literal,
    "clicks.md": read_clicks,
    "appear.md": read_appearances,
    "balance.md": read_tags,
    "title.md": read_titles,
    "note.md": read_notes,
    "formulas.md": read_formulas,
    "slots.md": read_slots,
    "foreign.md": read_problems,
    "imports.md": read_imports,
    "snippets.md": read_snippets,
    "mdc.md": partial(outline, comark=True),
    "footnotes.md": outline,
    "groups.md": outline,
    "magic.md": read_magic,
    "emoji.md": read_html,
    "emphasis.md": read_html,
    "markdown.md": read_html,
}

ALL = [
    pytest.param(name, text, expected, id=f"{name.removesuffix('.md')}: {title}")
    for name in READERS
    for title, text, expected in cases(name)
]


@pytest.mark.parametrize(("name", "text", "expected"), ALL)
def test_the_parser_reads_it_as_the_fixture_says(name: str, text: str, expected: str) -> None:
    # the fixture's own final newline is not part of the input
    assert READERS[name](text.removesuffix("\n")) == expected.removesuffix("\n")


def test_errors_are_parse_errors_with_a_place_and_come_together() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        deck("---\ntitle: [a\n---\n\n---\n- x\n---\n")
    assert str(caught.value).startswith("the deck can't be read")
    assert [type(error) for error in caught.value.exceptions] == [ParseError, ParseError]


def test_a_long_deck_without_separators_is_pointed_at_its_second_title() -> None:
    text = "# A\n\n```md\n# no title\n```\n\n### Small\n\n## B\n" + "text\n" * 150
    hint = "put a line of three dashes, with blank lines around it, between slides"
    assert read_problems(text) == f"D021 9:1 there is no slide separator in this deck | {hint}"
    assert read_problems(text + "\n---\n\n# C\n") == ""
    assert read_problems(text.replace("## B", "### B")) == ""
    assert read_problems(text.replace("text\n" * 20, "", 1)) == ""
