"""A server under people who do not mean well: nothing they do is an error, and it is there for others all the while."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from deck_builder.serve import protocols
from deck_builder.serve.heard import LARGEST
from deck_builder.serve.rates import MESSAGES
from deck_builder.serve.served import Role
from tests.serve.serving import LOOPBACK, Serving, said, serving
from tests.serve.still import Still
from tests.serve.test_follow import ended, upgrade

CHINESE = "/%E7%BA%BF%E6%80%A7%E5%9B%9E%E5%BD%92"
SECRET = "what only this deck says"


@pytest.fixture(scope="module")
def deck() -> Still:
    return Still("talk", title=SECRET)


@pytest.fixture(scope="module")
def served(deck: Still) -> Iterator[Serving]:
    with serving(deck, Still("线性回归", title="回归 <b>与</b> 梯度"), remote=True) as running:
        yield running


@pytest.fixture(autouse=True)
def well(served: Serving, deck: Still, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """After each test it answers as before, nobody wrote, and nothing was said in the terminal."""
    heard = list(deck.heard)
    yield
    assert served.get("/talk/").status == 200
    assert deck.heard == heard
    assert capfd.readouterr() == ("", "")


def test_the_addresses_there_are(served: Serving, deck: Still) -> None:
    assert SECRET in served.get("/talk/").text
    assert SECRET in served.get("/talk/thumb").text
    assert served.get("/font.woff2").text == "font"
    assert served.get("/talk").headers["location"] == "/talk/"
    assert served.get("/talk?presenter").headers["location"] == "/talk/?presenter"
    assert (
        served.get("/%E7%BA%BF%E6%80%A7%E5%9B%9E%E5%BD%92").headers["location"]
        == "/%E7%BA%BF%E6%80%A7%E5%9B%9E%E5%BD%92/"
    )
    assert served.get("/talk/", "HEAD").text == ""


def test_one_deck_is_the_first_page() -> None:
    with serving(Still("only")) as one:
        assert one.get("/?presenter").headers["location"] == "/only/?presenter"


def test_the_page_of_several_decks_shows_each(served: Serving) -> None:
    text = served.get("/").text
    assert '<a href="/talk/">' in text
    assert f'src="{CHINESE}/thumb" loading="lazy" sandbox="allow-same-origin"' in text
    assert "回归 &lt;b&gt;与&lt;/b&gt; 梯度" in text
    assert "3 slides" in text
    assert "<script" not in text


def test_policies(served: Serving) -> None:
    policy = served.get("/talk/").headers["content-security-policy"]
    assert "connect-src 'self'" in policy
    assert "font-src 'self' data:" in policy
    assert "frame-ancestors 'self'" in policy
    thumb = served.get("/talk/thumb").headers["content-security-policy"]
    assert "script-src" not in thumb
    assert "sandbox allow-same-origin" in thumb


def test_a_deck_that_is_not_there_may_be_misspelt(served: Serving) -> None:
    answer = served.get("/tlak/")
    assert answer.status == 404
    assert '<a href="/talk/">talk</a>' in answer.text
    assert served.get("/%3Cscript%3E/").text.count("<script") == 0


TRAVERSALS = [
    "/../../etc/passwd", "/talk/../../etc/passwd", "/talk/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd",
    "/talk/%2e%2e%2f%2e%2e%2fetc/passwd", "/talk/..%5c..%5cetc%5cpasswd", "/talk/%252e%252e%252fetc%252fpasswd",
    "/talk/....//....//etc/passwd", "/talk/%c0%ae%c0%ae/etc/passwd", "/talk/..;/etc/passwd", "/talk/slides.md",
    "/slides.md", "/talk/.git/config", "/talk/%00", "/talk/thumb/..", "/./talk/.", "/talk//", "/TALK/", "/etc/passwd",
    "/file:///etc/passwd", "/talk/\uff0e\uff0e/x".encode().decode("latin-1"), "/talk/live", "/static/../talk/x",
]  # fmt: skip


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_file_is_ever_served(served: Serving, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}:{served.port}\r\nConnection: close\r\n\r\n".encode("latin-1")
    answer = served.raw(request)
    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), answer[:200]
    assert b"root:" not in answer


@pytest.mark.parametrize("host", ["evil.example:{port}", "127.0.0.1.evil.example:{port}", "localhost", "127.0.0.1:1"])
def test_a_name_that_was_made_to_point_here_reads_nothing(served: Serving, host: str) -> None:
    name = host.format(port=served.port)
    cookie = served.cookie("author")
    plain = f"GET /talk/ HTTP/1.1\r\nHost: {name}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode()
    answer = served.raw(plain)
    assert answer.startswith(b"HTTP/1.1 421")
    assert SECRET.encode() not in answer
    line = upgrade(served).replace(f"Host: {LOOPBACK}:{served.port}".encode(), f"Host: {name}".encode())
    line = line.replace(served.origin.encode(), f"http://{name}".encode())
    assert served.raw(line).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "http://localhost:{port}", "http://127.0.0.1:1"]
)
def test_a_socket_of_another_page_is_refused(served: Serving, origin: str | None) -> None:
    said_so = f"Origin: {origin.format(port=served.port)}\r\n" if origin else ""
    brought = f"{said_so}Cookie: {served.cookie('author')}\r\n"
    line = upgrade(served).replace(f"Origin: {served.origin}\r\n".encode(), brought.encode())
    assert served.raw(line).startswith(b"HTTP/1.1 403")


HOSTILE = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 400,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a header without an end": b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000,
    "headers without an end": b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 20_000,
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "HTTP/1.0": b"GET / HTTP/1.0\r\n\r\n",
    "a target that is an address": b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n",
    "a smuggled request": b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
    "a socket of no version": b"GET /live HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nHost: x\r\n\r\n",
    "a socket of many headers": b"GET /talk/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    + b"".join(b"X-%d: a\r\n" % no for no in range(1000)) + b"\r\n",
    "a socket with a long line": b"GET /talk/live?" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
    b"Upgrade: websocket\r\n\r\n",
    "another upgrade": b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_request_is_answered_or_cut_off(served: Serving, what: str) -> None:
    answer = served.raw(HOSTILE[what])
    assert not answer or answer.startswith(b"HTTP/1.1 4"), answer[:200]


def frame(payload: bytes, opcode: int = 1, *, final: bool = True, masked: bool = True) -> bytes:
    """A websocket's frame, as a client sends it."""
    size = len(payload)
    mark = 0x80 if masked else 0
    long = struct.pack("!B", mark | size) if size < 126 else struct.pack("!BH", mark | 126, size)
    return bytes([(0x80 if final else 0) | opcode]) + long + (b"\0" * 4 if masked else b"") + payload


FRAMES = {
    "bits that mean nothing": b"\xf1\x81\0\0\0\0a",
    "no mask": frame(b"{}", masked=False),
    "more than there is": b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0",
    "a size below zero": b"\x81\xff" + b"\xff" * 8 + b"\0\0\0\0",
    "no text": frame(b"\xff\xfe"),
    "bytes": frame(b"{}", 2),
    "the rest of nothing": frame(b"{}", 0),
    "an opcode of the future": frame(b"{}", 5),
    "parts without an end": frame(b"", 1, final=False) + frame(b"", 0, final=False) * 3000,
    "pings without an end": frame(b"a" * 100, 9) * 3000,
    "pongs without an end": frame(b"a" * 100, 10) * 3000,
    "messages without an end": frame(b"{}") * 3000,
    "too much for who looks on": frame(b"a" * 2000),
    "a strange goodbye": frame(b"\x00\x01", 8),
    "a goodbye of one byte": frame(b"\x03", 8),
}


@pytest.mark.parametrize("what", FRAMES)
def test_what_is_no_message_ends_that_socket(served: Serving, what: str) -> None:
    assert served.raw(upgrade(served), FRAMES[what]).startswith(b"HTTP/1.1 101")


@pytest.mark.parametrize("role", ["author", "presenter", "audience"])
def test_what_is_too_large_ends_that_socket(served: Serving, role: Role) -> None:
    with served.socket("talk", role) as line:
        said(line)
        line.send("a" * (LARGEST[role] + 1))
        assert ended(line) == 1009


def test_who_talks_without_an_end_is_sent_away(served: Serving) -> None:
    little = patch.dict(MESSAGES, presenter=(0.0, 50.0))
    with little, served.socket("talk", "presenter") as line, pytest.raises(ConnectionClosed) as closed:
        while True:
            line.send(json.dumps({"type": "place", "no": 1, "click": 0}))
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1008


def test_who_never_asks_is_let_go(deck: Still) -> None:
    beginnings = [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: "]
    with patch.object(protocols, "ASKS_WITHIN_S", 0.1), serving(deck) as hasty, hasty.socket("talk") as line:
        for beginning in beginnings:
            assert hasty.raw(beginning) == b""
        assert said(line)["type"] == "hello"
        assert line.ping().wait(60), "a socket that has said nothing all the while is none of those"


def test_connections_are_bounded(deck: Still) -> None:
    with patch.object(protocols, "OF_ONE_PEER", 20), serving(deck) as small, ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection((LOOPBACK, small.port), 20)) for _ in range(60)]
        for line in lines[20:]:
            assert cut_off(line)
        assert not cut_off(lines[0], wait=False)


def cut_off(line: socket.socket, *, wait: bool = True) -> bool:
    line.setblocking(wait)
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_nothing_is_left_of_it(deck: Still) -> None:
    before = set(threading.enumerate())
    files = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with serving(deck) as one, one.socket("talk") as line:
            said(line)
            port = one.port
        assert not deck.listeners or len(deck.listeners) == 1, "only the one that the other tests use"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((LOOPBACK, port))
    left = {thread for thread in set(threading.enumerate()) - before if thread.is_alive() and not thread.daemon}
    assert not {thread for thread in left if "AnyIO" not in thread.name}
    assert len(list(Path("/proc/self/fd").iterdir())) <= files + 2


methods = st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS", "BREW"])
pieces = st.sampled_from(
    ["talk", "线性回归", "..", ".", "", "live", "thumb", "font.woff2", "%2e%2e", "%2f", "%00", "%ff", "?"]
)
words = st.text(st.characters(min_codepoint=33, max_codepoint=255, blacklist_characters="\x7f"), max_size=20)
headers = st.dictionaries(
    st.sampled_from(
        ["Host", "Origin", "Cookie", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-Fetch-Site", "Range"]
    ),
    words | st.sampled_from(["websocket", "Upgrade", "keep-alive", "evil.example", "null", "cross-site"]),
    max_size=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(methods, st.lists(pieces, max_size=5), headers, st.booleans())
def test_no_request_is_an_error(
    served: Serving, method: str, path: list[str], given_headers: dict[str, str], ours: bool
) -> None:
    rows = {"Host": f"{LOOPBACK}:{served.port}"} | given_headers if ours else given_headers
    text = f"{method} /{'/'.join(path)} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in rows.items())
    answer = served.raw(text.encode() + b"X-End: 1\r\n\r\n" + b"GET /x HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert not answer or answer.split()[1][:1] in (b"2", b"3", b"4"), answer[:300]
    assert b"Traceback" not in answer
    assert b"deck_builder" not in answer


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.binary(max_size=60), st.integers(0, 15), st.booleans()), max_size=6))
def test_no_frames_are_an_error(served: Serving, frames: list[tuple[bytes, int, bool]]) -> None:
    sent = b"".join(frame(payload, opcode, final=final) for payload, opcode, final in frames)
    assert served.raw(upgrade(served), sent + frame(b"\x03\xe8", 8)).startswith(b"HTTP/1.1 101")
