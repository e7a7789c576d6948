"""The states of a deck, one after the other -> messages to who looks on, in the order of the states."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from threading import Condition
from typing import Final

from deck_builder.render.live import LivePage
from deck_builder.serve.patch import patch
from deck_builder.serve.served import Message

MOST: Final = 16
"""Pages that are remembered: one that shows an older state is loaded anew."""


class Epochs:
    """A deck's pages by their epochs, and what is told beside them: what is wrong, what runs."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._pages: deque[tuple[int, LivePage]] = deque(maxlen=MOST)
        self._others: dict[str, Message] = {}
        self._listeners: list[Callable[[Message], None]] = []
        self._html: tuple[int, str] = (0, "")
        self._closed = False

    @property
    def page(self) -> LivePage | None:
        """The newest page."""
        return self._pages[-1][1] if self._pages else None

    def publish(self, page: LivePage) -> None:
        """A newer page is there."""
        with self._changed:
            epoch, before = self._pages[-1] if self._pages else (0, None)
            message = patch(before, page, (epoch, epoch + 1)) if before else {"type": "reload"}
            if message is None:
                self._pages[-1] = (epoch, page)
                return
            if before:  # of an older page only what tells it from a newer one is kept: a deck is large
                self._pages[-1] = (epoch, replace(before, problems=(), write=str))
            self._pages.append((epoch + 1, page))
            self._tell(message)
            self._changed.notify_all()

    def tell(self, message: Message, *, keep: bool = False) -> None:
        """Tell everybody; what is kept is told once, and to who comes later."""
        with self._changed:
            if keep and self._others.get(message["type"]) == message:
                return
            if keep:
                self._others[message["type"]] = message
            self._tell(message)
            self._changed.notify_all()

    def html(self) -> str:
        """The newest page as a document; waits for the first. "" where there is none and something is wrong."""
        with self._changed:
            self._changed.wait_for(lambda: self._pages or "problems" in self._others or self._closed)
            if not self._pages:
                return ""
            epoch, page = self._pages[-1]
            if self._html[0] == epoch:
                return self._html[1]
        stale = f' data-stale="{" ".join(page.stale)}"' if page.stale else ""
        html = page.write().replace("<html", f'<html data-epoch="{epoch}"{stale}', 1)
        with self._changed:
            self._html = (epoch, html)
        return html

    def since(self, epoch: int) -> list[Message]:
        """What brings a page of an epoch up to date, and what else is to be known."""
        with self._changed:
            messages = []
            if self._pages and self._pages[-1][0] != epoch:
                old = next((page for no, page in self._pages if no == epoch), None)
                last, new = self._pages[-1]
                found = patch(old, new, (epoch, last)) if old else {"type": "reload"}
                messages = [found or {**_nothing(new), "from": epoch, "epoch": last}]
            return messages + list(self._others.values())

    def subscribe(self, tell: Callable[[Message], None]) -> Callable[[], None]:
        """Have `tell` hear of what is told from now on; gives what ends that."""
        with self._changed:
            self._listeners.append(tell)

        def end() -> None:
            with self._changed:
                if tell in self._listeners:
                    self._listeners.remove(tell)

        return end

    def close(self) -> None:
        """Let nobody wait any more."""
        with self._changed:
            self._closed = True
            self._listeners.clear()
            self._changed.notify_all()

    def _tell(self, message: Message) -> None:
        for listener in self._listeners:
            listener(message)


def _nothing(page: LivePage) -> Message:
    """A patch between two pages that show the same."""
    return {
        **{"type": "patch", "title": page.title, "total": len(page.sections)},
        **{"css": None, "layers": None, "changed": {}, "stale": list(page.stale), "order": None},
    }
