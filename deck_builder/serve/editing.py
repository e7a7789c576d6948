"""What an author types on a slide -> drafts that the deck is shown with, and the deck's files once they are saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from deck_builder.kept import write_over
from deck_builder.model import CodeBlock, Deck
from deck_builder.serve.drafts import Draft, applied, draft
from deck_builder.serve.served import Message

_FENCE = re.compile(r"[\s>]*(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class _Held:
    """A draft, the code that the file has in its place, and the code that it is."""

    draft: Draft
    base: str
    code: str


class Editing:
    """The drafts of one deck. `changed` is called when the deck is to be shown with others."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._held: dict[str, _Held] = {}
        self._lock = Lock()

    @property
    def drafts(self) -> list[Draft]:
        """All drafts, in no order."""
        with self._lock:
            return [held.draft for held in self._held.values()]

    def hear(self, message: Message, deck: Deck | None) -> Message:
        """Run, save or drop a block's code, as an author asks; the answer."""
        kind, name = message["type"], message["block"]
        answer = {"type": "answer", "to": kind, "block": name, "ok": True, "message": "", "conflict": False}
        with self._lock:
            held = self._held.pop(name, None)
            if kind == "drop":
                found: Message = {}
            else:
                block = next((one for one in deck.blocks if one.id == name), None) if deck else None
                found = self._taken(message, deck, block, held)
        self._changed()
        return answer | found

    def settle(self, deck: Deck, lost: tuple[Draft, ...]) -> list[Message]:
        """Call drafts by the numbers that their blocks have now; what is to be said of those that have no place."""
        told = []
        with self._lock:
            held, self._held = self._held, {}
            for one in held.values():
                if one.draft in lost:
                    told.append(_conflict("run", one.draft.block, "the file has other lines there now"))
                elif block := _block_of(one, deck):
                    self._held[block.id] = replace(one, draft=replace(one.draft, block=block.id))
        return told

    def _taken(self, message: Message, deck: Deck | None, block: CodeBlock | None, held: _Held | None) -> Message:
        kind, name, was, code = (message[key] for key in ("type", "block", "was", "code"))
        if deck is None or block is None:
            return {"ok": False, "message": "this block is not in the deck any more"}
        if was not in ((held.base, held.code) if held else (block.code,)):
            if held:
                self._held[name] = held
            return _conflict(kind, name, "the file has changed meanwhile", held.base if held else block.code)
        if closing := _closes(deck, block, code):
            self._restore(held)
            return {"ok": False, "message": f"line {closing} of this code would end the block"}
        made = self._draft(deck, block, code, held)
        if made is None:
            self._restore(held)
            return {"ok": False, "message": "this code is put together from several places: edit it in its file"}
        if kind == "save":
            return self._saved(made, held)
        if code != made.base:
            self._held[name] = made
        return {}

    def _restore(self, held: _Held | None) -> None:
        if held:
            self._held[held.draft.block] = held

    def _draft(self, deck: Deck, block: CodeBlock, code: str, held: _Held | None) -> _Held | None:
        found = draft(deck, block, code)
        if found is None:
            return None
        if held:  # what the deck has there is not what the file has
            return _Held(replace(held.draft, rows=found.rows), held.base, code)
        others = (one.draft for one in self._held.values() if one.draft.path == found.path)
        moved = sum(len(one.rows) - len(one.was) + 1 for one in others if one.start < found.start)
        return _Held(replace(found, start=found.start - moved), block.code, code)

    def _saved(self, made: _Held, held: _Held | None) -> Message:
        """Write a draft into its file. What the file has otherwise than it was is not written over."""
        path, name = made.draft.path, made.draft.block
        try:
            text = path.read_bytes().decode("utf-8")
            changed = applied(text, made.draft)
            if changed is None:
                self._restore(held)
                return _conflict("save", name, "the file has changed meanwhile")
            if changed != text:
                write_over(path, text.encode(), changed.encode())
        except FileExistsError:
            self._restore(held)
            return _conflict("save", name, "the file has changed this very moment")
        except (OSError, UnicodeError) as error:
            self._restore(held)
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            return {"ok": False, "message": f"{path.name} can't be written: {reason}"}
        return {}


def _conflict(kind: str, block: str, message: str, code: str | None = None) -> Message:
    there = {} if code is None else {"code": code}
    return {"type": "answer", "to": kind, "block": block, "ok": False, "message": message, "conflict": True, **there}


def _closes(deck: Deck, block: CodeBlock, code: str) -> int:
    """The number of the line that would end the fence around the code; 0 if none would."""
    if block.origin:
        return 0
    opening = _FENCE.match(deck.sources[block.span.path].lines[block.span.start - 1])
    if opening is None:
        return 0
    mark = opening[1]
    rows = enumerate(code.split("\n"), 1)
    return next((no for no, row in rows if row.strip().startswith(mark) and not row.strip().strip(mark[0])), 0)


def _block_of(held: _Held, deck: Deck) -> CodeBlock | None:
    """The block that a draft is of: the one with its code, the nearest by number."""
    same = [
        one for one in deck.blocks if one.path == held.draft.path and one.code.rstrip("\n") == held.code.rstrip("\n")
    ]
    at = int(held.draft.block.partition(".")[0])
    return min(same, key=lambda one: abs(int(one.id.partition(".")[0]) - at), default=None)
