"""Videos and sounds beside the deck."""

from __future__ import annotations

from pathlib import Path

import pytest

from deck_builder.errors import Span
from deck_builder.fetch import fetch, picture
from deck_builder.model import Image, Problem

AT = Span(Path("deck.md"), 3, 3)
MP4 = b"\0\0\0\x20ftypisom and the rest"


def get(name: str, folder: Path) -> tuple[Image | None, list[Problem]]:
    found, problems = fetch([(f"media:{name}", AT)], folder, cache_dir=None)
    return found.get(f"media:{name}"), problems


@pytest.mark.parametrize(
    ("mime", "data"),
    [
        ("video/mp4", MP4),
        ("audio/mp4", b"\0\0\0\x20ftypM4A "),
        ("video/webm", b"\x1a\x45\xdf\xa3"),
        ("audio/mpeg", b"ID3\3"),
        ("audio/mpeg", b"\xff\xfb\x90"),
        ("audio/ogg", b"OggS"),
        ("audio/wav", b"RIFF\0\0\0\0WAVEfmt "),
    ],
)
def test_what_can_be_played(tmp_path: Path, mime: str, data: bytes) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "a b").write_bytes(data)
    assert get("/a%20b", tmp_path) == (Image(mime, data), [])


def test_what_can_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "LARGEST_PICTURE", 1 << 20)
    (tmp_path / "large.mp4").write_bytes(MP4 + bytes(1 << 20))
    (tmp_path / "page.mp4").write_bytes(b"<html>")
    (tmp_path / "still.avif").write_bytes(b"\0\0\0\x20ftypavif")
    for name, reason in {
        "large.mp4": "it is larger than 1 MB",
        "page.mp4": "it is neither a video nor a sound",
        "still.avif": "it is neither a video nor a sound",
        "none.mp4": "there is no such file",
        "../out.mp4": "it lies outside of the deck's folder",
    }.items():
        medium, (problem,) = get(name, tmp_path)
        assert medium is None and problem.message == f"{name} can't be played: {reason}"
        assert (problem.code, problem.severity, problem.span) == ("D010", "warning", AT) and problem.hint
