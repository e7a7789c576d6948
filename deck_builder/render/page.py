"""Slides + theme -> one self-contained page. Pure: the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping, Set
from functools import lru_cache
from html import escape
from pathlib import Path

from deck_builder.model import Deck, Theme
from deck_builder.remember import Remember
from deck_builder.render.head import head
from deck_builder.render.look import canvas, look_css, root_attributes
from deck_builder.render.markup import closed
from deck_builder.render.math import characters, subset
from deck_builder.render.utilities import stylesheet
from deck_builder.render.utilities.apply import applied

MODULES = (
    *(
        "deck",
        "stage",
        "soon",
        "output",
        "tabs",
        "clicks",
        "steps",
        "replay",
        "film",
        "passes",
        "pane",
        "sweep",
        "autofit",
        "alike",
        "fit",
    ),
    *("motion", "magic", "strokes", "marks", "transition"),
    *("sync", "address", "keys", "pointer", "controls", "timer", "preview", "presenter"),
    *("notes", "copy", "help", "reading", "media"),
    *("keep", "patch", "returning", "live", "running", "problems", "typing", "drafts", "edit", "main"),
)
"""The client's modules, each after those it imports."""

ONLY_FOR = {
    "tabs": ('class="code-group',),
    "magic": ('class="magic"',),
    "motion": (" data-motion",),
    "strokes": ("mark mark-",),
    "marks": ("mark mark-",),
    "film": ('class="scrub"',),
    "sweep": ('class="sweep"',),
    "replay": ('class="replay"',),
    "passes": (" data-passes=",),
    "pane": (" data-passes=",),
    "media": ("<video", "<audio"),
}
"""Modules that a page with none of these texts has no use for."""

SERVED = frozenset(("alike", "keep", "patch", "returning", "live", "running", "problems", "typing", "drafts", "edit"))
"""Modules of pages that a server keeps up to date: what a built file has no use for."""

_KEYS = (
    *("next", "previous", "next_slide", "previous_slide", "first", "last"),
    *("notes", "presenter", "timer", "reset", "dark", "fullscreen", "keys"),
)
"""The rows of the list of keys, as `words` names them."""

_SERVED_KEYS = ("edit", "problems")
"""Those of a page that a server keeps up to date."""

_PACKAGE = Path(__file__).parents[1]
_HOLE = re.compile(r"\{\{ ([\w.]+) \}\}")
_IMPORT = re.compile(r"^import .*?;\n", re.M)
_EXPORT = re.compile(r"^export ", re.M)
_JSDOC = re.compile(r"^\s*/\*\*(?:(?!\*/).)*\*/\n", re.M | re.S)
_CAST = re.compile(r"/\*\* @type .*?\*/ ")
_INDENT = re.compile(r"^ +", re.M)
_CLASS = re.compile(r'class="([^"]*)"')  # it begins with letters that are quick to find: pages have megabytes


def page(
    deck: Deck,
    lang: str,
    body: str,
    css: str,
    theme: Theme,
    words: dict[str, str],
    icon: str,
    *,
    live: bool = False,
) -> str:
    """The whole document around its slides; `icon` is the address of the deck's own, if it has one.

    One that is `live` is kept up to date by the server that it comes from.
    """
    styles = "" if live else applied(theme.styles)  # a live page has them among those that can be changed
    root, about = root_attributes(deck.headmatter, lang), head(deck, icon)
    script = _client(frozenset() if live else _useless(root + body) | SERVED)
    # The nonce hangs on every byte of the page, so that nothing inside the page could have known it.
    parts = (root, about, css, styles, body, script)
    nonce = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    own = f"<style>{closed(styles)}</style>\n" if styles else ""
    said = {f"words.{name}": escape(text) for name, text in words.items()}
    holes = {
        **{"root": root, "head": about, "css": closed(css), "styles": own, "body": body, "nonce": nonce},
        "total": str(len(deck.slides)),
        **said,
        **{"fonts": " 'self'" if live else "", "connect": "connect-src 'self'; " if live else ""},
        "chrome": f"<style>@layer base{{{_text('client', 'live.css')}}}</style>\n" if live else "",
        "served": _filled(_text("render", "live.html"), said) if live else "",
        "keys": "".join(
            f'<dt data-key="{name}"></dt><dd>{escape(words[name])}</dd>'
            for name in (*_KEYS, *(_SERVED_KEYS if live else ()))
        ),
        "script": script.replace("</script", r"<\/script"),
    }
    return _filled(_text("render", "page.html").rstrip("\n"), holes)


def _filled(template: str, holes: Mapping[str, str]) -> str:
    return _HOLE.sub(lambda hole: holes[hole[1]], template)


def page_css(deck: Deck, theme: Theme, body: str, remember: Remember) -> str:
    """What a page needs of the theme's styles, of the utilities and of the font for formulas."""
    return styles_for(deck, theme, classes(body), _math_face(body, theme, remember))


def styles_for(deck: Deck, theme: Theme, used: Set[str], face: str) -> str:
    """The styles of a page in which these classes are used, given its `@font-face` for formulas."""
    width, height = canvas(deck.headmatter)
    paper = f"@page{{size:{width}px {height}px;margin:0}}"
    return theme.css + stylesheet(used) + face + look_css(deck.headmatter, theme) + paper


def classes(html: str) -> set[str]:
    """The classes that are used in HTML."""
    return {name for names in set(_CLASS.findall(html)) for name in names.split()}


def _math_face(body: str, theme: Theme, remember: Remember) -> str:
    formulas = "".join(re.findall(r"<math.*?</math>", body, re.S))
    if not formulas or not theme.math_font:
        return ""
    font, wanted = theme.math_font, characters(formulas)
    key = f"font\0{hashlib.sha256(font).hexdigest()}\0{wanted}"
    face = remember(key, lambda: b64encode(subset(font, wanted)).decode())
    return f'@font-face{{font-family:"Deck Math";src:url(data:font/woff2;base64,{face}) format("woff2")}}'


def _useless(page: str) -> frozenset[str]:
    return frozenset(name for name, signs in ONLY_FOR.items() if not any(sign in page for sign in signs))


@lru_cache(maxsize=4)  # each as long as a book
def _client(left_out: frozenset[str]) -> str:
    """The client's modules as one: browsers refuse to load module files from file://. What is left out does nothing."""
    called = set(re.findall(r"\w+", _module("main")))
    stands_in = {name: f"function {name}() {{}}\n" if name in called else "" for name in left_out}
    return "".join(stands_in[name] if name in left_out else _module(name) for name in MODULES)


@lru_cache
def _module(name: str) -> str:
    """A module as part of the page's one: without imports, exports, types and indentation."""
    code = _IMPORT.sub("", _text("client", f"{name}.js"))
    for part in (_JSDOC, _CAST, _INDENT, _EXPORT):
        code = part.sub("", code)
    return code


def _text(*parts: str) -> str:
    return _PACKAGE.joinpath(*parts).read_text("utf-8")
