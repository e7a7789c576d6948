"""Decks that never change, or as a test has them change: `python -m tests.serve.still serve …` is the command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from deck_builder.cli.building import judge_anew
from deck_builder.cli.runners import Runners
from deck_builder.serve.served import Message

PAGE = '<!doctype html><html data-epoch="1"><title>{title}</title><body><p id="secret">{title}</p></body></html>'


class Still:
    """A deck of one page, which notes down what it hears; `tell` says something to all who listen."""

    def __init__(self, name: str, html: str = "", title: str = "", total: int = 3) -> None:
        self.name, self.title, self.total = name, title, total
        self.html = html or PAGE.format(title=title or name)
        self.heard: list[Message] = []
        self.asked: list[int] = []
        self.missed: list[Message] = []
        self.listeners: list[Callable[[Message], None]] = []

    def page(self) -> str:
        return self.html

    def thumbnail(self) -> str:
        return self.html

    def since(self, epoch: int) -> list[Message]:
        self.asked.append(epoch)
        return self.missed

    def subscribe(self, tell: Callable[[Message], None]) -> Callable[[], None]:
        self.listeners.append(tell)
        return lambda: self.listeners.remove(tell)

    def hear(self, message: Message) -> Message | None:
        self.heard.append(message)
        return {"type": "answer", "to": message["type"], "block": message["block"], "ok": True, "message": ""}

    def tell(self, message: Message) -> None:
        for listener in self.listeners:
            listener(message)


@contextmanager
def still(path: Path, name: str, runners: Runners) -> Iterator[Still]:
    """A deck as it is when the command starts."""
    judged, executed = judge_anew(path, runners, lambda *what: None)
    title = str(executed.deck.headmatter.get("title", "")) if executed else ""
    yield Still(name, (judged.html or b"can't be read").decode(), title, judged.slides)


if __name__ == "__main__":
    import_module("deck_builder.cli.serve").live = still  # type: ignore[attr-defined]
    import_module("deck_builder.cli").main()
