"""A save -> what a browser shows, with `deck serve` in between; its memory, and how soon 200 others follow."""

from __future__ import annotations

import argparse
import json
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from playwright.sync_api import Page, sync_playwright

from bench import thousand
from bench.lecture import ROOT
from deck_builder.load import deck_files, load_source
from deck_builder.model import CodeBlock, Deck
from deck_builder.parse import parse

DECK: Final = (sys.executable, "-m", "deck_builder")
GOALS_MS: Final = {"prose": 40.0, "code": 50.0, "result": 120.0}
LARGE: Final = 1.5
FRAMES_MS: Final = 33.0
IDLE_MB: Final = 60.0

AWAIT = """(texts) => {
  window.awaited = Promise.all(texts.map((text) => new Promise((done) => {
    new MutationObserver((records, observer) => {
      const now = performance.now();
      const added = records.flatMap((record) => [...record.addedNodes]);
      if (!added.some((node) => node.textContent.includes(text))) return;
      observer.disconnect();
      done(now);
    }).observe(document.body, { childList: true, subtree: true });
  })));
}"""
"""Notes when each of these texts comes into the page."""

SETTLED = "() => !document.documentElement.dataset.stale"


class Ms(NamedTuple):
    """Milliseconds of several turns."""

    turns: Sequence[float]

    def __str__(self) -> str:
        return f"{median(self.turns):7.1f} ms  ({min(self.turns):.1f}-{max(self.turns):.1f})"


@dataclass(frozen=True, slots=True)
class Served:
    """A deck in a folder, and the process that serves it."""

    file: Path
    url: str
    process: subprocess.Popen[str]
    results: Path

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(re.search(r":(\d+)/", self.url)[1])  # type: ignore[index]

    def seconds(self, mark: str) -> float:
        """The own time of the block that said this last, by the worker's clock."""
        for path in sorted(self.results.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True):
            with suppress(OSError, ValueError):
                if mark in (text := path.read_text(encoding="utf-8")):
                    return float(json.loads(text)["result"]["seconds"])
        raise LookupError(f"no result says {mark}")


@contextmanager
def served(file: Path, work: Path, **env: str) -> Iterator[Served]:
    """Serve a deck by a process of its own; what it keeps is in `work`."""
    cache = work / "cache"
    process = subprocess.Popen(
        [*DECK, "serve", file, "--port", "0", "--offline"],
        cwd=work, env=os.environ | {"XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(ROOT)} | env,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        url = process.stdout.readline().strip()
        yield Served(file, url, process, cache / "deck-builder" / "results")
    finally:
        process.send_signal(signal.SIGINT)
        with process:
            process.wait(30)


def write_aside(path: Path, text: str) -> None:
    """Save as most editors do: a new file takes the place of the old one."""
    aside = path.with_name(f".{path.name}.aside")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def write_over(path: Path, text: str) -> None:
    """Save as the others do."""
    path.write_text(text, encoding="utf-8")


Write = Callable[[Path, str], None]


class Author:
    """Who saves a deck and looks at the page. Every turn starts from the deck as it was, all of it run."""

    def __init__(self, page: Page, deck: Served) -> None:
        self._page, self._deck = page, deck
        self.text = deck.file.read_text(encoding="utf-8")
        self._no, self._behind = 0, 0.0

    def look_at(self, slide: int) -> None:
        """Go to a slide, once all code has run."""
        self._page.goto(self._deck.url)
        self._page.wait_for_function(SETTLED, timeout=600_000)
        self._page.evaluate(f"() => {{ location.hash = '#/{slide}' }}")
        time.sleep(1)
        # The clock of the day may be set; these two only go on. The quickest answer tells best how they differ.
        told = [(time.monotonic(), self._page.evaluate("performance.now()"), time.monotonic()) for _ in range(100)]
        asked, now, answered = min(told, key=lambda one: one[2] - one[0])
        self._behind = (asked + answered) / 2 * 1000 - now

    def turns(self, count: int, write: Write, edit: Callable[[int], tuple[str, list[str]]]) -> list[Ms]:
        """Save what `edit` makes of a number; by each text that it names, when that shows. The first turn warms up.

        The second of two texts is what a block says, and its time is without the block's own.
        """
        rows = [self._turn(write, edit) for _ in range(count + 1)][1:]
        return [Ms(column) for column in zip(*rows, strict=True)]

    def _turn(self, write: Write, edit: Callable[[int], tuple[str, list[str]]]) -> list[float]:
        self._no += 1
        text, marks = edit(self._no)
        self._page.evaluate(AWAIT, marks)
        time.sleep(0.2)
        began = time.monotonic() * 1000 - self._behind
        write(self._deck.file, text)
        times = [at - began for at in self._page.evaluate("() => window.awaited")]
        self._page.wait_for_function(SETTLED, timeout=120_000)
        if len(times) > 1:
            times[1] -= self._deck.seconds(marks[1]) * 1000
        time.sleep(0.2)
        return times


def block_of(deck: Deck, share: float) -> CodeBlock:
    """A block that runs and can be seen, so far into the deck."""
    blocks = [block for block in deck.blocks if block.options.run and not block.options.hide]
    return blocks[min(int(len(blocks) * share), len(blocks) - 1)]


def prose(text: str, slide: int, deck: Deck) -> tuple[Callable[[int], tuple[str, list[str]]], ...]:
    """A word at the end of a slide, and a line more there, by which all slides that follow move."""
    lines = text.split("\n")
    end = deck.slides[slide - 1].span.start + 1
    while not re.fullmatch(r"[^\W#<`|$:-].*", lines[end]) or "$" in lines[end]:
        end += 1

    def word(no: int) -> tuple[str, list[str]]:
        return "\n".join([*lines[:end], f"{lines[end]} w{no}o", *lines[end + 1 :]]), [f" w{no}o"]

    def line(no: int) -> tuple[str, list[str]]:
        more = [
            word for one in range(no % 2 + 1) for word in ("", f"w{no}o{one}")
        ]  # one line more than before, or less
        return "\n".join([*lines[: end + 1], *more, *lines[end + 1 :]]), [f"w{no}o0"]

    return word, line


def code(text: str, block: CodeBlock) -> Callable[[int], tuple[str, list[str]]]:
    """A block that says something else: how its text and its result show."""
    lines = text.split("\n")
    end = block.line(block.code.rstrip("\n").count("\n") + 1)

    def edit(no: int) -> tuple[str, list[str]]:
        return "\n".join([*lines[:end], f'print("seen", "as{no}")', *lines[end:]]), [f'"as{no}")', f"seen as{no}"]

    return edit


def running_some(slides: int, each: int) -> str:
    """The deck of so many slides, of which the code of each so many-th runs."""
    parts = thousand.deck(slides).split("\n---\n\n# ")
    for no, part in enumerate(parts):
        if no % each:
            parts[no] = re.sub(r"(```python \{.*\})\n", r"\1{run: false}\n", part)
    text = "\n---\n\n# ".join(parts)
    first = f"x_{each} = torch"  # what runs first has to import it
    return text.replace(first, f"import torch\n{first}", 1)


def saves(page: Page, deck: Served, turns: int, factor: float) -> None:
    """Print how long each kind of edit takes to show."""
    author = Author(page, deck)
    parsed = parse(load_source(deck.file), deck_files(deck.file.parent))
    middle, last = block_of(parsed, 0.5), block_of(parsed, 1)
    number = int(middle.id.partition(".")[0])
    word, line = prose(author.text, number, parsed)
    author.look_at(number)
    for name, write in (("aside", write_aside), ("over", write_over)):
        for what, edit in (("a word", word), ("a line more or less", line)):
            (times,) = author.turns(turns, write, edit)
            row(f"{what}, written {name}", times, GOALS_MS["prose"] * factor)
    for what, block in (("middle", middle), ("last", last)):
        author.look_at(int(block.id.partition(".")[0]))
        for name, write in (("aside", write_aside), ("over", write_over)):
            shown, ran = author.turns(turns, write, code(author.text, block))
            row(f"text of the {what} block, written {name}", shown, GOALS_MS["code"] * factor)
            row(f"result of the {what} block, less its own time", ran, GOALS_MS["result"] * factor)
    write_aside(deck.file, author.text)


def row(what: str, times: Ms, goal: float) -> None:
    """Print a row of the table."""
    verdict = "" if median(times.turns) <= goal else "  MISSED"
    print(f"  {what:<46}{times}   (goal {goal:.0f} ms){verdict}", flush=True)


def memory(process: int) -> tuple[float, float]:
    """MB that a process holds, and its own share of them."""
    rows = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return tuple(
        sum(int(each.split()[1]) for each in rows if each.startswith(f"{kind}:")) / 1024 for kind in ("Rss", "Pss")
    )  # type: ignore[return-value]


def children(process: int) -> list[int]:
    """The processes that a process began, with those that they did."""
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        with suppress(OSError):
            for pid in map(int, (task / "children").read_text(encoding="utf-8").split()):
                found += [pid, *children(pid)]
    return found


def idle(deck: Served, when: str) -> None:
    """Print the memory of a process that serves, and of those that run its code."""
    rss, pss = memory(deck.process.pid)
    others = 0.0
    for pid in children(deck.process.pid):
        with suppress(OSError):
            others += memory(pid)[1]
    torch = "torch" in Path(f"/proc/{deck.process.pid}/maps").read_text(encoding="utf-8")
    missed = "  MISSED" if rss > IDLE_MB or torch else ""
    print(
        f"  memory {when}: {rss:.0f} MB (its share {pss:.0f} MB; goal {IDLE_MB:.0f} MB){missed}; "
        f"zygote and checkpoints {others:.0f} MB", flush=True,
    )  # fmt: skip


class Line:
    """A websocket, with as little of our own time in it as can be."""

    def __init__(self, deck: Served, cookie: str = "") -> None:
        name, host = "slides", f"127.0.0.1:{deck.port}"
        self.socket = socket.create_connection(("127.0.0.1", deck.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        name = deck.file.parent.name
        self.socket.sendall(
            f"GET /{name}/live?epoch=1 HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"{cookie}\r\n".encode()
        )

    def say(self, message: Any) -> None:
        """Send a short message; its mask is all noughts."""
        data = json.dumps(message).encode()
        assert len(data) < 126
        self.socket.sendall(bytes([0x81, 0x80 | len(data), 0, 0, 0, 0]) + data)

    def drain(self, quiet_s: float) -> bytes:
        """What comes until nothing more does."""
        self.socket.settimeout(quiet_s)
        got = b""
        with suppress(TimeoutError):
            while chunk := self.socket.recv(1 << 20):
                got += chunk
        return got


def follow(deck: Served, sockets: int, turns: int) -> tuple[Ms, Ms]:
    """When the first and the last of so many that look on have the presenter's place."""
    token = deck.url.partition("token=")[2]
    author = Line(deck, f"Cookie: deck-author-{deck.port}={token}\r\n")
    lines = [Line(deck) for _ in range(sockets)]
    for line in (author, *lines):
        got = b""
        line.socket.settimeout(20)
        while b'"type":"hello"' not in got:
            got += line.socket.recv(1 << 20)
    ready = selectors.DefaultSelector()
    for line in lines:
        line.socket.setblocking(False)
        ready.register(line.socket, selectors.EVENT_READ)
    firsts, lasts = [], []
    for turn in range(turns + 1):
        sign, waiting = f'"click":{turn}}}'.encode(), set(lines)
        by_socket = {line.socket: line for line in lines}
        first = 0.0
        began = time.perf_counter()
        author.say({"type": "place", "no": 1, "click": turn})
        while waiting:
            events = ready.select(10)
            assert events, f"{len(waiting)} do not follow"
            first = first or time.perf_counter() - began
            for key, _ in events:
                if sign in key.fileobj.recv(65536):  # type: ignore[union-attr]
                    waiting.discard(by_socket[key.fileobj])  # type: ignore[index]
        lasts.append((time.perf_counter() - began) * 1000)
        firsts.append(first * 1000)
        time.sleep(0.1)
    for line in (author, *lines):
        line.socket.close()
    return Ms(firsts[1:]), Ms(lasts[1:])


def main() -> None:
    """Measure and print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=20)
    options.add_argument("--slides", type=int, default=300)
    options.add_argument(
        "--each", type=int, default=10, help="of the large deck the code of each so many-th slide runs"
    )
    options.add_argument("--sockets", type=int, default=200)
    chosen = options.parse_args()
    print(
        f"medians of {chosen.turns} turns (smallest-largest); load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        work = Path(name).resolve()
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium")
        )
        lecture, large = work / "lecture" / "slides.md", work / "large" / "slides.md"
        for path in (lecture, large):
            path.parent.mkdir()
        shutil.copy(ROOT / "slides" / "linear-regression" / "slides.md", lecture)
        large.write_text(running_some(chosen.slides, chosen.each), encoding="utf-8")
        for path, title, factor in (
            (lecture, "slides/linear-regression", 1.0),
            (large, f"{chosen.slides} slides", LARGE),
        ):
            with served(path, work) as deck:
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                print(title, flush=True)
                page.goto(deck.url)
                page.wait_for_function(SETTLED, timeout=600_000)
                idle(deck, "idle, the deck shown")
                saves(page, deck, chosen.turns, factor)
                idle(deck, "after all these saves")
                page.close()
                if path is lecture:
                    first, last = follow(deck, chosen.sockets, chosen.turns)
                    row(f"the first of {chosen.sockets} has the presenter's place", first, FRAMES_MS)
                    row(f"the last of {chosen.sockets} has it", last, FRAMES_MS)
        browser.close()
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
