"""Decks -> whether they come out the same: built twice without a cache, and run in every mode of the engine."""

from __future__ import annotations

import argparse
import ast
import difflib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.sources import AS_CHECK, SHARED, documents, python_blocks, read
from deck_builder.cli.building import judge_anew
from deck_builder.cli.runners import Runners
from deck_builder.execute import execute
from deck_builder.execute.engine import Engine, Mode
from deck_builder.execute.running import runner
from deck_builder.execute.store import Store
from deck_builder.model import BlockResult, CodeBlock, Deck, Output

SLIDES: Final = Path(__file__).resolve().parents[1] / "slides"
EDITS: Final = 3
Results = Mapping[str, tuple[Output, ...]]


def built_twice(path: Path) -> Iterator[str]:
    """What differs between the pages of two builds, each by a new engine."""
    pages = []
    for _ in range(2):
        with Runners(AS_CHECK) as runners:
            judged, _executed = judge_anew(path, runners, lambda *_: None)
            page = (judged.html or b"").decode("utf-8")
            pages.append(re.sub(r"nonce[-=][\w\"]+", "", page))  # made of the page's text: it differs where that does
    yield from differences(*pages)


def differences(one: str, other: str) -> Iterator[str]:
    """The first words in which two texts differ, with what stands before them."""
    first, second = (re.findall(r"\S+\s*", text) for text in (one, other))
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False) if first != second else None
    for what, begin, end, start, stop in matcher.get_opcodes() if matcher else ():
        if what != "equal":
            before, was, now = "".join(first[begin - 3 : begin]), first[begin:end], second[start:stop]
            yield f"{before[-60:]!r}: {''.join(was)[:80]!r} / {''.join(now)[:80]!r}"


def run(deck: Deck, mode: Mode, edited: Sequence[Deck] = ()) -> list[Results]:
    """The outputs of a deck, and then of its edited versions in the same engine."""
    with tempfile.TemporaryDirectory() as folder, Engine("auto", mode) as engine:
        store = Store(Path(folder)) if edited else None
        return [_outputs(execute(one, runner(engine, store)).results) for one in (deck, *edited)]


def _outputs(results: Mapping[str, BlockResult]) -> Results:
    return {block: result.outputs for block, result in results.items()}


def edits(deck: Deck) -> list[CodeBlock]:
    """The last, the middle and the first block that a comment can be added to without a change of what it does."""
    able = [block for block in python_blocks(deck) if block.options.run and _takes_comment(block)]
    return list({one.id: one for one in (able[-1:] + able[len(able) // 2 :][:1] + able[:1])}.values())[:EDITS]


def edited(deck: Deck, block: CodeBlock) -> Deck:
    """The deck with a comment at the end of a block."""
    new = replace(block, code=f"{block.code}  # edited")
    slides = (
        replace(one, blocks=tuple(new if each.id == new.id else each for each in one.blocks)) for one in deck.slides
    )
    return replace(deck, slides=tuple(slides))


def _takes_comment(block: CodeBlock) -> bool:
    try:
        return ast.dump(ast.parse(block.code)) == ast.dump(ast.parse(f"{block.code}  # edited")) and bool(block.code)
    except (SyntaxError, ValueError):
        return False


def in_every_mode(deck: Deck) -> Iterator[str]:
    """What differs from a forked run: in a process of its own, and in a session after each of some edits."""
    (forked,) = run(deck, "fork")
    (spawned,) = run(deck, "spawn")
    changed = edits(deck)
    first, *later = run(deck, "snapshot", [edited(deck, block) for block in changed])
    others = {"spawn": spawned, "snapshot": first}
    others |= {f"snapshot, {block.id} edited": results for block, results in zip(changed, later, strict=True)}
    for name, results in others.items():
        for block, outputs in forked.items():
            if outputs != results.get(block):
                yield from (
                    f"{name}, block {block}: {said}" for said in differences(repr(outputs), repr(results.get(block)))
                )


def main() -> None:
    """Look at the house's own decks and all source documents."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, default=SHARED, help="the folder that holds lectures/ and corpus/")
    options.add_argument("only", nargs="*", help="parts of the documents' names")
    chosen = options.parse_args()
    paths = [*sorted(SLIDES.glob("*/slides.md")), *documents(chosen.shared.resolve())]
    for path in paths:
        if not chosen.only or any(part in str(path) for part in chosen.only):
            print(path, flush=True)
            deck = read(path)
            for said in [*built_twice(path)][:5]:
                print(f"    twice: {said}", flush=True)
            for said in [*in_every_mode(deck)][:10]:
                print(f"    {said}", flush=True)


if __name__ == "__main__":
    main()
