"""Code -> the HTML of its lines, in pygments' short classes. Pure; what is slow about it can be remembered.

What is remembered are lengths and classes, never HTML: a page is always made from the code itself.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from html import escape
from typing import Any

from deck_builder.remember import Remember
from deck_builder.render.ansi import ansi_rows
from deck_builder.render.languages import lexer


def coloured(code: str, lang: str, remember: Remember) -> tuple[str, ...]:
    """The HTML of each line; plain where pygments does not know the language."""
    if lang.lower() == "ansi":
        return ansi_rows(code)
    return _painted(code, remember(f"colour\0{lang}\0{code}", lambda: _spans(code, lang)))


@lru_cache(maxsize=512)
def _spans(code: str, lang: str) -> str:
    """The classes of a code's pieces and how long they are, in turns: `["kn", 6, "", 1, "nn", 5]`."""
    names: list[str] = []
    lengths: list[int] = []
    for kind, text in lexer(lang).get_tokens(f"{code}\n"):  # shell sessions lose a last line that does not end
        name = _class(kind)
        if names and names[-1] == name:
            lengths[-1] += len(text)
        else:
            names.append(name)
            lengths.append(len(text))
    return json.dumps([part for pair in zip(names, lengths, strict=True) for part in pair], separators=(",", ":"))


@lru_cache(maxsize=512)
def _painted(code: str, spans: str) -> tuple[str, ...]:
    parts = _read(spans)
    html: list[str] = []
    at = 0
    is_plain = escape(code, quote=False) == code  # so it mostly is, and then its thousand pieces are
    for name, length in zip(parts[::2], parts[1::2], strict=True):
        text = code[at : at + length]
        text = text if is_plain else escape(text, quote=False)
        at += length
        if not name:
            html.append(text)
        elif text:
            text = text.replace("\n", f'</span>\n<span class="{name}">')
            html.append(f'<span class="{name}">{text}</span>')
    html.append(escape(code[at:], quote=False))  # what a language leaves out
    return tuple("".join(html).split("\n"))


def _read(spans: str) -> list[Any]:
    """Classes and lengths in turns, as they were remembered; none if they are not what they should be."""
    try:
        parts = json.loads(spans)
        names, lengths = parts[::2], parts[1::2]
        sound = all(length >= 0 for length in lengths) and all(name == "" or name.isalnum() for name in names)
        return parts if sound and len(names) == len(lengths) else []
    except (ValueError, TypeError, AttributeError, RecursionError):
        return []


@cache
def _class(kind: Any) -> str:
    """pygments' short name of a kind of token: that of the nearest kind above it that has one."""
    from pygments.token import STANDARD_TYPES

    while kind not in STANDARD_TYPES:
        kind = kind.parent
    name = str(STANDARD_TYPES[kind])
    return "" if name == "w" else name  # blanks have no colour
