"""A deck that is served, without a network: what its pages are told is heard, and patched as a browser would."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Condition

from deck_builder.cli.living import live
from deck_builder.cli.runners import Runners
from deck_builder.cli.settings import Settings
from deck_builder.serve.deck import LiveDeck
from deck_builder.serve.served import Message

SETTINGS = Settings(theme=None, offline=True, no_cache=False, no_run=False, sandbox="auto")
_SECTION = re.compile(r'<section class="slide.*?</section>\n(?=<section class="slide|</main>)', re.DOTALL)


class Page:
    """A page that is open: its slides, what is wrong, and all that it was told."""

    def __init__(self, deck: LiveDeck) -> None:
        self.deck = deck
        self._changed = Condition()
        self.heard: list[Message] = []
        self.problems: Message = {"items": [], "broken": False}
        self.running = ""
        self.reloads = 0
        self._open()
        self._end = deck.subscribe(self._hear)
        for message in deck.since(self.epoch):
            self._hear(message)

    def _open(self) -> None:
        html = self.deck.page()
        found = re.search(r'data-epoch="(\d+)"', html)
        assert found
        self.epoch, self.slides = int(found[1]), _SECTION.findall(html)
        self.stale = re.findall(r'<html[^>]* data-stale="([^"]*)"', html)

    def _hear(self, message: Message) -> None:
        with self._changed:
            self.heard.append(message)
            match message["type"]:
                case "patch" if message["epoch"] > self.epoch:
                    assert message["from"] == self.epoch
                    self.epoch = message["epoch"]
                    numbers = range(1, message["total"] + 1)
                    self.stale = message["stale"]
                    self.slides = [message["changed"].get(str(no)) or self.slides[no - 1] for no in numbers]
                case "problems":
                    self.problems = message
                case "running":
                    self.running = message["block"]
                case "reload":
                    self.reloads += 1
            self._changed.notify_all()

    def wait(self, until: Callable[[Page], bool]) -> None:
        """Wait until something holds of the page."""
        with self._changed:
            assert self._changed.wait_for(lambda: until(self), 60), self.heard[-6:]

    def shows(self, text: str) -> None:
        """Wait until a slide shows a text."""
        self.wait(lambda page: any(text in slide for slide in page.slides))

    @property
    def is_settled(self) -> bool:
        """Whether no result is of an earlier run."""
        return not self.stale

    def settle(self) -> None:
        """Wait until everything has run."""
        self.wait(lambda page: page.is_settled)


def served(path: Path, runners: Runners) -> AbstractContextManager[LiveDeck]:
    """Serve a deck, without a network."""
    return live(path, "deck", runners)
