"""Urls and paths of pictures -> their bytes, and a problem for each that can't be had. The only reader of pictures.

Local pictures come from the deck's own folder and from nowhere else; remote ones over http or https, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from deck_builder.disk import DISK, Disk
from deck_builder.errors import Span
from deck_builder.fetch.local import read_picture
from deck_builder.fetch.picture import BESIDE, UnreachableError
from deck_builder.model import Image, Problem

Fetch: TypeAlias = Callable[[Iterable[tuple[str, Span]], Path], tuple[Mapping[str, Image], list[Problem]]]
"""Pictures, each with where the deck names it, and the deck's folder -> what could be had, and what could not."""

LEFT_ALONE = ("data:", "figure:")
MADE = ("icon:", "mermaid:", "media:")
"""How the addresses of icons, diagrams and media begin."""


def fetch(
    pictures: Iterable[tuple[str, Span]],
    folder: Path,
    *,
    cache_dir: Path | None,
    fresh: bool = False,
    offline: bool = False,
    timeout_s: float = 5.0,
    deadline_s: float = 20.0,
    disk: Disk = DISK,
) -> tuple[dict[str, Image], list[Problem]]:
    """Get every picture once. `fresh` downloads what the cache holds, too; `offline` goes by the cache alone.

    Without a `cache_dir` nothing is kept.
    """
    places: dict[str, Span] = {}
    for url, span in pictures:
        if not url.startswith(LEFT_ALONE):
            places.setdefault(url, span)
    images, problems = _made(places, folder, cache_dir, fresh, disk)
    places = {url: span for url, span in places.items() if not url.startswith(MADE)}

    answers: dict[str, Image | UnreachableError] = {}
    if remote := [url for url in places if _is_remote(url)]:
        from deck_builder.fetch.remote import Web  # the web's modules cost more than a deck without web pictures

        answers |= Web(cache_dir, fresh, offline, timeout_s, deadline_s, disk).get(remote)
    for url in places.keys() - answers.keys():
        answers[url] = read_picture(url, folder, disk)

    for url, span in places.items():
        match answers[url]:
            case Image() as image:
                images[url] = image
            case UnreachableError(reason=reason, hint=hint):
                message = f"the picture {url} can't be had: {reason}"
                problems.append(Problem("D010", message, span, hint or BESIDE, "warning"))
    return images, problems


def _made(
    places: Mapping[str, Span], folder: Path, cache_dir: Path | None, fresh: bool, disk: Disk
) -> tuple[dict[str, Image], list[Problem]]:
    """What is no picture of the author's: each kind has a module of its own, which a deck without it does not load."""
    images: dict[str, Image] = {}
    problems: list[Problem] = []
    icons, diagrams, media = ({url: place for url, place in places.items() if url.startswith(kind)} for kind in MADE)
    if icons:
        from deck_builder.fetch.icons import fetch_icons

        found, amiss = fetch_icons(icons, folder, disk)
        images, problems = images | found, problems + amiss
    if diagrams:
        from deck_builder.fetch.diagrams import fetch_diagrams

        found, amiss = fetch_diagrams(diagrams, cache_dir, fresh=fresh, disk=disk)
        images, problems = images | found, problems + amiss
    if media:
        from deck_builder.fetch.media import fetch_media

        found, amiss = fetch_media(media, folder, disk)
        images, problems = images | found, problems + amiss
    return images, problems


def _is_remote(url: str) -> bool:
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return False
    return scheme in ("http", "https") or url.startswith("//")
