"""What a page is told brings it from any state to the newest. Pages are a few letters here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from deck_builder.render.live import LivePage
from deck_builder.serve.epochs import MOST, Epochs
from deck_builder.serve.patch import moved, patch
from deck_builder.serve.served import Message

PAGE = LivePage("title", "css", "", (), (), (), "frame", (), lambda: "<html>")


def page(slides: str, **others: Any) -> LivePage:
    """A page with a slide for each letter: a capital is the same slide as the small letter, rendered otherwise."""
    return replace(PAGE, sections=tuple(slides), revisions=tuple(slides.lower()), **others)


class Reader:
    """A page in a browser."""

    def __init__(self, epochs: Epochs) -> None:
        first = epochs.page
        assert first
        self.slides, self.css, self.stale = list(first.sections), first.css, list(first.stale)
        self.epoch = 1
        self.heard: list[Message] = []
        epochs.subscribe(self.hear)

    def hear(self, message: Message) -> None:
        self.heard.append(message)
        if message["type"] == "patch" and message["from"] == self.epoch:
            self.epoch = message["epoch"]
            self.css, self.stale = message["css"] or self.css, message["stale"]
            self.slides = [
                message["changed"].get(str(no)) or self.slides[no - 1] for no in range(1, message["total"] + 1)
            ]


SLIDES = st.text("abcdABCD", min_size=1, max_size=6)


STALE = st.sampled_from([(), ("1.1",), ("1.1", "2.1")])


@given(st.lists(st.tuples(SLIDES, st.sampled_from(["css", "other"]), STALE), min_size=1, max_size=8))
def test_every_page_comes_to_the_newest_state(states: list[tuple[str, str, tuple[str, ...]]]) -> None:
    epochs = Epochs()
    epochs.publish(page("ab"))
    reader, late = Reader(epochs), Reader(epochs)
    epochs.subscribe(late.hear)()
    for slides, css, stale in states:
        epochs.publish(page(slides, css=css, stale=stale))
    last, css, stale = states[-1]
    assert (reader.slides, reader.css, reader.stale) == (list(last), css, list(stale))
    late.slides, late.epoch, late.css, late.stale = list("ab"), 1, "css", []
    for message in epochs.since(1):
        late.hear(message)
    assert vars(late) | {"heard": 0} == vars(reader) | {"heard": 0}
    assert epochs.since(reader.epoch) == []


def test_nothing_is_told_of_nothing() -> None:
    epochs = Epochs()
    epochs.publish(page("abc"))
    reader = Reader(epochs)
    epochs.publish(page("abc"))
    assert reader.heard == []


def test_what_cannot_be_patched_is_loaded_anew() -> None:
    assert patch(page("a"), page("a", frame="other"), (1, 2)) == {"type": "reload"}
    epochs = Epochs()
    for no in range(MOST + 2):
        epochs.publish(page("ab"[no % 2]))
    assert epochs.since(1)[0] == {"type": "reload"}, "it is too old"
    assert epochs.since(10_000)[0] == {"type": "reload"}, "it is another server's"


def test_where_each_slide_was() -> None:
    assert moved("abc", "abc") is None
    assert moved("abc", "axc") is None, "its text changed where it stood"
    assert moved("abc", "axbc") == [1, 0, 2, 3]
    assert moved("abc", "bc") == [2, 3]
    assert moved("abcd", "axcd") is None
    assert moved("abc", "cab") == [0, 1, 2] or moved("abc", "cab") == [3, 1, 2]


@given(st.text("abcd", max_size=8), st.text("abcd", max_size=8))
def test_no_slide_was_two(old: str, new: str) -> None:
    order = moved(old, new)
    there = [no for no in order or [] if no]
    assert len(set(there)) == len(there) and all(1 <= no <= len(old) for no in there)
    if order is None:
        assert len(old) == len(new)


def test_what_is_kept_is_told_to_who_comes_later_and_once() -> None:
    epochs = Epochs()
    epochs.publish(page("a"))
    reader = Reader(epochs)
    for _ in range(2):
        epochs.tell({"type": "problems", "errors": 1}, keep=True)
    epochs.tell({"type": "answer"})
    assert [message["type"] for message in reader.heard] == ["problems", "answer"]
    assert epochs.since(1) == [{"type": "problems", "errors": 1}]


def test_a_document_says_of_which_state_it_is() -> None:
    epochs = Epochs()
    epochs.publish(page("a"))
    epochs.publish(page("b"))
    assert epochs.html() == '<html data-epoch="2">'
    epochs.close()
