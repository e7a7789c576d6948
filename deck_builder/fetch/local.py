"""A path written in a deck -> a picture of the deck's own folder."""

from __future__ import annotations

import os
import stat
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deck_builder.fetch.picture import UnreachableError, image_of, read_all
from deck_builder.model import Image


def read_picture(url: str, folder: Path) -> Image | UnreachableError:
    """Read `img/a.png` or `/a.png`, relative to the deck's folder or, as in Slidev, to its `public/`."""
    try:
        return image_of(read_file(url, folder))
    except UnreachableError as why:
        return why


def read_file(url: str, folder: Path) -> bytes:
    """The bytes of a file that a deck names by an address; UnreachableError if they can't be had."""
    try:
        return _bytes(_place(url, folder.resolve()))
    except (OSError, ValueError, RuntimeError) as err:  # a RuntimeError is how Python 3.12 tells of links in a ring
        reason = err.strerror if isinstance(err, OSError) else str(err)
        raise UnreachableError(f"it can't be read ({reason})", "look at its name and permissions") from err


def _place(url: str, root: Path) -> Path:
    """Where the picture lies. Links are resolved first: neither `..` nor a link leads out of the deck's folder."""
    parts = urlsplit(url)
    if parts.scheme:
        raise UnreachableError("only files of the deck's folder, http and https are fetched")
    name = unquote(parts.path).lstrip("/")
    for base in (root, root / "public"):
        for written in (url.lstrip("/"), name):
            path = (base / written).resolve()
            if not path.is_relative_to(root):
                raise UnreachableError("it lies outside of the deck's folder", "copy it into the deck's folder")
            if path.is_file():
                return path
    raise UnreachableError("there is no such file", _near(name, root))


def _bytes(path: Path) -> bytes:
    """A regular file's bytes; a link or a pipe that was put there after the look is not followed, not waited for."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UnreachableError("it is not a regular file")
        return read_all(file.read)


def _near(name: str, root: Path) -> str:
    """A hint that names a file which is nearly the one asked for."""
    wanted = Path(name)
    for base in (root, root / "public"):
        folder = (base / wanted).parent.resolve()
        if folder.is_dir() and folder.is_relative_to(root):
            for near in get_close_matches(wanted.name, [path.name for path in folder.iterdir()], 1):
                return f"did you mean {wanted.with_name(near).as_posix()}?"
    return "a path begins in the folder of the file that names it, or, with a /, in the deck's"
