"""`<carbon-logo-github/>`, `class="i-carbon:logo-github"` -> a picture as large as the text, in the text's colour.

An icon is a stranger's drawing: it goes in as a picture, which runs nothing and loads nothing, never as markup.
"""

from __future__ import annotations

import re

from deck_builder.model import Image
from deck_builder.render.components.use import Around, Made, Use
from deck_builder.render.icon_names import icon_of_class, icon_of_tag
from deck_builder.render.markup import Attributes, attributes_html
from deck_builder.render.pictures import data_url

_BOX = re.compile(rb'viewBox="\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+(\d{0,6}\.?\d{1,9})[\s,]+(\d{0,6}\.?\d{1,9})\s*"')
_COLOURED = re.compile(
    rb'(?:fill|stroke|stop-color|flood-color)\s*[=:]\s*["\']?(?!none|currentColor|inherit|["\';])|<image'
)


def icon(use: Use, around: Around) -> Made | None:
    """The icon that a tag names, with what stands in it beside it; None if it names none."""
    name = icon_of_tag(use.token.tag)
    if not name:
        return None
    shown = _shown(use.kept(), name, around)
    return Made(f"<span{attributes_html(shown)}></span>")


def with_icon(attributes: Attributes, around: Around) -> Attributes:
    """An element's attributes, with the icon that one of its classes or bare attributes names as its picture."""
    words = (attributes.get("class") or "").split()
    bare = [name for name, value in attributes.items() if value is None and icon_of_class(name)]
    named = [word for word in words if icon_of_class(word)]
    if not named and not bare:
        return attributes
    rest = {name: value for name, value in attributes.items() if name not in bare}
    rest["class"] = " ".join(word for word in words if word not in named)
    return _shown(rest, icon_of_class([*named, *bare][0]), around)


def _shown(attributes: Attributes, name: str, around: Around) -> Attributes:
    image = around.pictures.drawn(f"icon:{name}")
    title = attributes.get("title") or attributes.get("aria-label") or ("" if image else name)
    kinds = "icon" if image is None else "icon drawn" if _has_colours(image) else "icon plain"
    styles = [f"--icon:url({data_url(image)})", _ratio(image)] if image else []
    shown = attributes | {"class": f"{kinds} {attributes.get('class') or ''}".strip()}
    if style := ";".join(filter(None, [*styles, attributes.get("style")])):
        shown["style"] = style
    if not title:
        return shown | {"aria-hidden": "true"}
    return shown | {"role": "img", "aria-label": title, "title": title}


def _has_colours(image: Image) -> bool:
    """Whether an icon has colours of its own; one that asks for the text's, or for none, takes on the text's."""
    return not image.mime.startswith("image/svg") or (
        b"currentColor" not in image.data and _COLOURED.search(image.data) is not None
    )


def _ratio(image: Image) -> str:
    """The icon's width in heights, where it is no square."""
    box = _BOX.search(image.data[:2000])
    width, height = (float(box[1]), float(box[2])) if box else (1.0, 1.0)
    return f"--ratio:{width / height:.3g}" if width and height and abs(width / height - 1) > 0.01 else ""
