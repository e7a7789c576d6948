"""Headmatter -> headmatter with its `config`, and warnings: what it asks for and does not get here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from deck_builder.keys import setting
from deck_builder.keys.css import GENERIC_FONTS, families
from deck_builder.keys.values import html_attributes, texts
from deck_builder.parse.frontmatter import FrontMatter
from deck_builder.parse.report import Report

_MERGED = ("fonts", "htmlAttrs", "themeConfig")
_RUNNERS = "python-runner"
_INSTALLED = (
    GENERIC_FONTS
    | {"arial", "helvetica", "verdana", "tahoma", "georgia", "times", "courier", "consolas", "menlo", "monaco"}
    | {
        "times new roman",
        "courier new",
        "trebuchet ms",
        "segoe ui",
        "pingfang sc",
        "microsoft yahei",
        "simsun",
        "simhei",
    }
)

Refusals: TypeAlias = Iterator[tuple[str, str, str]]
"""The key below the key (or ""), what is not done, and the way out."""


def with_config(front: FrontMatter) -> FrontMatter:
    """The headmatter over what its `config` says; fonts, attributes and the theme's settings go key by key."""
    config = front.values.get("config")
    if not isinstance(config, Mapping):
        return front
    values = {**config, **front.values}
    for key in _MERGED:
        below, above = config.get(key), front.values.get(key)
        if isinstance(below, Mapping) and isinstance(above, Mapping):
            values[key] = {**below, **above}
    spans = {name.removeprefix("config."): span for name, span in front.spans.items() if name.startswith("config.")}
    return replace(front, values=values, spans={**spans, **front.spans})


def report_headmatter(head: FrontMatter, report: Report) -> None:
    """Warn of each thing that Slidev would do for the deck, and we don't."""
    for key, refused in REFUSED.items():
        known = setting(head.values, key) is not None
        for name, message, hint in refused(head.values[key]) if known else ():
            span = head.spans.get(f"{key}.{name}") or head.spans[key]
            report.warn("D020", message, span, hint)


def _addons(names: object) -> Refusals:
    others = [name for name in texts(names) if _RUNNERS not in name]
    if others:
        what = "the addon {} is" if len(others) == 1 else "the addons {} are"
        hint = "addons are programs for Slidev; where a slide uses what one brings, that is named there"
        yield "", f"{what.format(_listed(others))} not read", hint


def _download(value: object) -> Refusals:
    if isinstance(value, str) and value.startswith(("http:", "https:")):
        yield "", f"the page has no button that leads to {value}", "write the link on a slide"
    elif value is not False:
        yield "", "no PDF lies beside the page", "print the page to PDF from a browser: each slide is a page of it"


def _drawings(options: object) -> Refusals:
    if isinstance(options, Mapping) and options.get("persist"):
        yield "persist", "drawings are not kept: nothing can be drawn on the slides", "write persist: false"


def _fonts(fonts: Mapping[str, Any]) -> Refusals:
    local = {name.lower() for name in _families(fonts, "local")} | _INSTALLED
    named = (name for key in ("sans", "serif", "mono", "custom") for name in _families(fonts, key))
    if missing := list(dict.fromkeys(name for name in named if name.lower() not in local)):
        what = "the font {} is" if len(missing) == 1 else "the fonts {} are"
        message = f"{what.format(_listed(missing))} not fetched: used where installed"
        hint = "name what is installed under `local`, or embed a font file: @font-face in a style.css beside the deck"
        if fonts.get("provider") != "none":
            yield "", message, hint


def _families(fonts: Mapping[str, Any], key: str) -> tuple[str, ...]:
    try:
        return families(fonts.get(key) or "")
    except ValueError:
        return ()


def _attributes(attributes: Mapping[str, Any]) -> Refusals:
    for name in attributes.keys() - html_attributes(attributes).keys():
        yield name, f"the attribute {name} is left out", "there are lang, dir, class, style and data-…"


def _seo(tags: Mapping[str, Any]) -> Refusals:
    if tags.get("ogImage") == "auto":
        yield "ogImage", "no picture is taken of the first slide", "name one: ogImage: https://example.org/talk.png"


def _readings(words: Mapping[str, Any]) -> Refusals:
    if words:
        yield "", "the readings of notesAutoRuby are not set above the notes' words", "write <ruby>字<rt>zì</rt></ruby>"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:-1]) + " and " * (len(names) > 1) + names[-1]


REFUSED: Mapping[str, Callable[[Any], Refusals]] = {
    "addons": _addons,
    "download": _download,
    "drawings": _drawings,
    "fonts": _fonts,
    "htmlAttrs": _attributes,
    "seoMeta": _seo,
    "notesAutoRuby": _readings,
}
