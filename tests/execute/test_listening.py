"""Whatever comes over the wall, the parent ends with a result or an error of its own: it neither hangs nor grows."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deck_builder.execute import link as links
from deck_builder.execute import listen as listening
from deck_builder.execute import worker_process
from deck_builder.execute.descendants import end
from deck_builder.execute.frames import Assembly
from deck_builder.execute.link import Link
from deck_builder.execute.listen import Ran, listen
from deck_builder.execute.worker_process import Files, WorkerProcess
from deck_builder.model import Error
from deck_builder.worker.protocol import MAX_FRAME, Decoder, ProtocolError, encode
from tests.execute.decks import session

NONCE = "0123456789abcdef"
FAST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORDS = ["start", "output", "end", "1.1", "stream", "value", "figure", "animation", "warning", "error", "stdout"]
KEYS = ["kind", "block", "output", "type", "name", "text", "lines", "svg", "width", "height", "html", "facts", "frames"]
KEYS += ["numbers", "category", "message", "count", "ename", "evalue", "traceback", "column", "near", "origin"]
KEYS += ["raised", "path", "line", "seconds", "reads", "unknown", "nonce", "gpu"]

words = st.sampled_from(WORDS) | st.text(st.characters(codec=None), max_size=8)
numbers = st.integers() | st.floats() | st.sampled_from([10**400, -1, 0, 1, 2**53, 2**31, 1e308, True, 1])
values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | words, inner, max_size=5),
    max_leaves=20,
)
# what nearly is a message: one that is right, with some of its fields replaced
RIGHT: list[dict[str, Any]] = [
    {"kind": "start", "block": "1.1"},
    {"kind": "end", "block": "1.1", "seconds": 0.1, "reads": [], "unknown": ""},
    *(
        {"kind": "output", "block": "1.1", "output": {"lines": [1], **output}}
        for output in (
            {"type": "stream", "name": "stdout", "text": "x"},
            {"type": "value", "text": "x", "html": "<b>x</b>", "facts": ["f"]},
            {"type": "figure", "svg": "<svg/>", "width": 3, "height": 3},
            {"type": "animation", "frames": ["a", "b"], "numbers": [1, 2], "width": 3, "height": 3},
            {"type": "warning", "category": "W", "message": "m", "count": 1},
            {"type": "error", "ename": "E", "evalue": "v", "traceback": ["t"], "raised": {"path": "p", "line": 1}},
        )
    ),
]


@st.composite
def nearly_right(draw: st.DrawFn) -> dict[str, Any]:
    message = dict(draw(st.sampled_from(RIGHT)))
    if draw(st.booleans()):
        return message
    if isinstance(message.get("output"), dict) and draw(st.booleans()):
        message["output"] = dict(message["output"]) | {draw(st.sampled_from(KEYS)): draw(values)}
    else:
        message[draw(st.sampled_from([*message]))] = draw(values)
    return message


def frame(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body


def said(message: Any, nonce: str = NONCE) -> bytes:
    """A message as slide code could send it, which need not keep to what JSON is."""
    whole = {**message, "nonce": nonce} if isinstance(message, dict) else message
    return frame(json.dumps(whole).encode())


chunks = st.one_of(
    nearly_right().map(said),
    nearly_right().map(said),
    values.map(said),
    nearly_right().map(lambda message: said(message, "another")),
    st.binary(max_size=40),
    st.binary(max_size=40).map(frame),
    st.integers(0, 2**32 - 1).map(lambda length: length.to_bytes(4, "big")),
    st.integers(1, 20_000).map(lambda depth: frame(b"[" * depth)),
    st.just(said(RIGHT[0])[:-1]),
)
streams = st.lists(chunks, max_size=6).map(b"".join)


@FAST
@given(streams, st.integers(1, 64))
def test_bytes_become_messages_that_become_outputs_or_are_refused(data: bytes, size: int) -> None:
    decoder, assembly = Decoder(NONCE), Assembly(3)
    with suppress(ProtocolError):
        for at in range(0, len(data), size):
            for message in decoder.feed(data[at : at + size]):
                assembly.take(message.get("output"))
    assembly.result().outputs  # noqa: B018 (what was good before it counts)


@FAST
@given(streams)
def test_where_bytes_are_cut_changes_nothing(data: bytes) -> None:
    def heard(size: int) -> tuple[list[Any], bool]:
        decoder = Decoder(NONCE)
        found: list[Any] = []
        try:
            for at in range(0, len(data), size):
                found.extend(decoder.feed(data[at : at + size]))
        except ProtocolError:
            return [json.dumps(one) for one in found], True
        return [json.dumps(one) for one in found], False

    assert heard(1)[0] == heard(7)[0]


@contextmanager
def child(speak: Callable[[int], None], *, meets: bool = False) -> Iterator[WorkerProcess]:
    """A process that says what it likes, and the parent's side of it."""
    with ExitStack() as stack:
        mine = Link()
        stack.callback(mine.close)
        pid = os.fork()
        if not pid:
            try:
                os.setsid()
                os.close(mine.fileno())
                speak(mine.theirs)
            finally:
                os._exit(0)
        mine.handed_over()
        mine.pid = pid
        stack.callback(end, pid)
        if meets:
            assert mine.meet(time.monotonic() + 0.4, pid) == pid
        worker = WorkerProcess(mine, Files.made(stack), NONCE)
        yield worker


def heard(folder: Path, speak: Callable[[int], None], timeout_s: float = 0.4) -> Ran:
    """What a block comes to whose worker speaks so."""
    talk = session(folder, "1\n2\n3", timeout_s=timeout_s)
    with child(speak) as worker:
        ran, _ = listen(worker, talk, talk.blocks[0])
    return ran


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "PATIENCE_S", 0.4)
    monkeypatch.setattr(worker_process, "_PATIENCE_S", 0.2)
    monkeypatch.setattr(links, "_PATIENCE_S", 0.4)


def writing(data: bytes, *, closes: bool = True, cut: int = 1 << 16) -> Callable[[int], None]:
    def speak(fd: int) -> None:
        for at in range(0, len(data), cut):
            os.write(fd, data[at : at + cut])
        if not closes:
            time.sleep(60)

    return speak


@pytest.mark.skipif(sys.platform != "linux", reason="the processes are told apart as Linux does")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=streams, started=st.booleans(), cut=st.integers(1, 300))
def test_a_worker_that_says_anything_gives_a_result(tmp_path: Path, data: bytes, started: bool, cut: int) -> None:
    began = time.monotonic()
    ran = heard(tmp_path, writing((said(RIGHT[0]) if started else b"") + data, cut=cut))
    assert all(len(output.lines) <= 3 for output in ran.result.outputs if not isinstance(output, Error))
    assert time.monotonic() - began < 30


def descriptors() -> int:
    """How many this process has."""
    return len(list(Path("/proc/self/fd").iterdir()))


def flood(*messages: dict[str, Any]) -> Callable[[int], None]:
    data = b"".join(encode(message, NONCE) for message in messages)
    start = encode(RIGHT[0], NONCE)

    def speak(fd: int) -> None:
        os.write(fd, start)
        link = socket.socket(fileno=fd)
        while True:
            link.sendall(data)

    return speak


def announced(fd: int) -> None:
    """A frame of the largest size, a byte at a time."""
    os.write(fd, encode(RIGHT[0], NONCE) + MAX_FRAME.to_bytes(4, "big"))
    while True:
        os.write(fd, b" ")
        time.sleep(0.01)


def warned(no: int) -> dict[str, Any]:
    told = {"type": "warning", "category": "W", "message": str(no), "lines": [1], "count": 1}
    return {"kind": "output", "block": "1.1", "output": told}


def nothing(fd: int) -> None:
    time.sleep(60)


def closing(fd: int) -> None:
    os.close(fd)
    time.sleep(60)


# whether its caps or its time end a flood hangs on the machine: "" is either
SPEAKERS: dict[str, tuple[Callable[[int], None], str]] = {
    "silence": (nothing, "Timeout"),
    "silence after the start": (writing(said(RIGHT[0]), closes=False), "Timeout"),
    "half a header": (writing(said(RIGHT[0]) + b"\0\0", closes=False), "Timeout"),
    "half a header, and an end": (writing(said(RIGHT[0]) + b"\0\0"), "WorkerDied"),
    "a link that closes while its process lives": (closing, "WorkerDied"),
    "nothing": (writing(b""), "WorkerDied"),
    "4 GiB announced": (writing(said(RIGHT[0]) + b"\xff" * 4, closes=False), "WorkerDied"),
    "16 MiB announced, and dribbled": (announced, "Timeout"),
    "prints without end": (flood(RIGHT[2]), ""),
    "empty prints without end": (
        flood({**RIGHT[2], "output": {"type": "stream", "name": "stdout", "text": "", "lines": [1]}}),
        "",
    ),
    "figures without end": (flood(RIGHT[4]), ""),
    "large figures without end": (
        flood({**RIGHT[4], "output": {**RIGHT[4]["output"], "svg": "x" * 4_000_000}}),
        "WorkerDied",
    ),
    "warnings without end, each another": (flood(*map(warned, range(20_000))), ""),
    "a warning again and again among many": (flood(*map(warned, range(4000))), ""),
    "starts without end": (flood(RIGHT[0]), "WorkerDied"),
    "empty frames without end": (lambda fd: writing(said(RIGHT[0]) + bytes(100_000))(fd), "WorkerDied"),
    "many values": (
        writing(said(RIGHT[0]) + frame(f'{{"nonce":"{NONCE}","x":[{"[]," * 5_000_000}0]}}'.encode())),
        "WorkerDied",
    ),
    "wide characters": (
        writing(said(RIGHT[0]) + said({**RIGHT[2], "x": "\U0001f600" + "x" * 15_000_000})[:-1] + b"}"),
        "",
    ),
}


@pytest.mark.skipif(sys.platform != "linux", reason="the processes are told apart as Linux does")
@pytest.mark.parametrize("title", SPEAKERS)
def test_the_parent_neither_hangs_nor_grows(tmp_path: Path, title: str) -> None:
    speak, ename = SPEAKERS[title]
    began = time.monotonic()
    tracemalloc.start(1)
    try:
        ran = heard(tmp_path, speak, timeout_s=20.0 if ename == "WorkerDied" else 2.0)  # who is cut off is so before
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert ran.result.error and (not ename or ran.result.error.ename == ename)
    assert most < 220 << 20, "all that may be held of a run, and what it takes to read its largest frame"
    assert time.monotonic() - began < 60


@pytest.mark.skipif(sys.platform != "linux", reason="the processes are told apart as Linux does")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=streams, cut=st.integers(1, 300))
def test_a_process_that_greets_with_anything_is_there_or_not(data: bytes, cut: int) -> None:
    with (
        suppress(EOFError, TimeoutError, ProtocolError),
        child(writing(data, cut=cut), meets=True) as worker,
    ):
        worker.greet(time.monotonic() + 0.4)
        for _ in range(20):
            assert isinstance(worker.receive(time.monotonic() + 0.4), dict)


@pytest.mark.skipif(sys.platform != "linux", reason="the processes are told apart as Linux does")
def test_descriptors_that_are_sent_are_not_taken(tmp_path: Path) -> None:
    start, finish = (said(RIGHT[no]) for no in (0, 1))

    def speak(fd: int) -> None:
        link, mine = socket.socket(fileno=fd), [os.open(os.devnull, os.O_RDONLY) for _ in range(50)]
        socket.send_fds(link, [start[:2]], mine)
        for at in range(2, len(start)):
            socket.send_fds(link, [start[at : at + 1]], mine)
        socket.send_fds(link, [finish], mine)

    before = descriptors()
    talk = session(tmp_path, "1", timeout_s=2)
    with child(speak, meets=True) as worker:
        assert descriptors() <= before + 5, "the link and four files"
        ran, _ = listen(worker, talk, talk.blocks[0])
        assert descriptors() <= before + 5
    assert ran.result.error is None
