"""`[^1]`, `^[text]` and `[^1]: text` -> numbered references, and one list of notes behind all else of the slide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote.index import footnote_def

from deck_builder.parse.report import Report
from deck_builder.parse.title import plain

_REFERENCE = re.compile(r"\[\^([^\]\s]+)\](?!\()")


def footnote_plugin(md: MarkdownIt) -> None:
    """Definitions as markdown-it-footnote reads them; what they are numbered by, `collect_footnotes` decides."""
    md.block.ruler.before("reference", "footnote_definition", footnote_def, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.after("image", "footnote_inline", _inline_note)
    md.inline.ruler.after("footnote_inline", "footnote_reference", _reference)


def _inline_note(state: StateInline, silent: bool) -> bool:
    """`^[text]`: the text stays in its place until that place is known."""
    start = state.pos
    if not state.src.startswith("^[", start):
        return False
    end = state.md.helpers.parseLinkLabel(state, start + 1)
    if end < 0 or not state.src[start + 2 : end].strip():
        return False
    if not silent:
        last = state.posMax
        state.push("footnote_inline_open", "", 1).meta["place"] = (start, end + 1)
        state.pos, state.posMax = start + 2, end
        state.md.inline.tokenize(state)
        state.push("footnote_inline_close", "", -1)
        state.posMax = last
    state.pos = end + 1
    return True


def _reference(state: StateInline, silent: bool) -> bool:
    found = _REFERENCE.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "[" else None
    if found is None:
        return False
    if not silent:
        defined = f":{found[1]}" in state.env.get("footnotes", {}).get("refs", {})
        token = state.push("footnote_ref" if defined else "footnote_undefined", "", 0)
        token.info = found[1]
        token.meta["place"] = found.span()
        if not defined:
            token.content = found[0]
    state.pos = found.end()
    return True


@dataclass(slots=True)
class _Note:
    """A note and what it says; `no` is its number, from 1, once something refers to it."""

    tokens: list[Token]
    no: int = 0
    references: list[Token] = field(default_factory=list)


class _Notes:
    """The notes of a slide, in the order in which they are first referred to."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.defined: dict[str, tuple[Token, _Note]] = {}
        self.numbered: list[_Note] = []

    def apart(self, tokens: Iterable[Token]) -> list[Token]:
        """The tokens that are in no definition; the others are kept by label."""
        body: list[Token] = []
        here = body
        for token in tokens:
            if token.type == "footnote_reference_open":
                here = []
                self._define(token, here)
            elif token.type == "footnote_reference_close":
                here = body
            else:
                here.append(token)
        return body

    def _define(self, opening: Token, tokens: list[Token]) -> None:
        label = opening.meta["label"]
        if label in self.defined:
            message = f"the footnote [^{label}] is defined twice on this slide; the last definition counts"
            self._warn(message, self.defined[label][0], "give each footnote a name of its own")
        self.defined[label] = opening, _Note(tokens)

    def refer(self, tokens: Sequence[Token]) -> None:
        """Number the references in a stream, and take inline notes out of it."""
        for token in tokens:
            if token.type == "inline" and token.children:
                token.children = self._referring(token.children)

    def _referring(self, children: Sequence[Token]) -> list[Token]:
        kept: list[Token] = []
        said: list[Token] = []
        depth = 0  # an inline note may hold others: those have their turn when its own tokens have
        for child in children:
            if child.type == "footnote_inline_open":
                depth += 1
                if depth == 1:
                    opening, said = child, []
                    continue
            elif child.type == "footnote_inline_close":
                depth -= 1
                if depth == 0:
                    child = Token("footnote_ref", "", 0, meta=opening.meta)
                    self._number(_Note(_paragraph(said)), child)
            if depth:
                said.append(child)
            else:
                kept.append(child)
                self._look(child)
        return kept

    def _look(self, child: Token) -> None:
        """Number a reference to a definition; tell of one that has none."""
        if child.type == "footnote_ref" and child.info:
            self._number(self.defined[child.info][1], child)
        elif child.type == "footnote_undefined":
            child.type = "text"
            message = f"the footnote {child.content} is not defined on this slide: it is shown as written"
            hint = f"write the note on a line of its own: {child.content}: …"
            self.report.warn("D021", message, child.meta["span"], hint)
        elif child.type == "image":
            for alternative in child.children or ():
                self._look(alternative)

    def _number(self, note: _Note, reference: Token) -> None:
        if not note.no:
            self.numbered.append(note)
            note.no = len(self.numbered)
        note.references.append(reference)
        reference.meta["note"], reference.meta["use"] = note.no, len(note.references)

    def warn_of_unused(self) -> None:
        """Tell of definitions that nothing refers to."""
        for label, (opening, note) in self.defined.items():
            if not note.no:
                message = f"nothing on this slide refers to the footnote [^{label}]: it is left out"
                self._warn(message, opening, f"put [^{label}] where it belongs")

    def _warn(self, message: str, opening: Token, hint: str) -> None:
        line = opening.map[0] + 1 if opening.map else 1
        self.report.warn("D021", message, self.report.span(line), hint)


def collect_footnotes(tokens: Sequence[Token], report: Report) -> list[Token]:
    """The stream with its notes at the end: `footnote_block_open`, `footnote_open` …, each with its number.

    A `footnote_ref` has in its meta the number of its `note`, which `use` of it this is, and the note's plain `text`.
    """
    notes = _Notes(report)
    body = notes.apart(tokens)
    notes.refer(body)
    for note in notes.numbered:  # grows while notes refer to others
        notes.refer(note.tokens)
    for note in notes.numbered:
        text = next((plain(token.children or ()) for token in note.tokens if token.type == "inline"), "")
        for reference in note.references:
            reference.meta["text"] = text
    notes.warn_of_unused()
    if not notes.numbered:
        return body
    body.append(Token("footnote_block_open", "section", 1, block=True))
    for note in notes.numbered:
        opening = Token("footnote_open", "li", 1, block=True, meta={"note": note.no})
        body += [opening, *note.tokens, Token("footnote_close", "li", -1, block=True)]
    return [*body, Token("footnote_block_close", "section", -1, block=True)]


def _paragraph(children: list[Token]) -> list[Token]:
    opening, closing = (Token(f"paragraph_{end}", "p", at, block=True) for end, at in (("open", 1), ("close", -1)))  # type: ignore[arg-type]
    return [opening, Token("inline", "", 0, children=children, block=True), closing]
