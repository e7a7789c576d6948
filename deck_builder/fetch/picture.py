"""Bytes -> Image: what counts as a picture, how large one may be, and why one can't be had."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from deck_builder.model import Image

_Bytes = TypeVar("_Bytes", bytes, bytearray)

LARGEST_PICTURE = 10 * 1024 * 1024
BESIDE = "save the picture beside the deck and name that file"

# What may stand before <svg> is matched atomically: a file made of comments costs no more than its length.
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?>(?:<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE\s++svg[^\[>]*+(?:\[.*?\]\s*+)?>)\s*+)*+<svg[\s>]",
    re.S,
)
_STARTS = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.S),
    "image/avif": re.compile(rb"....ftypavi[fs]", re.S),
    "image/svg+xml": _SVG,
    "image/x-icon": re.compile(rb"\x00\x00\x01\x00[^\x00]\x00"),
}


class UnreachableError(Exception):
    """Why a picture can't be had, in plain words, and the way out if it is not the usual one."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


def sniff(data: bytes) -> str | None:
    """The media type that the first bytes tell; None if this is no picture that browsers show."""
    return next((mime for mime, start in _STARTS.items() if start.match(data[:65536])), None)


def image_of(data: bytes) -> Image:
    """A picture; UnreachableError if these bytes are none."""
    if mime := sniff(data):
        return Image(mime, data)
    raise UnreachableError("what is there is not a picture", "png, jpeg, gif, webp, avif, svg and ico are known")


def within(most: int, data: _Bytes) -> _Bytes:
    """The bytes; UnreachableError if there are more than `most`."""
    if len(data) > most:
        raise UnreachableError(f"it is larger than {most >> 20} MB", "make it smaller")
    return data


def read_all(read: Callable[[int], bytes], deadline: float) -> bytes:
    """All that `read` gives, within the limits of a picture's size and (by the monotonic clock) of time."""
    data = bytearray()
    while chunk := read(65536):
        data += chunk
        within(LARGEST_PICTURE, data)
        if monotonic() > deadline:
            raise UnreachableError("it came too slowly")
    return bytes(data)
