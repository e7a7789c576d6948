"""An exception of slide code -> an error message: data, bounded, with the paths a reader knows.

What slide code raises may lie: its class can have properties where Python has fields, and methods that fail. Fields are
therefore read through Python's own descriptors, and what still fails gives a minimal message.
"""

from __future__ import annotations

import linecache
import os
import site
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from traceback import format_exception_only
from types import CodeType, TracebackType
from typing import Any

from deck_builder.worker.near import near
from deck_builder.worker.place import Place
from deck_builder.worker.protocol import MAX_COLUMN, MAX_MESSAGE, Message, clip

_MAX_FRAMES = 20
_MAX_LINES = 60
_MAX_ROWS = 400
_MAX_NAME = 300
_MAX_CHAIN = 3
_CAUSE = "The above exception was the direct cause of the following exception:"
_CONTEXT = "During handling of the above exception, another exception occurred:"


def _field(owner: type, name: str) -> Callable[[Any], Any]:
    read: Callable[[Any], Any] = owner.__dict__[name].__get__
    return read


_class_name = _field(type, "__name__")
_traceback = _field(BaseException, "__traceback__")
_cause = _field(BaseException, "__cause__")
_context = _field(BaseException, "__context__")
_is_suppressed = _field(BaseException, "__suppress_context__")
_message, _filename, _line, _offset = (_field(SyntaxError, name) for name in ("msg", "filename", "lineno", "offset"))


def failure(exc: BaseException, place: Place) -> Message:
    """The error output for `exc`, which ended the block at `place`. Raises nothing that slide code could have meant."""
    try:
        return _told(exc, place)
    except BaseException:
        evalue = "(this exception can't be read)"
        lines = place.line_in(_traceback(exc))
        return _error(_name(exc), evalue, [f"{_name(exc)}: {evalue}"], lines)


def _told(exc: BaseException, place: Place) -> Message:
    said = _value(exc)
    error = _error(_name(exc), clip(_short(said, place)), _chain(exc, place), place.line_in(_traceback(exc)))
    if name := _near(exc, said):
        error["near"] = name
    if _is_syntax_error(exc):
        return {**error, **_syntax_place(exc, place)}
    return {**error, **_raised(_traceback(exc), place)}


def _error(ename: str, evalue: str, traceback: list[str], lines: list[int]) -> Message:
    return {"type": "error", "ename": ename, "evalue": evalue, "traceback": traceback[-_MAX_ROWS:], "lines": lines}


def _name(exc: BaseException) -> str:
    return clip(str.__str__(_class_name(type(exc))), _MAX_NAME)


def _is_syntax_error(exc: BaseException) -> bool:
    return issubclass(type(exc), SyntaxError)  # not isinstance: that asks a property named __class__


def _value(exc: BaseException) -> str:
    try:
        # str() of a SyntaxError adds the place, which is known better
        return str.__str__(str(_message(exc) if _is_syntax_error(exc) else exc))
    except BaseException as inner:  # its __str__ is slide code too
        return f"<no text: its __str__ raised {_name(inner)}>"


def _near(exc: BaseException, said: str) -> str:
    """The name that is perhaps meant; where that can't be asked, the error is told without."""
    try:
        return clip(near(exc, said), _MAX_NAME)
    except BaseException:
        return ""


def _syntax_place(exc: BaseException, place: Place) -> Message:
    """The line and column of a syntax error in the block, if it is one of the deck's own code."""
    line, offset = _line(exc), _offset(exc)
    if _filename(exc) != place.path or type(line) is not int or line < 1:
        return {}
    exact = place.relative(line)
    found: Message = {"lines": exact or place.relative(min(max(line, place.first), place.last))}
    if exact and type(offset) is int and 1 <= offset <= MAX_COLUMN:
        found["column"] = offset
    return found


def _raised(trace: TracebackType | None, place: Place) -> Message:
    """The file, line and function of the deck where another block's code raised it; {} where this block's own did."""
    inner: TracebackType | None = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in place.files:
            inner = trace
        trace = trace.tb_next
    if inner is None:
        return {}
    code, line = inner.tb_frame.f_code, inner.tb_lineno
    if code.co_filename == place.path and place.relative(line):
        return {}
    return {"raised": {"path": code.co_filename, "line": line, "name": clip(code.co_name, _MAX_NAME)}}


def _chain(exc: BaseException, place: Place) -> list[str]:
    """The traceback, after those of what caused it."""
    parts: list[list[str]] = [_one(exc, place)]
    seen = {id(exc)}
    while len(parts) < _MAX_CHAIN:
        cause, joint = _cause(exc), _CAUSE
        if cause is None and not _is_suppressed(exc):
            cause, joint = _context(exc), _CONTEXT
        if cause is None or id(cause) in seen:
            break
        parts.insert(0, [*_one(cause, place), "", joint, ""])
        seen.add(id(cause))
        exc = cause
    return [line for part in parts for line in part]


def _one(exc: BaseException, place: Place) -> list[str]:
    frames = _frames(_traceback(exc), place)
    lines = ["Traceback (most recent call last):", *frames] if frames else []
    try:
        last = "".join(format_exception_only(exc))
    except BaseException:
        last = f"{_name(exc)}: {_value(exc)}"
    rows = str.__str__(last)[: 2 * MAX_MESSAGE].splitlines()[:_MAX_LINES]
    return lines + [clip(_short(row, place)) for row in rows]


def _frames(trace: TracebackType | None, place: Place) -> list[str]:
    """The deck's frames with their code, and a library's only where it is the last."""
    frames: list[tuple[CodeType, int]] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        ours = code.co_filename in place.files
        if (ours or trace.tb_next is None) and not code.co_filename.startswith(_PACKAGE):
            frames.append((code, trace.tb_lineno))
        trace = trace.tb_next
    lines = [_frame(code, line, place) for code, line in frames]
    if len(lines) > _MAX_FRAMES:
        half = _MAX_FRAMES // 2
        lines = [*lines[:half], f"  … {len(lines) - 2 * half} more calls …", *lines[-half:]]
    return [line for text in lines for line in text.splitlines()]


def _frame(code: CodeType, line: int, place: Place) -> str:
    text = linecache.getline(code.co_filename, line).strip()
    path, name = clip(_short(code.co_filename, place), _MAX_NAME), clip(code.co_qualname, _MAX_NAME)
    shown = f'  File "{path}", line {line}, in {name}'
    return f"{shown}\n    {clip(text, 500)}" if text else shown


def _short(text: str, place: Place) -> str:
    """Text without the paths that only this machine has."""
    for root in _roots(place):
        text = text.replace(root, "")
    return text


def _roots(place: Place) -> list[str]:
    paths = [place.folder, *site.getsitepackages(), site.getusersitepackages()]
    paths += [sysconfig.get_path("stdlib"), *(path for path in sys.path if isinstance(path, str))]
    roots = {path.rstrip(os.sep) + os.sep for path in paths}
    return sorted(roots - {os.sep}, key=len, reverse=True)


_PACKAGE = str(Path(__file__).parent)
