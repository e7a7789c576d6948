"""A SyntaxError, and the code it is about -> a way out of it, in one line, or "" where none is known."""

from __future__ import annotations

import keyword
import re
import unicodedata
from typing import Final

from deck_builder.execute.messages import ONLY_SHOW
from deck_builder.execute.notebook import notebooks_hint
from deck_builder.execute.written import TRANSCRIPT
from deck_builder.model import CodeBlock, Error

_PIECE: Final = f"if this is a piece of something, write the whole of it in one block, or {ONLY_SHOW}"
_SAID: Final = {
    r"unexpected indent": _PIECE,
    r"'(?:return|yield|yield from)' outside function|'(?:break|continue)' (?:outside|not properly in) loop": _PIECE,
    r"'await' outside function|asynchronous .* outside": "nothing is awaited outside of a function: "
    "`asyncio.run(main())` waits for one",
    r"multiple exception types must be parenthesized": "this is Python 2: write `except ValueError as error:`",
    r"leading zeros in decimal integer": "this is Python 2: write `0o17` for octal numbers",
    r"expected an indented block": "write what belongs there, or `...`",
}
_QUOTES: Final = "“”„‘’«»＂＇"
_STRAIGHT: Final = "use straight quotes in code: \" or '"
_WORD: Final = re.compile(r"(\w+)\s*")


def syntax_hint(error: Error, block: CodeBlock) -> str:
    """A hint for an error of Python's parser."""
    if char := _character(error):
        return char
    rows = block.code.split("\n")
    row = rows[error.lines[0] - 1] if error.lines and error.lines[0] <= len(rows) else ""
    if "unterminated" in error.evalue and "string" in error.evalue and any(quote in row for quote in _QUOTES):
        return _STRAIGHT  # it was begun with one of the keyboard's and ended with one that a Chinese keyboard writes
    if row.startswith(">>>") and block.lang != TRANSCRIPT:
        return "`>>>` begins a line of a transcript: a block with one begins so"
    if row.strip().rstrip(",") in ("...", "…"):
        return f"`{row.strip()}` stands for what was left out: write it, or {ONLY_SHOW}"
    if word := _keyword(row, error.column):
        return f"`{word}` is a word of Python's own: call it otherwise, `{word}_`"
    first = next((row for row in rows if row.strip()), "")
    return (
        notebooks_hint(row)
        or (notebooks_hint(first) if first.startswith("%%") else "")
        or next((hint for said, hint in _SAID.items() if re.match(said, error.evalue)), "")
    )


def _character(error: Error) -> str:
    """What to do about a character that code can't hold."""
    found = re.match(r"invalid (?:non-printable )?character (?:'.' \()?U\+([0-9A-F]{4,6})", error.evalue)
    char = chr(int(found[1], 16)) if found else ""
    if char and char in _QUOTES:
        return _STRAIGHT
    plain = unicodedata.normalize("NFKC", char)
    if plain.isspace():
        return "use an ordinary space in code: this one only looks like it"
    if (plain != char and plain.isascii()) or (char and char in "，。、：；（）【】《》"):
        return "use half-width ( ) , : in code"
    return ""


def _keyword(row: str, column: int) -> str:
    """The word of Python's own at a column or before it that is used as a name: `f(x, lambda)`, `class = 1`, `x.in`."""
    for word in _WORD.finditer(row):
        if word.start() < column <= word.end() + 1 and keyword.iskeyword(word[1]):
            before, after = row[: word.start()].rstrip(), row[word.end() :]
            as_argument = before.endswith(("(", ",")) and re.match(r"[,)]|=(?!=)", after)
            as_target = not before and re.match(r"=(?!=)", after)
            if as_argument or as_target or before.endswith("."):
                return word[1]
    return ""
