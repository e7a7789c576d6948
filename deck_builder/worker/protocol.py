"""What passes through the wall: messages as length-prefixed JSON, each with the run's nonce. Used on both sides.

A frame is four bytes of length, most significant first, and that many bytes of one JSON object. Nothing is ever
unpickled, and a reader takes no more than the caps below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from struct import Struct
from typing import Any, Final, TypeAlias

Message: TypeAlias = dict[str, Any]

MAX_FRAME: Final = 16 << 20
"""Bytes of one frame."""
MAX_RUN: Final = 64 << 20
"""Bytes of all frames of a run."""
MAX_VALUES: Final = 100_000
"""Values of one frame: an empty list takes two bytes of it, and thirty times as many once it is read."""
MAX_TEXT: Final = 1 << 20
"""Characters that one block may print."""
MAX_OUTPUTS: Final = 5000
"""Outputs of one block."""
MAX_FIGURE: Final = 8 << 20
"""Characters of one figure's SVG, and of all frames of an animation."""
MAX_FRAMES: Final = 200
"""Frames of one animation that are kept."""
MAX_HTML: Final = 256 << 10
"""Characters of one value's HTML; of a longer one the text is shown."""
MAX_FACT: Final = 200
"""Characters of one thing that is said of a value, of which there are a few."""
MAX_MESSAGE: Final = 10_000
"""Characters of an error's or a warning's message."""
MAX_READS: Final = 5000
"""Files that one block may read and be kept."""
MAX_COLUMN: Final = 10_000
"""The last column that an error may name."""

HEADER: Final = 4
"""Bytes that tell a frame's length."""
ENDED: Final = Struct("=ii")
"""What the first process of namespaces tells of each that ended in there: its number, and its wait status."""
_TEXT: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # slide code may patch json.dumps


class ProtocolError(Exception):
    """Bytes that are no frame of this run."""


def encode(message: Mapping[str, Any], nonce: str) -> bytes:
    """A message as a frame. Raises `ProtocolError` when it is too long."""
    body = _dumps({**message, "nonce": nonce})
    data = body.encode("utf-8", "surrogatepass")  # a slide may well print half of a surrogate pair
    if len(data) > MAX_FRAME:
        raise ProtocolError(f"a frame of {len(data)} bytes")
    return len(data).to_bytes(HEADER, "big") + data


class Decoder:
    """Bytes as they come -> messages. After a `ProtocolError` it is of no further use."""

    def __init__(self, nonce: str) -> None:
        self._nonce = nonce
        self._buffer = bytearray()
        self._taken = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are complete with `data`. Raises `ProtocolError` on anything else."""
        self._buffer += data
        self._taken += len(data)
        while len(self._buffer) >= HEADER:
            length = int.from_bytes(self._buffer[:HEADER], "big")
            if length > MAX_FRAME:
                raise ProtocolError(f"a frame of {length} bytes")
            if len(self._buffer) < HEADER + length:
                break
            body = bytes(self._buffer[HEADER : HEADER + length])
            del self._buffer[: HEADER + length]
            yield self._message(body)
        if self._taken > MAX_RUN:
            raise ProtocolError(f"more than {MAX_RUN >> 20} MiB of results")

    def _message(self, body: bytes) -> Message:
        if len(body) > MAX_VALUES and _values(body) > MAX_VALUES:
            raise ProtocolError(f"a frame of more than {MAX_VALUES} values")
        try:
            message = json.loads(body.decode("utf-8", "surrogatepass"), parse_constant=_no_constant)
        except (ValueError, RecursionError) as exc:  # deep nesting and endless digits are refused here too
            raise ProtocolError("a frame that is not JSON") from exc
        if not isinstance(message, dict) or message.pop("nonce", None) != self._nonce:
            raise ProtocolError("a frame that is not of this run")
        return message


def _values(body: bytes) -> int:
    """About how many values JSON holds: its commas and opening brackets. Those in texts count where they are few."""
    return _marks(body) if _marks(body) <= MAX_VALUES else _marks(_TEXT.sub(b"", body))


def _marks(body: bytes) -> int:
    return sum(body.count(mark) for mark in (b",", b"[", b"{"))


def clip(text: str, most: int = MAX_MESSAGE) -> str:
    """Text, or its beginning and how long it is."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
