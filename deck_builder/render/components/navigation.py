"""`<Toc>`, `<Link>`, `<TitleRenderer>` and the slides' numbers -> links and text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from html import escape
from typing import TypeAlias

from deck_builder.errors import Span
from deck_builder.keys import setting
from deck_builder.model import Deck, Problem, Slide
from deck_builder.render.components.titles import title_html
from deck_builder.render.components.use import Around, Made, PropError, Use
from deck_builder.render.markup import Attributes, attributes_html
from deck_builder.render.routes import aliases

_NUMBER = re.compile(r"(?:#/?|\./|/)?(\d{1,9})(\?clicks=\d+)?", re.ASCII)
_LONG = 12
"""Entries of a table of contents that one column holds on a slide."""


@dataclass(slots=True)
class _Entry:
    slide: Slide
    children: list[_Entry] = field(default_factory=list)
    active: bool = False
    above: bool = False
    """Whether an entry below is the active one."""
    below: bool = False
    """Whether an entry above is."""


_Keeps: TypeAlias = Callable[[_Entry, Sequence[_Entry]], bool]
"""Whether an entry stays, of which branch."""


def toc(use: Use, around: Around) -> Made:
    """The titles of the deck's slides as a tree of links; the one of this slide is marked."""
    tree = _by_depth(_tree(around.deck.slides, use.slide), use, 1)
    match mode := use.prop("mode", "all"):
        case "onlyCurrentTree":
            tree = _chosen(tree, lambda entry, _: entry.active or entry.above or entry.below)
        case "onlySiblings":
            tree = _chosen(tree, lambda _, beside: any(one.active or one.above or one.below for one in beside))
        case "all":
            pass
        case _:
            raise PropError(f"<{use.token.tag}> has mode={mode!r}", "mode is all, onlyCurrentTree or onlySiblings")
    columns = use.number("columns", 2 if _count(tree) > _LONG else 1)
    props = ("columns", "listClass", "start", "listStyle", "maxDepth", "minDepth", "mode")
    kept = {"aria-label": around.words["contents"]} | use.kept(*props, classes="toc", style=f"column-count:{columns:g}")
    return Made(f"<nav{attributes_html(kept)}>{_list(tree, use, around, 1)}", "</nav>")


def link(use: Use, around: Around) -> Made:
    """A link to a slide, by its number or its alias; or to another page."""
    to = use.prop("to")
    where = to_slide(to, around.deck)
    told = () if where and is_there(to, around.deck) else (no_such_slide(to, around.deck, use.span),)
    if where is None:
        if not re.match(r"[a-z]+:|//", to):
            return Made("<a>" + escape(use.prop("title")), "</a>", told)
        where, told = {"href": to, "target": "_blank", "rel": "noopener noreferrer"}, ()
    title = escape(use.prop("title")) if not any(token.content.strip() for token in use.inside()) else ""
    return Made(f"<a{attributes_html({**use.kept('to', 'title'), **where})}>{title}", "</a>", told)


def title(use: Use, around: Around) -> Made:
    """The title of a slide of the deck, of this one if it names none."""
    no = use.number("no", use.slide.no)
    found = [slide for slide in around.deck.slides if slide.no == no]
    if not found:
        raise PropError(f"there is no slide {no:g}", f"the deck has {len(around.deck.slides)}")
    return Made(f"<span{attributes_html(use.kept('no'))}>{title_html(found[0], around)}", "</span>")


def number(use: Use, around: Around) -> Made:
    """The number of the slide that it stands on."""
    return Made(f"<span{attributes_html(use.kept())}>{use.slide.no}", "</span>")


def total(use: Use, around: Around) -> Made:
    """How many slides there are."""
    return Made(f"<span{attributes_html(use.kept())}>{len(around.deck.slides)}", "</span>")


def to_slide(address: str, deck: Deck) -> Attributes | None:
    """The `href` of a slide that Slidev's router would go to: `3`, `/3`, `#3`, `/alias`; None if there is none such."""
    if found := _NUMBER.fullmatch(address):
        return {"href": f"#/{found[1]}{found[2] or ''}"}
    alias = address.removeprefix("#").removeprefix("/")
    return {"href": f"#/{alias}"} if alias in aliases(deck) else None


def is_there(address: str, deck: Deck) -> bool:
    """Whether the deck has the slide of an address that is a number; of aliases it knows its own alone."""
    found = _NUMBER.fullmatch(address)
    return found is None or 1 <= int(found[1]) <= len(deck.slides)


def no_such_slide(to: str, deck: Deck, span: Span) -> Problem:
    """What to say of a link within the deck that leads nowhere."""
    near = get_close_matches(to.lstrip("#/"), aliases(deck), 1)
    hint = f"did you mean {near[0]}?" if near else "name a slide by its number, or by its `routeAlias`"
    if not is_there(to, deck):
        count = len(deck.slides)
        hint = f"the deck has {count} slides" if count > 1 else "the deck has one slide"
    said = f"the link to {to!r} leads to no slide" if to else "this link leads nowhere: it has no `to`"
    return Problem("D021", said, span, hint, "warning")


def _tree(slides: Iterable[Slide], here: Slide) -> list[_Entry]:
    """Slidev's tree: a slide whose level is deeper than the branch it comes to goes below that branch's last entry."""
    root: list[_Entry] = []
    for slide in slides:
        if slide.title:
            branch, level = root, 1
            while slide.level > level and branch:
                branch, level = branch[-1].children, level + 1
            branch.append(_Entry(slide, active=slide is here))
    for entry in root:
        _mark(entry, below=False)
    return _shown(root)


def _mark(entry: _Entry, *, below: bool) -> bool:
    """Note how an entry lies to the active one; whether that is the entry itself or one below it."""
    entry.below = below
    inside = [_mark(child, below=below or entry.active) for child in entry.children]
    entry.above = any(inside)
    return entry.active or entry.above


def _shown(branch: list[_Entry]) -> list[_Entry]:
    """The entries that are not hidden; what stands below a hidden one goes with it."""
    kept = [entry for entry in branch if not setting(entry.slide.frontmatter, "hideInToc")]
    for entry in kept:
        entry.children = _shown(entry.children)
    return kept


def _by_depth(branch: list[_Entry], use: Use, level: int) -> list[_Entry]:
    if level > use.number("maxDepth", 99):
        return []
    if level < use.number("minDepth", 1):
        ours = [entry for entry in branch if entry.active or entry.above]
        return _by_depth(ours[0].children, use, level + 1) if ours else []
    for entry in branch:
        entry.children = _by_depth(entry.children, use, level + 1)
    return branch


def _chosen(branch: list[_Entry], keeps: _Keeps) -> list[_Entry]:
    kept = [entry for entry in branch if keeps(entry, branch)]
    for entry in kept:
        entry.children = _chosen(entry.children, keeps)
    return kept


def _count(branch: Sequence[_Entry]) -> int:
    return sum(1 + _count(entry.children) for entry in branch)


def _list(branch: Sequence[_Entry], use: Use, around: Around, level: int) -> str:
    if not branch:
        return ""
    classes = " ".join(re.findall(r"[^\s\[\]',]+", use.prop("listClass")))
    attributes: Attributes = {"class": classes} if classes else {}
    if level == 1 and use.prop("start"):
        attributes["start"] = f"{use.number('start'):g}"
    if style := _of_level(use.prop("listStyle"), level):
        attributes["style"] = f"list-style:{style}"
    items = "".join(_item(entry, use, around, level) for entry in branch)
    return f"<ol{attributes_html(attributes)}>{items}</ol>"


def _item(entry: _Entry, use: Use, around: Around, level: int) -> str:
    here = ' aria-current="page"' if entry.active else ""
    text = title_html(entry.slide, around)
    below = _list(entry.children, use, around, level + 1)
    return f'<li><a href="#/{entry.slide.no}"{here}>{text}</a>{below}</li>'


def _of_level(value: str, level: int) -> str:
    """One value for all levels, or the one that a list (`['upper-roman', 'none']`) has for this one."""
    values = re.findall(r"'([^']*)'", value) if value.startswith("[") else [value]
    return values[min(level, len(values)) - 1] if values else ""
