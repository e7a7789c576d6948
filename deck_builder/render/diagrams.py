"""A fence that draws -> its picture, with the text it was drawn from for those who don't see it. Pure."""

from __future__ import annotations

import re
from html import escape

from markdown_it.token import Token

from deck_builder.model import Diagram
from deck_builder.render.pictures import Pictures, data_url

_BOX = re.compile(
    rb'<svg[^>]*?\sviewBox="\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+(\d{0,6}\.?\d{1,9})[\s,]+(\d{0,6}\.?\d{1,9})\s*"'
)
_TITLE = re.compile(r"^[ \t]*(?:title|accTitle)[ \t]*:?[ \t]*(\S.*)$|\bpie(?: showData)? title[ \t]+(\S.*)$", re.M)
_UNSEEN = re.compile(r"\A---\n(?s:.*?)\n---$|^[ \t]*%%.*$", re.M)


def diagram_html(token: Token, pictures: Pictures, words: dict[str, str]) -> str:
    """The figure of a diagram; "" for a fence that draws none, or none that could be had: its text is shown then."""
    diagram: Diagram | None = token.meta.get("diagram")
    image = diagram and pictures.drawn(diagram.address)
    if not diagram or not image:
        return ""
    width, height = map(float, found.groups()) if (found := _BOX.search(image.data)) else (0.0, 0.0)
    width, height = (width or 400.0) * diagram.scale, (height or 300.0) * diagram.scale
    ground = "plot dark" if diagram.theme == "dark" else "plot vector"
    style = f"--natural:{height:.0f}px;--ratio:{width / height:.4f}"
    said = escape(diagram.alt or f"{words['diagram']}: {_said(diagram.source)}")
    size = f'width="{width:.0f}" height="{height:.0f}" style="{style}"'
    return (
        f'<figure class="diagram"><img class="{ground}" src="{data_url(image)}" alt="{said}" {size}>'
        f'<pre class="unseen">{escape(diagram.source)}</pre></figure>\n'
    )


def _said(source: str) -> str:
    """What a diagram calls itself, else its first line."""
    if found := _TITLE.search(source):
        return (found[1] or found[2]).strip().strip("\"'")
    lines = (line.strip() for line in _UNSEEN.sub("", source).splitlines())
    return next(filter(None, lines), "")
