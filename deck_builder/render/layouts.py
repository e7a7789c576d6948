"""Slide -> its `<section>`: content between a layout's walls, with the deck's layers around it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from types import TracebackType
from typing import Any

from markupsafe import Markup

from deck_builder.errors import Span
from deck_builder.keys import setting
from deck_builder.model import Deck, Problem, Slide, Theme
from deck_builder.remember import Remember
from deck_builder.render.components import page_card
from deck_builder.render.markup import attributes_html, balanced
from deck_builder.render.pictures import Pictures
from deck_builder.render.slide import Content
from deck_builder.render.templates import Templates

_PLAIN = frozenset(("cover", "intro", "section", "center", "statement", "fact", "quote", "end", "image", "none"))
_OF_DECK = ("total", "deck_title", "headmatter")
_OF_SLIDE = (*_OF_DECK, "no", "title", "layout", "frontmatter")
_OF_LAYOUT = (*_OF_SLIDE, "content", "slots", "classes", "layout_classes", "picture", "backdrop", "link")
_SHOWN_BY = {"background": "backdrop", "image": "picture", "url": "link", "layoutClass": "layout_classes"}


class Layouts:
    """The templates around a deck's slides. `problems` are what is wrong with them, each told once."""

    def __init__(self, theme: Theme, deck: Deck, remember: Remember) -> None:
        self._theme = theme
        self._layouts, self._layers = theme.layouts, theme.layers
        self._templates = Templates({**theme.layouts, **theme.layers}, theme.places, remember)
        self._deck = deck
        self._about = {"total": len(deck.slides), "deck_title": deck.title, "headmatter": deck.headmatter}
        self.names = frozenset(name for name in theme.layouts if not name.startswith("_"))
        self._global = [text for name, text in theme.layers.items() if name.startswith("global-")]
        self.problems: list[Problem] = []
        for name in theme.places:
            self._check(name)

    def has(self, layout: str, slot: str) -> bool:
        """Whether a layout shows a slot."""
        return slot == "default" or f"slots.{slot}" in self._layouts.get(layout, "")

    def unshown(self, slide: Slide) -> list[Problem]:
        """What the slide's own front matter names, and its layout has no place for."""
        template = self._layouts.get(slide.layout, "")
        found = []
        for key, variable in _SHOWN_BY.items():
            if template and key in slide.places and slide.frontmatter.get(key) and variable not in template:
                others = sorted(name for name in self.names if variable in self._layouts[name])
                said = f"the layout {slide.layout} has no place for `{key}`"
                hint = f"these have one: {', '.join(others)}"
                found.append(Problem("D021", said, slide.places[key], hint, "warning"))
        return found

    def section(self, slide: Slide, content: Content, pictures: Pictures, footer: str) -> str:
        """The `<section>` of a slide; an unknown layout falls back to `default`, as in Slidev.

        A `<footer>` in one of the deck's layers takes the place of the page's own.
        """
        layout = slide.layout if slide.layout in self.names else "default"
        about = {"no": slide.no, "title": slide.title, "layout": layout, "frontmatter": slide.frontmatter}
        slots = self._filled(layout, content.slots)
        inside = self._rendered(
            layout,
            content=Markup(slots["default"].strip()),
            slots={name: Markup(html) for name, html in slots.items()},
            link=Markup(page_card(setting(slide.frontmatter, "url"), pictures.words)),
            picture=Markup(pictures.side(slide)),
            backdrop=Markup(pictures.backdrop(slide)),
            classes=setting(slide.frontmatter, "class") or "",
            layout_classes=setting(slide.frontmatter, "layoutClass") or "",
            **about,
        )
        if inside is None:
            inside = f'<div class="content">{"".join(content.slots.values())}</div>'
        below, above = (self.layer(name, **about) for name in ("slide-bottom", "slide-top"))
        if layout in _PLAIN or any("<footer" in html for html in (below, above, *self._global)):
            footer = ""
        attributes = self._attributes(slide, content.clicks)
        return (
            f'<section class="slide layout-{escape(layout)}"{attributes}>{"".join(content.styles)}'
            f"{below}{inside}{content.footnotes}{footer}{above}{content.note}</section>\n"
        )

    def layer(self, name: str, **about: Any) -> str:
        """One of the deck's layers, or nothing where it has none of that name."""
        if name not in self._layers:
            return ""
        html, amiss = balanced(self._rendered(name, **about) or "")
        if amiss:
            place = self._theme.places[name]
            said = f"tags that do not match in {place.name}: {', '.join(amiss)}"
            self._say(Problem("D016", said, Span(place, 1, 1), "close each tag that you open", "warning"))
        return f'<div class="layer {name}">{html}</div>'

    def _attributes(self, slide: Slide, clicks: int) -> str:
        """What the client and the reader's software know of a slide."""
        front = slide.frontmatter
        zoom, copies = setting(front, "zoom"), setting(front, "codeCopy")
        if copies is None:
            copies = setting(self._deck.headmatter, "codeCopy")
        known: dict[str, str | None] = {
            "data-no": str(slide.no),
            "data-clicks": str(clicks),
            "data-clicks-start": str(slide.clicks_start or ""),
            "data-transition": setting(front, "transition"),
            "data-alias": setting(front, "routeAlias"),
            "data-copy": "false" if copies is False else None,
            "id": f"slide-{slide.no}",
            "aria-roledescription": "slide",
            "aria-label": slide.title,
            "lang": setting(front, "lang"),
            "style": f"--zoom:{zoom:g}" if zoom else None,
        }
        return attributes_html({name: value for name, value in known.items() if value})

    def _filled(self, layout: str, slots: Mapping[str, str]) -> dict[str, str]:
        """Slots as the layout has them: what it has no place for follows the rest, so that nothing is lost."""
        shown = {name: html for name, html in slots.items() if self.has(layout, name)}
        shown["default"] += "".join(html for name, html in slots.items() if name not in shown)
        return shown

    def _rendered(self, name: str, **values: Any) -> str | None:
        """A template filled in; None, and a problem, where that fails."""
        try:
            return self._templates.html(name, {**self._about, **values})
        except Exception as error:  # a template of the deck's may do anything that an expression can do
            self._say(self._broken(name, error))
            return None

    def _check(self, name: str) -> None:
        """Tell of names in a template that stand for nothing: Vue's, or those of one slide in a layer for all."""
        known = _OF_LAYOUT if name not in self._layers else _OF_DECK if name.startswith("global-") else _OF_SLIDE
        try:
            names = self._templates.plan(name).names
        except Exception as error:
            self._say(self._broken(name, error))
            return
        for taken, line in names:
            if taken not in known:
                place = self._theme.places[name]
                hint = f"there are {', '.join(known)}"
                if taken in _OF_SLIDE:
                    hint = (
                        f"one layer lies over all slides; write it for each: {place.name.replace('global-', 'slide-')}"
                    )
                said = f"{place.name} shows `{taken}`, which stands for nothing there"
                self._say(Problem("D021", said, Span(place, line, line), hint, "warning"))

    def _broken(self, name: str, error: Exception) -> Problem:
        line = getattr(error, "lineno", None)  # of a TemplateSyntaxError
        place = self._theme.places.get(name)
        if place and line is None:
            line = _line(error.__traceback__, str(place))
        said = f"the template {place.name if place else name} can't be filled in: {error}"
        hint = "templates are Jinja's: {{ title }}, {% if no > 1 %} … {% endif %}"
        return Problem("D022", said, Span(place, line or 1, line or 1) if place else None, hint)

    def _say(self, problem: Problem) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def _line(trace: TracebackType | None, file: str) -> int | None:
    """The line of a template that was at work when it failed: Jinja writes it into the traceback."""
    line = None
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
