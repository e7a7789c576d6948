"""Videos and sounds beside the deck -> their bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from deck_builder.disk import DISK, Disk
from deck_builder.errors import Span
from deck_builder.fetch.local import read_file
from deck_builder.fetch.picture import UnreachableError
from deck_builder.model import Image, Problem

_STARTS = {
    "video/mp4": re.compile(rb"....ftyp(?!M4A|avi[fs])", re.S),
    "audio/mp4": re.compile(rb"....ftypM4A", re.S),
    "video/webm": re.compile(rb"\x1a\x45\xdf\xa3"),
    "audio/mpeg": re.compile(rb"ID3|\xff[\xf2\xf3\xfb]"),
    "audio/ogg": re.compile(rb"OggS"),
    "audio/wav": re.compile(rb"RIFF....WAVE", re.S),
    "audio/flac": re.compile(rb"fLaC"),
}


def fetch_media(media: Mapping[str, Span], folder: Path, disk: Disk = DISK) -> tuple[dict[str, Image], list[Problem]]:
    """What can be played, by its address, `media:` and a path in the deck's folder; a problem for each that can't."""
    found: dict[str, Image] = {}
    problems: list[Problem] = []
    for address, span in media.items():
        path = address.removeprefix("media:")
        try:
            found[address] = _medium(read_file(path, folder, disk))
        except UnreachableError as why:
            hint = why.hint or "a card with its name stands in its place"
            problems.append(Problem("D010", f"{path} can't be played: {why.reason}", span, hint, "warning"))
    return found, problems


def _medium(data: bytes) -> Image:
    for mime, start in _STARTS.items():
        if start.match(data):
            return Image(mime, data)
    raise UnreachableError("it is neither a video nor a sound", "mp4, webm, mp3, m4a, ogg, wav and flac are known")
