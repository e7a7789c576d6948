"""`<LightOrDark>`, `<RenderWhen>` -> content of which the page shows what holds where it is shown."""

from __future__ import annotations

import re

from deck_builder.render.components.use import Around, Made, PropError, Use
from deck_builder.render.markup import attributes_html

CONTEXTS = ("main", "visible", "print", "slide", "overview", "presenter", "previewNext")
_SCHEMES = ("light", "dark")


def light_or_dark(use: Use, around: Around) -> Made:
    """One thing for light pages and another for dark ones, in its templates `#light` and `#dark`."""
    return Made(f"<{use.tag}{attributes_html(use.kept(classes='schemes'))}>", f"</{use.tag}>")


def scheme_template(use: Use) -> Made:
    """What shows in one of the two schemes; a template of another name is shown in both."""
    scheme = next((name for name in _SCHEMES if _is_slot(use, name)), "")
    classes = f' class="in-{scheme}"' if scheme else ""
    return Made(f"<{use.tag}{classes}>", f"</{use.tag}>")


def render_when(use: Use, around: Around) -> Made:
    """Content for some of Slidev's views only: on the stage, on paper; those that are not there yet show it nowhere."""
    contexts = re.findall(r"\w+", use.prop("context"))
    unknown = [name for name in contexts if name not in CONTEXTS]
    if unknown or not contexts:
        said = f"has no context {unknown[0]}" if unknown else "has no context"
        raise PropError(f"<{use.token.tag}> {said}", f"there are {', '.join(CONTEXTS)}")
    kept = use.kept("context", classes="when") | {"data-context": " ".join(contexts)}
    return Made(f'<{use.tag}{attributes_html(kept)}><{use.tag} class="then">', f"</{use.tag}></{use.tag}>")


def view_template(use: Use) -> Made:
    """What `#fallback` shows where the rest does not: it ends the rest for its own length."""
    if not _is_slot(use, "fallback"):
        return Made(f"<{use.tag}>", f"</{use.tag}>")
    tag = use.tag
    return Made(f'</{tag}><{tag} class="else">', f'</{tag}><{tag} class="then">')


def _is_slot(use: Use, name: str) -> bool:
    return f"#{name}" in use.token.attrs or f"v-slot:{name}" in use.token.attrs
