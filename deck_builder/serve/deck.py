"""A deck's file -> a deck that is served: built when it changes, its code run, drafts of code taken in and out."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from time import perf_counter, sleep
from typing import Final

from deck_builder.check import unreadable
from deck_builder.disk import Disk
from deck_builder.errors import DeckError
from deck_builder.model import ExecutedDeck, Problem, Source
from deck_builder.serve.build import Builder, Built, Means
from deck_builder.serve.coder import PATIENCE_S, Coder, Resumes
from deck_builder.serve.editing import Editing
from deck_builder.serve.epochs import Epochs
from deck_builder.serve.fresh import Fresh
from deck_builder.serve.known import Job, Known
from deck_builder.serve.served import Message
from deck_builder.serve.told import problems_message
from deck_builder.serve.watch import Watch

_GIVES_WAY_S: Final = 0.015
"""So long a browser takes to show a slide: what was typed is seen before code runs on the same processors."""


@dataclass(frozen=True, slots=True)
class Told:
    """A state that a deck has come to, with what is wrong; without an `executed` deck it can't be read."""

    path: Path
    executed: ExecutedDeck | None
    sources: Mapping[Path, Source]
    problems: tuple[Problem, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """What is shown of a deck that nobody has opened."""

    title: str = ""
    total: int = 0
    html: str = ""


class LiveDeck:
    """A deck as it is written. It does nothing until somebody asks for it."""

    def __init__(
        self,
        path: Path,
        name: str,
        means: Means,
        code: tuple[Known, Resumes] | None,
        told: Callable[[Told], None],
        thumbnail: Callable[[Path, Disk], Thumbnail],
        warm: Callable[[Source], None] = lambda source: None,
    ) -> None:
        """`warm` is called with the deck's text when it is first asked for: its code will run soon."""
        self.path, self.name = path, name
        self._told, self._thumbnail, self._warm = told, thumbnail, warm
        self._known = code[0] if code else None
        self._builder = Builder(path, means, self._known)
        self._epochs, self._watch = Epochs(), Watch()
        self._coder = Coder(code[1], code[0], self._began, self._watch.call) if code else None
        self._editing = Editing(self._watch.call)
        self._thread = Thread(target=self._work, daemon=True)
        self._lock = Lock()
        self._started = self._closed = self._is_followed = False
        self._folders: set[Path] = set()
        self._last: Built | None = None
        self._looking = Lock()
        self._looked: Fresh[Thumbnail] = Fresh()

    @property
    def title(self) -> str:
        """The deck's title; "" if it can't be read. May block."""
        return self._last.executed.deck.title if self._last else self._looks.title

    @property
    def total(self) -> int:
        """How many slides there are; 0 if it can't be read. May block."""
        return len(self._last.executed.deck.slides) if self._last else self._looks.total

    def page(self) -> str:
        """The page as it stands: waits for the first. A deck that could never be read has one that waits for it."""
        self._start()
        return self._epochs.html()

    def thumbnail(self) -> str:
        """The first slide alone; "" where there is none."""
        return self._looks.html

    @property
    def _looks(self) -> Thumbnail:
        """What the deck's files have, looked at again when one of them has changed."""
        with self._looking:
            try:
                return self._looked.get(self.path, lambda disk: self._thumbnail(self.path, disk))
            except (DeckError, ExceptionGroup):
                return Thumbnail()

    def since(self, epoch: int) -> list[Message]:
        """What brings a page of that epoch up to date."""
        self._start()
        return self._epochs.since(epoch)

    def subscribe(self, tell: Callable[[Message], None]) -> Callable[[], None]:
        """Have `tell` hear of every change."""
        self._start()
        return self._epochs.subscribe(tell)

    def hear(self, message: Message) -> Message | None:
        """Run, save or drop the code of a block, as edited."""
        built = self._last
        return self._editing.hear(message, built.executed.deck if built else None)

    def close(self) -> None:
        """End all that was begun."""
        with self._lock:
            started, self._closed = self._started, True
        self._watch.close()
        if started:
            if self._coder:
                self._coder.close()
            self._thread.join(PATIENCE_S)
        self._epochs.close()

    def _start(self) -> None:
        with self._lock:
            if self._started or self._closed:
                return
            self._started = True
        self._watch.follow([self.path.parent])
        self._watch.start()
        if self._coder:
            self._coder.start()
        self._watch.call()
        self._thread.start()

    def _work(self) -> None:
        while (changed := self._watch.wait()) is not None:
            began = perf_counter()
            if self._known and self._builder.strangers(changed):
                self._known.forget()
            try:
                looks = self._soon() or bool(changed) or not self._is_followed
                self._is_followed = False
                self._now(began, looks=looks)
            except Exception as error:  # whatever it is, the deck is served on: the next change may mend it
                self._broken(unreadable(error) or (_ours(error),), perf_counter() - began)

    def _soon(self) -> bool:
        """Show what is written, before anything is looked up; whether that is something new.

        What goes wrong here will be told by what follows.
        """
        try:
            page = self._builder.soon(self._editing.drafts)
        except Exception:  # what is shown for a moment is made of two states of the deck, which may not go together
            return False
        if page:
            self._epochs.publish(page)
            sleep(_GIVES_WAY_S)
        return page is not None

    def _now(self, began: float, *, looks: bool) -> None:
        if self._last is None and self._coder:
            self._warm(self._builder.text())
        want = self._coder.want if self._coder else None
        built = self._last = self._builder.now(self._editing.drafts, want, looks=looks)
        self._epochs.publish(built.page)
        if self._coder:
            self._coder.shown()
        for answer in self._editing.settle(built.executed.deck, built.lost):
            self._epochs.tell(answer)
        folders = {self.path.parent, *built.folders}
        self._is_followed = folders == self._folders  # else what changed there before nobody was told of
        self._folders = folders
        self._watch.follow(folders)
        if built.found.missing:
            self._problems(built.problems, built)
        else:
            self._say(built.problems, built, perf_counter() - began)

    def _broken(self, problems: tuple[Problem, ...], seconds: float) -> None:
        if self._epochs.page is None:  # the page of a deck that could never be read waits for it
            self._epochs.publish(self._builder.placeholder(self.name))
        self._say(problems, None, seconds)

    def _say(self, problems: tuple[Problem, ...], built: Built | None, seconds: float) -> None:
        self._problems(problems, built)
        sources = built.sources if built else dict(self._builder.read)
        self._told(Told(self.path, built.executed if built else None, sources, problems, seconds))

    def _problems(self, problems: tuple[Problem, ...], built: Built | None) -> None:
        deck, sources = (built.executed.deck, built.sources) if built else (None, dict(self._builder.read))
        message = problems_message(problems, deck, sources, self.path.parent, broken=built is None)
        self._epochs.tell(message, keep=True)

    def _began(self, job: Job | None, blocks: Sequence[str]) -> None:
        about: Message = {"block": ""}
        if job:
            block, *waiting = blocks
            slide = int(block.partition(".")[0])
            about = {"block": block, "slide": slide, "variant": job.session.variant, "waiting": waiting}
        self._epochs.tell({"type": "running", **about}, keep=True)


def _ours(error: Exception) -> Problem:
    where = f"\n{''.join(traceback.format_exception(error))}" if os.environ.get("DECK_DEBUG") else ""
    return Problem("", f"an error of deck itself: {error!r}{where}", None, "DECK_DEBUG=1 shows where; please report it")
