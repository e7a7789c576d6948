"""An exception of slide code -> an error message: data, bounded, with the paths a reader knows."""

from __future__ import annotations

import linecache
import os
import site
import sys
import sysconfig
import traceback
from pathlib import Path
from types import CodeType, TracebackType

from deck_builder.worker.place import Place
from deck_builder.worker.protocol import Message

_MAX_VALUE = 10_000
_MAX_FRAMES = 20
_MAX_LINES = 60
_MAX_CHAIN = 3
_CAUSE = "The above exception was the direct cause of the following exception:"
_CONTEXT = "During handling of the above exception, another exception occurred:"


def failure(exc: BaseException, place: Place) -> Message:
    """The error output for `exc`, which ended the block at `place`."""
    return {
        "type": "error",
        "ename": _clip(type(exc).__name__),
        "evalue": _clip(_value(exc)),
        "traceback": _chain(exc, place),
        "lines": _lines(exc, place),
    }


def _value(exc: BaseException) -> str:
    if isinstance(exc, SyntaxError):
        return str(exc.msg)  # str() adds the place, which is known better
    try:
        return str(exc)
    except BaseException as inner:  # its __str__ is slide code too
        return f"<no text: its __str__ raised {type(inner).__name__}>"


def _lines(exc: BaseException, place: Place) -> list[int]:
    if isinstance(exc, SyntaxError) and exc.filename == place.path and exc.lineno:
        return place.relative(min(max(exc.lineno, place.first), place.last))
    return place.line_in(exc.__traceback__)


def _chain(exc: BaseException, place: Place) -> list[str]:
    """The traceback, after those of what caused it."""
    parts: list[list[str]] = [_one(exc, place)]
    seen = {id(exc)}
    while len(parts) < _MAX_CHAIN:
        cause, joint = exc.__cause__, _CAUSE
        if cause is None and not exc.__suppress_context__:
            cause, joint = exc.__context__, _CONTEXT
        if cause is None or id(cause) in seen:
            break
        parts.insert(0, [*_one(cause, place), "", joint, ""])
        seen.add(id(cause))
        exc = cause
    return [line for part in parts for line in part]


def _one(exc: BaseException, place: Place) -> list[str]:
    frames = _frames(exc.__traceback__, place)
    lines = ["Traceback (most recent call last):", *frames] if frames else []
    try:
        last = traceback.format_exception_only(exc)
    except BaseException:
        last = [f"{type(exc).__name__}: {_value(exc)}"]
    last = "".join(last)[: 2 * _MAX_VALUE].splitlines()[:_MAX_LINES]
    return lines + [_clip(_short(line, place)) for line in last]


def _frames(trace: TracebackType | None, place: Place) -> list[str]:
    """The deck's frames with their code, and a library's only where it is the last."""
    frames: list[tuple[CodeType, int]] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        ours = code.co_filename == place.path
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
    shown = f'  File "{_short(code.co_filename, place)}", line {line}, in {code.co_qualname}'
    return f"{shown}\n    {_clip(text, 500)}" if text else shown


def _short(text: str, place: Place) -> str:
    """Text without the paths that only this machine has."""
    for root in _roots(place):
        text = text.replace(root, "")
    return text


def _roots(place: Place) -> list[str]:
    paths = [str(Path(place.path).parent), *site.getsitepackages(), site.getusersitepackages()]
    paths += [sysconfig.get_path("stdlib"), *filter(None, sys.path)]
    roots = {path.rstrip(os.sep) + os.sep for path in paths}
    return sorted(roots - {os.sep}, key=len, reverse=True)


def _clip(text: str, most: int = _MAX_VALUE) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


_PACKAGE = str(Path(__file__).parent)
