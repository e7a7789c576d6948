"""Headmatter -> how the whole page looks: its root's attributes, its canvas, the CSS of fonts and accent. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from deck_builder.keys import setting
from deck_builder.keys.css import GENERIC_FONTS, families
from deck_builder.keys.values import TRANSITIONS
from deck_builder.model import Deck, Problem, Slide, Theme
from deck_builder.render.markup import attributes_html

MOVE_MS = 800
"""How long Slidev's magic move takes."""


def canvas(headmatter: Mapping[str, Any]) -> tuple[int, int]:
    """Width and height of a slide in its own units (Slidev: `canvasWidth` 980, height = ceil(width / aspectRatio))."""
    width = setting(headmatter, "canvasWidth") or 980
    return width, math.ceil(width / (setting(headmatter, "aspectRatio") or 16 / 9))


def root_attributes(headmatter: Mapping[str, Any], lang: str) -> str:
    """The attributes of `<html>`: what the client reads, and after it the author's own."""
    width, height = canvas(headmatter)
    scheme = setting(headmatter, "colorSchema")
    own: dict[str, str] = dict(setting(headmatter, "htmlAttrs") or {})
    style = f"--deck-width:{width};--deck-height:{height}"
    known: dict[str, str | None] = {
        "lang": lang,
        "data-no": "1",
        "data-click": "0",
        "data-scheme": scheme if scheme in ("light", "dark") else "auto",
        "data-transition": setting(headmatter, "transition"),
        "data-duration": str(seconds) if (seconds := setting(headmatter, "duration")) else None,
        "data-timer": setting(headmatter, "timer"),
        "style": ";".join(filter(None, (style, own.pop("style", "")))),
    }
    said: dict[str, str | None] = {name: value for name, value in known.items() if value is not None}
    return attributes_html(said | {name: value for name, value in own.items() if name not in said})


def look_css(headmatter: Mapping[str, Any], theme: Theme) -> str:
    """What the headmatter says of the look, as CSS that goes over the theme's."""
    tokens = {f"--slidev-theme-{name}": value for name, value in (setting(headmatter, "themeConfig") or {}).items()}
    if primary := tokens.get("--slidev-theme-primary"):
        tokens["--deck-accent"] = _accent(primary, dark=headmatter.get("colorSchema") == "dark")
    tokens.setdefault("--slidev-theme-primary", "var(--deck-accent)")
    tokens |= _fonts(setting(headmatter, "fonts") or {}, theme.css)
    rest = ".stage{user-select:none}" if setting(headmatter, "selectable") is False else ""
    return f":root{{{';'.join(f'{name}:{value}' for name, value in tokens.items())}}}{rest}"


def move_duration(deck: Deck, slide: Slide) -> int:
    """How many milliseconds moving code of a slide moves."""
    for front in (slide.frontmatter, deck.headmatter):
        if (said := setting(front, "magicMoveDuration")) is not None:
            return int(said)
    return MOVE_MS


def moves_copied(deck: Deck, slide: Slide) -> bool:
    """Whether moving code of a slide can be copied; Slidev's `always` and `final` say when, here it always can."""
    said = (setting(front, "magicMoveCopy") for front in (slide.frontmatter, deck.headmatter))
    return next((copied for copied in said if copied is not None), True) is not False


def unknown_transitions(deck: Deck, html: str) -> list[Problem]:
    """Names of transitions that are neither ours nor made by the deck's own styles, which `html` holds."""
    first: dict[str, Slide] = {}
    for slide in deck.slides:
        for name in (setting(slide.frontmatter, "transition") or "none").split("|"):
            first.setdefault(name, slide)
    problems = []
    for name in first.keys() - set(TRANSITIONS):
        if not re.search(rf"\.{name}-(?:enter|leave)-", html):
            hint = f"there are {', '.join(TRANSITIONS)}; one of your own has .{name}-enter-active in style.css"
            place = first[name].place("transition")
            problems.append(Problem("D011", f"there is no transition {name}", place, hint, "warning"))
    return problems


def _accent(primary: str, *, dark: bool) -> str:
    """A colour as written on the paper that its author has seen it on, and as light or dark as it must be on the other.

    Of an OKLCH lightness of .72 every hue has a contrast of 4.5 on the dark paper, of .53 on white.
    """
    if dark:
        return f"light-dark(oklch(from {primary} min(l,.53) c h),{primary})"
    return f"light-dark({primary},oklch(from {primary} max(l,.72) c h))"


def _fonts(fonts: Mapping[str, Any], css: str) -> dict[str, str]:
    """Stacks of fonts by token: the author's before the theme's own, among which are those for Chinese."""
    stacks = {}
    for kind in ("sans", "serif", "mono"):
        try:
            names = families(fonts.get(kind) or "")
        except ValueError:
            names = ()
        token = f"--deck-font-{kind}"
        behind = re.findall(rf"{token}:\s*([^;}}]+)", css)[-1:] if fonts.get("fallbacks") is not False else []
        if names:
            stacks[token] = ", ".join([*map(_quoted, names), *map(str.strip, behind)])
    return stacks


def _quoted(name: str) -> str:
    return name if name in GENERIC_FONTS else '"{}"'.format(re.sub(r'[\\"\n\r\f]', "", name))
