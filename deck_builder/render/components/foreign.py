"""A tag of the author's -> what of it says nothing in a page without Vue and scripts, in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deck_builder.model import Problem
from deck_builder.render.components.use import Use, instead

ELEMENTS = frozenset(
    """a abbr address area article aside audio b base bdi bdo big blockquote body br button canvas caption center cite
    code col colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure font footer
    form h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map mark
    math menu meta meter nav nobr noscript object ol optgroup option output p picture pre progress q rb rp rt rtc ruby
    s samp search section select small source span strike strong sub summary sup svg table tbody td template textarea
    tfoot th thead time tr track tt u ul var video wbr""".split()  # noqa: SIM905
)
_DRAWINGS = frozenset(["svg", "math"])
"""Elements with a vocabulary of their own in them."""

_OURS = re.compile(r"v-(?:click|click-hide|after|clicks|mark|motion|drag|slot|pre|once|cloak|memo)(?:[.:]|$)")
_BOUND = re.compile(r"(?::|v-bind:)([\w-]+)")


def is_html(use: Use) -> bool:
    """Whether browsers know an element: an icon and a component of a theme or an addon are none."""
    return use.token.tag.lower() in ELEMENTS or not _DRAWINGS.isdisjoint(use.parents)


def foreign_attributes(use: Use, *, props: bool) -> Iterator[Problem]:
    """What only Vue or a script would heed; a component's own `props` may be bound."""
    for written in use.token.attrs:
        name = written.split(".")[0]
        if name.startswith(("@", "v-on:")) or re.match(r"on[a-z]+$", name):
            said = f"{name} does nothing: no program runs in the page"
            yield from instead(use, said, "things come and go with v-click, v-switch and their like")
        elif found := _BOUND.fullmatch(name):
            said = f"{name} is not read: what it is bound to is known to Vue alone"
            yield from () if props else instead(use, said, f'write the value itself: {found[1]}="…"')
        elif name.startswith("v-") and not _OURS.match(name):
            yield from instead(use, f"{name} is not read: there is no Vue in the page", "write what is to be seen")
