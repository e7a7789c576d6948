from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.disk import DISK
from deck_builder.errors import Span
from deck_builder.fetch import fetch, picture
from deck_builder.model import Image, Problem

PNG = b"\x89PNG\r\n\x1a\n and the rest"
AT = Span(Path("talk.md"), 3, 3)


@dataclass
class Site:
    """A web server on this machine; `asked` lists the paths that were asked for."""

    url: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    free = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append(self.path)
            name = self.path.partition("?")[0]
            if name == "/hang.png":
                free.wait(20)
            elif name.startswith("/to/"):
                self.send_response(302)
                self.send_header("Location", name.removeprefix("/to/"))
                self.end_headers()
            elif name == "/missing.png":
                self.send_error(404)
            elif name == "/short.png":
                self.answer(PNG, length=1000)
            elif name == "/page.png":
                self.answer(b"<!doctype html><title>Not here</title><svg></svg>")
            elif name == "/large.png":
                self.answer(PNG + bytes(1 << 20))
            else:
                self.answer(PNG)

        def answer(self, data: bytes, length: int | None = None) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(length or len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield here
    free.set()
    server.shutdown()
    thread.join()
    server.server_close()


def get(url: str, folder: Path, **options: Any) -> tuple[Image | None, list[Problem]]:
    images, problems = fetch([(url, AT)], folder, cache_dir=folder / "cache", **options)
    return images.get(url), problems


def reason(url: str, folder: Path, **options: Any) -> str:
    image, problems = get(url, folder, **options)
    assert image is None
    (problem,) = problems
    assert (problem.code, problem.severity, problem.span) == ("D010", "warning", AT)
    assert problem.hint
    return problem.message.removeprefix(f"the picture {url} can't be had: ")


def test_local_pictures_are_relative_to_the_deck(tmp_path: Path) -> None:
    for name in ("a.png", "img/图 1.png", "public/b.png", "100%25.png", "c#1.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(PNG)
    for url in ("a.png", "/a.png", "./a.png", "a.png?raw#x", "img/图 1.png", "/b.png", "100%25.png", "c#1.png"):
        assert get(url, tmp_path) == (Image("image/png", PNG), []), url
    assert get("img/%E5%9B%BE%201.png", tmp_path)[0] == Image("image/png", PNG)


def test_nothing_outside_of_the_decks_folder_is_read(tmp_path: Path) -> None:
    deck = tmp_path / "deck"
    deck.mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    (deck / "link.png").symlink_to(tmp_path / "secret.png")
    (deck / "way").symlink_to(tmp_path)
    outside = "it lies outside of the deck's folder"
    assert reason("../secret.png", deck) == outside
    assert reason("%2e%2e/secret.png", deck) == outside
    assert reason("link.png", deck) == outside
    assert reason("way/secret.png", deck) == outside
    assert (
        reason((tmp_path / "secret.png").as_uri(), deck)
        == "only files of the deck's folder, http and https are fetched"
    )
    assert reason(str(tmp_path / "secret.png"), deck) == "there is no such file"


@settings(deadline=None)
@given(parts=st.lists(st.sampled_from(["..", ".", "a", "%2e%2e", "way", "", "secret.png", "public"]), max_size=6))
def test_no_path_leads_out(parts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    top = tmp_path_factory.getbasetemp() / "no-way-out"
    deck = top / "deck"
    deck.mkdir(parents=True, exist_ok=True)
    (top / "secret.png").write_bytes(PNG)
    if not (deck / "way").exists():
        (deck / "way").symlink_to(top)
    image, _ = get("/".join(parts), deck)
    assert image is None


def test_a_missing_picture_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "curve.png").write_bytes(PNG)
    _, (problem,) = get("img/curv.png", tmp_path)
    assert problem.message == "the picture img/curv.png can't be had: there is no such file"
    assert problem.hint == "did you mean img/curve.png?"


def test_only_pictures_of_a_fair_size_are_embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.png").write_text("just text")
    assert reason("notes.png", tmp_path) == "what is there is not a picture"
    monkeypatch.setattr(picture, "LARGEST_PICTURE", 1 << 20)
    (tmp_path / "large.png").write_bytes(PNG + bytes(1 << 20))
    assert reason("large.png", tmp_path) == "it is larger than 1 MB"


def test_a_file_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    (tmp_path / "link.png").symlink_to("secret.png")
    with pytest.raises(OSError, match="symbolic links"):
        DISK.read(tmp_path / "link.png", 100, follow=False)


def test_names_that_no_file_can_have_are_only_reported(tmp_path: Path) -> None:
    assert "null" in reason("a\0b.png", tmp_path)
    assert reason("x" * 300 + ".png", tmp_path)
    assert reason("http://[", tmp_path)


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x20ftypavif", "image/avif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- by hand -->\n<!DOCTYPE svg PUBLIC 'a' 'b'>\n<svg>", "image/svg+xml"),
        (b"<!DOCTYPE svg [<!ENTITY a 'b>'>]>\n<svg>", "image/svg+xml"),
        (b"<!doctype html><svg></svg>", None),
        (b"<p>text</p><svg></svg>", None),
        (b"<!-- " + b"<!---->" * 9000, None),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
        (b"", None),
    ],
)
def test_pictures_are_known_by_their_first_bytes(data: bytes, mime: str | None) -> None:
    assert picture.sniff(data) == mime


def test_a_remote_picture_is_fetched_once(site: Site, tmp_path: Path) -> None:
    url = f"{site.url}/图.png?a=ü"
    assert get(url, tmp_path) == (Image("image/png", PNG), [])
    assert get(url, tmp_path) == (Image("image/png", PNG), [])
    assert site.asked == ["/%E5%9B%BE.png?a=%C3%BC"]
    assert get(url, tmp_path, fresh=True) == (Image("image/png", PNG), [])
    assert len(site.asked) == 2


def test_offline_goes_by_the_cache_alone(site: Site, tmp_path: Path) -> None:
    url = f"{site.url}/a.png"
    assert reason(url, tmp_path, offline=True) == "it is not in the cache"
    get(url, tmp_path)
    assert get(url, tmp_path, offline=True, fresh=True) == (Image("image/png", PNG), [])
    assert site.asked == ["/a.png"]


def test_a_spoiled_cache_is_not_believed(site: Site, tmp_path: Path) -> None:
    url = f"{site.url}/a.png"
    get(url, tmp_path)
    (kept,) = (tmp_path / "cache" / "contents").iterdir()
    kept.write_bytes(PNG + b"spoiled")
    assert get(url, tmp_path) == (Image("image/png", PNG), [])
    assert len(site.asked) == 2


def test_a_cache_that_cannot_be_written_is_done_without(site: Site, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("not a folder")
    assert get(f"{site.url}/a.png", tmp_path) == (Image("image/png", PNG), [])


def test_without_a_cache_pictures_are_fetched_each_time(site: Site, tmp_path: Path) -> None:
    url = f"{site.url}/a.png"
    for _ in range(2):
        assert fetch([(url, AT)], tmp_path, cache_dir=None) == ({url: Image("image/png", PNG)}, [])
    assert len(site.asked) == 2
    assert not list(tmp_path.iterdir())
    _, (problem,) = fetch([(url, AT)], tmp_path, cache_dir=None, offline=True)
    assert "it is not in the cache" in problem.message


def test_every_way_to_fail_is_told_in_plain_words(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "LARGEST_PICTURE", 1 << 20)
    assert reason(f"{site.url}/missing.png", tmp_path) == "the server answers 404 Not Found"
    assert reason(f"{site.url}/page.png", tmp_path) == "what is there is not a picture"
    assert reason(f"{site.url}/large.png", tmp_path) == "it is larger than 1 MB"
    assert reason(f"{site.url}/short.png", tmp_path) == "the connection broke off"
    assert "'file:///etc/passwd' is not allowed" in reason(f"{site.url}/to/file:///etc/passwd", tmp_path)
    assert "ftp" in reason(f"{site.url}/to/ftp://127.0.0.1/a.png", tmp_path)
    assert reason(f"{site.url}/hang.png", tmp_path, timeout_s=0.2) == "no answer within 0.2 s"
    assert reason("http://127.0.0.1:1/a.png", tmp_path) == "the connection was refused"
    assert reason("http://no-such-host.invalid/a.png", tmp_path)
    assert not list((tmp_path / "cache").rglob("*")), "nothing that failed is kept"


def test_redirects_within_the_web_are_followed(site: Site, tmp_path: Path) -> None:
    assert get(f"{site.url}/to/{site.url}/a.png", tmp_path) == (Image("image/png", PNG), [])
    assert site.asked == [f"/to/{site.url}/a.png", "/a.png"]


def test_the_deadline_holds_for_all_pictures_together(site: Site, tmp_path: Path) -> None:
    urls = [f"{site.url}/hang.png?{number}" for number in range(20)]
    images, problems = fetch([(url, AT) for url in urls], tmp_path, cache_dir=tmp_path / "cache", deadline_s=0.3)
    assert images == {}
    assert [problem.message.partition(": ")[2] for problem in problems] == ["it did not come within 0.3 s"] * 20


def test_each_picture_is_reported_once_where_it_is_first_used(tmp_path: Path) -> None:
    later = Span(Path("talk.md"), 9, 9)
    pictures = [("b.png", AT), ("a.png", later), ("b.png", later), ("data:image/png;base64,AA", AT), ("figure:x", AT)]
    _, problems = fetch(pictures, tmp_path, cache_dir=tmp_path)
    assert [(problem.message.split()[2], problem.span) for problem in problems] == [("b.png", AT), ("a.png", later)]
