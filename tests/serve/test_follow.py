"""Pages that are told what their deck tells, and where its presenter is: over real sockets."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from deck_builder.serve.hub import moved
from deck_builder.serve.served import Role
from tests.serve.serving import LOOPBACK, Serving, said, serving
from tests.serve.still import Still


@pytest.fixture
def deck() -> Still:
    return Still("talk")


@pytest.fixture
def served(deck: Still) -> Iterator[Serving]:
    with serving(deck, remote=True) as running:
        yield running


ROLES: tuple[Role, ...] = ("presenter", "audience", "author")


def patch(before: int, after: int, **more: Any) -> dict[str, Any]:
    return {"type": "patch", "from": before, "epoch": after, "changed": {"1": "<section>"}, **more}


def place(no: int, click: int = 0) -> str:
    return json.dumps({"type": "place", "no": no, "click": click})


def test_a_page_is_greeted_with_what_it_may_do(served: Serving) -> None:
    for role in ("author", "presenter", "audience"):
        with served.socket("talk", role, epoch=4) as line:
            assert said(line) == {"type": "hello", "epoch": 4, "role": role, "place": None}


def test_a_page_that_comes_late_is_brought_up_to_date_after_the_greeting(served: Serving, deck: Still) -> None:
    deck.missed = [patch(2, 7), {"type": "problems", "items": []}]
    with served.socket("talk", epoch=2) as line:
        assert said(line)["epoch"] == 7
        assert [said(line), said(line)] == deck.missed
        deck.tell(patch(6, 7))
        deck.tell(patch(7, 8))
        assert said(line) == patch(7, 8), "what was in it already is not told again"
    assert deck.asked == [2]


def test_a_page_that_misses_something_asks_the_deck(served: Serving, deck: Still) -> None:
    with served.socket("talk", epoch=1) as line:
        said(line)
        deck.missed = [patch(1, 9)]
        deck.tell(patch(8, 9))
        assert said(line) == patch(1, 9)
        deck.tell(patch(9, 10))
        assert said(line) == patch(9, 10)
    assert deck.asked == [1, 1]


def test_all_others_follow_the_presenter_and_who_comes_later_does(served: Serving, deck: Still) -> None:
    with (
        served.socket("talk", "presenter") as driver,
        served.socket("talk") as one,
        served.socket("talk", "author") as two,
    ):
        for line in (driver, one, two):
            said(line)
        driver.send(place(2, 1))
        assert said(one) == said(two) == {"type": "place", "no": 2, "click": 1}
        two.send(place(3))
        assert said(driver) == said(one) == {"type": "place", "no": 3, "click": 0}
        with served.socket("talk") as late:
            assert said(late)["place"] == {"no": 3, "click": 0}
        deck.tell({"type": "reload"})
        assert said(driver) == {"type": "reload"}, "who moved was not told of it"


def test_the_audience_can_neither_drive_nor_write(served: Serving, deck: Still) -> None:
    with served.socket("talk", "author") as author, served.socket("talk") as line:
        said(author)
        said(line)
        for kind in ("run", "save", "drop"):
            line.send(json.dumps({"type": kind, "block": "1.1", "was": "", "code": "evil"}))
        line.send(place(5))
        line.ping().wait(20)
        author.ping().wait(20)
        deck.tell({"type": "reload"})
        assert said(author) == said(line) == {"type": "reload"}
    assert deck.heard == []


def test_a_presenter_can_not_write(served: Serving, deck: Still) -> None:
    with served.socket("talk", "presenter") as line:
        said(line)
        line.send(json.dumps({"type": "save", "block": "1.1", "was": "", "code": "evil"}))
        line.send(place(2))
        line.ping().wait(20)
    assert deck.heard == []


def test_an_author_is_answered(served: Serving, deck: Still) -> None:
    with served.socket("talk", "author") as line:
        said(line)
        for no in range(40):
            line.send(json.dumps({"type": "run", "block": f"{no}.1", "was": "a", "code": "b" * 1000}))
        assert [said(line)["block"] for _ in range(40)] == [f"{no}.1" for no in range(40)], "one after the other"
    assert len(deck.heard) == 40


def test_a_deck_that_fails_says_nothing_of_its_own(served: Serving, deck: Still) -> None:
    def fail(message: Any) -> Any:
        raise OSError("/home/someone/slides.md")

    deck.hear = fail  # type: ignore[method-assign]
    with served.socket("talk", "author") as line:
        said(line)
        line.send(json.dumps({"type": "drop", "block": "1.1"}))
        answer = said(line)
        assert (answer["to"], answer["ok"]) == ("drop", False)
        assert "/home" not in answer["message"]


def test_two_hundred_pages_follow(served: Serving) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(served.socket("talk")) for _ in range(200)]
        driver = stack.enter_context(served.socket("talk", "presenter"))
        for line in (driver, *lines):
            said(line)
        for no in range(1, 6):
            driver.send(place(no))
        for line in lines:
            while said(line)["no"] != 5:  # of several places only the last one counts
                pass


def test_who_reads_nothing_is_not_waited_for_and_is_told_at_once_later(served: Serving, deck: Still) -> None:
    slow = handshake(served)
    with served.socket("talk") as line:
        said(line)
        large = "x" * 200_000
        for epoch in range(1, 101):
            deck.tell(patch(epoch, epoch + 1, css=large))
            assert said(line)["epoch"] == epoch + 1, "others are told at once"
        before = deck.asked.copy()
        deck.missed = [{"type": "reload"}]
        deck.tell(patch(101, 102))
        assert said(line)["epoch"] == 102
        got = b""
        slow.settimeout(20)
        while b'"reload"' not in got[-200:]:
            got += slow.recv(1 << 20)
        assert before == [1, 1]
        assert len(deck.asked) == 3
        assert len(got) < 50 * len(large), "what it did not take was not kept"
    slow.close()


def handshake(served: Serving) -> socket.socket:
    """A websocket that is opened, and reads nothing from then on."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    line.connect((LOOPBACK, served.port))
    line.sendall(upgrade(served))
    assert b"101" in line.recv(64)
    return line


def upgrade(served: Serving, path: str = "/talk/live?epoch=1") -> bytes:
    """What opens a websocket."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}:{served.port}\r\nOrigin: {served.origin}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()


def test_the_end_is_said_to_all_and_waits_for_nobody(deck: Still) -> None:
    with ExitStack() as stack, serving(deck) as served:
        stack.enter_context(handshake(served))
        lines = [stack.enter_context(served.socket("talk")) for _ in range(5)]
        for line in lines:
            said(line)
        for epoch in range(1, 50):
            deck.tell(patch(epoch, epoch + 1, css="x" * 200_000))
            assert [said(line)["epoch"] for line in lines] == [epoch + 1] * len(lines)
        half = stack.enter_context(socket.create_connection((LOOPBACK, served.port)))
        half.sendall(b"GET / HTTP/1.1\r\n")
        served.server.stop()
        for line in lines:
            assert ended(line) == 1001
    assert deck.listeners == []
    of_browsers = "asyncio-waitpid"  # what other tests start in this process
    named = [thread.name for thread in threading.enumerate() if "asyncio" in thread.name]
    assert not [name for name in named if not name.startswith(of_browsers)]


def ended(line: ClientConnection) -> int:
    """The code with which a socket is closed by the other side."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            line.recv(timeout=20)
    assert closed.value.rcvd
    return closed.value.rcvd.code


def test_the_end_does_not_wait_for_a_deck_that_does_not_answer(deck: Still) -> None:
    gate = threading.Event()

    def blocked(*args: Any) -> Any:
        gate.wait(60)

    deck.hear = deck.page = blocked  # type: ignore[assignment, method-assign]
    with ExitStack() as stack, serving(deck) as served:
        line = stack.enter_context(served.socket("talk", "author"))
        said(line)
        line.send(json.dumps({"type": "drop", "block": "1.1"}))
        page = stack.enter_context(socket.create_connection((LOOPBACK, served.port)))
        page.sendall(f"GET /talk/ HTTP/1.1\r\nHost: {LOOPBACK}:{served.port}\r\n\r\n".encode())
        line.ping().wait(20)
    assert not gate.is_set()
    gate.set()


@pytest.mark.parametrize(
    "path",
    ["other/live?epoch=1", "talk/live", "talk/live?epoch=-1", "talk/live?epoch=x", "live", "talk/live?epoch=1_0",
     "talk/live?epoch=99999999999999999", "talk/thumb", "talk/", "talk%2Flive%2Fx?epoch=1", "../talk/live/?epoch=1"],
)  # fmt: skip
def test_there_is_no_other_socket(served: Serving, path: str) -> None:
    answer = served.raw(upgrade(served, f"/{path}"))
    assert answer.startswith(b"HTTP/1.1 403")


def test_a_place_stays_with_its_slide() -> None:
    at = {"type": "place", "no": 2, "click": 3}
    assert moved(at, [1, 0, 2, 3]) == at | {"no": 3}
    assert moved(at, [2, 3]) == at | {"no": 1}
    assert moved(at, [1, 3]) == at | {"no": 1, "click": 0}, "its slide went"
    assert moved(at, [0]) == at | {"no": 1, "click": 0}


def test_who_comes_after_a_slide_was_put_in_finds_the_presenters_slide(served: Serving, deck: Still) -> None:
    with served.socket("talk", "author") as driver:
        said(driver)
        driver.send(place(2, 1))
        driver.ping().wait(20)
        deck.tell(patch(1, 2, order=[1, 0, 2, 3]))
        said(driver)
        with served.socket("talk", epoch=2) as late:
            assert said(late)["place"] == {"no": 3, "click": 1}
