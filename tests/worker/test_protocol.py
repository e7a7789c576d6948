"""Frames: what is encoded is decoded, and nothing else is believed."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deck_builder.worker import protocol
from deck_builder.worker.protocol import Decoder, ProtocolError, encode

NONCE = "a nonce"
text = st.text(st.characters(codec=None))  # halves of surrogate pairs, too: slide code can print them
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(text, children, max_size=4),
    max_leaves=12,
)
messages = st.dictionaries(text.filter(lambda key: key != "nonce"), values, max_size=5)


@given(st.lists(messages, max_size=4), st.integers(1, 50))
def test_messages_survive_however_they_are_cut(sent: list[dict[str, Any]], size: int) -> None:
    data = b"".join(encode(message, NONCE) for message in sent)
    decoder = Decoder(NONCE)
    received = [message for at in range(0, len(data), size) for message in decoder.feed(data[at : at + size])]
    assert received == sent


@given(st.binary(max_size=200))
def test_garbage_raises_nothing_but_a_protocol_error(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        assert list(Decoder(NONCE).feed(data)) == []


@given(st.binary(max_size=200))
def test_a_frame_of_garbage_raises_nothing_but_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(Decoder(NONCE).feed(len(body).to_bytes(4, "big") + body))


def frame(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encode({"kind": "end"}, "another nonce"), id="another run's nonce"),
        pytest.param(frame(b'{"kind":"end"}'), id="no nonce"),
        pytest.param(frame(b"[1]"), id="no object"),
        pytest.param(frame(b"[" * 1_000_000), id="deep nesting"),
        pytest.param(frame(b'{"nonce":"a nonce","n":' + b"9" * 10_000 + b"}"), id="endless digits"),
        pytest.param(frame(b'{"nonce":"a nonce","n":NaN}'), id="NaN"),
        pytest.param(frame(b"\x80\x04K\x01."), id="a pickle"),
        pytest.param(b"\xff\xff\xff\xff", id="4 GiB announced"),
    ],
)
def test_a_forged_frame_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(Decoder(NONCE).feed(data))


def test_a_run_has_a_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MAX_RUN", 1000)
    decoder = Decoder(NONCE)
    data = encode({"text": "x" * 400}, NONCE)
    assert list(decoder.feed(data)) == [{"text": "x" * 400}]
    assert list(decoder.feed(data)) == [{"text": "x" * 400}]
    with pytest.raises(ProtocolError, match="more than"):
        list(decoder.feed(data))


def test_a_frame_has_a_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MAX_FRAME", 100)
    with pytest.raises(ProtocolError):
        encode({"text": "x" * 100}, NONCE)
