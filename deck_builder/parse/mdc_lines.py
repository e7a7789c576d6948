"""Lines of a slide -> where a block of MDC opens, what slots it has, and where it ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.rules_block import StateBlock

from deck_builder.parse.mdc import NAME, read_braces

_HEAD = re.compile(rf"(?P<colons>:+)(?P<name>{NAME})(?:\[(?P<text>[^\]]*)\])?[ \t]*(?=\{{|$)")
_SLOT = re.compile(r"#(?P<name>[A-Za-z][\w-]*)[ \t]*(?=\{|$)")
_MARKER = re.compile(r"::[ \t]*[\w.:-]+?[ \t]*::[ \t]*")
_FENCE = re.compile(r"`{3,}|~{3,}")


@dataclass(frozen=True, slots=True)
class Head:
    """A line that opens a block: its colons, its name, its `[text]` and its attributes."""

    colons: str
    name: str
    text: str | None
    attrs: dict[str, str]


@dataclass(slots=True)
class Body:
    """Where a block ends, and the lines of its `#slot`s with their attributes."""

    end: int
    closed: bool = False
    slots: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def line_text(state: StateBlock, line: int) -> str:
    """A line without the blanks around it."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def read_head(state: StateBlock, line: int, names: Sequence[str] = ()) -> Head | None:
    """The line that opens a block; of one of these names, where there are any."""
    text = line_text(state, line)
    found = _HEAD.match(text) if text.startswith(":") else None
    if found is None or state.is_code_block(line) or (names and found["name"] not in names):
        return None
    attrs = _attributes(text, found.end())
    return None if attrs is None else Head(found["colons"], found["name"], found["text"], attrs)


def _attributes(text: str, at: int) -> dict[str, str] | None:
    """The attributes that a line ends with; None if it ends with anything else."""
    if at == len(text):
        return {}
    braces = read_braces(text, at)
    return dict(braces.attrs) if braces and braces.end == len(text) else None


def read_body(state: StateBlock, start: int, end: int, head: Head, names: Sequence[str]) -> Body:
    """Look for the closing line: as many colons as opened, but not within a fence or another block."""
    inner: list[str] = []
    fence = ""
    body = Body(end)
    for line in range(start + 1, end):
        text = line_text(state, line)
        if text and state.sCount[line] < state.blkIndent:
            body.end = min(body.end, line)
            break
        if fence or _FENCE.match(text):
            fence = _fence_after(fence, text)
        elif text and not text.strip(":"):
            if text in inner:
                del inner[len(inner) - 1 - inner[::-1].index(text) :]
            elif text == head.colons:
                return Body(line, True, body.slots)
        elif (nested := read_head(state, line, names)) and len(nested.colons) > 1:
            inner += [nested.colons] * (nested.text is None)
        elif not inner and (slot := _SLOT.match(text)) and (attrs := _attributes(text, slot.end())) is not None:
            body.slots.append((line, {f"#{slot['name']}": "", **attrs}))
        elif state.level == 0 and _MARKER.fullmatch(text):
            body.end = min(body.end, line)  # what is never closed does not swallow a slot of the layout
    body.slots = [slot for slot in body.slots if slot[0] < body.end]
    return body


def _fence_after(fence: str, text: str) -> str:
    """The fence that is open after a line."""
    found = _FENCE.match(text)
    if not fence:
        return found[0] if found else ""
    closes = found and found[0].startswith(fence) and found.end() == len(text)
    return "" if closes else fence
