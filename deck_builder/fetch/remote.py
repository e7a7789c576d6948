"""Urls -> pictures from the web, a few at a time, each only once."""

from __future__ import annotations

import hashlib
import queue
import socket
import ssl
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from time import monotonic
from typing import Any
from urllib import error, request
from urllib.parse import quote, urlsplit, urlunsplit

from deck_builder.disk import DISK, Disk
from deck_builder.fetch.picture import LARGEST_PICTURE, UnreachableError, image_of, read_all
from deck_builder.kept import write_whole
from deck_builder.model import Image

AT_ONCE = 8
_DIGEST = 64


@dataclass(frozen=True, slots=True)
class Web:
    """The web behind a cache. A server has `timeout_s` for each answer, all pictures together have `deadline_s`."""

    cache_dir: Path | None
    fresh: bool
    offline: bool
    timeout_s: float
    deadline_s: float
    disk: Disk = DISK

    def get(self, urls: Iterable[str]) -> dict[str, Image | UnreachableError]:
        """Get all pictures, or why not, by the deadline.

        The threads are daemons: a name server that never answers can't be interrupted, and must not hold the command.
        """
        waiting = list(urls)
        late = UnreachableError(f"it did not come within {self.deadline_s:g} s")
        answers: dict[str, Image | UnreachableError] = dict.fromkeys(waiting, late)
        deadline = monotonic() + self.deadline_s
        done: queue.SimpleQueue[tuple[str, Image | UnreachableError]] = queue.SimpleQueue()

        def work() -> None:
            with suppress(IndexError):
                while True:
                    url = waiting.pop(0)
                    done.put((url, self._get(url, deadline)))

        for _ in range(min(AT_ONCE, len(answers))):
            threading.Thread(target=work, daemon=True).start()
        with suppress(queue.Empty):
            for _ in range(len(answers)):
                url, answer = done.get(timeout=max(0.0, deadline - monotonic()))
                answers[url] = answer
        if not self.offline and any(isinstance(answer, UnreachableError) for answer in answers.values()):
            self.disk.doubt()
        return answers

    def _get(self, url: str, deadline: float) -> Image | UnreachableError:
        try:
            data = None if self.fresh and not self.offline else self._kept(url)
            if data is None and self.offline:
                return UnreachableError(
                    "it is not in the cache", "build once without --offline, or save it beside the deck"
                )
            if data is not None:
                return image_of(data)
            image = image_of(_download(url, self.timeout_s, deadline))
            self._keep(url, image.data)
            return image
        except UnreachableError as why:
            return why
        except (OSError, HTTPException, ValueError) as err:
            return UnreachableError(_in_words(err, self.timeout_s))

    def _kept(self, url: str) -> bytes | None:
        """The picture as the cache holds it: an address names contents, contents lie under their own hash."""
        if self.cache_dir is None:
            return None
        with suppress(OSError, ValueError):
            digest = self.disk.read(self.cache_dir / "urls" / _hash(url.encode()), _DIGEST).decode("ascii")
            data = self.disk.read(self.cache_dir / "contents" / digest, LARGEST_PICTURE)
            if _hash(data) == digest:
                return data
        return None

    def _keep(self, url: str, data: bytes) -> None:
        if self.cache_dir is None:
            return
        with suppress(OSError):  # a cache that can't be written only costs the next build a download
            write_whole(self.cache_dir / "contents" / _hash(data), data)
            write_whole(self.cache_dir / "urls" / _hash(url.encode()), _hash(data).encode())
        if self._kept(url) != data:
            self.disk.doubt()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class _Redirects(request.HTTPRedirectHandler):
    """As urllib follows them (to http and https, never to a file), less the bodies, one of which may be endless."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """Close the answer, of which urllib would read all, and follow."""
        fp.close()
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _web() -> request.OpenerDirector:
    """What urllib opens by default, less files, ftp and data."""
    opener = request.OpenerDirector()
    opener.addheaders = [("User-Agent", "deck-builder"), ("Accept", "image/*,*/*;q=0.5")]
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPErrorProcessor,
        request.UnknownHandler,
        _Redirects,
    ):
        opener.add_handler(handler())
    return opener


def _download(url: str, timeout_s: float, deadline: float) -> bytes:
    with _web().open(_ascii(url), timeout=timeout_s) as answer:
        data = read_all(answer.read1, deadline)
        if answer.length:
            raise UnreachableError("the connection broke off")
        return data


def _ascii(url: str) -> str:
    """The address as it goes over the wire: other scripts quoted, what is quoted already left as it is."""
    parts = urlsplit(f"https:{url}" if url.startswith("//") else url)
    kept = "/%:@!$&'()*+,;=~?"
    host = parts.netloc.encode("idna").decode("ascii")
    return urlunsplit((parts.scheme, host, quote(parts.path, safe=kept), quote(parts.query, safe=kept), ""))


def _in_words(err: Exception, timeout_s: float) -> str:
    """Why a download failed, as one would tell a colleague."""
    cause = err.reason if isinstance(err, error.URLError) and not isinstance(err, error.HTTPError) else err
    match cause:
        case error.HTTPError():
            return f"the server answers {cause.code} {cause.reason}".rstrip()
        case TimeoutError():
            return f"no answer within {timeout_s:g} s"
        case socket.gaierror():
            return "its host is not known"
        case ConnectionRefusedError():
            return "the connection was refused"
        case ssl.SSLError():
            return "its certificate is not trusted"
        case OSError(strerror=str(words)):
            return words.lower()
        case _:
            return str(cause) or type(cause).__name__
