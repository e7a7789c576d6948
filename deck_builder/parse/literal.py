"""`{lines: true, maxHeight: '200px'}` -> its pairs: the few JavaScript literals that options are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

Scalar: TypeAlias = bool | int | float | str | None
Texts: TypeAlias = tuple[str, ...]
"""A list, of whose items only the texts are read, as they are written."""

Literal: TypeAlias = Scalar | Texts | dict[str, Scalar | Texts]

_TEXT = r"""'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)\""""
_BARE = r"""([^\s,'"\[\]{}][^,'"\[\]{}]*?)"""
_OBJECT = r"""\{((?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^'"{}])*)\}"""
_QUOTED = r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
_LIST = rf"""\[((?:{_QUOTED}|[^'"\[\]{{}}])*)\]"""
_ITEM = re.compile(rf"""\s*({_QUOTED}|[^\s,'"][^,'"]*?)\s*(?:,|$)""")
_PAIR = re.compile(rf"\s*(?:{_TEXT}|([\w$.-]+))\s*:\s*(?:{_TEXT}|{_BARE}|{_OBJECT}|{_LIST})\s*(?:,|$)")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "undefined": None}
_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pair:
    """One option as written; `offset` is that of its name in the text."""

    name: str
    value: Literal
    offset: int


class LiteralError(ValueError):
    """A text that is no object literal, from `offset` on."""

    def __init__(self, offset: int) -> None:
        super().__init__("not an object literal")
        self.offset = offset


def read_object(text: str) -> Iterator[Pair]:
    """The pairs of an object literal without its braces, in order. LiteralError where it can't be read."""
    at = 0
    while text[at:].strip():
        pair = _PAIR.match(text, at)
        if pair is None:
            raise LiteralError(at + len(text[at:]) - len(text[at:].lstrip()))
        key = next(group for group in (1, 2, 3) if pair[group] is not None)
        name = pair[key] if key == 3 else _unescape(pair[key])
        yield Pair(name, _literal(pair), pair.start(key))
        at = pair.end()


def _literal(pair: re.Match[str]) -> Literal:
    if pair[7] is not None:
        return _inner(pair[7], pair.start(7))
    return _value(pair) if pair[8] is None else _items(pair[8], pair.start(8))


def _items(text: str, start: int) -> Texts:
    found: list[str] = []
    at = 0
    while text[at:].strip():
        item = _ITEM.match(text, at)
        if item is None:
            raise LiteralError(start + at)
        found.append(item[1])
        at = item.end()
    return tuple(found)


def _inner(text: str, at: int) -> dict[str, Scalar | Texts]:
    """An object within the object, `{width: 5, alt: 'a curve'}`, which holds no further ones."""
    try:
        return {pair.name: pair.value for pair in read_object(text) if not isinstance(pair.value, dict)}
    except LiteralError as error:
        raise LiteralError(at + error.offset) from None


def _value(pair: re.Match[str]) -> Scalar:
    single, double, bare = pair[4], pair[5], pair[6]
    if bare is None:
        return _unescape(double if single is None else single)
    if bare in _WORDS:
        return _WORDS[bare]
    if _NUMBER.fullmatch(bare):
        return float(bare) if "." in bare else int(bare)
    return bare


def unquoted(text: str) -> str | None:
    """What a text in quotes says; None if it stands in none."""
    return _unescape(text[1:-1]) if re.fullmatch(_QUOTED, text) else None


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
