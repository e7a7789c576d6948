"""A path written in a deck -> a picture of the deck's own folder."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from deck_builder.disk import DISK, Disk
from deck_builder.fetch import picture
from deck_builder.fetch.picture import UnreachableError, image_of, within
from deck_builder.model import Image


def read_picture(url: str, folder: Path, disk: Disk = DISK) -> Image | UnreachableError:
    """Read `img/a.png` or `/a.png`, relative to the deck's folder or, as in Slidev, to its `public/`."""
    try:
        return image_of(read_file(url, folder, disk))
    except UnreachableError as why:
        return why


def read_file(url: str, folder: Path, disk: Disk = DISK) -> bytes:
    """The bytes of a file that a deck names by an address; UnreachableError if they can't be had."""
    try:
        path, most = _place(url, disk.resolve(folder), disk), picture.LARGEST_PICTURE
        return within(most, disk.read(path, most, follow=False))  # a link was put there after the look
    except (OSError, ValueError, RuntimeError) as err:  # a RuntimeError is how Python 3.12 tells of links in a ring
        reason = err.strerror if isinstance(err, OSError) else str(err)
        raise UnreachableError(f"it can't be read ({reason})", "look at its name and permissions") from err


def _place(url: str, root: Path, disk: Disk) -> Path:
    """Where the picture lies. Links are resolved first: neither `..` nor a link leads out of the deck's folder."""
    parts = urlsplit(url)
    if parts.scheme:
        raise UnreachableError("only files of the deck's folder, http and https are fetched")
    name = unquote(parts.path).lstrip("/")
    for base in (root, root / "public"):
        for written in (url.lstrip("/"), name):
            path = disk.resolve(base / written)
            if not path.is_relative_to(root):
                raise UnreachableError("it lies outside of the deck's folder", "copy it into the deck's folder")
            if disk.is_file(path):
                return path
    raise UnreachableError("there is no such file", _near(name, root, disk))


def _near(name: str, root: Path, disk: Disk) -> str:
    """A hint that names a file which is nearly the one asked for."""
    from difflib import get_close_matches  # a deck without mistakes does not need it

    wanted = Path(name)
    for base in (root, root / "public"):
        folder = disk.resolve((base / wanted).parent)
        if disk.is_dir(folder) and folder.is_relative_to(root):
            for near in get_close_matches(wanted.name, disk.names(folder), 1):
                return f"did you mean {wanted.with_name(near).as_posix()}?"
    return "a path begins in the folder of the file that names it, or, with a /, in the deck's"
