"""A page that is open, without a browser: it patches what it shows, and edits blocks as an author does."""

from __future__ import annotations

import json
import re
import time
from contextlib import suppress
from http.client import HTTPConnection
from queue import Queue
from threading import Condition, Thread
from typing import Any, Final

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from bench.serving import Served

PATIENCE_S: Final = 60.0
QUIET_S: Final = 0.6

_SECTION: Final = re.compile(r'<section class="slide.*?</section>\n(?=<section class="slide|</main>)', re.DOTALL)

Say = dict[str, Any]


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
            f"ws://{host}/{self._deck.file.parent.name}/live?epoch={self.epoch}",
            origin=Origin(f"http://{host}"),
            additional_headers=self._cookie,
            compression=None,
            max_size=None,
        )

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
