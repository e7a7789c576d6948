"""What a page says -> a message whose types and sizes are right, or nothing. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from deck_builder.serve.served import Message, Role

LONGEST_CODE: Final = 256 * 1024
LARGEST: Final[dict[Role, int]] = {"author": 4 * LONGEST_CODE, "presenter": 1024, "audience": 1024}
"""Bytes of one message."""

_BLOCK: Final = re.compile(r"[0-9]{1,6}\.[0-9]{1,6}")

_HALF: Final = re.compile("[\ud800-\udfff]")  # half a character: JSON can say it, a file can't hold it

_Check = Callable[[Any], bool]


def _is_number(first: int, last: int) -> _Check:
    return lambda value: type(value) is int and first <= value <= last


def _is_block(value: Any) -> bool:
    return isinstance(value, str) and _BLOCK.fullmatch(value) is not None


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_CODE and not _HALF.search(value)


_EDIT: Final[Mapping[str, _Check]] = {"block": _is_block, "was": _is_code, "code": _is_code}
_KINDS: Final[dict[str, tuple[frozenset[Role], Mapping[str, _Check]]]] = {
    "place": (frozenset({"author", "presenter"}), {"no": _is_number(1, 100_000), "click": _is_number(0, 100_000)}),
    "run": (frozenset({"author"}), _EDIT),
    "save": (frozenset({"author"}), _EDIT),
    "drop": (frozenset({"author"}), {"block": _is_block}),
}


def heard(text: str, role: Role) -> Message | None:
    """The message, with what belongs into it and nothing else; None if it is none, or not for this role to say."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    kind = said.get("type") if isinstance(said, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        return None
    roles, fields = _KINDS[kind]
    if role not in roles or not all(name in said and is_right(said[name]) for name, is_right in fields.items()):
        return None
    return {"type": kind, **{name: said[name] for name in fields}}
