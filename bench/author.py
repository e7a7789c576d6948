"""An author who edits a deck by chance. The files are a function of a few values; an edit changes those."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bench.follower import Follower
from bench.serving import write_aside, write_over

_PAUSES_S: Final = (0.0, 0.0, 0.01, 0.05, 0.15, 0.4)


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
    value = author.number()
    written = author.written
    ways = (
        replace(written, factor=value),
        replace(written, snippet=value),
        replace(written, more=value),
        replace(written, red=value),
        replace(written, data=f"data {value}"),
    )
    author.put(author.chance.choice(ways))


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
