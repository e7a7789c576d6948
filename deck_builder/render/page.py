"""Slides + theme -> one self-contained page. Pure: the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import math
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from deck_builder.model import Problem, Slide, Theme
from deck_builder.render.math import characters, subset
from deck_builder.render.pictures import Pictures
from deck_builder.render.slide import Content
from deck_builder.render.utilities import stylesheet

MODULES = ("deck", "stage", "output", "steps", "fit", "address", "keys", "pointer", "controls", "reading", "main")
"""The client's modules, each after those it imports."""

_IMPORT = re.compile(r"^import .*?;\n", re.M)
_EXPORT = re.compile(r"^export ", re.M)
_JSDOC = re.compile(r"^\s*/\*\*.*?\*/\n", re.M | re.S)
_CLASS = re.compile(r'\bclass="([^"]*)"')
_ASPECT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:[/:x|]\s*(\d+(?:\.\d+)?)\s*)?")
_PLAIN = frozenset(("cover", "intro", "section", "center", "statement", "fact", "quote", "end", "image", "none"))


class Layouts:
    """A theme's layout templates."""

    def __init__(self, theme: Theme) -> None:
        # A theme may come with a stranger's deck: its templates lay out, and can reach nothing of Python.
        self._templates = dict(theme.layouts)
        loader = DictLoader(self._templates)
        self._environment = ImmutableSandboxedEnvironment(loader=loader, autoescape=True, trim_blocks=True)
        self.names = frozenset(name for name in theme.layouts if not name.startswith("_"))

    def has(self, layout: str, slot: str) -> bool:
        """Whether a layout shows a slot."""
        return slot == "default" or f"slots.{slot}" in self._templates.get(layout, "")

    def _filled(self, layout: str, slots: Mapping[str, str]) -> dict[str, str]:
        """Slots as the layout has them: what it has no place for follows the rest, so that nothing is lost."""
        shown = {name: html for name, html in slots.items() if self.has(layout, name)}
        shown["default"] += "".join(html for name, html in slots.items() if name not in shown)
        return shown

    def section(self, slide: Slide, content: Content, pictures: Pictures, footer: str) -> str:
        """The `<section>` of a slide; an unknown layout falls back to `default`, as in Slidev."""
        layout = slide.layout if slide.layout in self.names else "default"
        slots = self._filled(layout, content.slots)
        inside = self._environment.get_template(layout).render(
            content=Markup(slots["default"].strip()),
            slots={name: Markup(html) for name, html in slots.items()},
            link=Markup(_link(slide.frontmatter.get("url"))),
            picture=Markup(pictures.side(slide)),
            backdrop=Markup(pictures.backdrop(slide)),
            classes=_classes(slide.frontmatter.get("class")),
            frontmatter=slide.frontmatter,
        )
        lang = f' lang="{escape(str(slide.frontmatter["lang"]))}"' if slide.frontmatter.get("lang") else ""
        label = f' aria-label="{escape(slide.title)}"' if slide.title else ""
        return (
            f'<section class="slide layout-{layout}" data-no="{slide.no}" data-clicks="{slide.clicks}"'
            f' id="slide-{slide.no}" aria-roledescription="slide"{label}{lang}>'
            f"{''.join(content.styles)}{inside}{'' if layout in _PLAIN else footer}</section>\n"
        )


def _link(url: object) -> str:
    """What stands for a page that would have to be fetched while presenting."""
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        return ""
    said = escape(url)
    return f'<a class="missing" href="{said}" target="_blank" rel="noopener noreferrer"><small>{said}</small></a>'


def _classes(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return " ".join(str(name) for name, on in value.items() if on)
    return " ".join(map(str, value)) if isinstance(value, Sequence) else ""


def page(
    title: str, lang: str, headmatter: Mapping[str, Any], sections: Sequence[str], theme: Theme, words: dict[str, str]
) -> tuple[str, list[Problem]]:
    """The whole document, and what of the headmatter could not be followed."""
    problems: list[Problem] = []
    width, height = _canvas(headmatter, problems)
    body = "".join(sections)
    used = {name for classes in _CLASS.findall(body) for name in classes.split()}
    css = theme.css + stylesheet(used) + _math_face(body, theme)
    scheme = headmatter.get("colorSchema")
    script = _client()
    # The nonce hangs on every byte of the page, so that nothing inside the page could have known it.
    nonce = hashlib.sha256("\0".join((title, css, body, script)).encode()).hexdigest()[:32]
    template = Environment(autoescape=True, trim_blocks=True).from_string(_text("render", "page.html"))
    html = template.render(
        title=title,
        lang=lang,
        scheme=scheme if scheme in ("light", "dark") else "auto",
        width=width,
        height=height,
        css=Markup(css),
        body=Markup(body),
        script=Markup(script.replace("</script", r"<\/script")),
        nonce=nonce,
        words=words,
        total=len(sections),
    )
    return html, problems


def _canvas(headmatter: Mapping[str, Any], problems: list[Problem]) -> tuple[int, int]:
    """Width and height of a slide in its own units (Slidev: `canvasWidth` 980, height = ceil(width / aspectRatio))."""
    width = headmatter.get("canvasWidth", 980)
    if not isinstance(width, int) or not 200 <= width <= 10_000:
        problems.append(
            Problem("D021", f"canvasWidth is {width!r}, not a number of pixels", None, "980 is used", "warning")
        )
        width = 980
    aspect = headmatter.get("aspectRatio", "16/9")
    found = _ASPECT.fullmatch(str(aspect))
    ratio = float(found[1]) / float(found[2] or 1) if found and float(found[2] or 1) else 0.0
    if not 0.2 <= ratio <= 5:
        problems.append(Problem("D021", f"aspectRatio is {aspect!r}, not like 16/9", None, "16/9 is used", "warning"))
        ratio = 16 / 9
    return width, math.ceil(width / ratio)


def _math_face(body: str, theme: Theme) -> str:
    formulas = "".join(re.findall(r"<math.*?</math>", body, re.S))
    if not formulas or not theme.math_font:
        return ""
    font = b64encode(subset(theme.math_font, characters(formulas))).decode()
    return f'@font-face{{font-family:"Deck Math";src:url(data:font/woff2;base64,{font}) format("woff2")}}'


@lru_cache(maxsize=1)
def _client() -> str:
    """The client's modules as one: browsers refuse to load module files from file://."""
    modules = "".join(_IMPORT.sub("", _text("client", f"{name}.js")) for name in MODULES)
    return _EXPORT.sub("", _JSDOC.sub("", modules))


def _text(*parts: str) -> str:
    return files("deck_builder").joinpath(*parts).read_text("utf-8")
