"""The vocabulary of front matter: every key of Slidev's and of ours, what it takes, and what becomes of it here.

docs/frontmatter.md is made of these tables. What `becomes` calls reported, parse/headmatter.py reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from deck_builder.keys import css, values
from deck_builder.keys.values import anything, choice, flag, mapping, text, texts, whole


@dataclass(frozen=True, slots=True)
class Key:
    """What a key takes and what becomes of it, in words; `read` raises ValueError for what it does not take."""

    takes: str
    becomes: str
    read: Callable[[object], Any] = anything


_SWITCH = "true or false"
_STEPS = "one or more of " + ", ".join(values.ANIMATIONS)
_TRANSITION = "a name such as slide-left, or two: `slide-left | slide-right`"
_EDITOR = "does nothing: code runs when the deck is built, there is no editor in the page"
_PLAYER = "does nothing: it sets up a part of Slidev that the page does not have"
_EXPORT = "does nothing: it is for exports"

DECK_KEYS: Mapping[str, Key] = {
    "theme": Key("a theme, `none`, or a folder: `./my-theme`", "sets the look; an unknown one is reported", text),
    "title": Key("text", "names the page; without it the first slide's heading does", text),
    "titleTemplate": Key("text with `%s`", "is the title of the browser's tab, `%s` the deck's own", text),
    "info": Key("Markdown", "its first paragraph describes the page to search engines", values.about),
    "author": Key("text or a list", "stands in the page's head", anything),
    "keywords": Key("text or a list", "stand in the page's head", texts),
    "lang": Key("a language: `zh-CN`", "is the page's language, and that of its few own words", values.language),
    "htmlAttrs": Key(
        "lang, dir, class, style, data-*", "stand on `<html>`; others are reported", values.html_attributes
    ),
    "seoMeta": Key("ogTitle, ogImage, twitterCard …", "stand in the page's head; `auto` is reported", mapping),
    "favicon": Key("a picture", "is the icon of the browser's tab, embedded", text),
    "layout": Key("a layout", "is the first slide's; without it, `cover`", text),
    "defaults": Key("keys of a slide", "hold for every slide that does not say otherwise", anything),
    "config": Key("keys of the deck", "hold where they are not said beside it", mapping),
    "colorSchema": Key(
        "light, dark, auto or all",
        "begins light, dark, or as the system has it",
        choice("light", "dark", "auto", "all"),
    ),
    "aspectRatio": Key("a shape: 16/9, 4:3", "shapes the slides", values.ratio),
    "canvasWidth": Key(
        "a number of pixels, 200 to 10000",
        "is how wide a slide is in its own units; 980 without it",
        whole(200, 10_000),
    ),
    "themeConfig": Key(
        "names and values", "become `--slidev-theme-NAME`; `primary` is the accent, too", css.theme_settings
    ),
    "fonts": Key("sans, serif, mono, local …", "are used where they are installed; others are reported", mapping),
    "selectable": Key(_SWITCH, "false keeps text from being selected", flag),
    "transition": Key(_TRANSITION, "is how one slide gives way to the next", values.transition),
    "clickAnimation": Key(_STEPS, "is how that comes which comes by a click", values.animation),
    "lineNumbers": Key(_SWITCH, "numbers the lines of all code", anything),
    "codeCopy": Key(_SWITCH, "false takes the copy button from code", flag),
    "magicMoveCopy": Key(
        "true, false, always or final", "false takes the copy button from moving code", values.copying
    ),
    "magicMoveDuration": Key(
        "a number of milliseconds", "is how long moving code moves; 800 without it", whole(0, 60_000)
    ),
    "python": Key("run, timeout, seed, setup …", "is how the deck's code runs: see below", anything),
    "katex": Key("macros: names and LaTeX", "has macros for all formulas", anything),
    "addons": Key("a list", "are not read, and reported; a Python runner is not needed", texts),
    "download": Key(
        "true, false, auto or an address",
        "false does nothing; anything else is reported: there is no PDF beside the page",
    ),
    "drawings": Key("enabled, persist …", "do nothing: there is no drawing; `persist: true` is reported"),
    "notesAutoRuby": Key("words and readings", "are reported: readings are not set", mapping),
    "exportFilename": Key("text", _EXPORT),
    "export": Key("options", _EXPORT),
    "highlighter": Key("shiki", "does nothing: there is one highlighter"),
    "css": Key("unocss", "does nothing: utility classes are always there"),
    "comark": Key(_SWITCH, "true has `[text]{.class}`, `:name{…}` and `::name` read", flag),
    "mdc": Key(_SWITCH, "is the older name of `comark`", flag),
    "routerMode": Key("history, hash or memory", "does nothing: addresses are `#/3`"),
    "remoteAssets": Key(_SWITCH, "does nothing: pictures are always embedded"),
    "preloadImages": Key(_SWITCH, "does nothing: pictures are always embedded"),
    "pwa": Key(_SWITCH, "does nothing: the page always works offline"),
    "plantUmlServer": Key("an address", "does nothing: no diagram is sent anywhere"),
    "monaco": Key("true, false, dev or build", _EDITOR),
    "monacoTypesSource": Key("local, cdn or none", _EDITOR),
    "monacoTypesAdditionalPackages": Key("a list", _EDITOR),
    "monacoTypesIgnorePackages": Key("a list", _EDITOR),
    "monacoRunAdditionalDeps": Key("a list", _EDITOR),
    "monacoRunUseStrict": Key(_SWITCH, _EDITOR),
    "twoslash": Key("true, false, dev or build", "does nothing: it is for TypeScript"),
    "record": Key("true, false, dev or build", _PLAYER),
    "browserExporter": Key("true, false, dev or build", _PLAYER),
    "contextMenu": Key("true, false, dev or build", _PLAYER),
    "wakeLock": Key("true, false, dev or build", "does nothing: the presenter's view keeps the screen awake"),
    "editor": Key(_SWITCH, _PLAYER),
    "mcp": Key(_SWITCH, _PLAYER),
    "remote": Key("a password", _PLAYER),
    "overviewSnapshots": Key(_SWITCH, _PLAYER),
    "presenter": Key("true, false, dev or build", "does nothing: the presenter's view is always there"),
    "duration": Key(
        "a time: 45min, 1h 30min", "is how long the talk may take: the presenter's view tells the rest", values.duration
    ),
    "timer": Key(
        "stopwatch or countdown", "is what the presenter's view shows large", choice("stopwatch", "countdown")
    ),
}

SLIDE_KEYS: Mapping[str, Key] = {
    "layout": Key("a layout", "arranges the slide; an unknown one is reported", text),
    "class": Key("classes: text, a list or a mapping", "stand on the slide's content", values.classes),
    "background": Key("a colour, a gradient or a picture", "lies behind the slide, in layouts that have one", text),
    "image": Key("a picture, `figure:ID` or a colour", "is the picture of the `image` layouts", text),
    "alt": Key("text", "says what `image` shows, to those who don't see it", text),
    "backgroundSize": Key("cover, contain or a size: 70%", "is how `image` fills its place", css.size),
    "url": Key("an address", "stands as a link in the `iframe` layouts", text),
    "scale": Key("a number", "does nothing: an `iframe` layout shows a link"),
    "layoutClass": Key("classes: text, a list or a mapping", "stand on the columns of `two-cols`", values.classes),
    "title": Key("text", "names the slide; a `cover`, `intro` or `section` without text shows it", text),
    "name": Key("text", "names the slide where there is no `title`", text),
    "level": Key("1 to 6", "is the slide's level in a table of contents", whole(1, 6)),
    "hideInToc": Key(_SWITCH, "true keeps the slide out of tables of contents", flag),
    "hide": Key(_SWITCH, "true leaves the slide out", flag),
    "disabled": Key(_SWITCH, "is `hide`", flag),
    "src": Key("a file, or some slides of it: `a.md#2-4`", "takes the slides of another file in here", text),
    "routeAlias": Key("a word", "is another address of the slide: `#/intro`", values.alias),
    "clicks": Key("a whole number", "is how many clicks the slide takes", anything),
    "clicksStart": Key("a whole number", "is the click that the slide begins with", whole(0, 10_000)),
    "transition": Key(_TRANSITION, "is how this slide gives way to the next", values.transition),
    "clickAnimation": Key(_STEPS, "is how that comes which comes by a click", values.animation),
    "zoom": Key("a number: 0.8", "enlarges or shrinks what is on the slide", values.factor),
    "lang": Key("a language: `zh-CN`", "is the slide's language", values.language),
    "codeCopy": Key(_SWITCH, "false takes the copy button from the slide's code", flag),
    "magicMoveCopy": Key(
        "true, false, always or final", "false takes the copy button from moving code", values.copying
    ),
    "magicMoveDuration": Key("a number of milliseconds", "is how long moving code moves", whole(0, 60_000)),
    "dragPos": Key("names and places: `0,0,100,80`", "is where what has such a name in `v-drag` stands", mapping),
    "preload": Key(_SWITCH, "does nothing: the whole page is loaded at once"),
}

PRIMARY = Key("a colour in quotes: '#35667b'", "is the accent", css.colour)
FONT_KEYS = ("sans", "serif", "mono", "custom", "local", "weights", "italic", "provider", "webfonts", "fallbacks")
SEO_KEYS = [
    "ogTitle",
    "ogDescription",
    "ogImage",
    "ogUrl",
    "twitterCard",
    "twitterTitle",
    "twitterDescription",
    "twitterImage",
    "twitterSite",
    "twitterUrl",
]


def setting(front: Mapping[str, Any], key: str) -> Any:
    """What a key says, in the form in which it is used; None where it says nothing, or nothing that it takes."""
    value = front.get(key)
    if value is None:
        return None
    try:
        return (SLIDE_KEYS.get(key) or DECK_KEYS[key]).read(value)
    except ValueError:
        return None  # the parser has told its author
