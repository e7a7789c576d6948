"""Videos, sound and pages of others -> players of what is embedded, and cards with a link for what would be loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from urllib.parse import parse_qs, urlsplit

from deck_builder.model import Problem, Slide
from deck_builder.render.components.use import Around, Made, Use, instead
from deck_builder.render.markup import Attributes, attributes_html
from deck_builder.render.pictures import data_url

MEDIA = ("video", "audio", "slidev-video")
_PLAYER = ("src", "poster", "autoplay", "autoreset", "printPoster", "timestamp", "printTimestamp")
_BESIDE = {
    "video": 'save it beside the deck and play it from there: <video src="talk.mp4">',
    "audio": 'save it beside the deck and play it from there: <audio src="talk.mp3">',
}
_THINGS = {"video": "a video", "audio": "a sound"}
_PICTURE = "put a picture of it on the slide"
_YOUTUBE = re.compile(r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)")
_WEB = re.compile(r"(?:https?:)?//")
_LENGTH = re.compile(r"\d+(\.\d+)?")


def youtube(use: Use, around: Around) -> Made:
    """A video on YouTube, `id` or `id?start=10`."""
    return _youtube(use, around, use.prop("id"), "")


def tweet(use: Use, around: Around) -> Made:
    """A post on X."""
    post = use.prop("id")
    url = f"https://x.com/i/status/{post}" if post else ""
    return _card(use, around, "post", url, "", _not_loaded("a post on X"), _PICTURE)


def bluesky(use: Use, around: Around) -> Made:
    """A post on Bluesky, `at://did:plc:…/app.bsky.feed.post/…`."""
    found = re.fullmatch(r"at://([^/]+)/app\.bsky\.feed\.post/([^/]+)", use.prop("uri"))
    url = f"https://bsky.app/profile/{found[1]}/post/{found[2]}" if found else use.prop("uri")
    return _card(use, around, "post", url, "", _not_loaded("a post on Bluesky"), _PICTURE)


def frame(use: Use, around: Around) -> Made:
    """A page, or whatever else an `<iframe>`, an `<embed>` or an `<object>` would load."""
    src = use.prop("src") or use.prop("data")
    if video := _YOUTUBE.match(src):
        return _youtube(use, around, video[1], use.prop("title").replace("YouTube video player", ""))
    said = _not_loaded(f"what an <{use.name}> would show")
    return _card(use, around, "page", src, use.prop("title"), said, f"the page works offline: {_PICTURE}")


def player(use: Use, around: Around) -> Made:
    """A video or a sound: a player of the file that lies beside the deck, else a card."""
    kind = "audio" if use.name == "audio" else "video"
    for src in sources(use):
        if medium := around.pictures.named(src, use.span, "media:"):
            return Made(f"<{kind}{attributes_html(_played(use, around, data_url(medium)))}>", f"</{kind}>")
    src = next(sources(use), "")
    if not _WEB.match(src):
        return _card(use, around, kind, "", src, "", "")  # why it can't be had is told where it was looked for
    return _card(use, around, kind, src, "", _not_loaded(f"{_THINGS[kind]} from the web"), _BESIDE[kind])


def sources(use: Use) -> Iterator[str]:
    """The files that a player may play: its own `src`, and those of the `<source>`s in it."""
    if use.prop("src"):
        yield use.prop("src")
    for token in use.inside():
        if token.tag == "source" and token.attrs.get("src"):
            yield str(token.attrs["src"])


def page_card(url: str | None, words: dict[str, str]) -> str:
    """The card that stands for a whole page, in a layout that would show it."""
    return "" if not url else "".join(_card_html(words, "page", url, "", {"class": "media page"}, ""))


def unloaded_page(slide: Slide) -> tuple[Problem, ...]:
    """What to say of a layout that would show a page."""
    if not slide.layout.startswith("iframe") or not slide.frontmatter.get("url"):
        return ()
    said = _not_loaded("what an <iframe> would show")
    return (Problem("D020", said, slide.place("url"), f"the page works offline: {_PICTURE}", "warning"),)


def _youtube(use: Use, around: Around, video: str, name: str) -> Made:
    """A video by its id, `id` or `id?start=10`."""
    identity, _, query = video.partition("?")
    start = parse_qs(query).get("start", [""])[0]
    url = f"https://www.youtube.com/watch?v={identity}" + (f"&t={start}" if start else "") if identity else ""
    return _card(use, around, "video", url, name, _not_loaded("a YouTube video"), _BESIDE["video"])


def _card(use: Use, around: Around, kind: str, url: str, name: str, message: str, hint: str) -> Made:
    attributes = use.kept(classes=f"media {kind}", style=";".join(_size(use))).items()
    kept = {key: value for key, value in attributes if key in ("class", "style") or key.startswith("data-")}
    poster = around.pictures.named(use.prop("poster"), use.span) if use.prop("poster") else None
    opening, closing = _card_html(around.words, kind, url, name, kept, data_url(poster) if poster else "")
    return Made(opening, closing, instead(use, message, hint) if message else ())


def _card_html(
    words: dict[str, str], kind: str, url: str, name: str, attributes: Attributes, poster: str
) -> tuple[str, str]:
    """A card: a picture if there is one, what it is, and where it leads; the link lies over all of it."""
    said, where = name or words[kind], _where(url, whole=kind == "page")
    place = f"<small>{escape(where)}</small>" if where != said else ""
    picture = f'<img src="{poster}" alt="">' if poster else ""
    text = f"<b>{escape(said)}</b>{place}"
    if _WEB.match(url):
        link: Attributes = {"href": url, "target": "_blank", "rel": "noopener noreferrer"}
        text = f"<a{attributes_html(link)}>{text}</a>"
    return f'<span{attributes_html(attributes)}>{picture}<i aria-hidden="true"></i>{text}<span>', "</span></span>"


def _where(url: str, *, whole: bool) -> str:
    """An address as one says it: its host, and its path if that is to be said, too."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts.netloc.removeprefix("www.") + (parts.path.rstrip("/") if whole else "") if parts.netloc else url


def _played(use: Use, around: Around, src: str) -> Attributes:
    """What a player carries: the client starts it when its slide comes, and stops it when that goes."""
    kept = use.kept(*_PLAYER) | {"src": src, "playsinline": None}
    if use.said("autoplay") or use.said("autoPlay"):
        kept["data-autoplay"] = None
    else:
        kept["controls"] = None
    if use.prop("poster") and (poster := around.pictures.named(use.prop("poster"), use.span)):
        kept["poster"] = data_url(poster)
    return kept


def _size(use: Use) -> Iterator[str]:
    """The size that its attributes give it."""
    for side in ("width", "height"):
        value = use.prop(side)
        if _LENGTH.fullmatch(value.removesuffix("px")):
            yield f"{side}:{value.removesuffix('px')}px"
        elif _LENGTH.fullmatch(value.removesuffix("%")):
            yield f"{side}:{value}"
    if use.prop("width") and use.prop("height"):
        yield "max-height:none"


def _not_loaded(thing: str) -> str:
    return f"{thing} is not loaded: a card with its link stands in its place"
