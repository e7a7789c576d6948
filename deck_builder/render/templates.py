"""Templates and values -> HTML. Pure.

Jinja is slow to load, so what comes of a template is remembered; where it only shows the contents of a slide, with a
mark in their place: a slide that was edited is laid out as it was before.

Templates may come with a stranger's deck or theme: they lay out, and can reach nothing of Python.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from deck_builder.remember import Remember

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

_MARK = re.compile("\0(\\d+)\0")
_MOST = 1 << 16
"""Characters of template and values that are worth to be remembered: pictures have megabytes."""

_CONTENTS = frozenset(["content", "picture", "backdrop", "link"])
_PLAIN = frozenset(["Template", "Output", "TemplateData", "Name", "Getattr", "Const", "If", "And", "Or", "Not"])
"""Nodes by which a value is shown as it is, or asked whether there is one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a template takes from outside: names, each with its line; `shows` if it does no more with contents."""

    names: Sequence[tuple[str, int]]
    shows: bool


class Templates:
    """Templates by name; `places` are the files of those that are not the house's own."""

    def __init__(self, texts: Mapping[str, str], places: Mapping[str, Path], remember: Remember) -> None:
        self._texts, self._places, self._remember = texts, places, remember
        self._plans: dict[str, Plan] = {}
        self._made: dict[str, str] = {}

    def plan(self, name: str) -> Plan:
        """What a template takes. Raises what Jinja raises of one that is broken."""
        if name not in self._plans:
            kept = self._remember(f"plan\0{self._texts[name]}", lambda: json.dumps(self._planned(name)))
            self._plans[name] = _remembered(kept) or Plan(*self._planned(name))
        return self._plans[name]

    def html(self, name: str, values: Mapping[str, Any]) -> str:
        """A template filled in; the contents of slides are Markup. Raises whatever its expressions raise."""
        plan = self.plan(name)
        taken = {key: values[key] for key in dict.fromkeys(key for key, _ in plan.names) if key in values}
        contents: list[str] = []
        marked = _marked(taken, contents) if plan.shows else taken
        try:
            key = f"filled\0{self._texts[name]}\0{json.dumps(marked)}"
        except (TypeError, ValueError, RecursionError):  # a value that is no data: nobody knows when it is the same
            return self._filled(name, taken)
        if len(key) > _MOST:
            return self._filled(name, taken)
        html = self._made.get(key)
        if html is None:
            html = self._remember(key, lambda: self._filled(name, marked))
            if plan.shows:  # the next slide may be laid out the same
                self._made[key] = html
        return _MARK.sub(lambda mark: contents[int(mark[1])] if int(mark[1]) < len(contents) else mark[0], html)

    def _filled(self, name: str, values: Mapping[str, Any]) -> str:
        return self._environment.get_template(name).render(values)

    def _planned(self, name: str) -> tuple[Sequence[tuple[str, int]], bool]:
        from jinja2 import nodes

        tree = self._environment.parse(self._texts[name])
        every = list(tree.find_all(nodes.Name))
        made = {node.name for node in every if node.ctx != "load"} | self._environment.globals.keys()
        names = [(node.name, node.lineno) for node in every if node.ctx == "load" and node.name not in made]
        return names, _shows(tree)

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import FunctionLoader
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        environment = ImmutableSandboxedEnvironment(
            loader=FunctionLoader(self._source), autoescape=True, trim_blocks=True
        )
        # A template lays out what it is given; what could make text without end (`lipsum`) is not at hand.
        environment.globals = {"range": environment.globals["range"]}
        return environment

    def _source(self, name: str) -> tuple[str, str, None] | None:
        text = self._texts.get(name)
        return None if text is None else (text, str(self._places.get(name, name)), None)


def _remembered(kept: str) -> Plan | None:
    """A plan as it was remembered; None for what was not: a file of the cache's can hold anything."""
    try:
        names, shows = json.loads(kept)
        return Plan([(str(name), int(line)) for name, line in names], bool(shows))
    except (ValueError, TypeError):
        return None


def _marked(values: Mapping[str, Any], contents: list[str]) -> dict[str, Any]:
    """The values with a mark for each piece of contents, which goes on the list; there is none for an empty one."""

    def mark(html: str) -> str:
        if html:
            contents.append(html)
        return Markup(f"\0{len(contents) - 1}\0") if html else html

    marked: dict[str, Any] = {name: mark(value) if name in _CONTENTS else value for name, value in values.items()}
    if "slots" in marked:
        marked["slots"] = {slot: mark(html) for slot, html in marked["slots"].items()}
    return marked


def _shows(tree: nodes.Template) -> bool:
    """Whether a template shows contents and slots, and asks whether there are any, and no more."""
    from jinja2 import nodes

    slots = set()
    for node in tree.find_all(nodes.Node):
        if type(node).__name__ not in _PLAIN:
            return False
        if isinstance(node, nodes.Getattr):
            if not isinstance(node.node, nodes.Name) or node.node.name in _CONTENTS:
                return False  # a part of a part
            slots.add(id(node.node))
    names = [node for node in tree.find_all(nodes.Name) if node.name == "slots"]
    return all(id(node) in slots for node in names)
