"""Slidev's components -> HTML. Pure. Each is a function in the module of its kind; this is the table of them."""

from __future__ import annotations

from deck_builder.model import Problem
from deck_builder.render.components import clicks, media, navigation, scheme, shapes
from deck_builder.render.components.icons import icon, with_icon
from deck_builder.render.components.media import page_card, unloaded_page
from deck_builder.render.components.shapes import dragged
from deck_builder.render.components.use import Around, Component, Made, PropError, Use, instead

__all__ = [
    "BLOCKS",
    "COMPONENTS",
    "Around",
    "Made",
    "Use",
    "component",
    "dragged",
    "page_card",
    "unloaded_page",
    "with_icon",
]

COMPONENTS: dict[str, Component] = {
    "v-click": clicks.wrapper,
    "v-after": clicks.wrapper,
    "v-clicks": clicks.wrapper,
    "v-click-gap": clicks.nothing,
    "v-switch": clicks.switch,
    "toc": navigation.toc,
    "link": navigation.link,
    "title-renderer": navigation.title,
    "slide-current-no": navigation.number,
    "slides-total": navigation.total,
    "arrow": shapes.arrow,
    "v-drag-arrow": shapes.drag_arrow,
    "v-drag": shapes.drag,
    "transform": shapes.transform,
    "auto-fit-text": shapes.auto_fit_text,
    "light-or-dark": scheme.light_or_dark,
    "render-when": scheme.render_when,
    "youtube": media.youtube,
    "tweet": media.tweet,
    "blue-sky": media.bluesky,
    "iframe": media.frame,
    "embed": media.frame,
    "object": media.frame,
    "video": media.player,
    "audio": media.player,
    "slidev-video": media.player,
}
BLOCKS = frozenset([*COMPONENTS, "autograd"]) - {"link", "title-renderer", "slide-current-no", "slides-total"}
"""Components that a paragraph can't hold: HTML ends it where they begin."""


def component(use: Use, around: Around) -> Made | None:
    """What a component becomes; None for what is none of Slidev's."""
    try:
        if use.name == "template":
            return _template(use, around)
        if use.name == "source":
            return Made("") if set(use.parents) & set(media.MEDIA) else None
        if use.name == "powered-by-slidev":
            return Made("", "", instead(use, "<PoweredBySlidev> is left out: Slidev is not at work here", ""))
        make = COMPONENTS.get(use.name)
        return make(use, around) if make else icon(use, around)
    except PropError as error:
        return Made("", "", (Problem("D011", str(error), use.span, error.hint, "warning"),))


def _template(use: Use, around: Around) -> Made:
    """A slot of the component around it, if that has slots of its own."""
    parent = use.parents[-1] if use.parents else ""
    if parent == "light-or-dark":
        return scheme.scheme_template(use)
    if parent == "render-when":
        return scheme.view_template(use)
    return clicks.template(use, around)
