"""Random edits of a deck that is served, thousands of them -> whether it ends as if nothing of that had been.

The author's files are a function of a few values; each edit changes those, and writes what has become another thing.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from bench.author import Author
from bench.follower import Follower
from bench.serving import Served, children, memory, served

PATIENCE_S: Final = 60.0
MOST: Final = 1.1
WARM: Final = 200


class Size(NamedTuple):
    """What a server takes: of its processes, threads and open files, and MB of memory, its own and of all together."""

    processes: int
    threads: int
    files: int
    own_mb: float
    all_mb: float

    def __str__(self) -> str:
        return (
            f"{self.processes} processes, {self.threads} threads, {self.files} files, "
            f"{self.own_mb:.1f} MB itself, {self.all_mb:.0f} MB with zygote and checkpoints"
        )


def size(deck: Served) -> Size:
    """What a server takes now."""
    pid = deck.process.pid
    others = children(pid)
    own, shared = memory(pid)
    for other in others:
        with suppress(OSError):
            shared += memory(other)[1]
    threads, files = (len(list(Path(f"/proc/{pid}/{what}").iterdir())) for what in ("task", "fd"))
    return Size(1 + len(others), threads, files, own, shared)


class Outcome(NamedTuple):
    """What became of it: how the page differs from a fresh server's, files not as written, what is left."""

    differences: list[str]
    lost: list[str]
    left: list[str]
    early: Size
    late: Size
    did: Counter[str]


def soak(work: Path, edits: int, seed: int = 0, warm: int = WARM) -> Outcome:
    """Edit a deck that is served; `work` is an empty folder."""
    file, temporary = work / "talk" / "slides.md", work / "tmp"
    for folder in (file.parent, temporary):
        folder.mkdir()
    author = Author(file.parent, seed)
    differences, early = [], None
    with served(file, work, TMPDIR=str(temporary)) as deck, following(deck) as author.follower:
        for no in range(edits):
            if no == min(warm, edits // 2):
                early = _mended(author, deck)
            author.edit()
        if author.is_endless:
            author.put(replace(author.written, slides=tuple(replace(slide, ill="") for slide in author.written.slides)))
        differences += [f"as it was left: {one}" for one in unlike_fresh(author, work)]
        late = _mended(author, deck)
        differences += [f"mended: {one}" for one in unlike_fresh(author, work)]
        lost, pids = author.lost(), children(deck.process.pid)
    left = [f"process {pid}" for pid in pids if Path(f"/proc/{pid}").exists()]
    left += [f"file {path.name}" for path in temporary.iterdir()]
    assert early
    return Outcome(differences, lost, left, early, late, author.did)


@contextmanager
def following(deck: Served) -> Iterator[Follower]:
    """Somebody who looks at the deck all the time."""
    follower = Follower(deck)
    try:
        yield follower
    finally:
        follower.close()


def _mended(author: Author, deck: Served) -> Size:
    assert author.follower
    author.mend()
    time.sleep(1)
    author.follower.settle()
    return size(deck)


def unlike_fresh(author: Author, work: Path) -> Iterator[str]:
    """In what the page that was open is not as that of a server that starts now, with nothing in its cache."""
    old = author.follower
    assert old
    for block in {f"{no}.1" for no in range(1, 20)}:
        old.say({"type": "drop", "block": block})
    time.sleep(1)
    old.settle()
    with (
        tempfile.TemporaryDirectory(dir=work) as name,
        served(author.folder / "slides.md", Path(name)) as deck,
        following(deck) as fresh,
    ):
        fresh.settle()
        for no, (mine, other) in enumerate(zip(old.sections, fresh.sections, strict=False), 1):
            if mine != other:
                yield f"slide {no}: {first_difference(mine, other)}"
        if len(old.sections) != len(fresh.sections):
            yield f"{len(old.sections)} slides and not {len(fresh.sections)}"
        if old.problems != fresh.problems:
            yield f"problems: {first_difference(json.dumps(old.problems), json.dumps(fresh.problems))}"
    if old.page()[1] != old.sections:
        yield "the server's own page is another than its patches lead to"


def first_difference(one: str, other: str) -> str:
    """Where two texts part, with what is around it."""
    pairs = enumerate(zip(one, other, strict=False))
    at = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    return f"{one[max(0, at - 60) : at + 60]!r} and not {other[max(0, at - 60) : at + 60]!r}"


def main() -> None:
    """Edit, and print what became of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--edits", type=int, default=1000)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        found = soak(Path(name).resolve(), chosen.edits, chosen.seed)
    print(f"{chosen.edits} edits in {time.monotonic() - began:.0f} s, seed {chosen.seed}: {dict(found.did)}")
    for what, faults in (
        ("not as a fresh server has it", found.differences),
        ("lost", found.lost),
        ("left", found.left),
    ):
        print(f"{what}: {len(faults)} (goal 0)")
        for fault in faults:
            print(f"  {fault}")
    print(f"early: {found.early}\nlate:  {found.late}")
    for what, early, late in zip(Size._fields, found.early, found.late, strict=True):
        print(f"  {what:<10} {late / early:5.2f} x (goal {MOST}){'' if late <= MOST * early else '  MISSED'}")


if __name__ == "__main__":
    main()
