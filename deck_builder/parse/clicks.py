"""Tokens of a slide -> the clicks on which its pieces come, go, move and are marked, and the slide's last click.

The calculus is Slidev's (client/composables/useClicks): items take their turn in document order, children before
their parents; a sign counts from the end of the items before, a bare number is a click of the slide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markdown_it.token import Token

from deck_builder.keys.values import ANIMATIONS
from deck_builder.model import Click, CodeBlock
from deck_builder.parse.at import At, AtError, read_at, read_range
from deck_builder.parse.marks import read_mark, read_motion
from deck_builder.parse.report import Report
from deck_builder.parse.tree import Node, tree
from deck_builder.parse.turns import LISTS, Group, alternative, pieces, prop, said

DIRECTIVES = ("v-click", "v-after", "v-click-hide", "v-clicks")


def schedule(
    tokens: Sequence[Token],
    blocks: Sequence[CodeBlock],
    report: Report,
    animations: tuple[str, ...] = (),
) -> tuple[tuple[CodeBlock, ...], int]:
    """The blocks with the click that first moves each, and the last click of the slide.

    Tokens get to know the Click on which they come or go by `meta["appears"]`, and the one that first moves their steps
    by `meta["click"]`. `animations` are those of elements that name none.
    """
    calendar = _Calendar(report, {block.id: block for block in blocks}, animations)
    if any(map(_takes_part, tokens)):
        for node in tree(tokens):
            calendar.visit(node)
    else:
        calendar.pass_through(tokens)
    return tuple(calendar.blocks[block.id] for block in blocks), calendar.last


def _takes_part(token: Token) -> bool:
    """Whether something in a token may come, go or be marked on a click: an element of HTML, or a directive."""
    if token.children:
        return any(map(_takes_part, token.children))
    return token.type.startswith("tag") or any(name.startswith("v-") for name in token.attrs)


class _Calendar:
    """The running count: `offset` is where a relative item begins, `last` the last click that any item needs."""

    def __init__(self, report: Report, blocks: dict[str, CodeBlock], animations: tuple[str, ...]) -> None:
        self.report, self.blocks, self.animations = report, blocks, animations
        self.offset = self.last = 0
        self.groups: dict[Node, list[Group]] = {}

    def pass_through(self, tokens: Sequence[Token]) -> None:
        """Let what has steps take its turn where nothing else does: most slides are so."""
        for token in tokens:
            if token.children:
                self.pass_through(token.children)
            self._stepped(token)

    def visit(self, node: Node) -> None:
        """Let all within a node take their turns, then the node itself."""
        group = self._open(node)
        for child in node.children:
            self.visit(child)
        self._stepped(node.token)
        if node.name == "v-switch":
            self._switch(node)
        self._directives(node)
        for outer in self.groups.pop(node, []):
            start = self._since(outer.next(node), 1)
            node.token.meta["appears"] = Click(start, None, outer.hide, outer.animations)
        if group and (rest := group.rest()):
            self.last = max(self.last, self.offset + rest - 1)
            self.offset += rest
        if node.name == "v-click-gap":
            self._gap(node)

    def _since(self, at: At, size: int) -> int:
        """The first click of an item that takes `size` of them from `at` on."""
        start = self.offset + at.value if at.relative else at.value
        self.last = max(self.last, start + size - 1)
        if at.relative:
            self.offset += at.value + size - 1
        return start

    def _between(self, first: At, last: At) -> tuple[int, int]:
        """The click of an item that comes and goes, and the one it goes on."""
        start = self.offset + first.value if first.relative else first.value
        end = start + last.value if last.relative else last.value
        self.last = max(self.last, end)
        self.offset += sum(at.value for at in (first, last) if at.relative)
        return start, end

    def _stepped(self, token: Token) -> None:
        """Code, formulas and moving code, whose steps go on by clicks."""
        if token.type == "magic":
            self._magic(token)
        elif block := self.blocks.get(token.meta.get("block", "")):
            self._block(block)
        elif (steps := token.meta.get("steps")) and len(steps) > 1:
            at = read_at(str(token.meta.get("at", "+1")))
            if at is None:
                token.meta["steps"] = steps[-1:]
            else:
                token.meta["click"] = Click(max(1, self._since(at, len(steps) - 1)))

    def _block(self, block: CodeBlock) -> None:
        options = block.options
        moves = max(0, len(options.steps) - 1)
        turns = options.show == "next" and options.run and not options.hide and options.output != "hide"
        if not moves and not turns:
            return
        if (at := read_at(options.at)) is None:  # not animated: as it would look in the end
            still = options.finally_ or options.steps[-1:] if moves else options.steps
            block = replace(block, options=replace(options, steps=still, veiled=()))
        else:
            start = max(1, self._since(at, moves + turns))
            block = replace(block, click=start, turn=start + moves if turns else 0)
        self.blocks[block.id] = block

    def _magic(self, token: Token) -> None:
        frames: Sequence[tuple[int, int]] = token.meta["frames"]
        at = read_at(str(token.meta.get("at", "+1")))
        if at is None:  # not animated: as it would look in the end
            frames = token.meta["frames"] = frames[-1:]
        start = max(1, self._since(at, len(frames) - 1)) if at and len(frames) > 1 else 1
        token.meta["click"] = Click(start)
        for version, block_id in enumerate(token.meta["versions"]):
            first = next((at for at, frame in enumerate(frames) if frame[0] == version), 0)
            self.blocks[block_id] = replace(self.blocks[block_id], click=start + first)

    def _directives(self, node: Node) -> None:
        """`v-click` and the like on an element, with their values and modifiers."""
        attrs = node.token.attrs
        for name in [name for name in attrs if name.startswith("v-")]:
            directive, *modifiers = name.split(".")
            value = str(attrs[name])
            if directive == "v-mark":
                del attrs[name]
                self._mark(node, modifiers, value)
            elif directive == "v-motion":
                del attrs[name]
                node.token.meta["motion"] = read_motion(attrs, lambda message, hint: self._warn(node, message, hint))
            elif directive in DIRECTIVES and directive != "v-clicks":
                del attrs[name]
                hide = "hide" in modifiers or directive == "v-click-hide"
                animations = self._animations(node, [name for name in modifiers if name != "hide"])
                default = "+0" if directive == "v-after" else "+1"
                self._click(node, value or default, hide=hide, animations=animations)

    def _click(self, node: Node, value: str, *, hide: bool, animations: tuple[str, ...]) -> None:
        try:
            if between := read_range(value):
                node.token.meta["appears"] = Click(*self._between(*between), hide=hide, animations=animations)
            elif at := self._positive(read_at(value), node):
                node.token.meta["appears"] = Click(self._since(at, 1), None, hide, animations)
        except AtError:
            self._warn(node, f"{value!r} is no click", "a click is 3, or '+1' to count from what comes before")

    def _mark(self, node: Node, modifiers: list[str], value: str) -> None:
        mark, at = read_mark(modifiers, value, lambda message, hint: self._warn(node, message, hint))
        if mark is not None:
            drawn = self._positive(at, node)
            node.token.meta["mark"] = replace(mark, start=self._since(drawn, 1)) if drawn else mark

    def _switch(self, node: Node) -> None:
        """`<v-switch>`: of its templates `#1`, `#2-4` one shows at a time, the last of them for one click."""
        found = [(turn, child) for child in node.elements if (turn := alternative(child.token.attrs))]
        found.sort(key=lambda one: one[0][0])
        if not found:
            return
        turns = [turn for turn, _ in found]
        nexts = [first for first, _ in turns[1:]] + [turns[-1][0] + 1]
        ends = [end or following for (_, end), following in zip(turns, nexts, strict=True)]
        at = self._at(node)
        start = self._since(at, max(ends) - 1) if at else None
        for ((first, _), child), end in zip(found, ends, strict=True):
            child.token.meta["alternative"] = True
            if start is not None:
                child.token.meta["appears"] = Click(start + first - 1, start + end - 1)

    def _gap(self, node: Node) -> None:
        size = prop(node, "size") or "1"
        if not size.lstrip("-").isdecimal():
            self._warn(node, f"size can't be {size!r}", "it takes a whole number of clicks")
            size = "1"
        self.last = max(self.last, self.offset + int(size) - 1)
        self.offset += int(size)

    def _open(self, node: Node) -> Group | None:
        """Begin a group of items, if this is one; they learn their places in it before any takes its turn."""
        directive = next((name for name in node.token.attrs if name.split(".")[0] == "v-clicks"), None)
        if directive:
            del node.token.attrs[directive]
        elif node.name not in ("v-click", "v-clicks", "v-after"):
            return None
        at = At(0) if node.name == "v-after" and not prop(node, "at") else self._at(node)
        if at is None:
            return None
        single = node.name in ("v-click", "v-after")
        group = Group(at, self._whole(node, "every"), hide=said(node, "hide"), animations=self._presets(node))
        if single:
            group.every = len(node.children) + 1
        if directive:
            items = node.elements
        elif node.texts:
            items = [node]  # text has no element that could come: what stands around it comes as a whole
            node.token.meta["wrap"] = True
        else:
            items = node.elements if single else pieces(node.elements)
        self._add(items, group, self._whole(node, "depth"))
        return group

    def _add(self, items: Sequence[Node], group: Group, depth: int) -> None:
        for item in items:
            group.add(item)
            self.groups.setdefault(item, []).append(group)
            if depth > 1:
                for inner in item.elements:
                    if inner.name in LISTS:
                        self._add(inner.elements, group, depth - 1)

    def _at(self, node: Node) -> At | None:
        value = prop(node, "at")
        try:
            return self._positive(read_at(value), node)
        except AtError:
            self._warn(node, f"at can't be {value!r}", "it takes a click such as 3, or '+1' to count from before")
            return At(1)

    def _positive(self, at: At | None, node: Node) -> At | None:
        if at and not at.relative and at.value <= 0:
            self._warn(node, "the first click is 1", "what is there from the start needs no click")
            return At(1, relative=False)
        return at

    def _whole(self, node: Node, name: str) -> int:
        value = prop(node, name) or "1"
        if value.isdecimal() and int(value) > 0:
            return int(value)
        self._warn(node, f"{name} can't be {value!r}", "it takes a whole number, such as 2")
        return 1

    def _presets(self, node: Node) -> tuple[str, ...]:
        given = prop(node, "animation").split()
        return self._animations(node, given + (["fade"] if said(node, "fade") else []))

    def _animations(self, node: Node, given: Sequence[str]) -> tuple[str, ...]:
        for name in given:
            if name not in ANIMATIONS:
                self._warn(node, f"there is no animation {name!r}", f"there are {', '.join(ANIMATIONS)}")
        known = tuple("fade" if name == "fade-in" else name for name in given if name in ANIMATIONS)
        return known or self.animations

    def _warn(self, node: Node, message: str, hint: str) -> None:
        span = node.token.meta.get("span")
        self.report.warn("D011", message, span or self.report.span((node.token.map or [0])[0] + 1), hint)
