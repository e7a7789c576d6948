"""Random edits of a deck that is served, thousands of them -> whether it ends as if nothing of that had been.

The author's files are a function of a few values; each edit changes those, and writes what has become another thing.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from queue import Queue
from threading import Condition, Thread
from typing import Any, Final, NamedTuple

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from bench.serving import Served, children, memory, served, write_aside, write_over

PATIENCE_S: Final = 60.0
QUIET_S: Final = 0.6
MOST: Final = 1.1
WARM: Final = 200

_SECTION: Final = re.compile(r'<section class="slide.*?</section>\n(?=<section class="slide|</main>)', re.DOTALL)
_PAUSES_S: Final = (0.0, 0.0, 0.01, 0.05, 0.15, 0.4)

Say = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide of a kind, with a number that is in its code or its words; `ill` is what is wrong with its code."""

    kind: str
    number: int
    ill: str = ""

    @property
    def code(self) -> str:
        """The code of its block."""
        wrong = {"syntax": "print((", "raises": "1 / 0", "endless": "while True: pass"}.get(self.ill)
        before, says = {
            "code": (f"total = total + {self.number}", "total"),
            "helper": ("import helper", "helper.times(total)"),
            "data": ("import pathlib", "pathlib.Path('data.txt').read_text()"),
        }[self.kind]
        return f"{before}\n{wrong or f'print({says}, {self.number})'}"

    @property
    def text(self) -> str:
        """The slide as it is written."""
        match self.kind:
            case "prose":
                return f"# Prose {self.number}\n\nWords of **number {self.number}**, and $x_{{{self.number}}}$.\n"
            case "snippet":
                return f"# A snippet {self.number}\n\n<<< @/snippet.py python {{run: true}}\n"
            case "imported":
                return "---\nsrc: more.md\n---\n"
            case kind:
                return f"# Of {kind}\n\n```python\n{self.code}\n```\n"


FIRST: Final = tuple(
    Slide(kind, number)
    for number, kind in enumerate(
        ("prose", "code", "helper", "code", "data", "imported", "snippet", "code", "prose", "code")
    )
)


@dataclass(frozen=True, slots=True)
class Written:
    """All that the author wrote, as values; `gone` are files that are not there."""

    slides: tuple[Slide, ...] = FIRST
    title: str = "A talk"
    factor: int = 1
    data: str = "seven"
    snippet: int = 1
    more: int = 1
    red: int = 1
    gone: frozenset[str] = frozenset()

    def files(self) -> dict[str, str]:
        """The files of the deck's folder."""
        slides = [f"# Opening\n\n```python\ntotal = {self.factor}\nprint('at first', total)\n```\n"]
        slides += [slide.text for slide in self.slides]
        deck = f"---\ntitle: {self.title}\n---\n\n"
        for before, slide in zip([None, *self.slides], slides, strict=True):
            mark = "" if before is None or slide.startswith("---") else "---\n\n"
            deck += f"{mark}{slide}\n"
        found = {
            "slides.md": deck,
            "helper.py": f"def times(number):\n    return number * {self.factor}\n",
            "data.txt": self.data,
            "snippet.py": f"print('a snippet', {self.snippet})\n",
            "more.md": f"# From elsewhere {self.more}\n\nWords.\n",
            "style.css": f"h1 {{ color: rgb({self.red}, 2, 3) }}\n",
        }
        return {name: text for name, text in found.items() if name not in self.gone}

    @property
    def blocks(self) -> dict[str, Slide]:
        """The slides whose code can be edited in the browser, by the number of their block."""
        if "slides.md" in self.gone or "[" in self.title or "more.md" in self.gone or "snippet.py" in self.gone:
            return {}
        return {f"{no}.1": slide for no, slide in enumerate(self.slides, 2) if slide.kind in ("code", "helper", "data")}

    def changed(self, at: int, **values: Any) -> Written:
        """One slide is another."""
        return replace(self, slides=(*self.slides[:at], replace(self.slides[at], **values), *self.slides[at + 1 :]))


class Follower:
    """A page that is open, without a browser: it takes patches as one does, loads itself anew, and connects again."""

    def __init__(self, deck: Served) -> None:
        self._deck = deck
        self._changed = Condition()
        self.answers: Queue[Say] = Queue()
        self.problems: Say = {}
        self.running = ""
        self.reloads, self._heard, self._closed = 0, time.monotonic(), False
        self._cookie = {"Cookie": f"deck-author-{deck.port}={deck.url.partition('token=')[2]}"}
        self._line = self._opened()
        self._thread = Thread(target=self._follow, daemon=True)
        self._thread.start()

    def page(self) -> tuple[int, list[str]]:
        """The deck's page as the server has it now: its epoch and its sections."""
        connection = HTTPConnection("127.0.0.1", self._deck.port, timeout=PATIENCE_S)
        connection.request("GET", f"/{self._deck.file.parent.name}/", headers=self._cookie)
        html = connection.getresponse().read().decode()
        connection.close()
        return int(re.search(r'data-epoch="(\d+)"', html)[1]), _SECTION.findall(html)  # type: ignore[index]

    def say(self, message: Say) -> Say:
        """Ask for something, as an author; the answer."""
        while not self.answers.empty():
            self.answers.get()
        self._line.send(json.dumps(message))
        while True:
            answer = self.answers.get(timeout=PATIENCE_S)
            if answer["to"] == message["type"]:
                return answer

    def settle(self) -> None:
        """Wait until nothing is to run and nothing is told any more."""
        until = time.monotonic() + PATIENCE_S
        with self._changed:
            while not self.is_settled or time.monotonic() - self._heard < QUIET_S:
                self._changed.wait(QUIET_S / 2)
                assert self._thread.is_alive(), "a patch could not be taken"
                stale = [no for no, section in enumerate(self.sections, 1) if "data-stale" in section]
                assert time.monotonic() < until, (
                    f"never settles: {stale} are stale, {self.running!r} runs, {self.problems}"
                )

    @property
    def is_settled(self) -> bool:
        """Whether no result is of an earlier run."""
        return not self.running and not any("data-stale" in section for section in self.sections)

    def close(self) -> None:
        """Leave."""
        self._closed = True
        self._line.close()
        self._thread.join()

    def _opened(self) -> ClientConnection:
        self.epoch, self.sections = self.page()
        host = f"127.0.0.1:{self._deck.port}"
        return connect(
            f"ws://{host}/{self._deck.file.parent.name}/live?epoch={self.epoch}", origin=f"http://{host}",  # type: ignore[arg-type]
            additional_headers=self._cookie, compression=None, max_size=None,
        )  # fmt: skip

    def _follow(self) -> None:
        while not self._closed:
            with suppress(WebSocketException, OSError):
                for text in self._line:
                    self._hear(json.loads(text))
            if not self._closed:
                self._line = self._opened()

    def _hear(self, message: Say) -> None:
        with self._changed:
            self._heard = time.monotonic()
            match message["type"]:
                case "patch" if message["epoch"] > self.epoch:
                    assert message["from"] <= self.epoch, "a patch is missing"
                    self.epoch = message["epoch"]
                    numbers = range(1, message["total"] + 1)
                    self.sections = [message["changed"].get(str(no)) or self.sections[no - 1] for no in numbers]
                case "problems":
                    self.problems = message
                case "running":
                    self.running = message["block"]
                case "answer":
                    self.answers.put(message)
                case "reload":
                    self.reloads += 1
                    self._line.close()
            self._changed.notify_all()


class Author:
    """Who edits: by chance, and always the same for a seed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.written = folder, Written()
        self.chance = random.Random(seed)
        self.follower: Follower | None = None
        self.did: Counter[str] = Counter()
        self._disk: dict[str, str] = {}
        self.put(self.written)

    def put(self, written: Written) -> None:
        """Write what has changed, this way or that; what is not there any more is deleted."""
        files = written.files()
        for name in self._disk.keys() - files.keys():
            (self.folder / name).unlink()
        for name, text in files.items():
            if self._disk.get(name) != text:
                self.chance.choice((write_aside, write_over))(self.folder / name, text)
        self.written, self._disk = written, files

    def take(self, written: Written) -> None:
        """What the server has written by now."""
        self.written, self._disk = written, written.files()

    @property
    def is_endless(self) -> bool:
        """Whether a block would run until its time is up."""
        return any(slide.ill == "endless" for slide in self.written.slides)

    def lost(self) -> list[str]:
        """What is in the folder otherwise than the author wrote it."""
        there = {path.name: path.read_text(encoding="utf-8") for path in self.folder.iterdir() if path.is_file()}
        names = sorted(there.keys() | self._disk.keys())
        return [name for name in names if there.get(name) != self._disk.get(name)]

    def edit(self) -> None:
        """Do one thing. An endless loop does not stay for long."""
        endless = [at for at, slide in enumerate(self.written.slides) if slide.ill == "endless"]
        if endless and self.chance.random() < 0.6:
            self.put(self.written.changed(endless[0], ill=""))
            self.did["mended"] += 1
        else:
            what = self.chance.choices(list(EDITS), [weight for weight, _ in EDITS.values()])[0]
            EDITS[what][1](self)
            self.did[what] += 1
        time.sleep(self.chance.choice(_PAUSES_S))

    def mend(self) -> None:
        """Everything is there again, and runs; the numbers stay as they are."""
        numbers = [slide.number for slide in self.written.slides]
        slides = tuple(
            replace(slide, number=number) for slide, number in zip(FIRST, [*numbers, *range(10)], strict=False)
        )
        self.put(replace(self.written, slides=slides, title="All well", gone=frozenset()))

    def some(self, *kinds: str) -> int:
        """A slide of one of these kinds, or any."""
        found = [at for at, slide in enumerate(self.written.slides) if slide.kind in kinds]
        return self.chance.choice(found or range(len(self.written.slides)))

    def number(self) -> int:
        """Some number: one that was there before, or another."""
        return self.chance.randrange(40)


CODE: Final = ("code", "helper", "data")


def _number(author: Author, *kinds: str) -> None:
    author.put(author.written.changed(author.some(*kinds), number=author.number()))


def _ill(author: Author) -> None:
    ill = author.chance.choice(("syntax", "raises", "endless", "", ""))
    author.put(author.written.changed(author.some(*CODE), ill=ill))


def _title(author: Author) -> None:
    titles = (f"Talk {author.number()}", "[broken", "A talk\naspectRatio: 4/3", "A talk\nlang: de", "A talk")
    author.put(replace(author.written, title=author.chance.choice(titles)))


def _more(author: Author) -> None:
    slides = list(author.written.slides)
    if len(slides) < 14:
        slides.insert(
            author.chance.randrange(len(slides) + 1), Slide(author.chance.choice(("prose", *CODE)), author.number())
        )
    author.put(replace(author.written, slides=tuple(slides)))


def _fewer(author: Author) -> None:
    slides = list(author.written.slides)
    if len(slides) > 6:
        slides.pop(author.chance.randrange(len(slides)))
    author.put(replace(author.written, slides=tuple(slides)))


def _order(author: Author) -> None:
    slides = list(author.written.slides)
    slides.insert(author.chance.randrange(len(slides)), slides.pop(author.chance.randrange(len(slides))))
    author.put(replace(author.written, slides=tuple(slides)))


def _beside(author: Author) -> None:
    field_of = author.chance.choice(("factor", "snippet", "more", "red", "data"))
    value: Any = author.number()
    author.put(replace(author.written, **{field_of: f"data {value}" if field_of == "data" else value}))


def _gone(author: Author) -> None:
    names = ("helper.py", "data.txt", "snippet.py", "more.md", "style.css", "slides.md")
    author.put(replace(author.written, gone=author.written.gone ^ {author.chance.choice(names)}))


def _back(author: Author) -> None:
    author.put(replace(author.written, gone=frozenset()))


def _renamed(author: Author) -> None:
    name = author.chance.choice(sorted(author.written.files()))
    path, away = author.folder / name, author.folder / f"{name}.away"
    path.rename(away)
    time.sleep(author.chance.choice(_PAUSES_S))
    away.rename(path)


def _burst(author: Author) -> None:
    at = author.some("prose", *CODE)
    for _ in range(50):
        author.put(author.written.changed(at, number=author.number()))


def _in_browser(author: Author) -> None:
    """Edit a block on its slide: have it run, saved, or dropped. Only what is saved is in the file."""
    if not author.follower or not author.written.blocks or author.is_endless:
        return
    author.follower.settle()  # who edits there has seen what there is
    block, slide = author.chance.choice(list(author.written.blocks.items()))
    other = replace(slide, number=author.number(), ill="" if slide.ill == "endless" else slide.ill)
    kind = author.chance.choice(("run", "save", "save", "drop"))
    answer = author.follower.say({"type": kind, "block": block, "was": slide.code, "code": other.code})
    author.did[f"{kind}: {'done' if answer['ok'] else 'conflict' if answer['conflict'] else answer['message']}"] += 1
    if kind == "save" and answer["ok"]:
        slides = list(author.written.slides)
        at = int(block.partition(".")[0]) - 2
        slides[at] = other
        author.take(replace(author.written, slides=tuple(slides)))


EDITS: Final[Mapping[str, tuple[int, Callable[[Author], None]]]] = {
    "prose": (20, lambda author: _number(author, "prose", "snippet")),
    "code": (25, lambda author: _number(author, *CODE)),
    "ill": (12, _ill),
    "front matter": (6, _title),
    "more": (5, _more),
    "fewer": (5, _fewer),
    "order": (4, _order),
    "another file": (15, _beside),
    "a file goes or comes": (6, _gone),
    "all files come back": (5, _back),
    "renamed and back": (4, _renamed),
    "50 saves": (1, _burst),
    "in the browser": (12, _in_browser),
}


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
    counts = (len(list(Path(f"/proc/{pid}/{what}").iterdir())) for what in ("task", "fd"))
    return Size(1 + len(others), *counts, own, shared)


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
